//! One type for every idempotency key (R13, R14), with one builder per scope:
//! `<scope>|<service_id>|<run_id>|<context_id>|<actor_id>|<step>|<fingerprint>`, lowercase, no spaces, `none` for an absent id,
//! `-` for an absent fingerprint, at most 300 characters. Timestamps never enter a key.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::fmt;

use domain::{CaseId, InviteId, JobId, RunId, ServiceId, TelegramId, UpdateId, UserId};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Longest key, in characters. A longer one is an error, never cut.
pub const LONGEST: usize = 300;

/// A key: a repetition of the same thing has the same key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// The key as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key as it is stored.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadKey {
    /// It would have more than [`LONGEST`] characters.
    TooLong,
    /// A part has a character that a key may not have: upper case, white space or `|`.
    BadPart,
}

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the idempotency key is longer than 300 characters",
            Self::BadPart => "a part of the idempotency key has upper case, white space or a bar",
        })
    }
}

impl std::error::Error for BadKey {}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A specialist.
    User(UserId),
    /// Somebody with an invitation.
    Invite(InviteId),
    /// A person known by the Telegram id only. A key with it is not logged.
    Telegram(TelegramId),
    /// The platform itself.
    None,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A state of a dialogue.
    Fsm(String),
    /// An operation.
    Op(String),
    /// An update.
    Update(UpdateId),
    /// A kind of artifact.
    Type(String),
    /// A message.
    Message(String),
}

/// What a thing belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The tool; `None` for a console screen.
    pub service: Option<ServiceId>,
    /// The run; `None` only where there is none.
    pub run: Option<RunId>,
    /// The case.
    pub case: Option<CaseId>,
    /// Who acts.
    pub actor: Actor,
}

/// The SHA-256 of the essential fields, first 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Over canonical JSON: keys sorted, no insignificant spaces. Clinical text enters as a keyed fingerprint, never bare.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let digest = Sha256::digest(canonical(value).as_bytes());
        let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self(format!("fp:{hex}"))
    }
}

/// JSON with sorted keys and no insignificant spaces.
#[must_use]
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let fields: Vec<String> =
                keys.iter().map(|key| format!("{}:{}", Value::from(key.as_str()), canonical(&map[key.as_str()]))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// An update, handled once per bot.
///
/// # Errors
/// [`BadKey`].
pub fn tg_update(service: Option<ServiceId>, person: TelegramId, update: UpdateId) -> Result<Key, BadKey> {
    let about = About { service, run: None, case: None, actor: Actor::Telegram(person) };
    build("tg_update", about, &Step::Update(update), None)
}

/// A job of a run.
///
/// # Errors
/// [`BadKey`].
pub fn job_enqueue(about: About, step: &Step, fingerprint: Option<&Fingerprint>) -> Result<Key, BadKey> {
    build("job_enqueue", about, step, fingerprint)
}

/// A reserve of a run's operation.
///
/// # Errors
/// [`BadKey`].
pub fn usage_reserve(about: About, operation: &str) -> Result<Key, BadKey> {
    build("usage_reserve", about, &Step::Op(operation.to_owned()), None)
}

/// An artifact of a run.
///
/// # Errors
/// [`BadKey`].
pub fn artifact_submit(about: About, artifact_type: &str) -> Result<Key, BadKey> {
    build("artifact_submit", about, &Step::Type(artifact_type.to_owned()), None)
}

/// A message, named within what caused it.
///
/// # Errors
/// [`BadKey`].
pub fn outbox(about: About, cause: &Cause, number: usize) -> Result<Key, BadKey> {
    build("outbox", about, &Step::Message(format!("{cause}.{number}")), None)
}

/// What caused a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// An update.
    Update(UpdateId),
    /// A job, and how often it was put back after it had failed: each of its ends has messages of its own.
    Job(JobId, i16),
    /// Something else with a name of its own, as a reminder's number.
    Named(String),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Update(update) => write!(f, "upd{update}"),
            Self::Job(job, 0) => write!(f, "job{job}"),
            Self::Job(job, requeues) => write!(f, "job{job}.{requeues}"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

fn build(scope: &str, about: About, step: &Step, fingerprint: Option<&Fingerprint>) -> Result<Key, BadKey> {
    let none = || "none".to_owned();
    let actor = match about.actor {
        Actor::User(id) => format!("user:{id}"),
        Actor::Invite(id) => format!("invite:{id}"),
        Actor::Telegram(id) => format!("tg:{id}"),
        Actor::None => none(),
    };
    let step = match step {
        Step::Fsm(name) => format!("fsm:{name}"),
        Step::Op(name) => format!("op:{name}"),
        Step::Update(id) => format!("upd:{id}"),
        Step::Type(name) => format!("type:{name}"),
        Step::Message(name) => format!("msg:{name}"),
    };
    let parts = [
        scope.to_owned(),
        about.service.map_or_else(none, |id| id.as_str().to_owned()),
        about.run.map_or_else(none, |id| id.to_string()),
        about.case.map_or_else(none, |id| id.to_string()),
        actor,
        step,
        fingerprint.map_or_else(|| "-".to_owned(), |f| f.0.clone()),
    ];
    if parts.iter().any(|part| part.chars().any(|c| c.is_uppercase() || c.is_whitespace() || c == '|')) {
        return Err(BadKey::BadPart);
    }
    let key = parts.join("|");
    if key.chars().count() > LONGEST {
        return Err(BadKey::TooLong);
    }
    Ok(Key(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::str::FromStr;

    fn about() -> About {
        let id = |n: u128| uuid_of(n);
        About {
            service: Some(ServiceId::Screen),
            run: Some(RunId(id(1))),
            case: Some(CaseId(id(2))),
            actor: Actor::User(UserId(id(3))),
        }
    }

    fn uuid_of(n: u128) -> uuid::Uuid {
        uuid::Uuid::from_u128(n)
    }

    #[test]
    fn each_scope_has_its_form() {
        let run = "00000000-0000-0000-0000-000000000001";
        let case = "00000000-0000-0000-0000-000000000002";
        let user = "user:00000000-0000-0000-0000-000000000003";
        assert_eq!(usage_reserve(about(), "run").unwrap().as_str(), format!("usage_reserve|screen|{run}|{case}|{user}|op:run|-"));
        assert_eq!(
            artifact_submit(about(), "full_report").unwrap().as_str(),
            format!("artifact_submit|screen|{run}|{case}|{user}|type:full_report|-")
        );
        assert_eq!(tg_update(None, TelegramId(7), UpdateId(9)).unwrap().as_str(), "tg_update|none|none|none|tg:7|upd:9|-");
        let fp = Fingerprint::of(&json!({"b": [1, null], "a": "я"}));
        let key = job_enqueue(about(), &Step::Fsm("done".into()), Some(&fp)).unwrap();
        assert!(key.as_str().starts_with("job_enqueue|screen|") && key.as_str().contains("|fsm:done|fp:"));
        assert_eq!(fp.0.len(), 19);
    }

    #[test]
    fn the_order_of_fields_does_not_change_a_fingerprint() {
        let one = Value::from_str(r#"{"a":1,"b":{"x":true,"y":"z"}}"#).unwrap();
        let two = Value::from_str(r#"{ "b": {"y":"z","x":true}, "a": 1 }"#).unwrap();
        assert_eq!(Fingerprint::of(&one), Fingerprint::of(&two));
        assert_eq!(canonical(&two), r#"{"a":1,"b":{"x":true,"y":"z"}}"#);
        assert_ne!(Fingerprint::of(&one), Fingerprint::of(&json!({"a": 2})));
    }

    #[test]
    fn a_key_is_refused_rather_than_changed() {
        assert_eq!(usage_reserve(about(), "Run"), Err(BadKey::BadPart));
        assert_eq!(usage_reserve(about(), "two words"), Err(BadKey::BadPart));
        assert_eq!(usage_reserve(about(), "a|b"), Err(BadKey::BadPart));
        assert_eq!(usage_reserve(about(), &"x".repeat(300)), Err(BadKey::TooLong));
    }
}
