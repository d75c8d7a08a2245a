//! What may leave a service in a log line, a span or a report of a fault: fields of a closed list, shortened, without tokens.
use std::{borrow::Cow, fmt};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};

/// The fields that may be written. Each is an id of ours, a word of ours from a closed list, a number, or an error as our own type shows it
/// (docs/LOGGING.md). What has another name is dropped, and the line says how many were.
pub const ALLOWED: &[&str] = &[
    // the ways through the platform
    "correlation_id",
    "context_id",
    "service_id",
    "run_id",
    "operation_id",
    // rows and calls
    "job",
    "outbox",
    "update",
    "request",
    "key",
    "id",
    "step",
    "attempt",
    "kind",
    "task",
    "action",
    // closed lists
    "bot",
    "service",
    "method",
    "code",
    "channel",
    "failure",
    "queue",
    // our own sentences
    "reason",
    "broken",
    "place",
    "addr",
    "version",
    // numbers and yes or no
    "count",
    "faults",
    "touched",
    "failed",
    "violations",
    "bots",
    "fenced_out",
    "lost",
    "concurrency",
    "agent",
];

/// The longest text of a field, in characters.
const LONGEST: usize = 400;
/// Digits before the colon of a bot's token.
const TOKEN_DIGITS: usize = 6;
/// Characters after it.
const TOKEN_SECRET: usize = 30;

/// The fields of a span or an event that may be written.
#[derive(Debug, Default, Clone)]
pub(crate) struct Fields {
    /// The sentence of an event.
    pub message: String,
    /// The fields, in the order of their names.
    pub kept: Map<String, Value>,
    /// How many were dropped.
    pub dropped: usize,
}

impl Fields {
    fn keep(&mut self, field: &Field, value: Value) {
        let name = field.name();
        if ALLOWED.contains(&name) {
            self.kept.insert(name.to_owned(), value);
        // What the bridge of the `log` crate and of OpenTelemetry adds is not ours to count.
        } else if !name.starts_with("log.") && !name.starts_with("otel.") {
            self.dropped += 1;
        }
    }

    fn text(&mut self, field: &Field, text: &str) {
        if field.name() == "message" {
            self.message = clean(text).into_owned();
        } else {
            self.keep(field, Value::from(clean(text)));
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.keep(field, Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, Value::from(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, &format!("{value:?}"));
    }
}

/// A text without what looks like a bot's token, and no longer than a line should be.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let text = without_tokens(text);
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

/// Puts `[token]` where at least six digits, a colon and at least thirty characters of base64url stand together.
fn without_tokens(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    let mut out = String::new();
    while let Some(colon) = rest.find(':') {
        let (before, after) = (&rest[..colon], &rest[colon + 1..]);
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let secret = after.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
        if digits >= TOKEN_DIGITS && secret >= TOKEN_SECRET {
            out.push_str(&before[..before.len() - digits]);
            out.push_str("[token]");
            rest = &after[secret..];
        } else {
            out.push_str(&rest[..=colon]);
            rest = after;
        }
    }
    if out.is_empty() {
        return Cow::Borrowed(rest);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_does_not_get_through_wherever_it_stands() {
        let token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1";
        for (text, clean) in [
            (token.to_owned(), "[token]".to_owned()),
            (
                format!("https://api.telegram.org/bot{token}/sendMessage"),
                "https://api.telegram.org/bot[token]/sendMessage".into(),
            ),
            (format!("две: {token}, {token}"), "две: [token], [token]".into()),
            ("at 12:30:59 in crates/db/src/pool.rs:12".into(), "at 12:30:59 in crates/db/src/pool.rs:12".into()),
            ("123456:short".into(), "123456:short".into()),
        ] {
            assert_eq!(without_tokens(&text), clean);
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = "ы".repeat(LONGEST + 5);
        assert_eq!(clean(&text).chars().count(), LONGEST + 1);
    }
}
