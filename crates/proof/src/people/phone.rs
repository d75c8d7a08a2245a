//! A person's phone: what they see in one chat, and what they do there.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, bail};
use fake_telegram::{ChatMessage, FakeTelegram, Target};
use serde_json::Value;
use tokio::{sync::watch, task::JoinHandle};

/// Messages shown of a chat that stands still.
const LAST: usize = 12;
/// How often the stand-in is asked what is new.
const LOOK: Duration = Duration::from_millis(10);
/// More than any conversation takes.
const MOST_ACTS: usize = 100;
/// How long somebody waits for something that needs nothing of them before they look again by themselves.
const GLANCE: Duration = Duration::from_secs(2);

/// A chat: bot and person.
type ChatId = (String, i64);

/// Wakes people when a bot has written or edited something in their chat.
#[derive(Debug)]
pub struct Bell {
    chats: Arc<Mutex<HashMap<ChatId, watch::Sender<i64>>>>,
    task: JoinHandle<()>,
}

impl Bell {
    /// Listens to the stand-in until it is dropped.
    #[must_use]
    pub fn of(telegram: FakeTelegram) -> Self {
        let chats: Arc<Mutex<HashMap<ChatId, watch::Sender<i64>>>> = Arc::default();
        let ringing = Arc::clone(&chats);
        let task = tokio::spawn(async move {
            let mut seen = 0;
            loop {
                for event in telegram.events_after(seen) {
                    seen = event.seq;
                    let by_bot = event.kind == "edited" || event.kind == "message" && event.data["from_bot"] == true;
                    if let (true, Some(user)) = (by_bot, event.chat) {
                        let chats = ringing.lock().unwrap_or_else(PoisonError::into_inner);
                        if let Some(bell) = chats.get(&(event.bot, user)) {
                            bell.send_replace(event.at_ms);
                        }
                    }
                }
                tokio::time::sleep(LOOK).await;
            }
        });
        Self { chats, task }
    }

    fn in_chat(&self, bot: &str, user: i64) -> watch::Receiver<i64> {
        let mut chats = self.chats.lock().unwrap_or_else(PoisonError::into_inner);
        chats.entry((bot.to_owned(), user)).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How patient people are.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// They look for so long at what has come before they do anything.
    pub reading: Duration,
    /// After so long without an answer they do the same again.
    pub again: Duration,
    /// After so long without getting on they have been lost.
    pub lost: Duration,
}

/// What somebody does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Presses the newest button whose label begins so.
    Press(String),
    /// Writes.
    Say(String),
}

/// What a reader of a chat does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// This.
    Do(Act),
    /// Nothing: something is on its way.
    Wait,
    /// Nothing more: the conversation has come to its end.
    Done,
}

impl Next {
    /// Presses the button whose label begins so.
    pub fn press(label: impl Into<String>) -> Self {
        Self::Do(Act::Press(label.into()))
    }

    /// Writes this.
    pub fn say(text: impl Into<String>) -> Self {
        Self::Do(Act::Say(text.into()))
    }
}

/// What somebody has before them.
#[derive(Debug)]
pub struct Screen<'a> {
    /// What it says.
    pub text: &'a str,
    /// Labels of its buttons.
    pub keys: Vec<String>,
}

/// A chat as somebody sees it.
#[derive(Debug)]
pub struct Chat(Vec<ChatMessage>);

impl Chat {
    /// The bot's messages, the newest first.
    pub fn from_bot(&self) -> impl Iterator<Item = &ChatMessage> {
        self.0.iter().rev().filter(|message| message.from_bot)
    }

    /// Text of the bot's newest message.
    #[must_use]
    pub fn newest(&self) -> &str {
        self.from_bot().next().map_or("", |message| &message.text)
    }

    /// The screen in force: the newest message with buttons, or one that says that something is on its way.
    #[must_use]
    pub fn screen(&self) -> Option<Screen<'_>> {
        let mut screens = self.from_bot().map(|message| Screen { text: &message.text, keys: labels(message) });
        screens.find(|screen| !screen.keys.is_empty() || screen.text.contains('⏳'))
    }

    /// The newest button whose label begins so, and its message.
    #[must_use]
    pub fn key(&self, beginning: &str) -> Option<(i64, String)> {
        self.from_bot().find_map(|message| {
            labels(message).into_iter().find(|label| label.starts_with(beginning)).map(|label| (message.message_id, label))
        })
    }

    /// The last few messages, for whoever wants to know why nothing comes after them.
    fn tail(&self) -> String {
        let shown = |message: &ChatMessage| {
            let text: String = message.text.chars().take(120).map(|letter| if letter == '\n' { ' ' } else { letter }).collect();
            let who = if message.from_bot { '<' } else { '>' };
            format!("    {who} {} {text} {:?}\n", message.message_id, labels(message))
        };
        self.0.iter().skip(self.0.len().saturating_sub(LAST)).map(shown).collect()
    }

    /// How many messages of the bot contain this.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        self.from_bot().filter(|message| message.text.contains(text)).count()
    }

    /// The newest invoice that is not paid.
    #[must_use]
    pub fn invoice(&self) -> Option<i64> {
        let unpaid = |message: &&ChatMessage| {
            message.invoice.as_ref().is_some_and(|invoice| invoice["paid_by"].as_array().is_none_or(Vec::is_empty))
        };
        self.from_bot().find(unpaid).map(|message| message.message_id)
    }

    /// The newest file.
    #[must_use]
    pub fn file(&self) -> Option<i64> {
        self.from_bot().find(|message| message.document.is_some()).map(|message| message.message_id)
    }

    /// How often the person has written.
    #[must_use]
    pub fn said(&self) -> usize {
        self.0.iter().filter(|message| !message.from_bot && !message.text.starts_with('/')).count()
    }

    /// The parameter of the newest link to this bot: in a key, or in a text.
    #[must_use]
    pub fn link_to(&self, bot: &str) -> Option<String> {
        let beginning = format!("https://t.me/psycheos_{bot}_bot?start=");
        self.from_bot().find_map(|message| {
            let everything = format!("{}\n{}", urls(message).join("\n"), message.text);
            let parameter = everything.split(&beginning).nth(1)?;
            Some(parameter.split_whitespace().next().unwrap_or_default().to_owned())
        })
    }
}

/// One chat in somebody's hand.
pub struct Phone {
    telegram: FakeTelegram,
    bot: &'static str,
    user: i64,
    patience: Patience,
    changed: watch::Receiver<i64>,
    /// Milliseconds from each act to what first came of it.
    pub waited: Vec<i64>,
    /// How often an act had to be repeated.
    pub repeated: usize,
}

impl Phone {
    /// The chat of a person with a bot.
    #[must_use]
    pub fn new(telegram: &FakeTelegram, bell: &Bell, bot: &'static str, user: i64, patience: Patience) -> Self {
        let changed = bell.in_chat(bot, user);
        Self { telegram: telegram.clone(), bot, user, patience, changed, waited: Vec::new(), repeated: 0 }
    }

    /// The bot.
    #[must_use]
    pub fn bot(&self) -> &'static str {
        self.bot
    }

    /// How patient the person is.
    #[must_use]
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// The stand-in, for what is no message: payments, files.
    #[must_use]
    pub fn telegram(&self) -> &FakeTelegram {
        &self.telegram
    }

    /// Telegram's id of the person.
    #[must_use]
    pub fn user(&self) -> i64 {
        self.user
    }

    /// What is to be seen.
    #[must_use]
    pub fn look(&self) -> Chat {
        Chat(self.telegram.messages(self.bot, self.user))
    }

    /// Does something until `wanted` is to be seen, again whenever nothing came of it.
    ///
    /// # Errors
    /// It was not to be seen in time; with what was.
    pub async fn until<T>(&mut self, act: Act, wanted: impl Fn(&Chat) -> Option<T>) -> Result<T> {
        let mut found = None;
        let until = |chat: &Chat| {
            found = wanted(chat);
            if found.is_some() { Next::Done } else { Next::Do(act.clone()) }
        };
        self.read(until).await?;
        found.context("nothing was found")
    }

    /// Reads and acts until the conversation has come to its end.
    ///
    /// # Errors
    /// Nothing changed for longer than anybody waits; with what was to be seen last.
    pub async fn read(&mut self, mut next: impl FnMut(&Chat) -> Next) -> Result<()> {
        let mut moved = Instant::now();
        loop {
            self.changed.borrow_and_update();
            let chat = self.look();
            let came = match next(&chat) {
                Next::Done => return Ok(()),
                Next::Wait => self.wait(GLANCE).await?.is_some(),
                Next::Do(act) => self.act(&act, &chat).await?,
            };
            if self.waited.len() > MOST_ACTS {
                bail!("{} of {} goes in circles:\n{}", self.bot, self.user, chat.tail());
            }
            if came {
                moved = Instant::now();
            } else if moved.elapsed() > self.patience.lost {
                bail!("{} of {} stands still:\n{}", self.bot, self.user, chat.tail());
            }
        }
    }

    /// Does it and waits for what comes of it.
    async fn act(&mut self, act: &Act, chat: &Chat) -> Result<bool> {
        let began = now_ms();
        match act {
            Act::Say(text) => drop(self.telegram.send_text(self.bot, self.user, text)?),
            Act::Press(label) => {
                let Some((message, label)) = chat.key(label) else { return Ok(self.wait(GLANCE).await?.is_some()) };
                // The key may have gone between the look and the tap.
                if self.telegram.press(self.bot, self.user, message, &Target::Label(label)).is_err() {
                    return Ok(false);
                }
            }
        }
        let came = self.wait(self.patience.again).await?;
        match came {
            Some(at) => {
                self.waited.push((at - began).max(0));
                // More may follow.
                while self.wait(self.patience.reading).await?.is_some() {}
            }
            None => self.repeated += 1,
        }
        Ok(came.is_some())
    }

    /// The moment at which the chat changed, unless it does not within this time.
    async fn wait(&mut self, within: Duration) -> Result<Option<i64>> {
        match tokio::time::timeout(within, self.changed.changed()).await {
            Ok(changed) => changed.map(|()| Some(*self.changed.borrow_and_update())).context("nobody rings any more"),
            Err(_) => Ok(None),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the stand-in dates its events by this clock")]
fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn keys(message: &ChatMessage) -> impl Iterator<Item = &Value> {
    let rows = message.reply_markup.as_ref().and_then(|markup| markup["inline_keyboard"].as_array());
    rows.into_iter().flatten().filter_map(Value::as_array).flatten()
}

fn labels(message: &ChatMessage) -> Vec<String> {
    keys(message).filter_map(|key| key["text"].as_str().map(str::to_owned)).collect()
}

fn urls(message: &ChatMessage) -> Vec<String> {
    keys(message).filter_map(|key| key["url"].as_str().map(str::to_owned)).collect()
}
