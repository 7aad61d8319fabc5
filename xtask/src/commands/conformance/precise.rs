//! Whether a refusal helps: its finding must lead to the construct that it names.

use serde_json::Value;

/// Whether a finding's pointer resolves, and leads to what its code speaks of.
pub(super) fn is_precise(code: &str, pointer: &str, message: &str, document: &str) -> bool {
    let Ok(document) = serde_json::from_str::<Value>(document) else { return false };
    let Some(target) = document.pointer(pointer) else { return false };
    let last = last(pointer);
    match code.rsplit('-').next().unwrap_or_default() {
        "keyword" => message.contains(&format!("`{last}`")) || names_a_parent(pointer, message),
        "reference" => last.ends_with("ef") && target.is_string() || says(target, &["$ref", "$dynamicRef"]),
        "pattern" => is_pattern(pointer, target),
        "dialect" => last == "$schema" || says(target, &["$schema"]),
        // Of any other kind it must at least lead below the root, unless the root is all there is to the schema.
        _ => !pointer.is_empty() || is_small(target),
    }
}

/// The last part of a pointer.
fn last(pointer: &str) -> String {
    pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~")
}

/// Whether the message names a keyword that the pointer leads through: its value is what is wrong.
fn names_a_parent(pointer: &str, message: &str) -> bool {
    pointer.split('/').skip(1).any(|part| message.contains(&format!("`{part}`")))
}

/// Whether a schema has one of these keywords.
fn says(schema: &Value, keywords: &[&str]) -> bool {
    keywords.iter().any(|keyword| schema.get(keyword).is_some())
}

fn is_pattern(pointer: &str, target: &Value) -> bool {
    let place = pointer.rsplit('/').nth(1).unwrap_or_default();
    last(pointer) == "pattern"
        || place == "patternProperties"
        || says(target, &["pattern", "patternProperties"])
}

/// Whether a schema has no parts to tell apart.
fn is_small(schema: &Value) -> bool {
    let inert =
        |key: &String| matches!(key.as_str(), "$schema" | "$id" | "$comment" | "title" | "description");
    match schema {
        Value::Bool(_) => true,
        Value::Object(members) => {
            members.keys().filter(|key| !inert(key)).count() <= 2 && members.values().all(is_flat)
        }
        _ => false,
    }
}

fn is_flat(value: &Value) -> bool {
    !value.is_object()
}

#[cfg(test)]
mod tests {
    use super::is_precise;

    const SCHEMA: &str =
        r##"{"$schema": "x", "properties": {"a": {"pattern": "(?=x)"}, "b": {"$ref": "#/no"}}}"##;

    #[test]
    fn a_finding_leads_to_what_it_names() {
        for (code, pointer, message) in [
            ("unsupported-keyword", "/properties/a/pattern", "`pattern` is not supported"),
            ("invalid-pattern", "/properties/a/pattern", ""),
            ("invalid-pattern", "/properties/a", ""),
            ("dangling-reference", "/properties/b/$ref", ""),
            ("unsupported-dialect", "/$schema", ""),
            ("unsupported-shape", "/properties/a", ""),
        ] {
            assert!(is_precise(code, pointer, message, SCHEMA), "{code} {pointer}");
        }
    }

    #[test]
    fn a_finding_that_leads_elsewhere_is_vague() {
        for (code, pointer, message) in [
            ("unsupported-keyword", "/properties/a/pattern", "`minimum` is not supported"),
            ("invalid-pattern", "/properties/b", ""),
            ("dangling-reference", "/properties/a", ""),
            ("unsupported-shape", "/properties/c", ""),
            ("unsupported-shape", "", ""),
        ] {
            assert!(!is_precise(code, pointer, message, SCHEMA), "{code} {pointer}");
        }
        assert!(!is_precise("invalid-manifest", "", "", "[tool]"));
        assert!(is_precise("unsupported-shape", "", "", r#"{"type": "null"}"#));
    }
}
