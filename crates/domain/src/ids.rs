//! Distinct id types. Nothing public takes a bare [`Uuid`] or `i64`, so a case can never be passed where a run is meant.
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::schema::uuid()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {}

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

uuid_id! {
    /// A registered person: a specialist (row of `users`). Clients are no users.
    UserId,
    /// A case (row of `contexts`).
    CaseId,
    /// One launch of a tool, born in Pro (row of `runs`).
    RunId,
    /// A pass (row of `link_tokens`); never the token itself.
    PassId,
    /// A tool's stored result (row of `artifacts`).
    ArtifactId,
    /// A stored file (row of `files`).
    FileId,
    /// A job (row of `jobs`).
    JobId,
    /// A message in the outbox (row of `outbox_messages`).
    OutboxId,
    /// A charge in two phases (row of `usage_ledger`).
    OperationId,
    /// A top-up (row of `payments`); also the invoice payload.
    PaymentId,
    /// An invitation of a specialist (row of `specialist_invites`).
    InviteId,
    /// A consent given by a client (row of `consents`).
    ConsentId,
    /// A sign of danger that was noticed (row of `safety_events`).
    SafetyEventId,
    /// A key of another program (row of `service_keys`); never the key itself.
    ServiceKeyId,
}

macro_rules! int_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

int_id! {
    /// A Telegram user.
    TelegramId,
    /// A Telegram chat; in a private chat it equals the user's [`TelegramId`].
    ChatId,
    /// A message in a chat, numbered by Telegram.
    TelegramMessageId,
    /// An update, numbered by Telegram per bot.
    UpdateId,
}

/// 22 characters of `A-Za-z0-9_-` for a UUID: short enough for several ids in the 64 bytes of a button.
#[must_use]
pub fn short_id(id: Uuid) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut value = id.as_u128();
    let mut out = [0u8; 22];
    for slot in out.iter_mut().rev() {
        *slot = ALPHABET[(value & 63) as usize];
        value >>= 6;
    }
    out.iter().map(|byte| char::from(*byte)).collect()
}

/// The UUID of a [`short_id`]; `None` for anything else.
#[must_use]
pub fn parse_short_id(text: &str) -> Option<Uuid> {
    if text.len() != 22 {
        return None;
    }
    let mut value: u128 = 0;
    for (position, byte) in text.bytes().enumerate() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        if position == 0 && digit > 3 {
            return None;
        }
        value = (value << 6) | u128::from(digit);
    }
    Some(Uuid::from_u128(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_id_reads_back_as_the_same_uuid() {
        for n in [0, 1, 63, u128::MAX, 0x0192_3f5e_0000_7000_8000_0000_0000_0001] {
            let id = Uuid::from_u128(n);
            assert_eq!(parse_short_id(&short_id(id)), Some(id));
        }
    }

    #[test]
    fn what_is_no_short_id_is_refused() {
        for bad in ["", "AAAA", "zzzzzzzzzzzzzzzzzzzzzz", "AAAAAAAAAAAAAAAAAAAAA!", "AAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(parse_short_id(bad), None, "{bad}");
        }
    }
}
