//! What a person's text goes through before it is put into a file.

/// The text without letters that XML does not know and without marks that turn the direction of writing: the first would make
/// a file that does not open, the second could make a line read as something else.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|letter| !forbidden(*letter)).collect()
}

fn forbidden(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{fffe}' | '\u{ffff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    }
}

/// A cell whose text begins like a formula gets a mark before it, so that no table program runs it (S15).
pub(crate) fn harmless(text: &str) -> String {
    let text = clean(text);
    if text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) { format!("'{text}") } else { text }
}

/// The text for the inside of an XML element or attribute.
pub(crate) fn escape(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

/// Lines that are not empty.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(str::trim_end).filter(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_begins_like_a_formula() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("@a", "'@a"),
            ("-5", "'-5"),
            ("+7", "'+7"),
            ("  =1", "'  =1"),
            ("\u{0}=1", "'=1"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("обычный", "обычный"),
            ("", ""),
        ] {
            assert_eq!(harmless(text), safe);
        }
    }

    #[test]
    fn letters_that_break_a_file_or_turn_a_line_are_left_out() {
        assert_eq!(clean("а\u{0}б\u{b}в\u{fffe}г\u{202e}д\r\nе\u{85}"), "абвгд\nе");
        assert_eq!(escape("<a b='c'>\"&\u{1}"), "&lt;a b=&apos;c&apos;&gt;&quot;&amp;");
    }
}
