//! Whether words are quoted from the material.

/// Fewest words of a quotation: one word is a topic.
const WORDS: usize = 2;
/// Fewest letters of a quotation.
const LETTERS: usize = 4;
/// One letter of so many may differ: a model that copies puts a comma or an ending right.
const LETTERS_PER_SLIP: usize = 12;
/// Fewest letters of a word that may hold a slip: with fewer it is another word.
const SHORT_WORD: usize = 4;
/// Beginnings that turn a word into its opposite.
const OPPOSITES: [&str; 8] = ["не", "ни", "без", "бес", "а", "un", "in", "non"];
/// Words that turn what follows into its opposite: a quotation that leaves one out says something else. `t` is what is left of
/// "don't"; "нет" and "no" are not among them, they often end a sentence.
const NEGATIONS: [&str; 9] = ["не", "ни", "без", "никогда", "not", "never", "without", "cannot", "t"];

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
    /// at most one slip for every twelve letters and one in a word, numbers exactly. Two words
    /// at least, and not the end of a denial.
    #[must_use]
    pub fn holds(&self, quote: &str) -> bool {
        let quote = words_of(quote);
        let letters: usize = quote.iter().map(|word| word.chars().count()).sum();
        if quote.len() < WORDS || letters < LETTERS {
            return false;
        }
        let allowed = letters / LETTERS_PER_SLIP;
        self.words.iter().any(|text| {
            let denied = |at: usize| at > 0 && NEGATIONS.contains(&text[at - 1].as_str());
            let mut windows = text.windows(quote.len()).enumerate();
            windows.any(|(at, window)| !denied(at) && slips(window, &quote, allowed).is_some())
        })
    }
}

/// Slips between two rows of words, while there are no more than `allowed`.
fn slips(window: &[String], quote: &[String], allowed: usize) -> Option<usize> {
    let mut slips = 0;
    for (found, wanted) in window.iter().zip(quote) {
        if found != wanted {
            if slips == allowed || !is_slip(found, wanted) {
                return None;
            }
            slips += 1;
        }
    }
    Some(slips)
}

/// Whether two different words are one word with a letter too many, too few or another. The first letter is never the slip, a short
/// word has none, and a word is not its opposite.
fn is_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    let numeric = one.iter().chain(&other).any(|c| c.is_numeric());
    if numeric || short.len() < SHORT_WORD || long.len() - short.len() > 1 || is_negated(&one, &other) || is_negated(&other, &one)
    {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let rest = |word: &[char], from: usize| word.get(from..).map(<[char]>::to_vec);
    let from = same + usize::from(short.len() == long.len());
    same > 0 && rest(short, from) == rest(long, same + 1)
}

/// Whether `word` is `of` with a negation before it.
fn is_negated(word: &[char], of: &[char]) -> bool {
    let word: String = word.iter().collect();
    let of: String = of.iter().collect();
    OPPOSITES.iter().any(|opposite| word.strip_prefix(opposite) == Some(&of))
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
            "Клиент не хочет жить без работы. Выпил 15000 таблеток, отец меня бил каждый вечер.",
            "Моя жизнь несчастливая и бесполезная, а он моральный человек, и я не знаю, был ли это дом",
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
            // One word is a topic; a slip does not turn words into others or into their opposites.
            ("лестница", false),
            ("жизнь несчастливая и бесполезная", true),
            ("моя жизнь счастливая и бесполезная", false),
            ("он аморальный человек и я не знаю", false),
            ("не знаю был ли это том", false),
            ("иду по старому дому лестница рушытса", false),
            // What was denied is not quoted as said; a number is not another number.
            ("хочет жить без работы", false),
            ("не хочет жить без работы", true),
            ("клиент не хочет жить", true),
            ("выпил 15001 таблеток", false),
            ("отец меня был каждый вечер", false),
            ("дом", false),
            ("", false),
            ("…", false),
        ] {
            assert_eq!(quotable.holds(quote), held, "{quote}");
        }
    }
}
