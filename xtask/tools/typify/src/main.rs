//! Reads the JSON Schema in the file that is named, and prints what typify makes of it, with a type `Root`.
//!
//! typify has two ways in. Each knows schemas that the other one stumbles over, so both are tried.

use schemars::schema::{RootSchema, Schema};
use serde_json::Value;
use std::error::Error;
use typify::{TypeSpace, TypeSpaceSettings};

type Outcome = Result<String, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("the file of a schema is missing")?;
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let first = std::panic::catch_unwind(|| as_root(schema.clone()));
    let text = match first {
        Ok(Ok(text)) => text,
        // Where the other way fails, too, the end is as here: an error, or a panic.
        Ok(Err(error)) => {
            std::panic::catch_unwind(|| by_name(schema)).ok().and_then(Result::ok).ok_or(error)?
        }
        Err(_) => by_name(schema)?,
    };
    println!("{text}");
    Ok(())
}

/// The schema as a document. typify makes a type of its root only where it has a title.
fn as_root(mut schema: Value) -> Outcome {
    if let Value::Object(members) = &mut schema {
        members.entry("title").or_insert_with(|| "Root".into());
    }
    let mut types = TypeSpace::new(&TypeSpaceSettings::default());
    let root =
        types.add_root_schema(serde_json::from_value(schema)?)?.ok_or("typify gave the root no type")?;
    let name = types.get_type(&root)?.name();
    printed(&types, &name)
}

/// The definitions, and then the root as one more type.
fn by_name(schema: Value) -> Outcome {
    let mut types = TypeSpace::new(&TypeSpaceSettings::default());
    if schema.is_object() {
        let root: RootSchema = serde_json::from_value(schema.clone())?;
        types.add_ref_types(root.definitions)?;
    }
    let schema: Schema = serde_json::from_value(schema)?;
    let root = types.add_type_with_name(&schema, Some("Root".to_owned()))?;
    let name = types.get_type(&root)?.ident().to_string();
    printed(&types, &name)
}

fn printed(types: &TypeSpace, name: &str) -> Outcome {
    let mut text = prettyplease::unparse(&syn::parse2(types.to_stream())?);
    if name != "Root" {
        text.push_str(&format!("pub type Root = {name};\n"));
    }
    Ok(text)
}
