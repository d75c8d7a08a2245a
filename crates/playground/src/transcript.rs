//! What people and bots say, line by line.

use std::collections::HashMap;

use fake_telegram::{ChatMessage, FakeTelegram};

use crate::people::{OWNERS, title};

/// Prints what has happened since it last looked.
pub(crate) struct Transcript {
    telegram: FakeTelegram,
    seen: u64,
    /// Text of each message as it was printed last.
    texts: HashMap<(String, i64), String>,
}

impl Transcript {
    /// Begins with the first event there is.
    pub fn new(telegram: FakeTelegram) -> Self {
        Self { telegram, seen: 0, texts: HashMap::new() }
    }

    /// Prints the messages that came or changed since the last call. Of a message that changed only its buttons, only those.
    pub fn catch_up(&mut self) {
        for event in self.telegram.events_after(self.seen) {
            self.seen = event.seq;
            let Ok(message) = serde_json::from_value::<ChatMessage>(event.data.clone()) else { continue };
            let person = OWNERS.iter().find(|owner| Some(owner.id) == event.chat).map_or("?", |owner| owner.name);
            let edited = event.kind == "edited";
            let place = (event.bot.clone(), message.message_id);
            let same = self.texts.insert(place, message.text.clone()).is_some_and(|before| before == message.text);
            println!("{}", entry(title(&event.bot), person, &message, edited, edited && same));
        }
    }
}

/// One message: who to whom, the text, the buttons in their rows.
fn entry(bot: &str, person: &str, message: &ChatMessage, edited: bool, buttons_only: bool) -> String {
    let (from, to) = if message.from_bot { (bot, person) } else { (person, bot) };
    let mut lines = vec![format!("{from} → {to}{}", if edited { " (изменено)" } else { "" })];
    if !buttons_only {
        lines.extend(attachments(message));
        lines.extend(message.text.lines().map(|line| format!("    {line}")));
    }
    lines.extend(
        rows(message)
            .iter()
            .map(|row| format!("    {}", row.iter().map(|label| format!("[{label}]")).collect::<Vec<_>>().join(" "))),
    );
    lines.join("\n")
}

fn attachments(message: &ChatMessage) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(document) = &message.document {
        let name = document["file_name"].as_str().unwrap_or("?");
        lines.push(format!("    ⟨файл {name}, {} байт⟩", document["file_size"]));
    }
    if let Some(photo) = &message.photo {
        lines.push(format!("    ⟨картинка {}×{}⟩", photo["width"], photo["height"]));
    }
    if let Some(invoice) = &message.invoice {
        lines.push(format!("    ⟨счёт: {} звёзд⟩", invoice["total_amount"]));
    }
    lines
}

/// Labels of a message's buttons, in their rows.
pub(crate) fn rows(message: &ChatMessage) -> Vec<Vec<String>> {
    let keyboard = message.reply_markup.as_ref().and_then(|markup| markup["inline_keyboard"].as_array());
    let labels = |row: &serde_json::Value| -> Vec<String> {
        row.as_array().into_iter().flatten().filter_map(|button| button["text"].as_str().map(str::to_owned)).collect()
    };
    keyboard.into_iter().flatten().map(labels).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message() -> ChatMessage {
        serde_json::from_value(json!({
            "message_id": 7, "from_bot": true, "date": 0, "edited": false, "text": "Вопрос 1\nотметьте", "html": "", "entities": [],
            "reply_markup": { "inline_keyboard": [[{ "text": "☐ 1" }, { "text": "☐ 2" }], [{ "text": "Дальше" }]] },
            "document": null, "photo": null, "invoice": null, "other": null, "protected": false
        }))
        .unwrap()
    }

    #[test]
    fn an_entry_shows_who_said_what_and_the_buttons_in_their_rows() {
        let expected = "Скрининг → Илья\n    Вопрос 1\n    отметьте\n    [☐ 1] [☐ 2]\n    [Дальше]";
        assert_eq!(entry("Скрининг", "Илья", &message(), false, false), expected);
    }

    #[test]
    fn where_only_buttons_changed_only_they_are_shown() {
        let expected = "Скрининг → Илья (изменено)\n    [☐ 1] [☐ 2]\n    [Дальше]";
        assert_eq!(entry("Скрининг", "Илья", &message(), true, true), expected);
    }
}
