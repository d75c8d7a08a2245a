//! Text that grows to a limit and no further.

/// Collects text: one kind of line end, no control characters, two empty lines at most, a limit in characters.
#[derive(Debug)]
pub(crate) struct Bounded {
    text: String,
    left: usize,
    newlines: usize,
    after_return: bool,
    truncated: bool,
}

impl Bounded {
    /// For so many characters at most.
    pub(crate) fn new(chars: usize) -> Self {
        Self { text: String::new(), left: chars, newlines: 2, after_return: false, truncated: false }
    }

    /// Adds one character.
    pub(crate) fn push(&mut self, letter: char) {
        // A line ends with CR, LF or both; the vertical tab and the form feed end one too.
        let after_return = std::mem::replace(&mut self.after_return, letter == '\r');
        let letter = match letter {
            '\n' if after_return => return,
            '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\u{A0}' | '\u{202F}' => ' ',
            // The mark of the byte order, and the hyphen that is only seen at a line's end.
            '\u{FEFF}' | '\u{AD}' => return,
            other => other,
        };
        if letter == '\n' {
            let kept = self.text.trim_end_matches([' ', '\t']).len();
            self.left += self.text.get(kept..).map_or(0, |cut| cut.chars().count());
            self.text.truncate(kept);
            if self.newlines >= 2 {
                return;
            }
            self.newlines += 1;
        } else if letter.is_control() && letter != '\t' {
            return;
        } else if !letter.is_whitespace() {
            self.newlines = 0;
        }
        if self.left == 0 {
            self.truncated |= !letter.is_whitespace();
            return;
        }
        self.left -= 1;
        self.text.push(letter);
    }

    /// Adds each character.
    pub(crate) fn push_str(&mut self, text: &str) {
        text.chars().for_each(|letter| self.push(letter));
    }

    /// Whether something had to be left out, so that nothing more needs to be read.
    pub(crate) fn is_full(&self) -> bool {
        self.truncated
    }

    /// Whether the last character is white space, or there is none.
    pub(crate) fn ends_with_space(&self) -> bool {
        self.text.chars().next_back().is_none_or(char::is_whitespace)
    }

    /// The text without white space at its end, and whether something was left out.
    pub(crate) fn finish(mut self) -> (String, bool) {
        self.text.truncate(self.text.trim_end().len());
        (self.text, self.truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded(text: &str, chars: usize) -> (String, bool) {
        let mut bounded = Bounded::new(chars);
        bounded.push_str(text);
        bounded.finish()
    }

    #[test]
    fn lines_end_in_one_way_and_control_characters_go() {
        assert_eq!(bounded("\u{FEFF}а\r\nб\rв\n\r\n\n\n\n г\u{7}\u{0}\tд \n", 99), ("а\nб\nв\n\n г\tд".to_owned(), false));
    }

    #[test]
    fn what_is_cut_is_said_and_space_at_the_end_is_nothing_cut() {
        assert_eq!(bounded("сон", 3), ("сон".to_owned(), false));
        assert_eq!(bounded("сон \n\n", 3), ("сон".to_owned(), false));
        assert_eq!(bounded("сон!", 3), ("сон".to_owned(), true));
    }
}
