//! People, chats and messages, and their Bot API form.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::files::{File, Files};
use crate::html::Entity;

/// A person who can talk to bots; also the shape in which one is created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Telegram id, also the id of the person's private chat with each bot.
    pub user_id: i64,
    /// Shown name.
    pub first_name: String,
    /// Family name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Name without `@`.
    #[serde(default)]
    pub username: Option<String>,
    /// Language of the app: `ru`, `en`.
    #[serde(default)]
    pub language_code: Option<String>,
    /// The account was deleted: every message to it is refused with 403.
    #[serde(default)]
    pub deactivated: bool,
}

impl Person {
    /// Bot API `User`.
    pub(crate) fn user(&self) -> Value {
        let mut user = json!({
            "id": self.user_id, "is_bot": false, "first_name": self.first_name,
        });
        set(&mut user, "last_name", self.last_name.as_ref());
        set(&mut user, "username", self.username.as_ref());
        set(&mut user, "language_code", self.language_code.as_ref());
        user
    }

    /// Bot API `Chat`.
    pub(crate) fn chat(&self) -> Value {
        let mut chat = json!({
            "id": self.user_id, "type": "private", "first_name": self.first_name,
        });
        set(&mut chat, "last_name", self.last_name.as_ref());
        set(&mut chat, "username", self.username.as_ref());
        chat
    }
}

/// Sets a field of an object where there is a value.
pub(crate) fn set<T: Serialize>(object: &mut Value, name: &str, value: Option<T>) {
    if let Some(value) = value {
        object[name] = json!(value);
    }
}

/// A text with its formatting, and the source it was made from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Body {
    pub text: String,
    pub entities: Vec<Entity>,
    /// The text as it was sent, with its tags.
    pub source: String,
    pub parse_mode: Option<String>,
}

/// Conditions of an invoice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Invoice {
    pub title: String,
    pub description: String,
    pub payload: String,
    pub start_parameter: String,
    pub amount: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Text(Body),
    Document {
        file_id: String,
        caption: Body,
    },
    Photo {
        /// Ids of its sizes, the largest last.
        sizes: Vec<String>,
        caption: Body,
    },
    Voice {
        file_id: String,
        secs: u32,
        caption: Body,
    },
    Invoice(Invoice),
    /// Any other content: the fields of the Bot API's message as they are.
    Raw(Map<String, Value>),
}

impl Content {
    /// Text or caption.
    pub fn body(&self) -> Option<&Body> {
        match self {
            Self::Text(body)
            | Self::Document { caption: body, .. }
            | Self::Photo { caption: body, .. }
            | Self::Voice { caption: body, .. } => Some(body),
            Self::Invoice(_) | Self::Raw(_) => None,
        }
    }
}

/// One message of a chat between a bot and a person.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub id: i64,
    pub from_bot: bool,
    pub date: i64,
    pub edit_date: Option<i64>,
    pub content: Content,
    pub markup: Option<Value>,
    pub reply_to: Option<i64>,
    pub protected: bool,
    pub media_group: Option<String>,
    pub deleted: bool,
    /// People who have paid this invoice.
    pub paid_by: BTreeSet<i64>,
}

impl Message {
    pub fn new(id: i64, from_bot: bool, date: i64, content: Content) -> Self {
        Self {
            id,
            from_bot,
            date,
            edit_date: None,
            content,
            markup: None,
            reply_to: None,
            protected: false,
            media_group: None,
            deleted: false,
            paid_by: BTreeSet::new(),
        }
    }

    /// Bot API `Message`. `from` and `chat` are ready-made objects; `reply` is the message
    /// this one answers, already in that form.
    pub fn api(&self, from: &Value, chat: &Value, files: &Files, reply: Option<Value>) -> Value {
        let mut out = json!({
            "message_id": self.id, "from": from, "chat": chat, "date": self.date,
        });
        set(&mut out, "edit_date", self.edit_date);
        set(&mut out, "reply_to_message", reply);
        set(&mut out, "media_group_id", self.media_group.as_ref());
        if self.protected {
            out["has_protected_content"] = json!(true);
        }
        self.add_content(&mut out, files);
        set(&mut out, "reply_markup", self.markup.as_ref());
        out
    }

    fn add_content(&self, out: &mut Value, files: &Files) {
        let caption = |out: &mut Value, body: &Body| {
            if !body.text.is_empty() {
                out["caption"] = json!(body.text);
            }
            if !body.entities.is_empty() {
                out["caption_entities"] = json!(body.entities);
            }
        };
        match &self.content {
            Content::Text(body) => {
                out["text"] = json!(body.text);
                if !body.entities.is_empty() {
                    out["entities"] = json!(body.entities);
                }
            }
            Content::Document { file_id, caption: c } => {
                set(out, "document", files.get(file_id).map(File::document));
                caption(out, c);
            }
            Content::Photo { sizes, caption: c } => {
                let sizes: Vec<Value> = sizes.iter().filter_map(|id| files.get(id)).map(File::photo).collect();
                out["photo"] = json!(sizes);
                caption(out, c);
            }
            Content::Voice { file_id, secs, caption: c } => {
                set(out, "voice", files.get(file_id).map(|file| file.voice(*secs)));
                caption(out, c);
            }
            Content::Invoice(invoice) => {
                out["invoice"] = json!({
                    "title": invoice.title, "description": invoice.description,
                    "start_parameter": invoice.start_parameter,
                    "currency": "XTR", "total_amount": invoice.amount,
                });
            }
            Content::Raw(fields) => {
                for (name, value) in fields {
                    out[name] = value.clone();
                }
            }
        }
    }
}

/// A private chat of a person with a bot.
#[derive(Debug, Default)]
pub(crate) struct Chat {
    /// The person has written at least once, so the bot may write.
    pub started: bool,
    /// The person has blocked the bot.
    pub blocked: bool,
    pub messages: BTreeMap<i64, Message>,
}
