//! Generates the benchmark's protocol, and the same by hand, before the benchmark is compiled.

#![allow(dead_code, unreachable_pub, reason = "these modules are the library's, which uses more of them")]

#[path = "src/baseline.rs"]
mod baseline;
#[path = "src/plan/mod.rs"]
mod plan;
#[path = "src/random.rs"]
mod random;
#[path = "src/schema.rs"]
mod schema;
#[path = "src/values.rs"]
mod values;

use std::error::Error;
use std::path::{Path, PathBuf};

/// How many messages the protocol has.
const MESSAGES: usize = 40;
/// What determines it.
const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let protocol = plan::protocol(MESSAGES, SEED);
    let folder = out.join("schema");
    clear(&folder)?;
    schema::write(&protocol, &folder)?;
    generate(&folder, &out.join("generated"))?;
    std::fs::write(out.join("derived.rs"), baseline::source(&protocol))?;
    std::fs::write(out.join("generated.rs"), modules(&out.join("generated/rust/src")))?;
    Ok(())
}

/// Files of an earlier run would be read as part of the schema.
fn clear(folder: &Path) -> Result<(), Box<dyn Error>> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn generate(schema: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let generation =
        framelock_codegen::Config::new(schema).generate().map_err(|report| report.to_string())?;
    for output in generation.outputs {
        let path = to.join(&output.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, output.text)?;
    }
    Ok(())
}

/// Generated code is checked where the generator is; here it only has to compile without a warning.
const UNCHECKED: &str = "#[allow(clippy::all, clippy::pedantic, missing_docs)]";

/// The modules of the generated crate, which must be at the root of the crate that includes them.
fn modules(source: &Path) -> String {
    let module = |name: &str, file: &str| {
        format!("{UNCHECKED}\n#[path = {:?}]\npub mod {name};\n", source.join(file).display().to_string())
    };
    let direction = |direction: &str| {
        let consumer = module("consumer", &format!("{direction}/consumer.rs"));
        let producer = module("producer", &format!("{direction}/producer.rs"));
        let legacy = module("legacy", &format!("{direction}/legacy.rs"));
        format!("{UNCHECKED}\npub mod {direction} {{\n{consumer}{legacy}{producer}}}\n")
    };
    let shared = [module("support", "support/mod.rs"), module("types", "types.rs")];
    shared.into_iter().chain(["from_server", "from_client"].map(direction)).collect()
}
