//! The `x-` keywords: what their values look like, and what those of the root file say.

use super::keywords::ExtensionValue;
use super::parse::count;
use super::{CloseCode, OldUnit, ProtocolInfo, Synonym, Value};
use crate::diagnostic::{Code, Findings};
use crate::json::{Document, Member, Node, NodeKind};
use crate::manifest::{Loaded, Profile};
use crate::source::Pointer;
use crate::text::Text;

pub(super) fn descriptions(value: &Node) -> Vec<(Text, Text)> {
    let described = |member: &Member| Some((Text::new(&member.name), Text::new(member.value.string()?)));
    value.members().iter().filter_map(described).collect()
}

/// A retired spelling: its name, or an object with its name and unit.
pub(super) fn synonym(value: &Value) -> Option<Synonym> {
    let text = |name: &str| value.node.member(name).and_then(|member| member.value.string());
    let name = Text::new(value.node.string().or_else(|| text("name"))?);
    let unit = text("unit").and_then(OldUnit::from_name);
    Some(Synonym { name, unit, origin: value.origin.clone() })
}

fn is_synonym(value: &Node) -> bool {
    let known = |member: &Member| match (member.name.as_str(), member.value.string()) {
        ("name", Some(_)) => true,
        ("unit", Some(unit)) => OldUnit::from_name(unit).is_some(),
        _ => false,
    };
    value.string().is_some() || (value.members().len() == 2 && value.members().iter().all(known))
}

pub(super) fn fits(expected: ExtensionValue, value: &Node) -> bool {
    match expected {
        ExtensionValue::Text => value.string().is_some(),
        ExtensionValue::Group => value.string().is_some_and(is_snake_case),
        ExtensionValue::Synonyms => {
            matches!(value.kind, NodeKind::Array(_)) && value.elements().iter().all(is_synonym)
        }
        ExtensionValue::Descriptions => {
            let described = |member: &Member| member.value.string().is_some_and(|text| !text.is_empty());
            !value.members().is_empty() && value.members().iter().all(described)
        }
        ExtensionValue::Protocol => protocol_member(value, "name").is_some(),
        ExtensionValue::CloseCodes => {
            !value.elements().is_empty() && value.elements().iter().all(|code| close_code(code).is_some())
        }
    }
}

/// Whether a name consists of words in lower case, with an underscore between two.
fn is_snake_case(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_letter);
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('_').all(is_word)
}

/// Whether an element of the array that a keyword takes is as it should be.
pub(super) fn fits_in(expected: ExtensionValue, element: &Node) -> bool {
    match expected {
        ExtensionValue::Synonyms => is_synonym(element),
        ExtensionValue::CloseCodes => close_code(element).is_some(),
        ExtensionValue::Text
        | ExtensionValue::Group
        | ExtensionValue::Descriptions
        | ExtensionValue::Protocol => true,
    }
}

pub(super) const fn wording(expected: ExtensionValue) -> &'static str {
    match expected {
        ExtensionValue::Text => "a string",
        ExtensionValue::Group => "a name in lower snake case, at the root of a file",
        ExtensionValue::Synonyms => {
            "an array of names, or of objects with `name` and `unit` (`seconds`, `milliseconds`, `iso-8601`)"
        }
        ExtensionValue::Descriptions => "an object that gives each value its description",
        ExtensionValue::Protocol => {
            "an object with the protocol's `name` and its `version`, MAJOR.MINOR.PATCH"
        }
        ExtensionValue::CloseCodes => {
            "an array of objects with `code` (1000 to 4999), `name` (in lower snake_case) and `description`"
        }
    }
}

fn protocol_member<'a>(value: &'a Node, name: &str) -> Option<&'a str> {
    let version = value.member("version")?.value.string()?;
    crate::manifest::is_version(version).then_some(())?;
    let found = value.member(name)?.value.string()?;
    (!found.is_empty()).then_some(found)
}

/// A close code (RFC 6455 §7.4).
fn close_code(value: &Node) -> Option<CloseCode> {
    let text = |name: &str| value.member(name).and_then(|member| member.value.string());
    let code = u16::try_from(count(&value.member("code")?.value)?).ok()?;
    let name = text("name").filter(|name| is_snake_case(name))?;
    let description = text("description").filter(|text| !text.is_empty())?;
    let code = CloseCode { code, name: Text::new(name), description: Text::new(description) };
    ((1000..5000).contains(&code.code) && value.members().len() == 3).then_some(code)
}

/// What `x-protocol` of the root file says; a finding where it says nothing and is a schema of one's own.
pub(super) fn protocol_info(
    documents: &[Document],
    manifest: &Loaded,
    findings: &mut Findings,
) -> Option<ProtocolInfo> {
    let root = documents.first()?;
    let text = |name: &str| root.root.member(name).and_then(|member| member.value.string()).map(Text::new);
    let (title, description) = (text("title"), text("description"));
    let value = |name: &str| root.root.member(name).map(|member| &member.value);
    let reserved = value("x-reserved").map(descriptions).unwrap_or_default();
    let close_codes = value("x-close-codes").map(close_codes).unwrap_or_default();
    let Some(member) = root.root.member("x-protocol") else {
        if manifest.manifest.schema.profile == Profile::Any {
            let rust = &manifest.manifest.rust;
            let (name, version) = (Text::new(rust.package.get_ref()), Text::new(rust.version.get_ref()));
            return Some(ProtocolInfo { name, version, title, description, reserved, close_codes });
        }
        let at = root.origin(&root.root, Pointer::root());
        let help = "add `\"x-protocol\": {\"name\": …, \"version\": \"1.0.0\"}` to the root file";
        findings.add(Code::MissingRoot, &at, "the root file does not say which protocol this is", help);
        return None;
    };
    let part = |name: &str| protocol_member(&member.value, name).map(Text::new);
    let (name, version) = (part("name")?, part("version")?);
    Some(ProtocolInfo { name, version, title, description, reserved, close_codes })
}

fn close_codes(value: &Node) -> Vec<CloseCode> {
    value.elements().iter().filter_map(close_code).collect()
}
