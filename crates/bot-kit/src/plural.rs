//! Plural forms.

/// The Russian form for `n`: `one` (1 день), `few` (2 дня), `many` (5 дней).
#[must_use]
pub fn plural_ru<'a>(n: i64, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
    let n = n.unsigned_abs();
    match (n % 10, n % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

/// The English form for `n`.
#[must_use]
pub fn plural_en<'a>(n: i64, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_numbers_take_their_form() {
        let table = [(0, "дней"), (1, "день"), (2, "дня"), (5, "дней"), (11, "дней"), (21, "день"), (112, "дней"), (104, "дня")];
        for (n, form) in table {
            assert_eq!(plural_ru(n, "день", "дня", "дней"), form, "{n}");
        }
    }
}
