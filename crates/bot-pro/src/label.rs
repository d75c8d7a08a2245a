//! Labels of cases: a code or a pseudonym, never a name (P3).

/// Longest label, in characters.
pub const LONGEST: usize = 64;

/// What is to be thought of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Good, in this form.
    Good(String),
    /// It looks like a full name, a phone or an address: asked once before it is taken.
    Personal(String),
    /// Empty, too long or a command.
    Bad,
}

/// Looks at what a specialist typed.
#[must_use]
pub fn judge(text: &str) -> Verdict {
    let seen: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_invisible(*c)).collect();
    let label = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    if label.is_empty() || label.starts_with('/') || label.chars().count() > LONGEST {
        return Verdict::Bad;
    }
    if looks_personal(&label) { Verdict::Personal(label) } else { Verdict::Good(label) }
}

/// Whether a text says "keep it all the same" to the question about a doubtful label.
#[must_use]
pub fn keeps(text: &str) -> bool {
    let said = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    ["все равно", "все равно оставить", "оставить", "keep it", "keep it all the same"].contains(&said.replace('ё', "е").as_str())
}

/// Characters that are not seen but would make two labels differ, or a label look empty.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn looks_personal(label: &str) -> bool {
    let digits = label.chars().filter(|c| c.is_numeric()).count();
    let names = label.split([' ', '-']).filter(|word| is_like_a_name(word)).count();
    label.contains('@') || digits >= 7 || names >= 2
}

/// "Петров" or "ПЕТРОВ", but not the abbreviations "ПТ" and "КПТ".
fn is_like_a_name(word: &str) -> bool {
    let letters = word.chars().count();
    let mut chars = word.chars();
    let capital = chars.next().is_some_and(char::is_uppercase);
    let rest = chars.as_str();
    capital && ((letters > 2 && rest.chars().all(char::is_lowercase)) || (letters > 3 && rest.chars().all(char::is_uppercase)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_pseudonyms_are_taken_and_names_are_asked_about() {
        for good in ["К-014", "Анна", "клиент с тревогой", "A. 2026", "ПТ 3", "КПТ ОКР 2"] {
            assert_eq!(judge(good), Verdict::Good(good.into()), "{good}");
        }
        for personal in ["Анна Петрова", "ИВАН ПЕТРОВ", "Иван Петров-Водкин", "+7 921 123-45-67", "a@b.ru"]
        {
            assert_eq!(judge(personal), Verdict::Personal(personal.into()), "{personal}");
        }
        assert_eq!(judge("  К   7\n"), Verdict::Good("К 7".into()));
        assert_eq!(judge("К\u{200B}-7"), Verdict::Good("К-7".into()));
    }

    #[test]
    fn what_is_empty_too_long_or_a_command_is_no_label() {
        for bad in ["", "   ", "\u{200B}\u{2060}", "/", "/новый"] {
            assert_eq!(judge(bad), Verdict::Bad, "{bad:?}");
        }
        assert_eq!(judge(&"я".repeat(64)), Verdict::Good("я".repeat(64)));
        assert_eq!(judge(&"я".repeat(65)), Verdict::Bad);
    }

    #[test]
    fn a_doubt_is_answered_in_words_too() {
        for yes in ["всё равно", "Все равно оставить.", "Keep it"] {
            assert!(keeps(yes), "{yes}");
        }
        assert!(!keeps("К-014"));
    }
}
