//! Values in source, printed on one line where they fit.

/// A value.
pub(super) enum Literal {
    /// An expression.
    Plain(String),
    /// `[…]`
    Array(Vec<Literal>),
    /// `{…}`, by the names of properties as they stand in source.
    Object(Vec<(String, Literal)>),
}

/// How long a line may be.
const WIDTH: usize = 110;

impl Literal {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::Plain(text.into())
    }

    /// The value in source. Its first line begins `column` characters into a line that is indented by `indent`.
    pub(super) fn print(&self, indent: usize, column: usize) -> String {
        let line = self.line();
        if column + line.chars().count() <= WIDTH {
            return line;
        }
        let (open, items, close) = match self {
            Self::Plain(_) => return line,
            Self::Array(items) => {
                ("[", items.iter().map(|item| (String::new(), item)).collect::<Vec<_>>(), "]")
            }
            Self::Object(members) => {
                ("{", members.iter().map(|(key, value)| (format!("{key}: "), value)).collect(), "}")
            }
        };
        let (inner, outer) = (" ".repeat(indent + 2), " ".repeat(indent));
        let lines = items.iter().map(|(key, value)| {
            format!("{inner}{key}{},\n", value.print(indent + 2, indent + 3 + key.chars().count()))
        });
        format!("{open}\n{}{outer}{close}", lines.collect::<String>())
    }

    fn line(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Array(items) => {
                format!("[{}]", items.iter().map(Self::line).collect::<Vec<_>>().join(", "))
            }
            Self::Object(members) if members.is_empty() => "{}".to_owned(),
            Self::Object(members) => {
                let members = members.iter().map(|(key, value)| match value {
                    Self::Plain(text) if text == key => key.clone(),
                    value => format!("{key}: {}", value.line()),
                });
                format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Literal;

    #[test]
    fn what_does_not_fit_on_a_line_is_broken_up() {
        let long = || Literal::plain("x".repeat(60));
        let short = Literal::Array(vec![Literal::plain("1")]);
        let object = Literal::Object(vec![("a".into(), long()), ("b".into(), long()), ("c".into(), short)]);
        let x = "x".repeat(60);
        assert_eq!(object.print(0, 0), format!("{{\n  a: {x},\n  b: {x},\n  c: [1],\n}}"));
    }
}
