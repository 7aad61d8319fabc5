//! JSON text out: compact, in the order of the calls (RFC 8259 §10).

use super::scan;

/// Builds one JSON text.
///
/// The caller keeps the grammar: brackets and constants go in by [`Writer::raw`], and a value after each key. The
/// commas come by themselves.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    out: String,
}

impl Writer {
    /// An empty text.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty text with room for `bytes` bytes.
    #[inline]
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes) }
    }

    /// The text.
    #[inline]
    #[must_use]
    pub fn into_string(self) -> String {
        self.out
    }

    /// The text so far.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.out
    }

    /// Empties the text and keeps its memory for the next one.
    #[inline]
    pub fn clear(&mut self) {
        self.out.clear();
    }

    /// Writes constant text or checked JSON as it is.
    #[inline]
    pub fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes `,` unless the last byte is `opening`: what follows is then the first in its container.
    #[inline]
    fn separate(&mut self, opening: u8) {
        if self.out.as_bytes().last() != Some(&opening) {
            self.out.push(',');
        }
    }

    /// Writes a key that was escaped beforehand, quotes and colon included (`"key":`), after a comma unless it is
    /// the first.
    #[inline]
    pub fn key(&mut self, key: &'static str) {
        self.separate(b'{');
        self.out.push_str(key);
    }

    /// Writes any key and its colon, after a comma unless it is the first.
    #[inline]
    pub fn member(&mut self, name: &str) {
        self.separate(b'{');
        self.string(name);
        self.out.push(':');
    }

    /// Begins an item of an array: a comma unless it is the first.
    #[inline]
    pub fn element(&mut self) {
        self.separate(b'[');
    }

    /// Writes a string, with escapes where RFC 8259 §7 demands them.
    #[inline]
    pub fn string(&mut self, text: &str) {
        self.out.push('"');
        let end = scan::special(text.as_bytes(), 0);
        if end == text.len() {
            self.out.push_str(text);
        } else {
            self.escaped(text, end);
        }
        self.out.push('"');
    }

    /// Writes `text`, whose first special byte is at `special`.
    #[inline(never)]
    fn escaped(&mut self, text: &str, mut special: usize) {
        let mut start = 0;
        while let Some(&byte) = text.as_bytes().get(special) {
            self.out.push_str(text.get(start..special).unwrap_or_default());
            self.escape(byte);
            start = special + 1;
            special = scan::special(text.as_bytes(), start);
        }
        self.out.push_str(text.get(start..).unwrap_or_default());
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'"' => self.out.push_str("\\\""),
            b'\\' => self.out.push_str("\\\\"),
            b'\n' => self.out.push_str("\\n"),
            b'\r' => self.out.push_str("\\r"),
            b'\t' => self.out.push_str("\\t"),
            0x08 => self.out.push_str("\\b"),
            0x0c => self.out.push_str("\\f"),
            _ => {
                self.out.push_str("\\u00");
                self.out.push(hexadecimal(byte >> 4));
                self.out.push(hexadecimal(byte & 0xf));
            }
        }
    }

    /// Writes `true` or `false`.
    #[inline]
    pub fn boolean(&mut self, value: bool) {
        self.out.push_str(if value { "true" } else { "false" });
    }

    /// Writes `null`.
    #[inline]
    pub fn null(&mut self) {
        self.out.push_str("null");
    }

    /// Writes an integer.
    #[inline]
    pub fn i64(&mut self, value: i64) {
        if value < 0 {
            self.out.push('-');
        }
        self.u64(value.unsigned_abs());
    }

    /// Writes an integer.
    #[inline]
    pub fn u64(&mut self, value: u64) {
        let mut digits = [0; 20];
        let mut rest = value;
        let mut start = digits.len();
        for digit in digits.iter_mut().rev() {
            *digit = b"0123456789".get((rest % 10) as usize).copied().unwrap_or_default();
            start -= 1;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.ascii(digits.get(start..).unwrap_or_default());
    }

    /// Writes a finite number in the shortest form that reads back as the same double. JSON has no text for an
    /// infinity or NaN (RFC 8259 §6): keep them out with [`Number`](super::Number); here they become `null`.
    pub fn f64(&mut self, value: f64) {
        let mut buffer = [0; 32];
        let mut free = buffer.as_mut_slice();
        // A double takes at most 24 bytes, so that this cannot fail.
        let written = serde_json::to_writer(&mut free, &value);
        let left = free.len();
        let end = if written.is_ok() { buffer.len() - left } else { 0 };
        self.ascii(buffer.get(..end).unwrap_or_default());
    }

    /// Writes bytes that are ASCII.
    #[inline]
    fn ascii(&mut self, bytes: &[u8]) {
        self.out.push_str(std::str::from_utf8(bytes).unwrap_or_default());
    }
}

/// The digit for a number below 16.
fn hexadecimal(number: u8) -> char {
    char::from_digit(u32::from(number), 16).unwrap_or('0')
}
