//! Messages that wait in the outbox.
use std::time::Duration;

use anyhow::Result;
use db::{KeyOwner, Keyring, Pool, chat};
use domain::{BotId, ChatId};
use idempotency_key::{About, Actor, Cause};
use test_kit::ADMIN;
use turn::{Letter, operator_message};
use vault::Keks;

use crate::ground::Ground;

/// In which lane messages go, and what they are called there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Answers to people.
    Replies,
    /// Notices to many people.
    Notices,
}

impl Lane {
    const fn words(self) -> (i16, &'static str) {
        match self {
            Self::Replies => (1, "reply"),
            Self::Notices => (2, "notice"),
        }
    }
}

/// Puts messages of Pro into the outbox, in their order. `name` makes their keys differ from those of others.
///
/// # Errors
/// When the database fails.
pub async fn put(ground: &Ground, kek: &str, lane: Lane, name: &str, letters: Vec<(i64, String)>) -> Result<()> {
    let pool = Pool::new(&ground.direct_url(ADMIN), 1, Duration::from_secs(10))?;
    let keys = Keyring::new(Keks::parse(kek).map_err(anyhow::Error::msg)?);
    let (lane, kind) = lane.words();
    let mut tx = pool.begin().await?;
    let mut messages = Vec::with_capacity(letters.len());
    for (number, (chat, text)) in letters.into_iter().enumerate() {
        let chat = ChatId(chat);
        let letter = Letter {
            bot: BotId::Pro,
            chat,
            owner: KeyOwner::Platform,
            lane,
            kind,
            method: "sendMessage",
            params: operator_message(chat, &text),
            file: None,
            about: About { service: None, run: None, case: None, actor: Actor::None },
            cause: Cause::Named(format!("{name}{number}")),
            number: 0,
        };
        messages.push(letter.seal(&mut tx, &keys).await?);
    }
    chat::put_messages(&mut tx, messages, None).await?;
    tx.commit().await?;
    Ok(())
}
