//! Inline keyboards.
use serde::{Deserialize, Serialize};

use crate::BUTTON_BYTES;

/// A bot's typed buttons: what travels in `callback_data` and back. Data that comes back is attacker-controlled: decoding
/// proves its form, never a right to the ids in it.
pub trait Button: Sized {
    /// At most [`BUTTON_BYTES`] bytes.
    fn encode(&self) -> String;
    /// `None` for anything [`Button::encode`] does not make.
    fn decode(data: &str) -> Option<Self>;
}

/// One key of a keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// What the person reads.
    pub label: String,
    /// What it does.
    #[serde(flatten)]
    pub action: KeyAction,
}

/// What a key does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyAction {
    /// Comes back as a press with this data.
    Data(String),
    /// Opens a link.
    Url(String),
    /// Copies a text of at most 256 characters.
    Copy(String),
}

/// Rows of keys under a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Keyboard {
    /// The rows, top to bottom.
    pub rows: Vec<Vec<Key>>,
}

impl Keyboard {
    /// No keys.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// One more row of buttons; nothing is added for an empty row.
    #[must_use]
    pub fn row<B: Button>(mut self, keys: impl IntoIterator<Item = (String, B)>) -> Self {
        let row: Vec<Key> = keys.into_iter().map(|(label, button)| Key::press(label, &button)).collect();
        if !row.is_empty() {
            self.rows.push(row);
        }
        self
    }

    /// One more row with one button.
    #[must_use]
    pub fn key<B: Button>(self, label: impl Into<String>, button: B) -> Self {
        self.row([(label.into(), button)])
    }

    /// One more row with a link.
    #[must_use]
    pub fn url(mut self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.rows.push(vec![Key { label: label.into(), action: KeyAction::Url(url.into()) }]);
        self
    }

    /// One more row with a key that copies `text`.
    #[must_use]
    pub fn copy(mut self, label: impl Into<String>, text: impl Into<String>) -> Self {
        self.rows.push(vec![Key { label: label.into(), action: KeyAction::Copy(text.into()) }]);
        self
    }

    /// All keys, row by row.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.rows.iter().flatten()
    }
}

impl Key {
    /// A key that comes back as a press.
    #[must_use]
    pub fn press<B: Button>(label: impl Into<String>, button: &B) -> Self {
        let data = button.encode();
        debug_assert!(!data.is_empty() && data.len() <= BUTTON_BYTES, "button data must have 1 to 64 bytes: {data}");
        Self { label: label.into(), action: KeyAction::Data(data) }
    }
}
