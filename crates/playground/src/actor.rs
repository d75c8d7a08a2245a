//! A person who reads and presses, for the demo.

use std::time::Duration;

use anyhow::{Context, Result};
use fake_telegram::{ChatMessage, FakeTelegram, Target};

use crate::transcript::{Transcript, rows};

/// How long a person waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// One person with a phone.
pub(crate) struct Actor {
    pub telegram: FakeTelegram,
    pub user: i64,
}

impl Actor {
    /// Writes to a bot.
    ///
    /// # Errors
    /// There is no such bot.
    pub fn say(&self, bot: &str, text: &str) -> Result<()> {
        self.telegram.send_text(bot, self.user, text).map(|_| ())
    }

    /// The newest message of a bot that `wanted` accepts, as soon as there is one.
    ///
    /// # Errors
    /// There is none in 30 s; `what` says in the error what was waited for.
    pub async fn wait(
        &self,
        script: &mut Transcript,
        bot: &str,
        what: &str,
        wanted: impl Fn(&ChatMessage) -> bool,
    ) -> Result<ChatMessage> {
        let find = |telegram: &FakeTelegram| {
            let messages = telegram.messages(bot, self.user);
            messages.into_iter().rev().find(|message| message.from_bot && wanted(message))
        };
        self.telegram.wait_until(PATIENCE, |telegram| find(telegram).is_some()).await;
        let found = find(&self.telegram);
        script.catch_up();
        found.with_context(|| format!("{bot}: waited in vain for {what}"))
    }

    /// Presses a button of a message by its label.
    ///
    /// # Errors
    /// It has no such button.
    pub fn press(&self, bot: &str, message: &ChatMessage, label: &str) -> Result<()> {
        println!("· нажата кнопка [{label}]");
        self.telegram.press(bot, self.user, message.message_id, &Target::Label(label.to_owned())).map(|_| ())
    }

    /// Presses the first button whose label contains one of `words`, on the newest message that has one.
    ///
    /// # Errors
    /// No such button in 30 s.
    pub async fn press_like(&self, script: &mut Transcript, bot: &str, words: &[&str]) -> Result<()> {
        let message =
            self.wait(script, bot, &format!("a button like {words:?}"), |message| like(message, words).is_some()).await?;
        let label = like(&message, words).context("the button has gone")?;
        self.press(bot, &message, &label)
    }
}

/// The first label that contains one of the words; words go before labels.
pub(crate) fn like(message: &ChatMessage, words: &[&str]) -> Option<String> {
    let labels: Vec<String> = rows(message).concat();
    words.iter().find_map(|word| labels.iter().find(|label| label.contains(word))).cloned()
}
