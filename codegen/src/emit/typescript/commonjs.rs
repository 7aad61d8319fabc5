//! `CommonJS` modules from the ES modules of the package.
//!
//! The modules are written in a part of the language in which imports and exports stand at the beginning of a line:
//! `import { … } from "…";`, `export * from "…";`, and `export` before a declaration.

use std::fmt::Write as _;

/// The same module for `require`.
pub(super) fn module(source: &str) -> String {
    let mut out = String::from("\"use strict\";\n");
    let mut exported = Vec::new();
    let mut importing = false;
    for line in source.lines() {
        let line = if importing || line.starts_with("import {") {
            importing = !line.ends_with(';');
            imported(line)
        } else if let Some(from) = line.strip_prefix("export * from ") {
            format!("Object.assign(exports, require({}));", from.trim_end_matches(';'))
        } else if let Some(declaration) = line.strip_prefix("export ") {
            exported.extend(name(declaration));
            declaration.to_owned()
        } else {
            line.to_owned()
        };
        out += &line;
        out.push('\n');
    }
    if !exported.is_empty() {
        let _ = write!(out, "\nObject.assign(exports, {{\n  {},\n}});\n", exported.join(",\n  "));
    }
    out
}

/// A line of an import. Names are not changed on the way.
fn imported(line: &str) -> String {
    let line = line.replace("import {", "const {");
    match line.split_once("} from ") {
        Some((names, from)) => format!("{names}}} = require({});", from.trim_end_matches(';')),
        None => line,
    }
}

/// The name that a declaration declares.
fn name(declaration: &str) -> Option<String> {
    let after = ["const ", "function ", "class "].iter().find_map(|word| declaration.strip_prefix(word))?;
    let name: String =
        after.chars().take_while(|letter| letter.is_alphanumeric() || "_$".contains(*letter)).collect();
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::module;

    #[test]
    fn imports_and_exports_are_rewritten() {
        let source = "import { a } from \"./a.js\";\nimport {\n  b,\n} from \"./b.js\";\n\nexport * from \"./c.js\";\nexport const d = a;\nexport function e() {}\n";
        let expected = "\"use strict\";\nconst { a } = require(\"./a.js\");\nconst {\n  b,\n} = require(\"./b.js\");\n\nObject.assign(exports, require(\"./c.js\"));\nconst d = a;\nfunction e() {}\n\nObject.assign(exports, {\n  d,\n  e,\n});\n";
        assert_eq!(module(source), expected);
    }
}
