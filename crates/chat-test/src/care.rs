//! Looking after the platform, in memory: invitations, access, messages to all. Here nothing fails for good.
use bot_kit::{Audience, BroadcastWish, Effect, Health, Html, InviteLine, Job, PAGE_LINES, Page, Person, Say};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BotId, InviteId, TelegramId};
use uuid::Uuid;

use crate::Memory;

/// An invitation.
#[derive(Debug, Clone)]
pub(crate) struct InviteRow {
    token: String,
    line: InviteLine,
}

/// The invitations every story begins with, as the real stage makes them.
pub(crate) fn first_invites(now: DateTime<Utc>) -> Vec<InviteRow> {
    let invite = |(number, token): (u128, &str)| InviteRow {
        token: token.to_owned(),
        line: InviteLine {
            invite: InviteId(Uuid::from_u128(u128::MAX - number)),
            note: None,
            uses: 1,
            used: 0,
            expires_at: now + TimeDelta::days(1),
            revoked: false,
        },
    };
    [(1, "story"), (2, "second")].map(invite).to_vec()
}

impl Memory {
    /// Uses an invitation up, if it is good.
    pub(crate) fn use_invite(&mut self, token: &str) -> bool {
        let now = self.now;
        let found = self.invites.iter_mut().find(|row| row.token == token && row.line.is_open(now));
        found.map(|row| row.line.used += 1).is_some()
    }

    /// A page of the invitations, newest first.
    pub(crate) fn invites_of(&self, page: u32) -> Page<InviteLine> {
        let all: Vec<InviteLine> = self.invites.iter().rev().map(|row| row.line.clone()).collect();
        let at = usize::try_from(page).unwrap_or(usize::MAX).saturating_mul(PAGE_LINES);
        let lines = all.iter().skip(at).take(PAGE_LINES).cloned().collect();
        Page { lines, page, pages: u32::try_from(all.len().div_ceil(PAGE_LINES).max(1)).unwrap_or(u32::MAX) }
    }

    /// One invitation.
    pub(crate) fn invite_line(&self, invite: InviteId) -> Option<InviteLine> {
        self.invites.iter().map(|row| &row.line).find(|line| line.invite == invite).cloned()
    }

    /// Whom a message to all reaches.
    pub(crate) fn audience(&self) -> Audience {
        let open = || self.users.values().filter(|user| !user.blocked);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let reached = open().filter(|user| user.notify).count();
        Audience { reached: count(reached), left_out: count(open().count() - reached) }
    }

    /// A platform that is well.
    pub(crate) fn health(&self) -> Health {
        Health {
            jobs_waiting: 0,
            jobs_running: 0,
            jobs_oldest_secs: 0,
            messages_waiting: 0,
            messages_oldest_secs: 0,
            failed_jobs: 0,
            failed_messages: 0,
            dead_updates: 0,
            refusals: 0,
            webhooks: Vec::new(),
        }
    }

    /// What an administrator does about the platform.
    pub(crate) fn care(&mut self, who: &Person, effect: Effect) {
        match effect {
            Effect::InviteSpecialist { invite, token, uses, days, note } => {
                let expires_at = self.now + TimeDelta::days(i64::from(days));
                let line = InviteLine { invite, note, uses: uses.into(), used: 0, expires_at, revoked: false };
                self.invites.push(InviteRow { token, line });
            }
            Effect::RevokeInvite { invite } => {
                self.invites.iter_mut().filter(|row| row.line.invite == invite).for_each(|row| row.line.revoked = true);
            }
            Effect::SetBlocked { user, blocked } => {
                self.users.values_mut().filter(|found| found.user_id == user).for_each(|found| found.blocked = blocked);
            }
            Effect::Announce(job) => {
                self.note(format!("задание {}", job.kind.as_str()));
                self.announcements.push((who.telegram_id, job));
            }
            _ => {}
        }
    }

    /// What the worker would do: everybody gets the message, the sender is told.
    pub(crate) fn announce(&mut self) {
        for (sender, job) in std::mem::take(&mut self.announcements) {
            let Some(wish) = wish_of(job) else { continue };
            let listens = |id: TelegramId| self.users.get(&id).is_some_and(|user| user.notify && !user.blocked);
            let people: Vec<usize> = (0..self.people.len()).filter(|at| listens(self.id_of(*at))).collect();
            for person in &people {
                self.say(*person, BotId::Pro, None, &Say::new(Html::text(&wish.text)));
            }
            let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
            if let Some(person) = (0..self.people.len()).find(|at| self.id_of(*at) == sender) {
                self.say(person, BotId::Pro, None, &Say::new(bot_pro::announcement_queued(count, wish.locale)));
            }
        }
    }
}

fn wish_of(job: Job) -> Option<BroadcastWish> {
    serde_json::from_value(job.payload).ok()
}
