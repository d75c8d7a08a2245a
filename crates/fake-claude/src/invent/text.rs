//! Texts by the name of their field, within their limits.
use serde_json::Value;

use super::{Inventor, limits::TextLimits};

/// Words of a text when nothing else is said.
const WORDS: usize = 30;
/// Words of a text to its reader.
const LETTER_WORDS: usize = 90;
/// Sentences of a paragraph of such a text.
const SENTENCES: usize = 3;

/// Sorts of sentences, as indexes of what was used.
#[derive(Clone, Copy)]
enum Sort {
    Neutral,
    Question,
    Reason,
    Title,
    Opening,
}

impl Inventor {
    /// A string in its format, or a text.
    pub(super) fn string(&mut self, name: &str, schema: &Value) -> String {
        match schema.get("format").and_then(Value::as_str) {
            Some("date") => "2026-01-15".to_owned(),
            Some("time") => "10:30:00Z".to_owned(),
            Some("date-time") => "2026-01-15T10:30:00Z".to_owned(),
            Some("duration") => "PT50M".to_owned(),
            Some("uuid") => format!("00000000-0000-4000-8000-{:012x}", self.seed),
            Some("email") => "someone@example.org".to_owned(),
            Some("hostname") => "example.org".to_owned(),
            Some("uri") => "https://example.org/".to_owned(),
            Some("ipv4") => "192.0.2.1".to_owned(),
            Some("ipv6") => "2001:db8::1".to_owned(),
            _ => self.text(name, schema),
        }
    }

    /// A text for the field `name`.
    pub(super) fn text(&mut self, name: &str, schema: &Value) -> String {
        let limits = TextLimits::of(schema);
        let has = |part: &str| name == part || name.ends_with(&format!("_{part}")) || name.starts_with(&format!("{part}_"));
        let any = |parts: &[&str]| parts.iter().any(|part| has(part));
        if any(&["q", "question", "questions"]) {
            let question = self.next_within(Sort::Question, &limits);
            return self.fitted(question.to_owned(), &limits, "?");
        }
        if any(&["why", "reason", "rationale"]) {
            let reason = self.next_within(Sort::Reason, &limits);
            return self.fitted(reason.to_owned(), &limits, ".");
        }
        if any(&["title", "name", "label", "heading", "metaphor"]) {
            let title = self.next_within(Sort::Title, &limits);
            return self.fitted(title.to_owned(), &limits, "");
        }
        if any(&["quote", "quotes", "evidence"])
            && let Some(quotation) = self.material.quotation(self.quoted, &limits)
        {
            self.quoted += 1;
            return self.fitted(quotation, &limits, "");
        }
        let text = if any(&["portrait", "text", "letter"]) {
            let opening = self.next(Sort::Opening);
            self.prose(opening.to_owned(), LETTER_WORDS, &limits)
        } else {
            self.prose(String::new(), WORDS, &limits)
        };
        self.fitted(text, &limits, ".")
    }

    /// The next sentence of a sort; none returns before all were used.
    fn next(&mut self, sort: Sort) -> &'static str {
        let pool = match sort {
            Sort::Neutral => self.sentences.neutral,
            Sort::Question => self.sentences.questions,
            Sort::Reason => self.sentences.reasons,
            Sort::Title => self.sentences.titles,
            Sort::Opening => self.sentences.openings,
        };
        let used = &mut self.used[sort as usize];
        *used += 1;
        pool[(self.seed + *used) % pool.len()]
    }

    /// The next sentence of a sort that is short enough, if there is one.
    fn next_within(&mut self, sort: Sort, limits: &TextLimits) -> &'static str {
        let first = self.next(sort);
        let mut sentence = first;
        while !limits.admit(sentence) {
            sentence = self.next(sort);
            if sentence == first {
                break;
            }
        }
        sentence
    }

    /// Whole sentences, about `words` words of them, as many as the limits admit.
    fn prose(&mut self, mut text: String, words: usize, limits: &TextLimits) -> String {
        let is_long = words >= LETTER_WORDS;
        let mut sentences = usize::from(!text.is_empty());
        while text.split_whitespace().count() < words || !limits.are_reached(&text) {
            let gap = match sentences {
                0 => "",
                count if is_long && count % SENTENCES == 0 => "\n\n",
                _ => " ",
            };
            let longer = format!("{text}{gap}{}", self.next(Sort::Neutral));
            if !limits.admit(&longer) && sentences > 0 {
                break;
            }
            text = longer;
            sentences += 1;
            if sentences > 2000 {
                break;
            }
        }
        text
    }

    /// The text within its limits, with `end` at its end.
    fn fitted(&mut self, mut text: String, limits: &TextLimits, end: &str) -> String {
        for _ in 0..2000 {
            if limits.are_reached(&text) {
                break;
            }
            // In front, so that a question stays one.
            text = format!("{} {text}", self.next(Sort::Neutral));
        }
        if limits.admit(&text) {
            return text;
        }
        let words: Vec<&str> = text.split_whitespace().take(limits.most_words).collect();
        let text = words.join(" ");
        let room = limits.most_chars.saturating_sub(end.chars().count());
        let hard: String = text.chars().take(room).collect();
        let is_whole = hard.len() == text.len();
        let soft = if is_whole { Some(hard.as_str()) } else { hard.rsplit_once(' ').map(|(whole, _)| whole) };
        let soft = soft.map(|soft| soft.trim_end_matches(|c: char| !c.is_alphanumeric())).filter(|soft| !soft.is_empty());
        let kept = soft.filter(|soft| soft.chars().count() + end.chars().count() >= limits.least_chars).unwrap_or(&hard);
        let end = if limits.most_chars < end.chars().count() { "" } else { end };
        format!("{kept}{end}")
    }
}
