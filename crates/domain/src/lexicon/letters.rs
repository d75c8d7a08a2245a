//! Letters that are drawn alike in two alphabets, and signs that are not drawn at all.

/// The sign is not seen: joiners, marks of direction, fillers, tags.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}')
}

/// A letter of the Cyrillic block.
pub(super) fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{0400}'..='\u{04FF}')
}

/// The Russian letter a Latin or Ukrainian letter or a digit is drawn like.
pub(super) fn look_alike(c: char) -> Option<char> {
    Some(match c {
        'A' | 'a' => 'а',
        'B' => 'в',
        'b' => 'ь',
        'C' | 'c' => 'с',
        'E' | 'e' | 'Ë' | 'ë' => 'е',
        'H' | 'h' => 'н',
        'K' | 'k' => 'к',
        'M' | 'm' => 'м',
        'n' => 'п',
        'O' | 'o' | '0' => 'о',
        'P' | 'p' => 'р',
        'r' => 'г',
        'T' | 't' => 'т',
        'u' => 'и',
        'X' | 'x' => 'х',
        'і' | 'І' => 'и',
        'Y' | 'y' => 'у',
        '3' => 'з',
        '4' => 'ч',
        '6' => 'б',
        _ => return None,
    })
}

/// The Latin letter a Cyrillic one is drawn like.
fn latin_look(c: char) -> Option<char> {
    Some(match c {
        'А' | 'а' => 'a',
        'В' => 'b',
        'Е' | 'е' => 'e',
        'І' | 'і' => 'i',
        'К' | 'к' => 'k',
        'М' => 'm',
        'Н' => 'h',
        'О' | 'о' => 'o',
        'Р' | 'р' => 'p',
        'С' | 'с' => 'c',
        'Т' => 't',
        'У' | 'у' => 'y',
        'Х' | 'х' => 'x',
        _ => return None,
    })
}

/// A word of both alphabets in one: in Latin letters when only they can be meant ("dеpression"), otherwise in Cyrillic ones.
pub(super) fn in_one_alphabet(letters: &[char]) -> Option<Vec<char>> {
    let only_latin = letters.iter().any(|c| c.is_ascii_alphabetic() && look_alike(*c).is_none());
    let both = |c: &char| if is_cyrillic(*c) { latin_look(*c) } else { Some(*c) };
    if only_latin { letters.iter().map(both).collect() } else { None }
}
