//! What a schema, or its description, says about the size of a value.
use serde_json::Value;

/// Bounds of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextLimits {
    /// Fewest characters.
    pub least_chars: usize,
    /// Most characters.
    pub most_chars: usize,
    /// Fewest words.
    pub least_words: usize,
    /// Most words.
    pub most_words: usize,
}

impl TextLimits {
    pub(crate) fn of(schema: &Value) -> Self {
        let description = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let (least_words, most_words) = words(description);
        Self {
            least_chars: count(schema, "minLength").unwrap_or(0),
            most_chars: count(schema, "maxLength").unwrap_or(usize::MAX),
            least_words: least_words.unwrap_or(0),
            most_words: most_words.unwrap_or(usize::MAX),
        }
    }

    /// Whether the text is short enough.
    pub(crate) fn admit(&self, text: &str) -> bool {
        text.chars().count() <= self.most_chars && text.split_whitespace().count() <= self.most_words
    }

    /// Whether the text is long enough.
    pub(crate) fn are_reached(&self, text: &str) -> bool {
        text.chars().count() >= self.least_chars && text.split_whitespace().count() >= self.least_words
    }
}

/// A bound by its name: as a word of the schema, or in the description as `maxLength: 300`.
pub(crate) fn number(schema: &Value, name: &str) -> Option<f64> {
    if let Some(number) = schema.get(name).and_then(Value::as_f64) {
        return Some(number);
    }
    let description = schema.get("description").and_then(Value::as_str)?;
    let (_, after) = description.split_once(&format!("{name}: "))?;
    let end = after.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.'))).unwrap_or(after.len());
    after[..end].parse().ok()
}

/// A bound that counts something.
pub(crate) fn count(schema: &Value, name: &str) -> Option<usize> {
    let number = number(schema, name).filter(|number| *number >= 0.0 && number.fract() == 0.0)?;
    format!("{number:.0}").parse().ok()
}

/// Fewest and most words that a description asks for: "≤ 350 words", "200–300 слов", "от 200 до 300 слов", "at least 40 words".
fn words(description: &str) -> (Option<usize>, Option<usize>) {
    let text = description.to_lowercase().replace('≤', " ≤ ").replace('≥', " ≥ ").replace(['–', '—', '-'], " - ");
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let Some(at) = tokens.iter().position(|token| token.starts_with("word") || token.starts_with("слов")) else {
        return (None, None);
    };
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at)).copied().unwrap_or_default();
    let Ok(last) = before(1).parse::<usize>() else { return (None, None) };
    if let ("-" | "to" | "до" | "and" | "и", Ok(first)) = (before(2), before(3).parse()) {
        return (Some(first), Some(last));
    }
    match (before(3), before(2)) {
        (_, "≥" | "least" | "от" | "from") | ("не", "менее" | "меньше") => (Some(last), None),
        _ => (None, Some(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bounds_are_read_from_words_of_the_schema_and_from_its_description() {
        assert_eq!(number(&json!({ "minimum": -2 }), "minimum"), Some(-2.0));
        let told = json!({ "description": "A share\n\n{exclusiveMinimum: 3, maximum: 0.5, minimum: -7}" });
        assert_eq!((number(&told, "minimum"), number(&told, "maximum")), (Some(-7.0), Some(0.5)));
        assert_eq!(count(&json!({ "description": "{maxLength: 300}" }), "maxLength"), Some(300));
        assert_eq!(count(&json!({ "minItems": -1 }), "minItems"), None);
    }

    #[test]
    fn words_are_counted_as_the_description_says() {
        let table = [
            ("≤ 350 words", (None, Some(350))),
            ("Не больше 120 слов, спокойно", (None, Some(120))),
            ("at most 40 words", (None, Some(40))),
            ("no more than 40 words", (None, Some(40))),
            ("200–300 words", (Some(200), Some(300))),
            ("от 200 до 300 слов", (Some(200), Some(300))),
            ("at least 40 words", (Some(40), None)),
            ("не менее 40 слов", (Some(40), None)),
            ("≥40 words", (Some(40), None)),
            ("in your own words", (None, None)),
            ("", (None, None)),
        ];
        for (description, bounds) in table {
            assert_eq!(words(description), bounds, "{description}");
        }
    }
}
