//! What tests and pages look at, and the faults they order. Methods of the handle.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::FakeTelegram;
use crate::faults::Fault;
use crate::journal::{Event, LogEntry};
use crate::state::ChatMessage;

/// One chat in the list of chats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatSummary {
    /// Name of the bot.
    pub bot: String,
    /// Id of the person, and of the chat.
    pub user: i64,
    /// The person has written at least once.
    pub started: bool,
    /// The person has blocked the bot.
    pub blocked: bool,
    /// Messages that are not deleted.
    pub messages: usize,
    /// Id of the newest message, 0 if there is none.
    pub last_message_id: i64,
}

/// A bot as the control API shows it: without its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotSummary {
    /// Name in the control API.
    pub name: String,
    /// Name in Telegram.
    pub username: String,
    /// Telegram id.
    pub id: i64,
    /// Address of the webhook, empty if there is none.
    pub webhook_url: String,
    /// Updates waiting or in flight.
    pub pending: usize,
}

impl FakeTelegram {
    /// The bots there are.
    pub fn bots(&self) -> Vec<BotSummary> {
        let look = |bot: &crate::state::Bot| BotSummary {
            name: bot.name.clone(),
            username: bot.username.clone(),
            id: bot.id,
            webhook_url: bot.webhook.as_ref().map(|h| h.url.clone()).unwrap_or_default(),
            pending: bot.updates.len(),
        };
        self.engine.read(|state| state.bots.iter().map(look).collect())
    }

    /// All chats of all bots.
    pub fn chats(&self) -> Vec<ChatSummary> {
        self.engine.read(|state| {
            let of_bot = |bot: &crate::state::Bot| {
                let name = bot.name.clone();
                let summary = |(user, chat): (&i64, &crate::model::Chat)| ChatSummary {
                    bot: name.clone(),
                    user: *user,
                    started: chat.started,
                    blocked: chat.blocked,
                    messages: chat.messages.values().filter(|m| !m.deleted).count(),
                    last_message_id: chat.messages.keys().next_back().copied().unwrap_or(0),
                };
                bot.chats.iter().map(summary).collect::<Vec<_>>()
            };
            state.bots.iter().flat_map(of_bot).collect()
        })
    }

    /// The messages of one chat as they are now, oldest first; empty if there is no chat.
    pub fn messages(&self, bot: &str, user: i64) -> Vec<ChatMessage> {
        self.engine.read(|state| {
            let index = state.bot_by_name(bot).unwrap_or(usize::MAX);
            let chat = state.bots.get(index).and_then(|b| b.chats.get(&user));
            let ids = chat.map(|chat| chat.messages.keys()).into_iter().flatten();
            ids.filter_map(|id| state.view(index, user, *id)).collect()
        })
    }

    /// One message as it is now; `None` if there is none or it is deleted.
    pub fn message(&self, bot: &str, user: i64, message_id: i64) -> Option<ChatMessage> {
        self.engine.read(|state| state.view(state.bot_by_name(bot)?, user, message_id))
    }

    /// The content of a file that a bot or a person has sent.
    pub fn file_bytes(&self, file_id: &str) -> Option<Bytes> {
        self.engine.read(|state| state.files.get(file_id).map(|file| file.bytes.clone()))
    }

    /// The commands a person sees in the menu: Bot API `BotCommand` objects.
    pub fn commands_for(&self, bot: &str, user: i64) -> Value {
        self.engine.read(|state| match state.bot_by_name(bot) {
            Some(index) => state.commands_for(index, user),
            None => Value::Array(Vec::new()),
        })
    }

    /// Bot API `WebhookInfo`; null if there is no such bot.
    pub fn webhook_info(&self, bot: &str) -> Value {
        self.engine.read(|state| match state.bot_by_name(bot) {
            Some(index) => state.webhook_info(index),
            None => Value::Null,
        })
    }

    /// Every update the bot was given, as it is delivered, oldest first.
    pub fn updates(&self, bot: &str) -> Vec<Value> {
        self.engine.read(|state| {
            let index = state.bot_by_name(bot).unwrap_or(usize::MAX);
            let owner = state.bots.get(index);
            let all = owner.map_or(&[][..], |b| b.updates.history());
            all.iter().map(crate::queue::Update::json).collect()
        })
    }

    /// Log entries after the one numbered `seq`, oldest first; 0 for all.
    pub fn log_after(&self, seq: u64) -> Vec<LogEntry> {
        self.engine.read(|state| state.journal.log_after(seq).to_vec())
    }

    /// Events after the one numbered `seq`, oldest first, as far as they are kept.
    pub fn events_after(&self, seq: u64) -> Vec<Event> {
        self.engine.read(|state| state.journal.events_after(seq))
    }

    /// No update waits for delivery, none is in flight, no method of an answer is still to run.
    pub fn idle(&self) -> bool {
        self.engine.read(crate::state::State::idle)
    }

    /// Waits until [`Self::idle`]; false if it is not within the given real time.
    pub async fn wait_idle(&self, within: Duration) -> bool {
        let idle = |state: &mut crate::state::State| state.idle().then_some(());
        self.engine.wait_for(within, idle).await.is_some()
    }

    /// Waits until a condition on the handle holds, looking again after each change; false if
    /// it does not within the given real time.
    pub async fn wait_until(&self, within: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        let deadline = std::time::Instant::now() + within;
        loop {
            let version = self.engine.version();
            if condition(self) {
                return true;
            }
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            if !self.engine.changed_since(version, left).await {
                return condition(self);
            }
        }
    }

    /// Orders a fault; gives the number by which it can be removed.
    pub fn add_fault(&self, fault: Fault) -> u64 {
        self.engine.with(|state| state.faults.add(fault))
    }

    /// The rules still in force, with their numbers.
    pub fn faults(&self) -> Vec<(u64, Fault)> {
        self.engine.read(|state| state.faults.list().to_vec())
    }

    /// Removes one fault, or all.
    pub fn remove_faults(&self, id: Option<u64>) {
        self.engine.with(|state| state.faults.remove(id));
    }

    /// Delivers an update again, beside its queue and concurrently with whatever it does:
    /// under the same id, or (`new_id`) the same content under a new id each. Gives the ids.
    ///
    /// # Errors
    /// Unknown bot or update.
    pub fn redeliver(&self, bot: &str, update_id: i64, new_id: bool, copies: usize) -> anyhow::Result<Vec<i64>> {
        let index = self.bot(bot)?;
        let ids = self.engine.with(|state| state.repeat(index, update_id, new_id, copies));
        anyhow::ensure!(!ids.is_empty() || copies == 0, "no such update");
        Ok(ids)
    }

    /// Turns flood control on or off.
    pub fn set_limits(&self, on: bool) {
        self.engine.with(|state| state.limits_on = on);
    }
}
