//! The dialect of a schema that does not say it, by the keywords that it uses.

use crate::json::{Node, NodeKind};
use crate::schema::dialect::Dialect::{self, Draft4, Draft7, Draft201909, Draft202012};

/// Members whose own members are schemas by name.
const NAMED: [&str; 6] =
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];

/// Members that hold values, not schemas.
const VALUES: [&str; 5] = ["const", "enum", "examples", "default", "required"];

/// The newest dialect that the keywords fit; what they say of no dialect is 2020-12.
pub(super) fn guess(root: &Node) -> Dialect {
    let mut evidence = Evidence::default();
    evidence.schema(root);
    let newer = evidence.newer;
    match evidence {
        Evidence { newest: true, .. } => Draft202012,
        Evidence { recursive: true, .. } => Draft201909,
        Evidence { item_list: true, .. } if newer => Draft201909,
        Evidence { draft4: true, .. } if !newer => Draft4,
        Evidence { item_list, definitions, .. } if !newer && (item_list || definitions) => Draft7,
        _ => Draft202012,
    }
}

/// What only some dialects have.
#[derive(Debug, Default, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a list of observations")]
struct Evidence {
    /// `prefixItems` and dynamic references.
    newest: bool,
    /// `$recursiveRef`.
    recursive: bool,
    /// What came with 2019-09.
    newer: bool,
    /// `items` as an array, which went with 2020-12.
    item_list: bool,
    /// `definitions`, which became `$defs` in 2019-09.
    definitions: bool,
    /// `id`, and exclusive bounds that are no numbers.
    draft4: bool,
}

impl Evidence {
    fn schema(&mut self, schema: &Node) {
        for member in schema.members() {
            let (name, value) = (member.name.as_str(), &member.value);
            self.note(name, value);
            if NAMED.contains(&name) {
                value.members().iter().for_each(|member| self.schema(&member.value));
            } else if !VALUES.contains(&name) {
                self.schema(value);
                value.elements().iter().for_each(|element| self.schema(element));
            }
        }
    }

    fn note(&mut self, name: &str, value: &Node) {
        let is_list = matches!(value.kind, NodeKind::Array(_));
        match name {
            "prefixItems" | "$dynamicRef" | "$dynamicAnchor" => self.newest = true,
            "$recursiveRef" | "$recursiveAnchor" => self.recursive = true,
            "$defs"
            | "$anchor"
            | "dependentRequired"
            | "dependentSchemas"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "minContains"
            | "maxContains" => self.newer = true,
            "items" if is_list => self.item_list = true,
            "definitions" => self.definitions = true,
            "exclusiveMinimum" | "exclusiveMaximum" if matches!(value.kind, NodeKind::Boolean(_)) => {
                self.draft4 = true;
            }
            "id" if value.string().is_some_and(|text| text.contains(['#', ':'])) => self.draft4 = true,
            _ => {}
        }
    }
}
