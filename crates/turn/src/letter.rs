//! Messages that are sent outside a turn of their chat: reminders, alerts, pictures, receipts of the clock's service.
use bot_kit::{Html, Say};
use db::{DbError, KeyOwner, Keyring, PgConn, chat::NewMessage};
use domain::{BotId, CaseId, ChatId, FileId, OutboxId};
use idempotency_key::{About, Cause};
use serde_json::Value;
use uuid::Uuid;
use vault::Place;

use crate::{
    apply::{bad_key, kind_of, lane_of},
    render,
};

/// A message, before it is sealed.
#[derive(Debug)]
pub struct Letter {
    /// Through which bot.
    pub bot: BotId,
    /// To which chat.
    pub chat: ChatId,
    /// Whose key seals it: the case's when it speaks of one.
    pub owner: KeyOwner,
    /// 0 before everything, 3 last.
    pub lane: i16,
    /// What it is, as `outbox_messages.kind` says it.
    pub kind: &'static str,
    /// Method of the Bot API.
    pub method: &'static str,
    /// Its parameters.
    pub params: Value,
    /// A document that goes with it.
    pub file: Option<FileId>,
    /// What it belongs to, for its key.
    pub about: About,
    /// What caused it, for its key.
    pub cause: Cause,
    /// Which of the messages of one cause.
    pub number: usize,
}

impl Letter {
    /// A message, in the lane of what it is.
    #[must_use]
    pub fn say(bot: BotId, chat: ChatId, owner: KeyOwner, say: &Say, about: About, cause: Cause) -> Self {
        Self {
            bot,
            chat,
            owner,
            lane: lane_of(say.kind),
            kind: kind_of(say.kind),
            method: "sendMessage",
            params: render::send_params(chat, say),
            file: None,
            about,
            cause,
            number: 0,
        }
    }

    /// A document of a specialist's own, with what stands under it.
    #[must_use]
    pub fn document(bot: BotId, chat: ChatId, owner: KeyOwner, file: FileId, caption: &Html, about: About, cause: Cause) -> Self {
        Self {
            bot,
            chat,
            owner,
            lane: 1,
            kind: "file",
            method: "sendDocument",
            params: render::document_params(chat, caption, false),
            file: Some(file),
            about,
            cause,
            number: 0,
        }
    }

    /// The message as it goes into the outbox.
    ///
    /// # Errors
    /// When the database fails or the key cannot be made.
    pub async fn seal(self, conn: &mut PgConn, keys: &Keyring) -> Result<NewMessage, DbError> {
        let id = OutboxId(Uuid::now_v7());
        let row = id.to_string();
        let case: Option<CaseId> = match self.owner {
            KeyOwner::Case(case) => Some(case),
            KeyOwner::User(_) | KeyOwner::Platform => None,
        };
        let dek = keys.of(conn, self.owner).await?;
        let place = Place { column: "outbox_messages.payload", row: &row, case };
        let key = idempotency_key::outbox(self.about, &self.cause, self.number).map_err(bad_key)?;
        Ok(NewMessage {
            id,
            bot: self.bot,
            chat: Some(self.chat),
            case,
            run: None,
            lane: self.lane,
            kind: self.kind,
            method: self.method,
            payload: dek.seal(&place, self.params.to_string().as_bytes()),
            file: self.file,
            depends_on: None,
            target: None,
            key: key.into_string(),
        })
    }
}
