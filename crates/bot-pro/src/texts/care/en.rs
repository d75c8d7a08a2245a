//! English.
use bot_kit::{Again, FailedQueue, Health, Html, InviteLine, WebhookLine, html, shorten};
use chrono::{DateTime, Utc};

use super::{CareLabel, CareText};
use crate::texts::en::{date, moment};

fn people(count: u32) -> String {
    if count == 1 { "1 person".into() } else { format!("{count} people") }
}

fn days(count: u8) -> String {
    if count == 1 { "1 day".into() } else { format!("{count} days") }
}

/// Seconds, roughly.
fn span(secs: u64) -> String {
    match secs {
        0..60 => format!("{secs} s"),
        60..7200 => format!("{} min", secs / 60),
        _ => format!("{} h", secs / 3600),
    }
}

const fn queue(queue: FailedQueue) -> &'static str {
    match queue {
        FailedQueue::Jobs => "Jobs",
        FailedQueue::Messages => "Messages",
        FailedQueue::Updates => "Updates",
    }
}

pub(super) fn text(text: &CareText<'_>) -> Html {
    match text {
        CareText::Invites { page, pages } if *pages > 1 => html!("<b>Invitations</b> · page {} of {}", *page, *pages),
        CareText::Invites { .. } => {
            html!("<b>Invitations</b>\n\nA new one: for how many people and how long, or in words with a note.")
        }
        CareText::NoInvites => html!("<b>Invitations</b>\n\nNone yet. How many people, and for how long?"),
        CareText::AskInvite => html!(
            "How many people (1–50), for how many days (1–30), and for whom? For example: 5 14 Group in Kazan\n\nOnly administrators see \
             the note."
        ),
        CareText::BadInvite => {
            html!("This needs two numbers and a note: people from 1 to 50, days from 1 to 30. For example: 5 14 Group in Kazan")
        }
        CareText::ConfirmInvite { uses, days: n, note } => {
            html!("An invitation for {}, good for {}.\n\nNote: {}\n\nMake it?", people(u32::from(*uses)), days(*n), *note)
        }
        CareText::Invite { line, now } => invite(line, *now),
        CareText::InviteRevoked => html!("The invitation was taken back: its link lets nobody in any more."),
        CareText::AskBlock { member, on: true } => html!(
            "Close access for {}?\n\nIn all bots they will see one sentence. Cases, results and balance stay; access can be opened again.",
            member.full_name
        ),
        CareText::AskBlock { member, on: false } => html!("Open access for {}?", member.full_name),
        CareText::Blocked { member, on: true } => html!("Access is closed: {}.", member.full_name),
        CareText::Blocked { member, on: false } => html!("Access is open: {}.", member.full_name),
        CareText::Health { health: found, now, drafts } => health(found, *now, *drafts),
        CareText::Failed { queue: of, page, pages } if *pages > 1 => {
            html!("<b>{} that failed</b> · page {} of {}", queue(*of), *page, *pages)
        }
        CareText::Failed { queue: of, .. } => html!("<b>{} that failed</b>", queue(*of)),
        CareText::NothingFailed(of) => html!("<b>{}</b>\n\nNothing failed here.", queue(*of)),
        CareText::FailedOne(line) => {
            let mut out = html!(
                "<b>{}</b> · {}{}\n\nWhy: {}\nWhen: {}",
                queue(line.id.queue()),
                line.kind.as_str(),
                line.bot.map_or(String::new(), |bot| format!(" · {bot}")),
                line.why.as_str(),
                moment(line.at)
            );
            if line.uncertain {
                out = out.paragraph(&html!("The message may have arrived: sent again, it may come twice."));
            }
            out.paragraph(&match (line.again, line.id.queue()) {
                (Again::Yes, FailedQueue::Jobs) => html!("It can run again. Where it costs Stars, they are still held."),
                (Again::Yes, FailedQueue::Messages) => {
                    html!("It can be sent again; it comes after those that have gone already.")
                }
                (Again::Yes, FailedQueue::Updates) => {
                    html!("It can be handled again as if it came now: at the place where the dialogue stands now.")
                }
                (why, _) => refused(why),
            })
        }
        CareText::Refused(why) => refused(*why),
        CareText::TriedAgain(FailedQueue::Jobs) => html!("The job is in the queue again."),
        CareText::TriedAgain(FailedQueue::Messages) => html!("The message is in the queue again."),
        CareText::TriedAgain(FailedQueue::Updates) => html!("The update will be handled within seconds."),
        CareText::Discarded => html!("Put aside; its content is forgotten."),
        CareText::AskAnnouncement => {
            html!("The text for all specialists, one message of up to 3500 characters. I will show first how it looks.")
        }
        CareText::BadAnnouncement => html!("This needs a text of 1 to 3500 characters."),
        CareText::Nobody => html!("Nobody would get such a message now."),
        CareText::ConfirmAnnouncement(audience) => html!(
            "This is how the message looks. It reaches {}. Left out (notices off, or the bot closed): {}.\n\nSend it?",
            people(audience.reached),
            people(audience.left_out)
        ),
        CareText::Announced(audience) => {
            html!("Sending to {}. These messages go last, so that nobody waits for them.", people(audience.reached))
        }
        CareText::AnnouncementQueued { count } => html!("The whole message is in the queue: {}.", people(*count)),
    }
}

fn refused(why: Again) -> Html {
    match why {
        Again::Yes | Again::Gone => html!("It is not among what failed any more."),
        Again::NoContent => html!("It cannot be tried again: its content is forgotten. It can be put aside."),
        Again::RunOver => {
            html!(
                "It cannot be tried again: the run is over and what was held is released. A new launch is needed; this can be put aside."
            )
        }
        Again::NoReserve => {
            html!(
                "It cannot be tried again: no Stars are held for it, and nothing is charged without them. A new launch is needed."
            )
        }
        Again::TooLate => html!("It cannot be tried again: its moment has passed. It can be put aside."),
        Again::Unreachable => html!("It cannot be tried again: the person closed the bot. When they come back, it can be."),
    }
}

fn state(line: &InviteLine, now: DateTime<Utc>) -> String {
    if line.revoked {
        "taken back".into()
    } else if line.used >= line.uses {
        "used up".into()
    } else if line.expires_at <= now {
        "run out".into()
    } else {
        format!("until {}", date(line.expires_at))
    }
}

fn invite(line: &InviteLine, now: DateTime<Utc>) -> Html {
    let mut out = html!("<b>Invitation</b>");
    if let Some(note) = &line.note {
        out = out.then(&html!(" · {}", note.as_str()));
    }
    out.paragraph(&html!("Came in: {} of {}\nState: {}", line.used, line.uses, state(line, now)))
        .paragraph(&html!("The link is shown once, when the invitation is made."))
}

fn health(found: &Health, now: DateTime<Utc>, drafts: bool) -> Html {
    let mut out = html!(
        "<b>Health</b>\n\nJobs: {} waiting, {} at work, the oldest waits {}\nMessages: {} waiting, the oldest waits {}\nRefusals (429) within \
         the hour: {}\n\n<b>Webhooks</b>",
        found.jobs_waiting,
        found.jobs_running,
        span(found.jobs_oldest_secs),
        found.messages_waiting,
        span(found.messages_oldest_secs),
        found.refusals
    );
    for line in &found.webhooks {
        out = out.line(&webhook(line, now));
    }
    if drafts {
        out = out.paragraph(&html!("Clinical texts: a draft, not signed yet."));
    }
    out
}

fn webhook(line: &WebhookLine, now: DateTime<Utc>) -> Html {
    let mark = if line.is_well(now) { "✅" } else { "⚠️" };
    if !line.is_fresh(now) || line.url_matches.is_none() {
        return html!("{} {} · nothing known", mark, line.bot.as_str());
    }
    let mut out = html!("{} {} · {} waiting", mark, line.bot.as_str(), line.pending.unwrap_or_default());
    if line.url_matches == Some(false) {
        out = out.then(&html!(" · another address"));
    }
    if let Some((why, at)) = line.last_error.as_ref().filter(|_| line.fails(now)) {
        out = out.then(&html!(" · {} at {}", why.as_str(), moment(*at)));
    }
    out
}

pub(super) fn label(label: &CareLabel<'_>) -> String {
    match label {
        CareLabel::Invites => "✉️ Invitations".into(),
        CareLabel::InviteInWords => "✏️ With a note".into(),
        CareLabel::InviteLine { line, now } => {
            let note = line.note.as_deref().map_or(String::new(), |note| format!("{} · ", shorten(note, 24)));
            format!("{note}{}/{} · {}", line.used, line.uses, state(line, *now))
        }
        CareLabel::Revoke => "🚫 Take back".into(),
        CareLabel::Block { on: true } => "🔒 Close access".into(),
        CareLabel::Block { on: false } => "🔓 Open access".into(),
        CareLabel::Health => "🩺 Health".into(),
        CareLabel::Refresh => "🔄 Refresh".into(),
        CareLabel::Failed { queue: of, count } => format!("{}: {count}", queue(*of)),
        CareLabel::FailedLine(line) => format!("{} · {} · {}", line.kind, shorten(&line.why, 24), date(line.at)),
        CareLabel::Again => "🔁 Try again".into(),
        CareLabel::Discard => "🗑 Put aside".into(),
        CareLabel::Announce => "📣 Message to all".into(),
        CareLabel::AnnounceYes { count } => format!("📣 Send: {count}"),
    }
}
