//! What people do: write, press, pay, block. Methods of the handle.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::FakeTelegram;
use crate::html::utf16_len;
use crate::markup::{self, Target};
use crate::methods::person_entities;
use crate::model::{Body, Chat, Content, Message, Person};
use crate::params::Params;
use crate::stars::PayOutcome;
use crate::state::{Callback, CallbackAnswer, State};

/// What a person's message became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Id of the message.
    pub message_id: i64,
    /// Id of the update; `None` if the bot does not want its kind.
    pub update_id: Option<i64>,
}

/// What a press became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pressed {
    /// Id of the callback query, by which the bot answers.
    pub callback_query_id: String,
    /// Id of the update; `None` if the bot does not want its kind.
    pub update_id: Option<i64>,
}

impl FakeTelegram {
    /// Creates a person, or changes one with the same id.
    pub fn create_person(&self, person: Person) {
        self.engine.with(|state| state.people.insert(person.user_id, person));
    }

    /// The people there are, by id.
    pub fn people(&self) -> Vec<Person> {
        self.engine.read(|state| state.people.values().cloned().collect())
    }

    /// A person writes to a bot; `/start token` opens it with a parameter. The first message
    /// allows the bot to write.
    ///
    /// # Errors
    /// Unknown bot or person, a blocked bot, an empty or too long text.
    pub fn send_text(&self, bot: &str, user: i64, text: &str) -> anyhow::Result<Sent> {
        let text = text.trim();
        let units = utf16_len(text);
        ensure!((1..=4096).contains(&units), "a text has 1 to 4096 UTF-16 units");
        self.say(bot, user, Content::Text(typed(text)), None)
    }

    /// A person sends any other content, given as fields of the Bot API's message: a sticker,
    /// a contact.
    ///
    /// # Errors
    /// Unknown bot or person, a blocked bot.
    pub fn send_other(&self, bot: &str, user: i64, fields: Map<String, Value>) -> anyhow::Result<Sent> {
        self.say(bot, user, Content::Raw(fields), None)
    }

    /// A person says something, as part of an album or by itself.
    pub(crate) fn say(&self, bot: &str, user: i64, content: Content, album: Option<String>) -> anyhow::Result<Sent> {
        let index = self.bot(bot)?;
        self.engine.with(|state| {
            open_chat(state, index, user)?.started = true;
            let date = state.now.unix;
            let make = |id| Message { media_group: album, ..Message::new(id, false, date, content) };
            let message_id = state.add_message(index, user, make);
            let body = state.message_json(index, user, message_id);
            Ok(Sent { message_id, update_id: state.notify(index, "message", body, user, user) })
        })
    }

    /// A person edits an own text; the bot gets `edited_message`.
    ///
    /// # Errors
    /// No such text of this person.
    pub fn edit_text(&self, bot: &str, user: i64, message_id: i64, text: &str) -> anyhow::Result<Sent> {
        let index = self.bot(bot)?;
        self.engine.with(|state| {
            let date = state.now.unix;
            let message = state.message_mut(index, user, message_id);
            let message = message.filter(|m| !m.from_bot).context("no such message")?;
            message.content = Content::Text(typed(text));
            message.edit_date = Some(date);
            state.show(index, user, message_id, "edited");
            let body = state.message_json(index, user, message_id);
            Ok(Sent { message_id, update_id: state.notify(index, "edited_message", body, user, user) })
        })
    }

    /// A person presses a button of a message's present keyboard.
    ///
    /// # Errors
    /// No such message or button.
    pub fn press(&self, bot: &str, user: i64, message_id: i64, target: &Target) -> anyhow::Result<Pressed> {
        let index = self.bot(bot)?;
        self.engine.with(|state| {
            let message = state.message(index, user, message_id).context("no such message")?;
            let data = markup::find(message.markup.as_ref(), target).context("no such button")?;
            press(state, index, user, message_id, data)
        })
    }

    /// A person presses a button that an app which is behind still shows: the message's
    /// keyboard need not have it any more.
    ///
    /// # Errors
    /// No such message.
    pub fn press_stale(&self, bot: &str, user: i64, message_id: i64, data: &str) -> anyhow::Result<Pressed> {
        let index = self.bot(bot)?;
        self.engine.with(|state| press(state, index, user, message_id, data.to_owned()))
    }

    /// How a press was answered; `None` while it is not.
    pub fn callback_answer(&self, bot: &str, callback_query_id: &str) -> Option<CallbackAnswer> {
        self.engine.read(|state| {
            let owner = state.bots.get(state.bot_by_name(bot)?)?;
            owner.callbacks.get(callback_query_id)?.answer.clone()
        })
    }

    /// `payer` pays the invoice in `chat`; another person than the chat's pays a forwarded
    /// copy. Waits for the bot's answer to the pre-checkout.
    ///
    /// # Errors
    /// No such invoice, paid already, or not payable from a forward.
    pub async fn pay(&self, bot: &str, chat: i64, message_id: i64, payer: i64) -> anyhow::Result<PayOutcome> {
        let index = self.bot(bot)?;
        let limit = Duration::from_secs_f64(self.engine.config.pre_checkout_secs.max(0.0));
        let opened = self.engine.with(|state| {
            let deadline = Instant::now() + limit;
            state.open_checkout(index, (chat, message_id), payer, deadline)
        });
        let id = opened.map_err(|why| anyhow::anyhow!("{why}"))?;
        let look = |state: &mut State| state.checkout_outcome(index, &id);
        let outcome = self.engine.wait_for(limit, look).await;
        let outcome = outcome.unwrap_or(PayOutcome::TimedOut);
        if outcome == PayOutcome::TimedOut {
            let data = json!({ "query_id": id, "result": outcome });
            self.engine.with(|state| state.event("payment", index, Some(payer), data));
        }
        Ok(outcome)
    }

    /// Telegram gives a payment back by itself, as after a complaint of the payer.
    ///
    /// # Errors
    /// No such payment, or given back already.
    pub fn give_back(&self, bot: &str, payer: i64, charge_id: &str) -> anyhow::Result<()> {
        let index = self.bot(bot)?;
        let params = Params::from_json(json!({ "user_id": payer, "telegram_payment_charge_id": charge_id }));
        let done = self.engine.with(|state| state.refund(index, &params));
        done.map(drop).map_err(|error| anyhow::anyhow!("{}", error.body()))
    }

    /// A person blocks a bot: it gets `my_chat_member`, and 403 from then on.
    ///
    /// # Errors
    /// Unknown bot or person.
    pub fn block(&self, bot: &str, user: i64) -> anyhow::Result<()> {
        self.set_blocked(bot, user, true)
    }

    /// A person unblocks a bot.
    ///
    /// # Errors
    /// Unknown bot or person.
    pub fn unblock(&self, bot: &str, user: i64) -> anyhow::Result<()> {
        self.set_blocked(bot, user, false)
    }

    fn set_blocked(&self, bot: &str, user: i64, blocked: bool) -> anyhow::Result<()> {
        let index = self.bot(bot)?;
        self.engine.with(|state| {
            let person = state.people.get(&user).context("no such person")?.clone();
            let date = state.now.unix;
            let owner = state.bots.get_mut(index).context("no such bot")?;
            let chat = owner.chats.entry(user).or_default();
            if std::mem::replace(&mut chat.blocked, blocked) == blocked {
                return Ok(());
            }
            let me = owner.user();
            let member = |blocked: bool| match blocked {
                true => json!({ "user": me, "status": "kicked", "until_date": 0 }),
                false => json!({ "user": me, "status": "member" }),
            };
            let change = json!({
                "chat": person.chat(), "from": person.user(), "date": date,
                "old_chat_member": member(!blocked), "new_chat_member": member(blocked),
            });
            state.event("member", index, Some(user), json!({ "blocked": blocked }));
            state.notify(index, "my_chat_member", change, user, user);
            Ok(())
        })
    }

    /// A person deletes the account: everything sent to it is refused with 403.
    ///
    /// # Errors
    /// Unknown person.
    pub fn deactivate(&self, user: i64) -> anyhow::Result<()> {
        self.engine.with(|state| {
            state.people.get_mut(&user).context("no such person")?.deactivated = true;
            Ok(())
        })
    }

    /// Sends the bot an update of any kind with any content, whether it asked for the kind or
    /// not: kinds no library knows, content no parser takes.
    ///
    /// # Errors
    /// Unknown bot.
    pub fn push_update(&self, bot: &str, kind: &str, chat: i64, content: Value) -> anyhow::Result<Option<i64>> {
        let index = self.bot(bot)?;
        Ok(self.engine.with(|state| state.push(index, kind, content, chat, chat)))
    }

    pub(crate) fn bot(&self, name: &str) -> anyhow::Result<usize> {
        let found = self.engine.read(|state| state.bot_by_name(name));
        found.with_context(|| format!("no bot is called {name}"))
    }
}

/// The chat of a person who can write to the bot.
fn open_chat(state: &mut State, bot: usize, user: i64) -> anyhow::Result<&mut Chat> {
    let person = state.people.get(&user).context("no such person")?;
    ensure!(!person.deactivated, "the person's account is deleted");
    let owner = state.bots.get_mut(bot).context("no such bot")?;
    let chat = owner.chats.entry(user).or_default();
    if chat.blocked {
        bail!("the person has blocked the bot");
    }
    Ok(chat)
}

fn press(state: &mut State, bot: usize, user: i64, message_id: i64, data: String) -> anyhow::Result<Pressed> {
    state.message(bot, user, message_id).context("no such message")?;
    let from = state.people.get(&user).context("no such person")?.user();
    let id = state.query_id(user);
    let query = json!({
        "id": id, "from": from, "message": state.message_json(bot, user, message_id),
        "chat_instance": format!("{}", user * 31 + 7), "data": data,
    });
    let callback = Callback { chat: user, message_id, issued_at: state.now.secs, answer: None };
    let owner = state.bots.get_mut(bot).context("no such bot")?;
    owner.callbacks.insert(id.clone(), callback);
    Ok(Pressed { callback_query_id: id, update_id: state.notify(bot, "callback_query", query, user, user) })
}

/// A text as a person types it.
pub(crate) fn typed(text: &str) -> Body {
    Body { text: text.to_owned(), entities: person_entities(text), source: text.to_owned(), parse_mode: None }
}
