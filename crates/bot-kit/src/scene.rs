//! Who speaks, when, in which language, and where new ids come from.
use chrono::{DateTime, Utc};
use domain::{BotId, ChatId, Locale, TelegramId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The person at the other end, as Telegram names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Telegram's id of the person.
    pub telegram_id: TelegramId,
    /// The chat.
    pub chat_id: ChatId,
    /// `@name` without the `@`.
    pub username: Option<String>,
    /// First and last name.
    pub full_name: String,
    /// IETF tag of the person's app.
    pub language_code: Option<String>,
}

/// A registered specialist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specialist {
    /// Our id.
    pub user_id: UserId,
    /// May do nothing but read that access is closed.
    pub blocked: bool,
    /// `None` until chosen in settings.
    pub chosen_locale: Option<Locale>,
    /// ISO 3166 alpha-2, for emergency contacts.
    pub country: Option<String>,
    /// Wants to be told of results and changes.
    pub notify: bool,
    /// Days a client's invitation lives unless another length is chosen: 1, 3, 7 or 14.
    pub invitation_days: u8,
    /// Name as the client will read it.
    pub full_name: String,
}

/// Usernames of the five bots, for deep links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotNames {
    /// Pro's username without `@`.
    pub pro: String,
    /// Screen's.
    pub screen: String,
    /// Interpretator's.
    pub interpretator: String,
    /// Conceptualizator's.
    pub conceptualizator: String,
    /// Simulator's.
    pub simulator: String,
}

impl BotNames {
    /// The username of a bot, without `@`.
    #[must_use]
    pub fn of(&self, bot: BotId) -> &str {
        match bot {
            BotId::Pro => &self.pro,
            BotId::Screen => &self.screen,
            BotId::Interpretator => &self.interpretator,
            BotId::Conceptualizator => &self.conceptualizator,
            BotId::Simulator => &self.simulator,
        }
    }

    /// `https://t.me/<bot>?start=<parameter>`.
    #[must_use]
    pub fn deep_link(&self, bot: BotId, parameter: &str) -> String {
        format!("https://t.me/{}?start={parameter}", self.of(bot))
    }
}

/// Where new ids come from: the shell's randomness, or a counter in tests.
pub trait IdSource {
    /// An id for a new row (UUIDv7 in production).
    fn id(&mut self) -> Uuid;
    /// 122 random bits for a pass (UUIDv4 in production).
    fn token(&mut self) -> Uuid;
}

/// The scene of one turn.
pub struct Scene<'a> {
    /// The moment, by the database's clock.
    pub now: DateTime<Utc>,
    /// The language to speak.
    pub locale: Locale,
    /// Who speaks.
    pub person: &'a Person,
    /// The registered specialist with this Telegram id, if there is one.
    pub specialist: Option<&'a Specialist>,
    /// The person is an administrator.
    pub is_admin: bool,
    /// The bots' usernames.
    pub bots: &'a BotNames,
    /// The version of the chat's state before this turn.
    pub version: i64,
    /// New ids.
    pub ids: &'a mut (dyn IdSource + Send),
}

impl Scene<'_> {
    /// A new id of any kind.
    pub fn id<T: From<Uuid>>(&mut self) -> T {
        self.ids.id().into()
    }

    /// A new secret for a link: 32 hexadecimal digits.
    pub fn token(&mut self) -> String {
        self.ids.token().simple().to_string()
    }

    /// What a button of this turn carries when it may take effect only once and only while nothing else has happened in
    /// the chat: the version the chat will have after this turn.
    #[must_use]
    pub fn stamp(&self) -> i64 {
        self.version + 1
    }

    /// The same for a turn that only asks ([`crate::Turn::asking`]): the version of the chat stays as it is.
    #[must_use]
    pub fn asking_stamp(&self) -> i64 {
        self.version
    }

    /// Whether nothing has happened in the chat since a button with `stamp` was made.
    #[must_use]
    pub fn is_current(&self, stamp: i64) -> bool {
        stamp == self.version
    }
}
