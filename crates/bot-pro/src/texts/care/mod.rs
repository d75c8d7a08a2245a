//! What Pro says to whoever looks after the platform.
mod en;
mod ru;

use bot_kit::{Again, Audience, FailedLine, FailedQueue, Health, Html, InviteLine, MemberLine};
use chrono::{DateTime, Utc};
use domain::Locale;

/// A message about the platform.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the words of each stand in ru.rs and en.rs")]
pub enum CareText<'a> {
    // invitations
    Invites { page: u32, pages: u32 },
    NoInvites,
    AskInvite,
    BadInvite,
    ConfirmInvite { uses: u8, days: u8, note: &'a str },
    Invite { line: &'a InviteLine, now: DateTime<Utc> },
    InviteRevoked,
    // access
    AskBlock { member: &'a MemberLine, on: bool },
    Blocked { member: &'a MemberLine, on: bool },
    // health
    Health { health: &'a Health, now: DateTime<Utc>, drafts: bool },
    Failed { queue: FailedQueue, page: u32, pages: u32 },
    NothingFailed(FailedQueue),
    FailedOne(&'a FailedLine),
    Refused(Again),
    TriedAgain(FailedQueue),
    Discarded,
    // messages to all
    AskAnnouncement,
    BadAnnouncement,
    Nobody,
    ConfirmAnnouncement(Audience),
    Announced(Audience),
    AnnouncementQueued { count: u32 },
}

impl CareText<'_> {
    /// The text with markup.
    #[must_use]
    pub fn html(&self, locale: Locale) -> Html {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }

    /// The text without markup.
    #[must_use]
    pub fn plain(&self, locale: Locale) -> String {
        self.html(locale).visible()
    }
}

/// What stands on a button for looking after the platform.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the words of each stand in ru.rs and en.rs")]
pub enum CareLabel<'a> {
    Invites,
    InviteInWords,
    InviteLine { line: &'a InviteLine, now: DateTime<Utc> },
    Revoke,
    Block { on: bool },
    Health,
    Refresh,
    Failed { queue: FailedQueue, count: u32 },
    FailedLine(&'a FailedLine),
    Again,
    Discard,
    Announce,
    AnnounceYes { count: u32 },
}

impl CareLabel<'_> {
    /// The label in a language.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        match locale {
            Locale::Ru => ru::label(self),
            Locale::En => en::label(self),
        }
    }
}

/// What an administrator is told when a message to all is in the outbox.
#[must_use]
pub fn announcement_queued(count: u32, locale: Locale) -> Html {
    CareText::AnnouncementQueued { count }.html(locale)
}
