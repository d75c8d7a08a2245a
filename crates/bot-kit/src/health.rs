//! What an administrator sees of the platform and may put right by hand: queues, what failed, webhooks, invitations, an audience.
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BotId, InviteId, JobId, Locale, OutboxId, UpdateId, UserId};
use serde::{Deserialize, Serialize};

use crate::{Job, JobKind};

/// How the platform is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Jobs that wait.
    pub jobs_waiting: u32,
    /// Jobs at work.
    pub jobs_running: u32,
    /// Seconds the oldest job has waited since it could run.
    pub jobs_oldest_secs: u64,
    /// Messages that wait.
    pub messages_waiting: u32,
    /// Seconds the oldest message has waited since it could go.
    pub messages_oldest_secs: u64,
    /// Jobs that were given up.
    pub failed_jobs: u32,
    /// Messages that could not be sent.
    pub failed_messages: u32,
    /// Updates that were put aside.
    pub dead_updates: u32,
    /// How often Telegram answered 429 within the last hour.
    pub refusals: u32,
    /// What Telegram says of each bot's webhook.
    pub webhooks: Vec<WebhookLine>,
}

impl Health {
    /// How many of a queue failed.
    #[must_use]
    pub fn failed(&self, queue: FailedQueue) -> u32 {
        match queue {
            FailedQueue::Jobs => self.failed_jobs,
            FailedQueue::Messages => self.failed_messages,
            FailedQueue::Updates => self.dead_updates,
        }
    }
}

/// What Telegram says of a bot's webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookLine {
    /// Of which bot.
    pub bot: BotId,
    /// It is registered at our address.
    pub url_matches: Option<bool>,
    /// Updates that wait at Telegram.
    pub pending: Option<u32>,
    /// Our word for the last error, and when it was. A success does not clear it at Telegram.
    pub last_error: Option<(String, DateTime<Utc>)>,
    /// When it was asked about.
    pub checked_at: Option<DateTime<Utc>>,
}

/// Minutes after which an error is over, and after which an answer is too old to be believed.
const MINUTES: i64 = 5;
/// So many updates may wait at Telegram.
const PENDING: u32 = 50;

impl WebhookLine {
    /// Whether there was an error within the last minutes.
    #[must_use]
    pub fn fails(&self, now: DateTime<Utc>) -> bool {
        self.last_error.as_ref().is_some_and(|(_, at)| now - *at < TimeDelta::minutes(MINUTES))
    }

    /// Whether it was asked about within the last minutes.
    #[must_use]
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.checked_at.is_some_and(|at| now - at < TimeDelta::minutes(MINUTES))
    }

    /// Whether all is well with it.
    #[must_use]
    pub fn is_well(&self, now: DateTime<Utc>) -> bool {
        self.is_fresh(now)
            && self.url_matches == Some(true)
            && self.pending.is_some_and(|pending| pending < PENDING)
            && !self.fails(now)
    }
}

/// Where something can fail for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailedQueue {
    /// The worker's jobs.
    Jobs,
    /// The sender's messages.
    Messages,
    /// Updates that were put aside.
    Updates,
}

impl FailedQueue {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Jobs, Self::Messages, Self::Updates];
}

/// Something that failed for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailedId {
    /// A job.
    Job(JobId),
    /// A message.
    Message(OutboxId),
    /// An update of a bot.
    Update(BotId, UpdateId),
}

impl FailedId {
    /// Its queue.
    #[must_use]
    pub const fn queue(self) -> FailedQueue {
        match self {
            Self::Job(_) => FailedQueue::Jobs,
            Self::Message(_) => FailedQueue::Messages,
            Self::Update(..) => FailedQueue::Updates,
        }
    }
}

/// Something that failed, in our words only: never what people wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedLine {
    /// Which.
    pub id: FailedId,
    /// Through which bot, where there is one.
    pub bot: Option<BotId>,
    /// Kind of the job or of the message.
    pub kind: String,
    /// A stable word for why it failed.
    pub why: String,
    /// When.
    pub at: DateTime<Utc>,
    /// It may have come about all the same.
    pub uncertain: bool,
    /// Whether it may be tried again.
    pub again: Again,
}

/// Whether something that failed may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It may.
    Yes,
    /// It is not among what failed any more.
    Gone,
    /// What it consists of was forgotten.
    NoContent,
    /// The run it belongs to is over.
    RunOver,
    /// What it costs is not held any more: it would be charged without a reserve, or not at all.
    NoReserve,
    /// Its moment has passed.
    TooLate,
    /// Its chat cannot be reached.
    Unreachable,
}

impl Again {
    /// The answer with this word of the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "yes" => Self::Yes,
            "gone" => Self::Gone,
            "no_content" => Self::NoContent,
            "run_over" => Self::RunOver,
            "no_reserve" => Self::NoReserve,
            "too_late" => Self::TooLate,
            "unreachable" => Self::Unreachable,
            _ => return None,
        })
    }
}

/// An invitation for specialists. Its link was shown once and cannot be shown again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteLine {
    /// Which.
    pub invite: InviteId,
    /// Whom it is for, in the administrator's words.
    pub note: Option<String>,
    /// How many people may use it.
    pub uses: u32,
    /// How many have.
    pub used: u32,
    /// When it runs out.
    pub expires_at: DateTime<Utc>,
    /// It was taken back.
    pub revoked: bool,
}

impl InviteLine {
    /// Whether somebody may still use it.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        !self.revoked && self.used < self.uses && self.expires_at > now
    }
}

/// Whom a message to all specialists reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Audience {
    /// So many get it.
    pub reached: u32,
    /// So many have turned notices off, or cannot be reached.
    pub left_out: u32,
}

/// A message to all specialists is wanted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroadcastWish {
    /// Who sends it.
    pub admin: UserId,
    /// Language in which the sender is told what came of it.
    pub locale: Locale,
    /// The text, plain.
    pub text: String,
}

impl std::fmt::Debug for BroadcastWish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BroadcastWish[{}]", self.text.len())
    }
}

impl BroadcastWish {
    /// The job that sends it.
    #[must_use]
    pub fn job(&self, job: JobId) -> Job {
        Job { job, kind: JobKind::Broadcast, about: None, payload: serde_json::to_value(self).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_well_only_when_everything_about_it_is() {
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(1);
        let ago = |minutes| now - TimeDelta::minutes(minutes);
        let well = WebhookLine {
            bot: BotId::Pro,
            url_matches: Some(true),
            pending: Some(49),
            last_error: Some(("timeout".into(), ago(6))),
            checked_at: Some(ago(1)),
        };
        assert!(well.is_well(now));
        for ill in [
            WebhookLine { url_matches: Some(false), ..well.clone() },
            WebhookLine { url_matches: None, ..well.clone() },
            WebhookLine { pending: Some(50), ..well.clone() },
            WebhookLine { last_error: Some(("timeout".into(), ago(4))), ..well.clone() },
            WebhookLine { checked_at: Some(ago(6)), ..well.clone() },
            WebhookLine { checked_at: None, ..well },
        ] {
            assert!(!ill.is_well(now), "{ill:?}");
        }
    }
}
