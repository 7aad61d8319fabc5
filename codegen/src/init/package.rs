//! The name of the Rust package.

use super::probe::Probe;
use super::{Request, name_of};

/// The longest name that is made of a title; longer titles are sentences.
const LONGEST: usize = 40;

/// Names of files that say nothing.
const VAGUE: [&str; 5] = ["schema", "index", "root", "main", "protocol"];

/// Names that cargo keeps for itself, or that would shadow what every program needs.
const TAKEN: [&str; 5] = ["test", "core", "std", "alloc", "proc-macro"];

/// The name that the user wants, or one made of the title, the file's name, or the folder's.
pub(super) fn name(request: &Request, probe: &Probe) -> String {
    if let Some(package) = &request.package {
        return package.clone();
    }
    let file = request.root.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    let title = probe.title().map(slug).filter(|slug| slug.len() <= LONGEST);
    let file = slug(if file.contains(".schema.") { stem } else { file.trim_end_matches(".json") });
    let vague = VAGUE.contains(&file.split('-').next().unwrap_or_default());
    let folder = name_of(&request.folder).map(slug).filter(|_| vague);
    let candidates = [title, folder, Some(file)];
    let name = candidates.into_iter().flatten().map(|name| unversioned(&name)).find(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| "protocol".to_owned());
    let keyword = syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_err();
    if keyword || TAKEN.contains(&name.as_str()) { format!("{name}-protocol") } else { name }
}

/// A name without the version behind it: that is not what the package is called.
fn unversioned(name: &str) -> String {
    let is_number = |word: &&str| word.trim_start_matches('v').bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = name.split('-').collect();
    let numbers = words.iter().rev().take_while(|word| is_number(word)).count();
    words.get(..words.len() - numbers).unwrap_or_default().join("-")
}

/// The words of a text in lower case with hyphens between them; a number in front is left out.
fn slug(text: &str) -> String {
    let words = super::sides::words(text);
    let words: Vec<String> = words.into_iter().filter(|word| word.is_ascii()).collect();
    let start = words.iter().position(|word| word.starts_with(|first: char| first.is_ascii_lowercase()));
    words.get(start.unwrap_or(words.len())..).unwrap_or_default().join("-")
}

#[cfg(test)]
mod tests {
    use super::{slug, unversioned};

    #[test]
    fn names_are_made_of_words() {
        assert_eq!(slug("Debug Adapter Protocol"), "debug-adapter-protocol");
        assert_eq!(slug("AuthorizeRequest"), "authorize-request");
        assert_eq!(slug("2024-11 a2a_v0.3.0"), "a2a-v0-3-0");
        assert_eq!(slug("日本"), "");
        assert_eq!(unversioned("a2a-v0-3-0"), "a2a");
    }
}
