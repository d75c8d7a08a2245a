//! Which delivery is of which message, and what does not fit.
//!
//! The content of rows is sealed, so deliveries are assigned by what both sides show.
//!
//! 1. *Own.* A row that is `sent` names the number of its message and owns the delivery of that number. A row that edits names the message it
//!    was to edit: that was edited, or an edit was refused because it changes nothing; with another number it was sent as a new message, for the
//!    other one was gone. A row without what it names is `LOST`.
//! 2. *Too many.* Each other delivery must belong to a row with `ambiguous > 0` of the same chat and method: first to one whose own delivery
//!    has the same text, then to one without a delivery of its own, whose text nobody knows. A row takes as many as it was flagged, for each
//!    claim but the last one can only have ended as uncertain. What is left is I13.
//! 3. *Order* (I12). A row's first delivery is its own or, where it was flagged, perhaps an earlier one of the same text; it comes before the first
//!    delivery of every later row. Where texts repeat, the assignment that keeps the order is believed. Edits take part where each can be told:
//!    as many applied edits of a message as rows, none flagged or refused.
//!    A row of lane 2 or 3 may be overtaken while a notice of lane 0 that came after it is on its way: by the notice, and by what the notice
//!    finds waiting in lanes 0 and 1. A notice that was canceled lets it wait for cron, so later rows may overtake as well. A message that an
//!    operator has put back to work goes after those that have gone meanwhile.
//!
//! Calls without a chat (answers to a pre-checkout, refunds) leave no message; money tells about them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Call, Facts, Findings, Message};

/// What a row of the outbox shows of itself in the log.
struct Row<'a> {
    message: &'a Message,
    /// Place of its own delivery, or of its edit, in the log.
    own: Option<u64>,
    /// Its own delivery.
    delivery: Option<&'a Call>,
    /// Where its first delivery may have been at the earliest.
    earliest: Option<u64>,
    /// How many deliveries too many it can still explain.
    room: usize,
}

#[derive(Default)]
struct Talk<'a> {
    messages: Vec<&'a Message>,
    calls: Vec<&'a Call>,
}

pub(super) fn judge(facts: &Facts, findings: &mut Findings) {
    let mut chats: BTreeMap<(&str, i64), Talk<'_>> = BTreeMap::new();
    for message in &facts.messages {
        count(message, findings);
        if let Some(chat) = message.chat {
            chats.entry((&message.bot, chat)).or_default().messages.push(message);
        }
    }
    for call in &facts.calls {
        chats.entry((&call.bot, call.chat)).or_default().calls.push(call);
    }
    for Talk { messages, calls } in chats.into_values() {
        let (sends, edits): (Vec<&Call>, Vec<&Call>) = calls.into_iter().partition(|call| call.method.starts_with("send"));
        // Actions and drafts leave no message.
        let sends: Vec<&Call> = sends.into_iter().filter(|call| call.applied && call.number.is_some()).collect();
        findings.counts.deliveries += sends.len();
        let mut rows = own(&messages, &sends, &edits, findings);
        place_edits(&mut rows, &edits);
        extras(&mut rows, &sends, findings);
        rows.retain(|row| !facts.requeued.contains(&format!("message {}", row.message.id)));
        order(&rows, findings);
    }
}

fn count(message: &Message, findings: &mut Findings) {
    *findings.counts.messages.entry(message.status.clone()).or_default() += 1;
    if ["pending", "sending", "held"].contains(&message.status.as_str()) {
        if message.due {
            findings.counts.open += 1;
            findings.break_("I11", format!("message {} is {}", message.id, message.status));
        } else {
            findings.counts.not_due += 1;
        }
    }
}

/// Rule 1.
fn own<'a>(messages: &[&'a Message], sends: &[&'a Call], edits: &[&Call], findings: &mut Findings) -> Vec<Row<'a>> {
    let by_number: BTreeMap<Option<i64>, &'a Call> = sends.iter().map(|call| (call.number, *call)).collect();
    let mut owners: BTreeSet<i64> = BTreeSet::new();
    let mut row = |message: &'a Message| {
        let mut row = Row { message, own: None, delivery: None, earliest: None, room: message.ambiguous };
        if message.status != "sent" {
            return row;
        }
        if let Some(number) = edited(message) {
            if !edits.iter().any(|edit| edit.number == Some(number) && (edit.applied || edit.not_modified)) {
                lost(message, "edited nothing", findings);
            }
            return row;
        }
        match (message.number, by_number.get(&message.number).copied()) {
            (None, _) => lost(message, "has no number", findings),
            (Some(_), None) => lost(message, "was not delivered", findings),
            (Some(number), Some(_)) if !owners.insert(number) => {
                findings.break_("I13", format!("message {} has a number that is another one's: {number}", message.id));
            }
            (Some(_), Some(call)) => {
                (row.own, row.delivery, row.earliest) = (Some(call.seq), Some(call), Some(call.seq));
            }
        }
        row
    };
    messages.iter().map(|message| row(message)).collect()
}

/// The message it edited. An edit that changed nothing has no number; one that became a message of its own has another number.
fn edited(message: &Message) -> Option<i64> {
    message.target.filter(|target| is_edit(message) && message.number.is_none_or(|number| number == *target))
}

fn lost(message: &Message, why: &str, findings: &mut Findings) {
    findings.counts.lost += 1;
    findings.break_("LOST", format!("message {} is sent and {why}", message.id));
}

fn is_edit(message: &Message) -> bool {
    message.method.eq_ignore_ascii_case("editMessageText")
}

/// Places of edits that can be told.
fn place_edits(rows: &mut [Row<'_>], edits: &[&Call]) {
    let mut editing: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        if let (true, "sent", None, Some(number)) =
            (is_edit(row.message), row.message.status.as_str(), row.own, row.message.number)
        {
            editing.entry(number).or_default().push(at);
        }
    }
    for (number, places) in editing {
        let of: Vec<&&Call> = edits.iter().filter(|edit| edit.number == Some(number)).collect();
        let applied: Vec<u64> = of.iter().filter(|edit| edit.applied).map(|edit| edit.seq).collect();
        let flagged = places.iter().any(|at| rows[*at].message.ambiguous > 0);
        if !flagged && applied.len() == places.len() && !of.iter().any(|edit| edit.not_modified) {
            for (at, seq) in places.into_iter().zip(applied) {
                rows[at].own = Some(seq);
                rows[at].earliest = Some(seq);
            }
        }
    }
}

/// Rule 2.
fn extras(rows: &mut [Row<'_>], sends: &[&Call], findings: &mut Findings) {
    let owned: BTreeSet<u64> = rows.iter().filter_map(|row| row.delivery).map(|call| call.seq).collect();
    for extra in sends.iter().filter(|call| !owned.contains(&call.seq)) {
        let same = |row: &Row<'_>| row.delivery.is_some_and(|call| (&call.method, &call.text) == (&extra.method, &extra.text));
        // An earlier delivery of the same text may have been this row's first one.
        for row in rows.iter_mut().filter(|row| row.message.ambiguous > 0 && same(row)) {
            row.earliest = row.earliest.min(Some(extra.seq));
        }
        let fits = |row: &Row<'_>| row.room > 0 && same(row);
        let unknown = |row: &Row<'_>| row.room > 0 && row.delivery.is_none() && may_be(row.message, extra);
        let taker = rows.iter().position(fits).or_else(|| rows.iter().position(unknown));
        match taker {
            Some(at) => {
                rows[at].room -= 1;
                let counts = &mut findings.counts;
                *(if rows[at].delivery.is_some() { &mut counts.doubled_flagged } else { &mut counts.uncertain }) += 1;
            }
            None => {
                findings.counts.doubled_unflagged += 1;
                let number = extra.number.unwrap_or_default();
                findings
                    .break_("I13", format!("message {number} of chat {} of {} is one that no row says", extra.chat, extra.bot));
            }
        }
    }
}

/// Whether a call may have been made for a row whose text is not known.
fn may_be(message: &Message, call: &Call) -> bool {
    message.method.eq_ignore_ascii_case(&call.method) || (is_edit(message) && call.method == "sendmessage")
}

/// Rule 3.
fn order(rows: &[Row<'_>], findings: &mut Findings) {
    let notices: Vec<&Message> = rows.iter().map(|row| row.message).filter(|message| message.lane == 0).collect();
    let may_overtake = |late: &Message, early: &Message| {
        early.lane >= 2
            && notices.iter().any(|notice| {
                notice.seq > early.seq && ((notice.seq >= late.seq && late.lane <= 1) || notice.status == "canceled")
            })
    };
    let mut placed: Vec<&Row<'_>> = rows.iter().filter(|row| row.own.is_some()).collect();
    placed.sort_by_key(|row| row.message.seq);
    for (at, early) in placed.iter().enumerate() {
        let overtaken =
            placed[at + 1..].iter().find(|late| late.own < early.earliest && !may_overtake(late.message, early.message));
        if let Some(late) = overtaken {
            findings.counts.reordered += 1;
            findings
                .break_("I12", format!("message {} came before message {}, which is older", late.message.id, early.message.id));
        }
    }
}
