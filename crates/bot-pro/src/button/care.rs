//! Buttons for looking after the platform: invitations, access, health, what failed, messages to all.
use bot_kit::{FailedId, FailedQueue};
use domain::{BotId, InviteId, JobId, OutboxId, UpdateId, UserId, parse_short_id, short_id};

/// A button for looking after the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CareButton {
    /// A page of the invitations.
    Invites {
        /// From 0.
        page: u32,
    },
    /// Asks for an invitation in words.
    AskInvite,
    /// Makes it.
    InviteYes {
        /// Of the turn that asked.
        stamp: i64,
    },
    /// An invitation.
    Invite(InviteId),
    /// Takes it back.
    Revoke {
        /// Which.
        invite: InviteId,
        /// Of the turn that showed it.
        stamp: i64,
    },
    /// Asks before somebody's access is closed or opened.
    Block {
        /// Whose.
        user: UserId,
        /// Closes; else opens.
        on: bool,
    },
    /// Closes or opens it.
    BlockYes {
        /// Whose.
        user: UserId,
        /// Closes; else opens.
        on: bool,
        /// Of the turn that asked.
        stamp: i64,
    },
    /// How the platform is doing.
    Health,
    /// A page of what failed in a queue.
    Failed {
        /// In which.
        queue: FailedQueue,
        /// From 0.
        page: u32,
    },
    /// Something that failed.
    FailedOne(FailedId),
    /// Tries it again.
    Again {
        /// What.
        id: FailedId,
        /// Of the turn that showed it.
        stamp: i64,
    },
    /// Puts it aside for good.
    Discard {
        /// What.
        id: FailedId,
        /// Of the turn that showed it.
        stamp: i64,
    },
    /// Asks for a message to all specialists.
    Announce,
    /// Sends it.
    AnnounceYes {
        /// Of the turn that showed it.
        stamp: i64,
    },
}

const fn queue_letter(queue: FailedQueue) -> char {
    match queue {
        FailedQueue::Jobs => 'j',
        FailedQueue::Messages => 'm',
        FailedQueue::Updates => 'u',
    }
}

const fn bot_letter(bot: BotId) -> char {
    match bot {
        BotId::Pro => 'p',
        BotId::Screen => 's',
        BotId::Interpretator => 'i',
        BotId::Conceptualizator => 'c',
        BotId::Simulator => 't',
    }
}

fn write(id: FailedId) -> String {
    match id {
        FailedId::Job(job) => format!("j{}", short_id(job.0)),
        FailedId::Message(message) => format!("m{}", short_id(message.0)),
        FailedId::Update(bot, update) => format!("u{}{}", bot_letter(bot), update.0),
    }
}

fn read(text: &str) -> Option<FailedId> {
    let mut letters = text.chars();
    let kind = letters.next()?;
    let rest = letters.as_str();
    match kind {
        'j' => Some(FailedId::Job(JobId(parse_short_id(rest)?))),
        'm' => Some(FailedId::Message(OutboxId(parse_short_id(rest)?))),
        'u' => {
            let letter = letters.next()?;
            let bot = BotId::ALL.iter().copied().find(|bot| bot_letter(*bot) == letter)?;
            Some(FailedId::Update(bot, UpdateId(letters.as_str().parse().ok()?)))
        }
        _ => None,
    }
}

impl bot_kit::Button for CareButton {
    fn encode(&self) -> String {
        match self {
            Self::Invites { page } => format!("ai:l:{page}"),
            Self::AskInvite => "ai:n".into(),
            Self::InviteYes { stamp } => format!("ai:y:{stamp}"),
            Self::Invite(invite) => format!("ai:o:{}", short_id(invite.0)),
            Self::Revoke { invite, stamp } => format!("ai:r:{}:{stamp}", short_id(invite.0)),
            Self::Block { user, on } => format!("ab:{}:{}", short_id(user.0), u8::from(*on)),
            Self::BlockYes { user, on, stamp } => format!("aby:{}:{}:{stamp}", short_id(user.0), u8::from(*on)),
            Self::Health => "ah".into(),
            Self::Failed { queue, page } => format!("ah:l:{}:{page}", queue_letter(*queue)),
            Self::FailedOne(id) => format!("ah:o:{}", write(*id)),
            Self::Again { id, stamp } => format!("ah:a:{}:{stamp}", write(*id)),
            Self::Discard { id, stamp } => format!("ah:d:{}:{stamp}", write(*id)),
            Self::Announce => "an".into(),
            Self::AnnounceYes { stamp } => format!("an:y:{stamp}"),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        let parts: Vec<&str> = data.split(':').collect();
        let uuid = |text: &str| parse_short_id(text);
        let flag = |text: &str| match text {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        };
        Some(match parts.as_slice() {
            ["ai", "l", page] => Self::Invites { page: page.parse().ok()? },
            ["ai", "n"] => Self::AskInvite,
            ["ai", "y", stamp] => Self::InviteYes { stamp: stamp.parse().ok()? },
            ["ai", "o", invite] => Self::Invite(InviteId(uuid(invite)?)),
            ["ai", "r", invite, stamp] => Self::Revoke { invite: InviteId(uuid(invite)?), stamp: stamp.parse().ok()? },
            ["ab", user, on] => Self::Block { user: UserId(uuid(user)?), on: flag(on)? },
            ["aby", user, on, stamp] => Self::BlockYes { user: UserId(uuid(user)?), on: flag(on)?, stamp: stamp.parse().ok()? },
            ["ah"] => Self::Health,
            ["ah", "l", letter, page] => {
                let queue = FailedQueue::ALL.into_iter().find(|queue| letter.chars().eq([queue_letter(*queue)]))?;
                Self::Failed { queue, page: page.parse().ok()? }
            }
            ["ah", "o", id] => Self::FailedOne(read(id)?),
            ["ah", "a", id, stamp] => Self::Again { id: read(id)?, stamp: stamp.parse().ok()? },
            ["ah", "d", id, stamp] => Self::Discard { id: read(id)?, stamp: stamp.parse().ok()? },
            ["an"] => Self::Announce,
            ["an", "y", stamp] => Self::AnnounceYes { stamp: stamp.parse().ok()? },
            _ => return None,
        })
    }
}

/// Every button for looking after the platform, for tests that must not forget one. `id` stands for whatever a button can name.
pub(crate) fn every_care_button(user: UserId, like: JobId, stamp: i64) -> Vec<CareButton> {
    // A new variant does not compile here until it is in the list below.
    let _ = |button: CareButton| match button {
        CareButton::Invites { .. }
        | CareButton::AskInvite
        | CareButton::InviteYes { .. }
        | CareButton::Invite(_)
        | CareButton::Revoke { .. }
        | CareButton::Block { .. }
        | CareButton::BlockYes { .. }
        | CareButton::Health
        | CareButton::Failed { .. }
        | CareButton::FailedOne(_)
        | CareButton::Again { .. }
        | CareButton::Discard { .. }
        | CareButton::Announce
        | CareButton::AnnounceYes { .. } => {}
    };
    let (id, invite) = (like.0, InviteId(like.0));
    let mut all = vec![
        CareButton::Invites { page: 0 },
        CareButton::AskInvite,
        CareButton::InviteYes { stamp },
        CareButton::Invite(invite),
        CareButton::Revoke { invite, stamp },
        CareButton::Block { user, on: true },
        CareButton::BlockYes { user, on: true, stamp },
        CareButton::BlockYes { user, on: false, stamp },
        CareButton::Health,
        CareButton::Announce,
        CareButton::AnnounceYes { stamp },
    ];
    all.extend(FailedQueue::ALL.map(|queue| CareButton::Failed { queue, page: 2 }));
    let updates = BotId::ALL.iter().map(|bot| FailedId::Update(*bot, UpdateId(2_000_000_000)));
    for id in [FailedId::Job(JobId(id)), FailedId::Message(OutboxId(id))].into_iter().chain(updates) {
        all.extend([CareButton::FailedOne(id), CareButton::Again { id, stamp }, CareButton::Discard { id, stamp }]);
    }
    all
}
