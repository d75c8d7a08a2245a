//! Labels of cases: a code or a pseudonym, never a name.

/// Longest label, in characters.
pub const LONGEST: usize = 64;

/// What is to be thought of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Good, in this form.
    Good(String),
    /// It looks like a full name, a phone or an address: asked once before it is taken.
    Personal(String),
    /// Empty or too long.
    Bad,
}

/// Looks at what a specialist typed.
#[must_use]
pub fn judge(text: &str) -> Verdict {
    let label = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if label.is_empty() || label.chars().count() > LONGEST {
        return Verdict::Bad;
    }
    if looks_personal(&label) { Verdict::Personal(label) } else { Verdict::Good(label) }
}

fn looks_personal(label: &str) -> bool {
    let digits = label.chars().filter(char::is_ascii_digit).count();
    let capitalised = label
        .split([' ', '-'])
        .filter(|word| {
            let mut chars = word.chars();
            chars.next().is_some_and(char::is_uppercase) && word.chars().count() > 2 && chars.all(char::is_lowercase)
        })
        .count();
    label.contains('@') || digits >= 7 || capitalised >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_pseudonyms_are_taken_and_names_are_asked_about() {
        for good in ["К-014", "Анна", "клиент с тревогой", "A. 2026", "ПТ 3"] {
            assert_eq!(judge(good), Verdict::Good(good.into()), "{good}");
        }
        for personal in ["Анна Петрова", "Иван Петров-Водкин", "+7 921 123-45-67", "a@b.ru"] {
            assert_eq!(judge(personal), Verdict::Personal(personal.into()), "{personal}");
        }
        assert_eq!(judge("   "), Verdict::Bad);
        assert_eq!(judge(&"я".repeat(65)), Verdict::Bad);
        assert_eq!(judge("  К   7 "), Verdict::Good("К 7".into()));
    }
}
