//! Whether words are quoted from the material.

/// Fewest letters of a quotation.
const LETTERS: usize = 4;
/// One letter of so many may differ: a model that copies puts a comma or an ending right.
const LETTERS_PER_SLIP: usize = 12;

/// The texts that can be quoted.
pub struct Quotable {
    words: Vec<Vec<String>>,
}

impl Quotable {
    /// Of these texts; a quotation stands within one of them.
    #[must_use]
    pub fn new(texts: &[&str]) -> Self {
        Self { words: texts.iter().map(|text| words_of(text)).collect() }
    }

    /// Whether `quote` stands in one of the texts: the same words in the same order, whatever their case, spaces and signs, with
    /// at most one slip for every twelve letters.
    #[must_use]
    pub fn holds(&self, quote: &str) -> bool {
        let quote = words_of(quote);
        let letters: usize = quote.iter().map(|word| word.chars().count()).sum();
        if letters < LETTERS {
            return false;
        }
        let allowed = letters / LETTERS_PER_SLIP;
        self.words.iter().any(|text| text.windows(quote.len()).any(|window| slips(window, &quote, allowed).is_some()))
    }
}

/// Slips between two rows of words, while there are no more than `allowed`.
fn slips(window: &[String], quote: &[String], allowed: usize) -> Option<usize> {
    let mut slips = 0;
    for (found, wanted) in window.iter().zip(quote) {
        if found != wanted {
            // A word of the material that only begins alike is another word: short ones must be the same.
            let left = allowed.checked_sub(slips)?;
            slips += distance(found, wanted, left)?;
        }
    }
    Some(slips)
}

/// The edit distance of two words, while it is no more than `allowed`.
fn distance(one: &str, other: &str, allowed: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > allowed || one.len().min(other.len()) <= allowed {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[to + 1];
            row[to + 1] = changed.min(diagonal + 1).min(row[to] + 1);
        }
    }
    row.last().copied().filter(|distance| *distance <= allowed)
}

/// Words in one form: lower case, `е` for `ё`, without signs.
fn words_of(text: &str) -> Vec<String> {
    let visible = bot_kit::prompt::visible(text).to_lowercase().replace('ё', "е");
    visible.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_in_the_material_or_it_is_none() {
        let quotable = Quotable::new(&[
            "Иду по старому дому, лестница рушится, внизу чёрная вода. Проснулась с тревогой.",
            "Дерево без корней слева внизу",
        ]);
        for (quote, held) in [
            ("лестница рушится", true),
            ("«Лестница — рушится»", true),
            ("внизу черная вода", true),
            ("проснулась  с тревогой!", true),
            ("дерево без корней", true),
            // A slip of a letter in a long quotation.
            ("иду по старому дому лестница рушитса", true),
            // Words that are not there, or not in this order, or of two texts.
            ("вода чёрная внизу", false),
            ("лестница ломается", false),
            ("проснулась с радостью", false),
            ("с тревогой дерево", false),
            ("не проснулась с тревогой", false),
            ("дом", false),
            ("", false),
            ("…", false),
        ] {
            assert_eq!(quotable.holds(quote), held, "{quote}");
        }
    }
}
