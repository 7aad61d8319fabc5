//! Text in a Markdown document.

use super::{Text, rust, shown};

/// How much of a value a line shows.
const LONGEST: usize = 120;

/// Text as code, on one line and cut when long. Back quotes become others: a span of code cannot hold its own fence.
pub fn code(text: &str) -> String {
    format!("`{}`", shown(text, LONGEST).replace('`', "'"))
}

/// Words on one line, cut when long, of which nothing is markup.
pub fn words(text: &str) -> String {
    let mut out = String::new();
    for character in shown(text, LONGEST).chars() {
        if character.is_ascii_punctuation() && !",.;:()/'\"→-".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// Text that is Markdown itself, in paragraphs: what would be a link, HTML or a heading is plain text.
pub fn paragraphs(text: &Text) -> String {
    let line = |line: String| match line.strip_prefix('#') {
        Some(rest) => format!("\\#{rest}"),
        None => line,
    };
    let lines: Vec<String> = rust::markdown(&text.0).into_iter().map(line).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{code, paragraphs, words};
    use crate::text::Text;

    #[test]
    fn text_is_no_markup() {
        assert_eq!(code("a`b\nc"), "`a'b\\u{a}c`");
        assert_eq!(words("<b> *x* [y](z) | a→b"), "\\<b\\> \\*x\\* \\[y\\](z) \\| a→b");
        assert_eq!(paragraphs(&Text::new("# A <b>\n\n`c`")), "\\# A \\<b\\>\n\n`c`");
    }
}
