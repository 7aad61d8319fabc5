//! Strings: such as match a pattern, such as a format describes, and such as are hard to read and write.

use super::dice::Dice;
use std::iter::Peekable;
use std::str::Chars;

/// Strings that reading and writing must get right.
const ANY: [&str; 12] = [
    "",
    "a",
    "text",
    "A longer text, with commas.",
    "é",
    "日本語",
    "😀",
    "\"\\/\n\t",
    "\u{0}",
    "null",
    "0",
    " x ",
];

/// How often a repetition without a limit goes on at most.
const LONGEST: usize = 4;

/// A string as a format describes it, though formats are not checked.
pub(super) fn formatted(format: &str) -> Option<&'static str> {
    Some(match format {
        "date-time" => "2024-02-29T12:34:56.789Z",
        "date" => "2024-02-29",
        "time" => "12:34:56Z",
        "duration" => "P1DT2H",
        "email" => "a@example.org",
        "hostname" => "example.org",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uuid" => "0192d3a4-5b6c-7d8e-9f01-23456789abcd",
        "uri" | "url" | "iri" => "https://example.org/a?b=c#d",
        "uri-template" => "https://example.org/{a}",
        "uri-reference" => "/a/b",
        "json-pointer" => "/a/b~0",
        "byte" => "aGVsbG8=",
        "regex" => "^a+$",
        _ => return None,
    })
}

/// Any string.
pub(super) fn any(dice: &mut Dice) -> String {
    dice.pick(&ANY).copied().unwrap_or_default().to_owned()
}

/// A string cut or lengthened to so many characters.
pub(super) fn resized(text: &str, length: usize) -> String {
    let filler = if text.is_empty() { "x" } else { text };
    text.chars().chain(filler.chars().cycle()).take(length).collect()
}

/// A string that probably matches a regular expression (ECMA-262): what is looked at without being read is ignored.
pub(super) fn matching(pattern: &str, dice: &mut Dice) -> String {
    let mut reader = Reader { rest: pattern.chars().peekable(), depth: 0 };
    let expression = reader.alternatives();
    let mut text = String::new();
    expression.write(dice, &mut text);
    text
}

/// A part of a regular expression.
enum Part {
    /// One of several sequences.
    Alternatives(Vec<Vec<Part>>),
    /// A part, so often.
    Repeated(Box<Part>, usize, usize),
    /// One of some ranges of characters, or of the others.
    Class(Vec<(char, char)>, bool),
    /// Nothing to read.
    Nothing,
}

impl Part {
    fn write(&self, dice: &mut Dice, text: &mut String) {
        match self {
            Self::Alternatives(all) => {
                let chosen = dice.below(all.len());
                all.get(chosen).into_iter().flatten().for_each(|part| part.write(dice, text));
            }
            Self::Repeated(part, least, most) => {
                let times = least + dice.below((most - least).min(LONGEST) + 1);
                (0..times.min(2000)).for_each(|_| part.write(dice, text));
            }
            Self::Class(ranges, false) => {
                let chosen = dice.below(ranges.len());
                text.extend(ranges.get(chosen).and_then(|(first, last)| within(*first, *last, dice)));
            }
            Self::Class(ranges, true) => {
                let outside = |it: &char| !ranges.iter().any(|(first, last)| (first..=last).contains(&it));
                let pool: Vec<char> = "aZ5_- .é/\u{1}日".chars().filter(outside).collect();
                text.extend(dice.pick(&pool));
            }
            Self::Nothing => {}
        }
    }
}

/// A character of a range.
fn within(first: char, last: char, dice: &mut Dice) -> Option<char> {
    let (first, last) = (u32::from(first), u32::from(last));
    let span = usize::try_from(last.checked_sub(first)?).ok()?;
    char::from_u32(first + u32::try_from(dice.below(span + 1)).ok()?)
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    depth: usize,
}

impl Reader<'_> {
    fn alternatives(&mut self) -> Part {
        let mut all = vec![Vec::new()];
        self.depth += 1;
        while let Some(character) = self.rest.peek().copied() {
            match character {
                ')' if self.depth > 1 => break,
                '|' => {
                    self.rest.next();
                    all.push(Vec::new());
                }
                _ => {
                    let part = self.repeated();
                    if let Some(last) = all.last_mut() {
                        last.push(part);
                    }
                }
            }
        }
        self.depth -= 1;
        Part::Alternatives(all)
    }

    fn repeated(&mut self) -> Part {
        let part = self.single();
        let (least, most) = match self.rest.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => return self.counted(part),
            _ => return part,
        };
        self.rest.next();
        self.rest.next_if_eq(&'?');
        Part::Repeated(Box::new(part), least, most)
    }

    /// `{2}`, `{2,}` or `{2,3}`.
    fn counted(&mut self, part: Part) -> Part {
        let text: String = self.rest.by_ref().skip(1).take_while(|it| *it != '}').collect();
        let (least, most) = text.split_once(',').unwrap_or((&text, &text));
        let least = least.parse().unwrap_or(0);
        let most = if most.is_empty() { usize::MAX } else { most.parse().unwrap_or(least) };
        self.rest.next_if_eq(&'?');
        Part::Repeated(Box::new(part), least, most.max(least))
    }

    fn single(&mut self) -> Part {
        match self.rest.next() {
            Some('(') => self.group(),
            Some('[') => self.class(),
            Some('.') => Part::Class(vec![('a', 'z'), ('0', '9')], false),
            Some('\\') => self.escape(),
            Some('^' | '$') | None => Part::Nothing,
            Some(character) => Part::Class(vec![(character, character)], false),
        }
    }

    fn group(&mut self) -> Part {
        let mut ignored = false;
        if self.rest.next_if_eq(&'?').is_some() {
            let kind = self.rest.next();
            let behind = kind == Some('<') && self.rest.next_if(|it| matches!(it, '=' | '!')).is_some();
            ignored = behind || matches!(kind, Some('=' | '!'));
            if kind == Some('<') && !behind {
                self.rest.by_ref().take_while(|it| *it != '>').for_each(drop);
            }
        }
        let inner = self.alternatives();
        self.rest.next();
        if ignored { Part::Nothing } else { inner }
    }

    fn class(&mut self) -> Part {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges: Vec<(char, char)> = Vec::new();
        while let Some(character) = self.rest.next().filter(|it| *it != ']') {
            let first = match character {
                '\\' => match self.escape() {
                    Part::Class(found, _) if found.len() == 1 && found.iter().all(|(a, b)| a == b) => {
                        found.first().map_or('\\', |(first, _)| *first)
                    }
                    Part::Class(found, _) => {
                        ranges.extend(found);
                        continue;
                    }
                    _ => continue,
                },
                other => other,
            };
            ranges.push((first, self.end_of_range(first)));
        }
        Part::Class(ranges, negated)
    }

    /// The other end of a range, or the same character where there is none.
    fn end_of_range(&mut self, first: char) -> char {
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || ahead.peek().is_none_or(|it| *it == ']') {
            return first;
        }
        self.rest.next();
        match self.rest.next() {
            Some('\\') => match self.escape() {
                Part::Class(found, _) => found.last().map_or(first, |(_, last)| *last),
                _ => first,
            },
            last => last.unwrap_or(first),
        }
    }

    fn escape(&mut self) -> Part {
        let word = vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
        let one = |it: char| Part::Class(vec![(it, it)], false);
        match self.rest.next() {
            Some('d') => Part::Class(vec![('0', '9')], false),
            Some('D') => Part::Class(vec![('0', '9')], true),
            Some('w') => Part::Class(word, false),
            Some('W') => Part::Class(word, true),
            Some('s') => Part::Class(vec![(' ', ' '), ('\t', '\t')], false),
            Some('S') => Part::Class(vec![('a', 'z'), ('!', '!')], false),
            Some('p') => {
                self.rest.by_ref().take_while(|it| *it != '}').for_each(drop);
                Part::Class(vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('é', 'é')], false)
            }
            Some('b' | 'B') | None => Part::Nothing,
            Some('n') => one('\n'),
            Some('r') => one('\r'),
            Some('t') => one('\t'),
            Some('u') => self.coded(4),
            Some('x') => self.coded(2),
            Some(other) => one(other),
        }
    }

    fn coded(&mut self, digits: usize) -> Part {
        let text: String = self.rest.by_ref().take(digits).collect();
        let character = u32::from_str_radix(&text, 16).ok().and_then(char::from_u32);
        character.map_or(Part::Nothing, |it| Part::Class(vec![(it, it)], false))
    }
}

#[cfg(test)]
mod tests {
    use super::{matching, resized};
    use crate::commands::conformance::instances::dice::Dice;

    #[test]
    fn strings_match() {
        let mut dice = Dice::new(1);
        for (pattern, accepted) in [
            ("^a{3}$", &["aaa"][..]),
            ("^(x|yz)?\\.$", &[".", "x.", "yz."]),
            ("^(?!no)[b-c]\\u0041$", &["bA", "cA"]),
            ("^[\\-0]$", &["-", "0"]),
        ] {
            let text = matching(pattern, &mut dice);
            assert!(accepted.contains(&text.as_str()), "{pattern}: {text}");
        }
        assert!(matching("^[^a-z]\\d*$", &mut dice).chars().all(|it| !it.is_ascii_lowercase()));
        for broken in ["(", "[", "a{", "\\", ")", "(?<n"] {
            matching(broken, &mut dice);
        }
    }

    #[test]
    fn strings_are_resized_by_characters() {
        assert_eq!(
            (resized("éa", 5), resized("", 2), resized("éa", 1)),
            ("éaéaé".into(), "xx".into(), "é".into())
        );
    }
}
