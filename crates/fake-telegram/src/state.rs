//! Everything the stand-in remembers, behind one lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Now;
use crate::config::Config;
use crate::delivery::Scheduler;
use crate::error::ApiError;
use crate::faults::Faults;
use crate::files::{File, Files};
use crate::html::Entity;
use crate::journal::Journal;
use crate::limits::Limits;
use crate::model::{Chat, Content, Message, Person, set};
use crate::queue::{Draft, Update, Updates};
use crate::stars::{Checkout, Transaction};

/// A registered webhook.
#[derive(Debug)]
pub(crate) struct Webhook {
    pub url: String,
    pub secret: String,
    pub max_connections: usize,
    pub ip_address: Option<String>,
    pub has_certificate: bool,
    pub scheduler: Scheduler,
}

/// How a bot answered a press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackAnswer {
    /// Text of the toast or alert, empty if there was none.
    pub text: String,
    /// Shown as an alert that must be closed.
    pub show_alert: bool,
    /// Link that was opened.
    pub url: Option<String>,
}

/// One press of a button.
#[derive(Debug, Clone)]
pub(crate) struct Callback {
    pub chat: i64,
    pub message_id: i64,
    pub issued_at: f64,
    pub answer: Option<CallbackAnswer>,
}

/// Commands of one scope and language.
#[derive(Debug, Clone)]
pub(crate) struct CommandSet {
    pub scope: Value,
    pub language: String,
    pub commands: Value,
}

/// One bot.
#[derive(Debug)]
pub(crate) struct Bot {
    pub id: i64,
    pub name: String,
    pub token: String,
    pub username: String,
    pub next_message: i64,
    pub chats: BTreeMap<i64, Chat>,
    pub updates: Updates,
    pub webhook: Option<Webhook>,
    /// Grows with each change of the webhook: what was in flight before is ignored.
    pub generation: u64,
    /// Last failure of a delivery: time and text. Not cleared by success.
    pub last_error: Option<(i64, String)>,
    /// Since when the webhook answers nothing but 410.
    pub gone_since: Option<f64>,
    /// When `setWebhook` may be called again.
    pub next_set_webhook: f64,
    /// Number of the newest `getUpdates`; older ones end with 409.
    pub polls: u64,
    pub callbacks: HashMap<String, Callback>,
    pub checkouts: HashMap<String, Checkout>,
    pub transactions: Vec<Transaction>,
    pub commands: Vec<CommandSet>,
    pub menu_buttons: BTreeMap<Option<i64>, Value>,
}

impl Bot {
    /// Bot API `User`.
    pub fn user(&self) -> Value {
        json!({
            "id": self.id, "is_bot": true, "first_name": self.username,
            "username": self.username,
        })
    }
}

/// A message as it is shown now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Id within the bot.
    pub message_id: i64,
    /// Written by the bot, not by the person.
    pub from_bot: bool,
    /// Seconds since 1970.
    pub date: i64,
    /// It was edited at least once.
    pub edited: bool,
    /// Text, or the caption of a file.
    pub text: String,
    /// The text as it was sent, with its tags.
    pub html: String,
    /// Formatting; offsets count UTF-16 units.
    pub entities: Value,
    /// Inline keyboard.
    pub reply_markup: Option<Value>,
    /// Bot API `Document`.
    pub document: Option<Value>,
    /// Bot API `PhotoSize` of the largest size.
    pub photo: Option<Value>,
    /// Bot API `Voice`.
    pub voice: Option<Value>,
    /// Bot API `Invoice`, with `payload` and `paid_by` (user ids) added.
    pub invoice: Option<Value>,
    /// Other content, as the fields of the Bot API's message.
    pub other: Option<Value>,
    /// Cannot be forwarded or saved.
    pub protected: bool,
}

/// The whole state.
#[derive(Debug)]
pub(crate) struct State {
    pub now: Now,
    pub people: BTreeMap<i64, Person>,
    pub bots: Vec<Bot>,
    pub files: Files,
    pub faults: Faults,
    pub limits: Limits,
    pub limits_on: bool,
    pub journal: Journal,
    pub dice: StdRng,
    pub counter: u64,
    /// Copies to be delivered beside the queues, as soon as the lock is free.
    pub extras: Vec<(usize, Update)>,
    /// Such copies that are on their way.
    pub extras_in_flight: usize,
}

impl State {
    pub fn new(config: &Config) -> Self {
        let mut dice = StdRng::seed_from_u64(config.seed);
        let bots = config.bots.iter().enumerate().map(|(index, bot)| {
            let own = bot.token.split(':').next().and_then(|id| id.parse().ok());
            Bot {
                id: own.unwrap_or(7_000_000_001 + index as i64),
                name: bot.id_name.clone(),
                token: bot.token.clone(),
                username: bot.username.clone(),
                next_message: 1,
                chats: BTreeMap::new(),
                updates: Updates::new(dice.random_range(100_000_000..1_000_000_000)),
                webhook: None,
                generation: 0,
                last_error: None,
                gone_since: None,
                next_set_webhook: 0.0,
                polls: 0,
                callbacks: HashMap::new(),
                checkouts: HashMap::new(),
                transactions: Vec::new(),
                commands: Vec::new(),
                menu_buttons: BTreeMap::new(),
            }
        });
        let bots = bots.collect();
        Self {
            now: Now::default(),
            people: BTreeMap::new(),
            bots,
            files: Files::default(),
            faults: Faults::new(config.seed),
            limits: Limits::default(),
            limits_on: config.limits,
            journal: Journal::default(),
            dice,
            counter: 0,
            extras: Vec::new(),
            extras_in_flight: 0,
        }
    }

    /// A number no one else got.
    pub fn unique(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// An id that looks like Telegram's: long, decimal, unique.
    pub fn query_id(&mut self, user: i64) -> String {
        let unique = self.unique();
        format!("{}{:010}{unique:06}", user % 10_000, self.dice.random_range(0..1_000_000_000_u64))
    }

    pub fn bot_by_name(&self, name: &str) -> Option<usize> {
        self.bots.iter().position(|bot| bot.name == name)
    }

    pub fn bot_by_token(&self, token: &str) -> Option<usize> {
        self.bots.iter().position(|bot| bot.token == token)
    }

    pub fn message(&self, bot: usize, chat: i64, id: i64) -> Option<&Message> {
        let message = self.bots.get(bot)?.chats.get(&chat)?.messages.get(&id)?;
        (!message.deleted).then_some(message)
    }

    pub fn message_mut(&mut self, bot: usize, chat: i64, id: i64) -> Option<&mut Message> {
        let chat = self.bots.get_mut(bot)?.chats.get_mut(&chat)?;
        chat.messages.get_mut(&id).filter(|message| !message.deleted)
    }

    /// Stores a new message and tells those who watch; gives its id.
    pub fn add_message(&mut self, bot: usize, chat: i64, make: impl FnOnce(i64) -> Message) -> i64 {
        let Some(owner) = self.bots.get_mut(bot) else {
            return 0;
        };
        let id = owner.next_message;
        owner.next_message += 1;
        let messages = &mut owner.chats.entry(chat).or_default().messages;
        messages.insert(id, make(id));
        self.show(bot, chat, id, "message");
        id
    }

    /// Records an event about one message.
    pub fn show(&mut self, bot: usize, chat: i64, id: i64, kind: &str) {
        let data = self.view(bot, chat, id).map(|view| json!(view));
        self.event(kind, bot, Some(chat), data.unwrap_or_default());
    }

    pub fn event(&mut self, kind: &str, bot: usize, chat: Option<i64>, data: Value) {
        let name = self.bots.get(bot).map(|b| b.name.clone()).unwrap_or_default();
        self.journal.event(self.now, kind, &name, chat, data);
    }

    /// Bot API `Message`, with the message it answers one level deep.
    pub fn message_json(&self, bot: usize, chat: i64, id: i64) -> Value {
        self.message_at_depth(bot, chat, id, 1)
    }

    fn message_at_depth(&self, bot: usize, chat: i64, id: i64, depth: u8) -> Value {
        let (Some(owner), Some(person)) = (self.bots.get(bot), self.people.get(&chat)) else {
            return Value::Null;
        };
        let message = owner.chats.get(&chat).and_then(|c| c.messages.get(&id));
        let Some(message) = message else {
            return Value::Null;
        };
        let from = if message.from_bot { owner.user() } else { person.user() };
        let reply = message.reply_to.filter(|_| depth > 0);
        let reply = reply.map(|to| self.message_at_depth(bot, chat, to, depth - 1));
        message.api(&from, &person.chat(), &self.files, reply)
    }

    /// A message as a page shows it; `None` once it is deleted.
    pub fn view(&self, bot: usize, chat: i64, id: i64) -> Option<ChatMessage> {
        let message = self.message(bot, chat, id)?;
        let body = message.content.body().cloned().unwrap_or_default();
        let mut view = ChatMessage {
            message_id: message.id,
            from_bot: message.from_bot,
            date: message.date,
            edited: message.edit_date.is_some(),
            text: body.text,
            html: body.source,
            entities: json!(body.entities as Vec<Entity>),
            reply_markup: message.markup.clone(),
            document: None,
            photo: None,
            voice: None,
            invoice: None,
            other: None,
            protected: message.protected,
        };
        match &message.content {
            Content::Text(_) => {}
            Content::Document { file_id, .. } => {
                view.document = self.files.get(file_id).map(File::document);
            }
            Content::Photo { sizes, .. } => {
                view.photo = sizes.last().and_then(|id| self.files.get(id)).map(File::photo);
            }
            Content::Voice { file_id, secs, .. } => {
                view.voice = self.files.get(file_id).map(|file| file.voice(*secs));
            }
            Content::Invoice(invoice) => {
                view.invoice = Some(json!({
                    "title": invoice.title, "description": invoice.description,
                    "start_parameter": invoice.start_parameter, "currency": "XTR",
                    "total_amount": invoice.amount, "payload": invoice.payload,
                    "paid_by": message.paid_by,
                }));
            }
            Content::Raw(fields) => view.other = Some(Value::Object(fields.clone())),
        }
        Some(view)
    }

    /// Creates an update; gives its id, `None` where the bot does not want its kind.
    pub fn notify(&mut self, bot: usize, kind: &str, content: Value, user: i64, chat: i64) -> Option<i64> {
        let wanted = self.bots.get(bot)?.updates.allows(kind);
        wanted.then(|| self.push(bot, kind, content, user, chat)).flatten()
    }

    /// Creates an update whatever the bot wants.
    pub fn push(&mut self, bot: usize, kind: &str, content: Value, user: i64, chat: i64) -> Option<i64> {
        let draft = Draft { kind: kind.to_owned(), content: Arc::new(content), user, chat };
        let fresh = self.dice.random_range(100_000_000..1_000_000_000);
        let now = self.now.secs;
        let owner = self.bots.get_mut(bot)?;
        let id = owner.updates.push(draft, now, fresh)?;
        match self.faults.take_duplicate(&owner.name, kind, Some(chat)) {
            Some(new_id) => self.repeat(bot, id, new_id, 1),
            None => Vec::new(),
        };
        Some(id)
    }

    /// Delivers an update that was created before once more, beside its queue: as it was, or
    /// under an id and in a queue of its own. Gives the ids of the copies.
    pub fn repeat(&mut self, bot: usize, id: i64, new_id: bool, copies: usize) -> Vec<i64> {
        let now = self.now.secs;
        let Some(owner) = self.bots.get_mut(bot) else {
            return Vec::new();
        };
        let found = owner.updates.history().iter().rev().find(|u| u.id == id);
        let Some(original) = found.cloned() else {
            return Vec::new();
        };
        if !new_id {
            let copy = std::iter::repeat_n((bot, original), copies);
            self.extras.extend(copy);
            return vec![id; copies];
        }
        (0..copies).filter_map(|_| owner.updates.push_copy(&original, now)).collect()
    }

    /// Whether the bot may write to a chat.
    ///
    /// # Errors
    /// The 400s and 403s of the Bot API.
    pub fn check_chat(&self, bot: usize, chat: i64) -> Result<(), ApiError> {
        let person = self.people.get(&chat);
        let person = person.ok_or_else(|| ApiError::bad_request("chat not found"))?;
        if person.deactivated {
            return Err(ApiError::forbidden("user is deactivated"));
        }
        let own = self.bots.get(bot).and_then(|b| b.chats.get(&chat));
        match own {
            Some(chat) if chat.blocked => Err(ApiError::blocked()),
            Some(chat) if chat.started => Ok(()),
            _ => Err(ApiError::forbidden("bot can't initiate conversation with a user")),
        }
    }

    /// Nothing waits for delivery and nothing is on its way.
    pub fn idle(&self) -> bool {
        self.extras.is_empty() && self.extras_in_flight == 0 && self.bots.iter().all(|bot| bot.updates.len() == 0)
    }

    /// Bot API `WebhookInfo`.
    pub fn webhook_info(&self, bot: usize) -> Value {
        let Some(owner) = self.bots.get(bot) else {
            return Value::Null;
        };
        let hook = owner.webhook.as_ref();
        let mut info = json!({
            "url": hook.map_or("", |h| h.url.as_str()),
            "has_custom_certificate": hook.is_some_and(|h| h.has_certificate),
            "pending_update_count": owner.updates.len(),
        });
        set(&mut info, "max_connections", hook.map(|h| h.max_connections));
        set(&mut info, "ip_address", hook.and_then(|h| h.ip_address.as_ref()));
        let error = hook.and(owner.last_error.as_ref());
        set(&mut info, "last_error_date", error.map(|(at, _)| at));
        set(&mut info, "last_error_message", error.map(|(_, text)| text));
        let allowed = owner.updates.allowed.as_ref();
        set(&mut info, "allowed_updates", allowed.filter(|list| !list.is_empty()));
        info
    }
}
