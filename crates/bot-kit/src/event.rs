//! What can happen in a chat.
use domain::Stars;
use serde::{Deserialize, Serialize};

/// Something that happened in one chat with one bot. `A` is what the bot's own questions to the worker come back with.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<A = NoAnswer> {
    /// `/start`, with the deep link's parameter when there is one.
    Opened {
        /// The parameter, as it came: untrusted.
        token: Option<String>,
    },
    /// Any other command. Commands are recognised before a flow sees text.
    Command(Command),
    /// A text.
    Said(String),
    /// A button of an inline keyboard; `data` is untrusted until the bot's button type has decoded it.
    Pressed {
        /// The button's data.
        data: String,
    },
    /// Anything that is neither text nor a press.
    Media(Media),
    /// Somebody is about to pay an invoice and waits for the bot's word.
    Checkout(Checkout),
    /// Somebody has paid.
    Paid(Payment),
    /// Telegram gave a payment back.
    Refunded(Payment),
    /// The worker answers something the bot asked for.
    Answered(A),
}

/// A pre-checkout: what is to be paid, before it is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// Telegram's id of the question, for the answer.
    pub query: String,
    /// What the invoice carries: our payment id, untrusted.
    pub payload: String,
    /// How much.
    pub stars: Stars,
    /// `XTR` for Stars.
    pub currency: String,
}

/// A payment or its return, as Telegram reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// What the invoice carried: our payment id, untrusted.
    pub payload: String,
    /// How much.
    pub stars: Stars,
    /// Telegram's id of the charge: a payment is known by it and by nothing else.
    pub charge: String,
}

/// The answer type of a bot that never asks the worker for anything: no value of it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoAnswer {}

/// What a person sent that is no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Media {
    /// A photo.
    Photo(Attachment),
    /// A document.
    Document(Attachment),
    /// A voice or video note, audio, video.
    Voice,
    /// Stickers, places, contacts and all the rest.
    Other,
}

/// A file a person sent, as Telegram describes it: all of it is the sender's word.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Telegram's id, with which this bot alone can fetch it.
    pub file: String,
    /// In bytes, where Telegram says it.
    pub size: Option<u64>,
    /// Media type, as the sender's app gave it.
    pub mime: Option<String>,
    /// The file's name.
    pub name: Option<String>,
    /// What was written under it.
    pub caption: Option<String>,
    /// Files sent together have the same.
    pub album: Option<String>,
}

impl std::fmt::Debug for Attachment {
    /// Sizes only: names and captions are clinical.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attachment {{ size: {:?}, mime: {:?} }}", self.size, self.mime)
    }
}

/// One of each kind, for tests that must not forget one.
#[must_use]
pub fn every_media() -> [Media; 4] {
    let file = Attachment {
        file: "file".to_owned(),
        size: Some(1),
        mime: None,
        name: Some("notes.txt".to_owned()),
        caption: None,
        album: None,
    };
    [Media::Photo(file.clone()), Media::Document(file), Media::Voice, Media::Other]
}

/// The commands the bots know. Each bot decides for each one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// `/help`
    Help,
    /// `/cancel`
    Cancel,
    /// `/menu`
    Menu,
    /// `/cases`
    Cases,
    /// `/new`
    New,
    /// `/guide`
    Guide,
    /// `/balance`
    Balance,
    /// `/settings`
    Settings,
    /// `/terms`
    Terms,
    /// `/paysupport`
    PaySupport,
    /// `/privacy`
    Privacy,
    /// `/export`
    Export,
    /// `/delete_me`
    DeleteMe,
    /// `/admin`
    Admin,
    /// `/sos`
    Sos,
    /// `/pause`
    Pause,
    /// `/stop` and `/withdraw`
    Stop,
    /// Any other command.
    Unknown,
}

impl Command {
    /// The command of a text that begins with `/`, whatever follows it; `None` for plain text and for `/start`,
    /// which is an [`Event::Opened`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.strip_prefix('/')?.split_whitespace().next()?;
        let name = word.split('@').next().unwrap_or(word).to_ascii_lowercase();
        Some(match name.as_str() {
            "start" => return None,
            "help" => Self::Help,
            "cancel" => Self::Cancel,
            "menu" => Self::Menu,
            "cases" => Self::Cases,
            "new" => Self::New,
            "guide" => Self::Guide,
            "balance" => Self::Balance,
            "settings" => Self::Settings,
            "terms" => Self::Terms,
            "paysupport" => Self::PaySupport,
            "privacy" => Self::Privacy,
            "export" => Self::Export,
            "delete_me" => Self::DeleteMe,
            "admin" => Self::Admin,
            "sos" => Self::Sos,
            "pause" => Self::Pause,
            "stop" | "withdraw" => Self::Stop,
            _ => Self::Unknown,
        })
    }
}

impl<A> Event<A> {
    /// The event of a text message: `/start` opens, other commands are commands, the rest is said.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let first = words.next().unwrap_or_default();
        if first == "/start" || first.starts_with("/start@") {
            return Self::Opened { token: words.next().map(str::to_owned) };
        }
        match Command::parse(text) {
            Some(command) => Self::Command(command),
            None => Self::Said(text.to_owned()),
        }
    }
}

impl Event {
    /// An update's event as an event of a bot that also gets answers from the worker.
    #[must_use]
    pub fn widen<A>(self) -> Event<A> {
        match self {
            Self::Opened { token } => Event::Opened { token },
            Self::Command(command) => Event::Command(command),
            Self::Said(text) => Event::Said(text),
            Self::Pressed { data } => Event::Pressed { data },
            Self::Media(media) => Event::Media(media),
            Self::Checkout(checkout) => Event::Checkout(checkout),
            Self::Paid(payment) => Event::Paid(payment),
            Self::Refunded(payment) => Event::Refunded(payment),
            Self::Answered(answer) => match answer {},
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_the_event_a_person_meant() {
        let table: [(&str, Event); 7] = [
            ("/start", Event::Opened { token: None }),
            ("/start abc", Event::Opened { token: Some("abc".into()) }),
            ("/start@psy_bot abc", Event::Opened { token: Some("abc".into()) }),
            ("/Help", Event::Command(Command::Help)),
            ("/stop@psy_bot now", Event::Command(Command::Stop)),
            ("/что", Event::Command(Command::Unknown)),
            ("добрый день", Event::Said("добрый день".into())),
        ];
        for (text, event) in table {
            assert_eq!(Event::<NoAnswer>::from_text(text), event, "{text}");
        }
    }
}
