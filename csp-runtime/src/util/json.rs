//! Texts in JSON.

use std::fmt::Write as _;

/// A text in quotes.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl std::fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c < ' ' => write!(f, "\\u{:04x}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
#[test]
fn a_quoted_text_has_no_bare_quotes_or_controls() {
    assert_eq!(Quoted("a\"b\\c\n\u{1}ü").to_string(), "\"a\\\"b\\\\c\\u000a\\u0001ü\"");
}
