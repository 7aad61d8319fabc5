//! The package around the generated modules: its manifest, its entry point, and the support code.

use super::view::{View, capitalised};
use super::{commonjs, declarations, docs, legacy, maps, releases, schema, side};
use crate::emit::Context;
use crate::manifest::{PublishSettings, TypeScriptSettings};
use crate::text::typescript::{self, Part};

/// The support code: real source files, tested by the check step `typescript`, and copied as they are.
const SUPPORT: &[(&str, &str)] = &[
    ("convert.js", include_str!("support/convert.js")),
    ("frames.js", include_str!("support/frames.js")),
    ("json.js", include_str!("support/json.js")),
    ("legacy.js", include_str!("support/legacy.js")),
    ("public.d.ts", include_str!("support/public.d.ts")),
    ("public.js", include_str!("support/public.js")),
    ("receive.js", include_str!("support/receive.js")),
    ("scan.js", include_str!("support/scan.js")),
    ("time.js", include_str!("support/time.js")),
    ("validate.js", include_str!("support/validate.js")),
];

/// Every file of the package: each module as an ES module and for `require`, with the same declarations.
pub(super) fn files(
    view: &View<'_>,
    context: &Context<'_>,
    settings: &TypeScriptSettings,
) -> Vec<(String, String)> {
    let modules = modules(view, context, settings);
    let mut files = vec![
        ("package.json".to_owned(), manifest(view, settings, context.manifest.publish.as_ref())),
        ("cjs/package.json".to_owned(), "{\n  \"type\": \"commonjs\"\n}\n".to_owned()),
    ];
    for (path, text) in modules {
        let required =
            if path.strip_suffix(".js").is_some() { commonjs::module(&text) } else { text.clone() };
        files.push((format!("cjs/{path}"), required));
        files.extend(for_import(&path, text).map(|text| (format!("esm/{path}"), text)));
    }
    files
}

/// A file for `import`. The types of the schema stand once: declarations of ES modules may refer to those of `CommonJS`
/// modules, not the other way round.
fn for_import(path: &str, text: String) -> Option<String> {
    match path {
        "schema.d.ts" | "schema.d.ts.map" => None,
        _ if path.strip_suffix(".d.ts").is_some() => {
            Some(text.replace("\"./schema.js\"", "\"../cjs/schema.js\""))
        }
        _ => Some(text),
    }
}

/// The ES modules and their declarations.
fn modules(view: &View<'_>, context: &Context<'_>, settings: &TypeScriptSettings) -> Vec<(String, String)> {
    let header = &context.header();
    let copied = |text: &str| format!("// {header}\n\n{text}");
    let mut files: Vec<(String, String)> =
        SUPPORT.iter().map(|(name, text)| (format!("support/{name}"), copied(text))).collect();
    files.push(("schema.js".to_owned(), schema::module(view, header)));
    let mut declarations = declarations::module(view, header);
    if let Some(schema) = &settings.schema {
        let map = maps::map(view, context.sources, &format!("../{schema}"), &declarations);
        files.push(("schema.d.ts.map".to_owned(), map));
        declarations += "\n//# sourceMappingURL=schema.d.ts.map\n";
    }
    files.push(("schema.d.ts".to_owned(), declarations));
    files.extend(legacy::module(view, header).map(|text| ("legacy.js".to_owned(), text)));
    for frames in view.frames() {
        let (module, declarations) = side::module(view, &frames, header);
        let name = frames.direction.sender.name();
        files.push((format!("{name}.js"), module));
        files.push((format!("{name}.d.ts"), declarations));
    }
    files.extend(releases::modules(view, context, header));
    files.push(("protocol.js".to_owned(), protocol(view, header, false)));
    files.push(("protocol.d.ts".to_owned(), protocol(view, header, true)));
    files.push(("index.js".to_owned(), index(view, header)));
    files.push(("index.d.ts".to_owned(), index_declarations(view, header)));
    files
}

fn manifest(view: &View<'_>, settings: &TypeScriptSettings, publish: Option<&PublishSettings>) -> String {
    let (package, version) = (settings.package.get_ref(), settings.version.get_ref());
    let description = typescript::sentence(&[
        Part::Words("Types, parser and constructors of the protocol "),
        Part::Text(&view.protocol.name),
        Part::Words(", generated from its JSON Schema"),
    ]);
    let publication = publish.map_or_else(
        || r#"  "private": true,"#.to_owned(),
        |PublishSettings { license, repository }| {
            let (license, repository) = (license.get_ref(), repository.get_ref());
            format!(
                r#"  "license": "{license}",
  "repository": {{ "type": "git", "url": "{repository}" }},"#
            )
        },
    );
    format!(
        r#"{{
  "name": "{package}",
  "version": "{version}",
  "description": {description},
{publication}
  "type": "module",
  "main": "./cjs/index.js",
  "module": "./esm/index.js",
  "types": "./esm/index.d.ts",
  "exports": {{
    ".": {{
      "import": {{ "types": "./esm/index.d.ts", "default": "./esm/index.js" }},
      "require": {{ "types": "./cjs/index.d.ts", "default": "./cjs/index.js" }}
    }},
    "./package.json": "./package.json"
  }},
  "files": ["*.json", "cjs", "esm"],
  "sideEffects": false,
  "engines": {{ "node": ">=18" }}
}}
"#
    )
}

/// What tells which protocol this is, and the close codes.
fn protocol(view: &View<'_>, header: &str, declared: bool) -> String {
    let protocol = view.protocol;
    let constant = |doc: &str, name: &str, value: &str| {
        let value = if declared {
            format!("declare const {name}: {value}")
        } else {
            format!("const {name} = {value}")
        };
        format!("\n/** {doc} */\nexport {value};\n")
    };
    let mut out = format!("// {header}\n");
    out += &constant("The protocol's name.", "PROTOCOL_NAME", &typescript::string(&protocol.name));
    let version = "The protocol's version; it follows what breaks the wire.";
    out += &constant(version, "PROTOCOL_VERSION", &typescript::string(&protocol.version));
    let digest =
        "SHA-256 over what the schema means on the wire: peers with the same digest understand each other.";
    out += &constant(digest, "SCHEMA_DIGEST", &format!("\"{}\"", protocol.digest));
    let codes = protocol.close_codes.iter().map(|close| {
        let doc = docs::comment(2, &typescript::doc(&[Part::Text(&close.description)]));
        let (start, end) = if declared { ("readonly ", ";") } else { ("", ",") };
        format!("{doc}  {start}{}: {}{end}\n", typescript::constant_name(&close.name), close.code)
    });
    let codes = format!("{{\n{}}}", codes.collect::<String>());
    out += &constant("The codes by which a connection is closed (RFC 6455 §7.4).", "CLOSE_CODES", &codes);
    if declared {
        out += "\n/** A code by which a connection is closed. */\nexport type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];\n";
    }
    out
}

fn index(view: &View<'_>, header: &str) -> String {
    let sides =
        view.frames().map(|frames| format!("export * from \"./{}.js\";\n", frames.direction.sender.name()));
    format!(
        "// {header}\n\nexport * from \"./protocol.js\";\n{}{}export * from \"./support/public.js\";\n",
        releases::exported(view),
        sides.collect::<String>()
    )
}

fn index_declarations(view: &View<'_>, header: &str) -> String {
    let sides: Vec<&str> = view.frames().map(|frames| capitalised(frames.direction.sender)).collect();
    let exports = sides.iter().map(|side| format!("export * from \"./{}.js\";\n", side.to_lowercase()));
    let imports = sides.iter().map(|side| format!("{side}Events, {side}Frames"));
    let keys = sides.iter().map(|side| format!("keyof {side}Frames"));
    let frames = sides
        .iter()
        .map(|side| format!("\n  | (Type extends keyof {side}Frames ? {side}FrameOf<Type, Event> : never)"));
    let of_sides = sides.iter().map(|side| {
        format!(
            "
/** The frame of a message that the {name} sends: `{side}FrameOf<\"…\">`, perhaps of one event. */
export type {side}FrameOf<Type extends keyof {side}Frames, Event extends string = never> = [Event] extends [never]
  ? {side}Frames[Type]
  : Type extends keyof {side}Events
    ? {side}Events[Type][Event & keyof {side}Events[Type]]
    : never;
",
            name = side.to_lowercase()
        )
    });
    format!(
        "// {header}

import type {{ {} }} from \"./schema.js\";

export * from \"./protocol.js\";
{}export type * from \"./schema.js\";
{}export * from \"./support/public.js\";
{}
/** The frame of a message, whoever sends it: `FrameOf<\"…\">`, perhaps of one event. */
export type FrameOf<Type extends {}, Event extends string = never> ={};
",
        imports.collect::<Vec<_>>().join(", "),
        releases::exported(view),
        exports.collect::<String>(),
        of_sides.collect::<String>(),
        keys.collect::<Vec<_>>().join(" | "),
        frames.collect::<String>(),
    )
}
