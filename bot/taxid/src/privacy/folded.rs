use std::borrow::Cow;

/// A text as one byte a character: full-width letters and digits as ASCII, everything beyond ASCII as `0xFF`.
pub(super) struct Folded<'a> {
    text: &'a str,
    bytes: Cow<'a, [u8]>,
    /// The byte offset of each character; empty for ASCII texts, where it is the index.
    offsets: Vec<usize>,
}

impl<'a> Folded<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self { text, bytes: Cow::Borrowed(text.as_bytes()), offsets: Vec::new() };
        }
        let bytes = text.chars().map(fold).collect();
        let offsets = text.char_indices().map(|(at, _)| at).collect();
        Self { text, bytes: Cow::Owned(bytes), offsets }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn get(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The byte offset of a character in the text.
    pub(super) fn offset(&self, at: usize) -> usize {
        if self.offsets.is_empty() {
            at.min(self.text.len())
        } else {
            self.offsets.get(at).copied().unwrap_or(self.text.len())
        }
    }

    /// Letters and digits in capitals.
    pub(super) fn capitals(&self, from: usize, to: usize) -> Vec<u8> {
        self.bytes[from.min(to)..to.min(self.bytes.len())].to_ascii_uppercase()
    }

    /// The words directly before a character, in small letters, without what stands between a label and its number.
    pub(super) fn label_before(&self, at: usize) -> String {
        let from = at.saturating_sub(24);
        let mut label = self.text[self.offset(from)..self.offset(at)].to_lowercase();
        loop {
            let trimmed = label.trim_end_matches([
                ' ', ':', '：', '.', '#', '(', '（', '-', '=', '"', '\u{3000}', '/', '|', ',',
            ]);
            let trimmed = ["號碼", "号码", "no", "number", "num"]
                .iter()
                .find_map(|word| trimmed.strip_suffix(word))
                .unwrap_or(trimmed);
            if trimmed.len() == label.len() {
                return label;
            }
            label.truncate(trimmed.len());
        }
    }
}

fn fold(c: char) -> u8 {
    match c {
        c if c.is_ascii() => u8::try_from(c).unwrap_or(0xFF),
        '\u{3000}' | '\u{A0}' => b' ',
        // Full-width forms stand 0xFEE0 above ASCII.
        '\u{FF01}'..='\u{FF5E}' => u8::try_from(u32::from(c) - 0xFEE0).unwrap_or(0xFF),
        c if crate::text::is_hyphen(c) => b'-',
        _ => 0xFF,
    }
}

impl Folded<'_> {
    /// The few characters directly before, in small letters.
    pub(super) fn text_before(&self, at: usize) -> String {
        self.text[self.offset(at.saturating_sub(12))..self.offset(at)].to_lowercase()
    }
}
