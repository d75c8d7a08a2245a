//! Turns a text into words that can be compared: one Unicode form, one case, one letter for look-alikes, no stretched letters.
//!
//! Every word keeps its place in the original text, so that a finding can be shown there.
use std::collections::HashMap;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::letters::{in_one_alphabet, is_cyrillic, is_invisible, look_alike};

/// One word of a text in the form in which it is compared.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// The word: lower case, ё as е, runs of one letter shortened to one.
    pub word: String,
    /// Bytes of the original text: start and end.
    pub span: (usize, usize),
    /// Number of the clause in the text; commas and line ends separate clauses.
    pub clause: u32,
    /// Number of the sentence in the text.
    pub sentence: u32,
    /// The word is an abbreviation in capitals.
    pub upper: bool,
    /// Only marks such as a dot or an asterisk, no space, stand between this word and the one before.
    pub glued: bool,
    /// All letters are Latin.
    pub latin: bool,
    /// The word belongs to an idiom and takes no part in any other phrase.
    pub masked: bool,
    /// What the word is if its Latin letters were chosen for their Cyrillic look.
    pub look: Option<String>,
}

/// Splits `text` into words. `pictures` gives the word that stands for a picture sign.
pub(crate) fn tokens(text: &str, pictures: &HashMap<char, String>) -> Vec<Token> {
    let mut reader = Reader::default();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let next = rest.peek().map(|(_, c)| *c);
        if is_invisible(c) {
            continue;
        }
        if let Some(word) = pictures.get(&c) {
            reader.flush();
            reader.picture(word, (at, at + c.len_utf8()));
            continue;
        }
        if c == '…' {
            reader.flush();
            reader.break_clause();
            continue;
        }
        for n in std::iter::once(c).nfkc() {
            reader.take(n, (at, at + c.len_utf8()), next);
        }
    }
    reader.flush();
    settle_look_alikes(reader.tokens)
}

/// The compared form of a single word, as used for words of the lexicon itself.
pub(crate) fn canonical(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        let c = if c == 'ё' { 'е' } else { c };
        if !(c.is_alphabetic() && out.ends_with(c)) {
            out.push(c);
        }
    }
    // "-ться" and "-тся" sound alike and are confused in every chat.
    if out.ends_with("ться") {
        out.truncate(out.len() - "ться".len());
        out.push_str("тся");
    }
    out
}

/// The coarser form in which transliterated words are compared: no soft and hard signs, one letter for similar vowels.
pub(crate) fn fold(word: &str) -> String {
    let folded: String = word
        .chars()
        .filter_map(|c| match c {
            'ь' | 'ъ' => None,
            'й' | 'ы' => Some('и'),
            'э' => Some('е'),
            'щ' => Some('ш'),
            other => Some(other),
        })
        .collect();
    canonical(&folded)
}

/// Reads a Latin word as Russian: `hochu` is "хочу". The result is in the coarser form of [`fold`].
pub(crate) fn from_translit(word: &str) -> String {
    const LONG: &[(&str, &str)] = &[
        ("shch", "ш"),
        ("sch", "ш"),
        ("zh", "ж"),
        ("kh", "х"),
        ("ts", "ц"),
        ("ch", "ч"),
        ("sh", "ш"),
        ("ya", "я"),
        ("ja", "я"),
        ("ia", "я"),
        ("yu", "ю"),
        ("ju", "ю"),
        ("yo", "е"),
        ("jo", "е"),
        ("ye", "е"),
        ("je", "е"),
    ];
    let mut out = String::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        if let Some((latin, russian)) = LONG.iter().find(|(latin, _)| rest.starts_with(latin)) {
            out.push_str(russian);
            rest = &rest[latin.len()..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        out.push(translit_letter(c, rest.is_empty()));
    }
    fold(&out)
}

fn translit_letter(c: char, last: bool) -> char {
    match c {
        'a' => 'а',
        'b' | '6' => 'б',
        'c' => 'ц',
        'd' => 'д',
        'e' => 'е',
        'f' => 'ф',
        'g' => 'г',
        'h' | 'x' => 'х',
        'i' | 'y' => 'и',
        'j' if last => 'и',
        'j' => 'ж',
        'k' | 'q' => 'к',
        'l' => 'л',
        'm' => 'м',
        'n' => 'н',
        'o' | '0' => 'о',
        'p' => 'п',
        'r' => 'р',
        's' => 'с',
        't' => 'т',
        'u' => 'у',
        'v' | 'w' => 'в',
        'z' | '3' => 'з',
        '4' => 'ч',
        other => other,
    }
}

/// Joins what was written letter by letter: four or more single letters in a row become one word.
pub(crate) fn join_spelled_out(tokens: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while i < tokens.len() {
        let run = tokens[i..].iter().take_while(|t| is_single_letter(t)).count();
        if run >= 4 {
            out.push(join(&tokens[i..i + run]));
            i += run;
        } else {
            out.push(tokens[i].clone());
            i += 1;
        }
    }
    out
}

/// Joins words between which only marks stand ("су.ицид"); `None` when the text has none.
pub(crate) fn join_glued(tokens: &[Token]) -> Option<Vec<Token>> {
    if !tokens.iter().any(|t| t.glued) {
        return None;
    }
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match out.last_mut() {
            Some(last) if token.glued => *last = join(&[last.clone(), token.clone()]),
            _ => out.push(token.clone()),
        }
    }
    Some(out)
}

fn join(parts: &[Token]) -> Token {
    let mut whole = parts[0].clone();
    whole.word = canonical(&parts.iter().map(|t| t.word.as_str()).collect::<String>());
    whole.latin = parts.iter().all(|t| t.latin);
    whole.span.1 = parts[parts.len() - 1].span.1;
    whole
}

fn is_single_letter(token: &Token) -> bool {
    let mut chars = token.word.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

/// A Latin word made only of look-alike letters ("He") is read as Russian when nothing else in a Russian text is Latin.
fn settle_look_alikes(mut tokens: Vec<Token>) -> Vec<Token> {
    let russian = tokens.iter().any(|t| t.word.chars().any(is_cyrillic));
    let english = tokens.iter().any(|t| t.latin && t.look.is_none());
    if russian && !english {
        for token in &mut tokens {
            if let Some(look) = token.look.take() {
                token.word = look;
                token.latin = false;
            }
        }
    }
    tokens
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    letters: Vec<char>,
    start: usize,
    end: usize,
    clause: u32,
    sentence: u32,
    glue: bool,
    dots: usize,
}

impl Reader {
    fn take(&mut self, c: char, span: (usize, usize), next: Option<char>) {
        if is_combining_mark(c) {
            if c == '\u{0306}' && matches!(self.letters.last(), Some('и' | 'И')) {
                self.letters.pop();
                self.letters.push('й');
            }
        } else if c.is_alphanumeric() {
            if self.letters.is_empty() {
                self.start = span.0;
            }
            self.letters.push(c);
            self.end = span.1;
            self.dots = 0;
        } else if !matches!(c, '\'' | '’' | '`' | 'ʼ') {
            self.flush();
            self.separate(c, next);
        }
    }

    fn separate(&mut self, c: char, next: Option<char>) {
        let before_space = next.is_none_or(char::is_whitespace);
        match c {
            '.' => {
                self.dots += 1;
                // A row of dots is a pause inside the thought, a single dot before a space ends it.
                if self.dots > 1 {
                    self.break_clause();
                } else if before_space {
                    self.break_sentence();
                }
                return;
            }
            '!' | '?' if before_space || matches!(next, Some('!' | '?')) => self.break_sentence(),
            ',' | ';' | ':' | '(' | ')' | '—' | '–' | '\n' => self.break_clause(),
            // Hyphens are ordinary in Russian words ("когда-то"), so they never glue.
            c if c.is_whitespace() || c == '-' => self.glue = false,
            _ => {}
        }
        self.dots = 0;
    }

    fn break_clause(&mut self) {
        self.clause += 1;
        self.glue = false;
    }

    fn break_sentence(&mut self) {
        self.sentence += 1;
        self.break_clause();
    }

    fn picture(&mut self, word: &str, span: (usize, usize)) {
        self.letters = word.chars().collect();
        (self.start, self.end) = span;
        self.glue = false;
        self.flush();
        self.glue = false;
    }

    fn flush(&mut self) {
        let mut letters = std::mem::take(&mut self.letters);
        if letters.is_empty() {
            return;
        }
        let mut cyrillic = letters.iter().any(|c| is_cyrillic(*c));
        if cyrillic && let Some(one) = in_one_alphabet(&letters) {
            (letters, cyrillic) = (one, false);
        }
        let latin = !cyrillic && letters.iter().any(|c| c.is_alphabetic());
        let drawn = |c: char| look_alike(c).unwrap_or(c);
        // A digit is drawn like a letter only inside a word ("хо4у"); at the end or in a number it is one ("Ф32", "50мг").
        let plain = letters.iter().enumerate().map(|(i, c)| {
            let in_number = i > 0 && letters[i - 1].is_ascii_digit();
            let inside = !c.is_ascii_digit() || (!in_number && letters.get(i + 1).is_some_and(|next| next.is_alphabetic()));
            if cyrillic && inside { drawn(*c) } else { *c }
        });
        let plain: String = plain.collect();
        // More digits than letters are a code ("6B40"), no word.
        let digits = letters.iter().filter(|c| c.is_ascii_digit()).count();
        let all_alike = latin
            && digits * 2 <= letters.len()
            && letters.iter().all(|c| look_alike(*c).is_some() && *c != 'n' && *c != 'r' && *c != 'u');
        let glued = self.glue && !self.tokens.is_empty();
        self.tokens.push(Token {
            word: canonical(&plain),
            span: (self.start, self.end),
            clause: self.clause,
            sentence: self.sentence,
            upper: letters.len() > 1 && letters.iter().all(|c| !c.is_lowercase()),
            glued,
            latin,
            masked: false,
            look: all_alike.then(|| canonical(&letters.iter().map(|c| drawn(*c)).collect::<String>())),
        });
        self.glue = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text, &HashMap::new()).into_iter().map(|token| token.word).collect()
    }

    #[test]
    fn words_come_in_one_form() {
        assert_eq!(words("Ёлка ЁЛКА е\u{308}лка и\u{306}од"), ["елка", "елка", "елка", "йод"]);
        assert_eq!(words("до\u{301}рого су\u{ad}ицид хочуууу повеситься"), ["дорого", "суицид", "хочу", "повесится"]);
        assert_eq!(words("xoчу He хо4у Ф32"), ["хочу", "не", "хочу", "ф32"]);
        assert_eq!(words("don't кто-то 𝐡𝐢"), ["dont", "кто", "то", "hi"]);
        assert_eq!(
            words("dеpression 50мг 6B40 депрессія су\u{2066}ици\u{e0041}д"),
            ["depresion", "50мг", "6b40", "депресия", "суицид"]
        );
    }

    #[test]
    fn sentences_and_clauses_are_told_apart() {
        let places: Vec<_> = tokens("Да, но… нет. Вот", &HashMap::new()).iter().map(|t| (t.sentence, t.clause)).collect();
        assert_eq!(places, [(0, 0), (0, 1), (0, 2), (1, 3)]);
    }

    #[test]
    fn every_word_knows_its_place_in_the_original_text() {
        let text = "Я е\u{308}ж, «хочу» 𝐡𝐢!";
        let cut: Vec<&str> = tokens(text, &HashMap::new()).iter().map(|t| &text[t.span.0..t.span.1]).collect();
        assert_eq!(cut, ["Я", "е\u{308}ж", "хочу", "𝐡𝐢"]);
    }
}
