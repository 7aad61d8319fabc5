//! Tables that run-time support reads, built in memory.

use crate::text::Text;
use bumpalo::Bump;

/// Makes the texts and lists that generated code has as constants; they live as long as the memory that they are
/// made in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arena<'b> {
    bump: &'b Bump,
}

impl<'b> Arena<'b> {
    pub(crate) const fn new(bump: &'b Bump) -> Self {
        Self { bump }
    }

    pub(crate) fn str(self, text: &str) -> &'b str {
        self.bump.alloc_str(text)
    }

    /// A text of the schema as it is on the wire.
    pub(crate) fn text(self, text: &Text) -> &'b str {
        self.str(&serde_json::from_str::<String>(&text.json()).unwrap_or_default())
    }

    pub(crate) fn texts<'t>(self, texts: impl IntoIterator<Item = &'t Text>) -> &'b [&'b str] {
        self.slice(texts.into_iter().map(|text| self.text(text)))
    }

    pub(crate) fn slice<T>(self, items: impl Iterator<Item = T>) -> &'b [T] {
        let items: Vec<T> = items.collect();
        self.bump.alloc_slice_fill_iter(items)
    }
}
