//! What rows say by themselves, and together with the deliveries of updates.

use std::collections::{BTreeMap, BTreeSet};

use super::{Expected, Facts, Findings, Message, Operation};

/// Kinds of updates that Telegram gives up after 150 seconds; anything else it keeps for a day.
const SHORT_LIVED: [&str; 2] = ["callback_query", "pre_checkout_query"];

/// I9: an update is taken in once or not acknowledged, and in the end it is both. A press that Telegram gave up before anybody answered it
/// with 200 may have been taken in or not: nobody can know.
pub(super) fn updates(facts: &Facts, expected: Expected, findings: &mut Findings) {
    let acknowledged: BTreeSet<(&str, i64)> =
        facts.deliveries.iter().filter(|d| d.status == Some(200)).map(|d| (d.bot.as_str(), d.update_id)).collect();
    let seen: BTreeSet<(&str, i64)> = facts.seen.iter().map(|seen| (seen.bot.as_str(), seen.update_id)).collect();
    for (bot, update) in acknowledged.difference(&seen) {
        findings.break_("I9", format!("update {bot}:{update} was acknowledged and is nowhere"));
    }
    let short: BTreeSet<(&str, i64)> = facts
        .updates
        .iter()
        .filter(|update| SHORT_LIVED.contains(&update.kind.as_str()))
        .map(|update| (update.bot.as_str(), update.update_id))
        .collect();
    let sent: BTreeSet<(&str, i64)> = facts.updates.iter().map(|update| (update.bot.as_str(), update.update_id)).collect();
    for id @ (bot, update) in sent.union(&seen).filter(|id| !acknowledged.contains(id)) {
        if short.contains(id) {
            findings.counts.updates_expired += 1;
        } else if seen.contains(id) {
            findings.break_("I9", format!("update {bot}:{update} was taken in and never acknowledged"));
        } else {
            findings.break_("LOST", format!("update {bot}:{update} was never acknowledged"));
        }
    }
    let dead: Vec<&str> = facts.failed_updates.iter().filter(|(_, dead)| *dead).map(|(name, _)| name.as_str()).collect();
    if dead.len() != expected.dead_updates {
        findings.break_(
            "DEAD",
            format!("{} dead letters where {} were meant: {}", dead.len(), expected.dead_updates, dead.join(", ")),
        );
    }
    for (name, _) in facts.failed_updates.iter().filter(|(_, dead)| !dead) {
        findings.break_("DEAD", format!("update {name} failed and was neither handled later nor put aside"));
    }
    findings.counts.updates_sent = sent.len();
    findings.counts.updates_acknowledged = acknowledged.len();
    findings.counts.updates_with_effect = seen.len();
    findings.counts.updates_dead = dead.len();
}

/// I9: what a turn makes is of the transaction that took its update in, which every row shows by its moment. A turn that is made twice leaves
/// rows of a second transaction, where no key stops them. Calls of other programs have their moment in the audit log.
///
/// And a chat has had no more turns than it took updates in, jobs answered it (once more where an operator put one back) and erasures
/// reached it; but for chats with the guide, who also says that it takes longer, as often as it does.
pub(super) fn turns(facts: &Facts, findings: &mut Findings) {
    let moments: BTreeSet<i64> = facts.seen.iter().map(|seen| seen.at_us).collect();
    for made in facts.made.iter().filter(|made| made.what != "job") {
        if !moments.contains(&made.at_us) && !facts.audited_us.contains(&made.at_us) {
            findings.break_("I9", format!("{} {} was made by a turn that took no update in", made.what, made.id));
        }
    }
    let taken: BTreeMap<(&str, i64), i64> =
        facts.seen.iter().map(|seen| ((seen.bot.as_str(), seen.update_id), seen.at_us)).collect();
    for message in &facts.messages {
        let Some(update) = cause(message, "upd").and_then(|id| id.parse().ok()) else { continue };
        let bot = message.key.split('|').nth(1).map_or("pro", |service| if service == "none" { "pro" } else { service });
        if taken.get(&(bot, update)).is_some_and(|at_us| *at_us != message.at_us) {
            findings.break_("I9", format!("message {} is of a second turn of update {bot}:{update}", message.id));
        }
    }
    let mut causes: BTreeMap<(&str, i64), i64> = BTreeMap::new();
    let of_updates = facts.seen.iter().filter_map(|seen| Some((seen.bot.as_str(), seen.chat?)));
    let of_jobs = facts.jobs.iter().filter_map(|job| Some((job.bot.as_deref()?, job.chat?)));
    of_updates.chain(of_jobs).for_each(|place| *causes.entry(place).or_default() += 1);
    let guided: BTreeSet<(Option<&str>, Option<i64>)> =
        facts.jobs.iter().filter(|job| job.kind == "guide_answer").map(|job| (job.bot.as_deref(), job.chat)).collect();
    for chat in &facts.chats {
        let again = facts.erasures + facts.requeued.len() as i64;
        let causes = causes.get(&(chat.bot.as_str(), chat.chat)).copied().unwrap_or(0) + again;
        if chat.version > causes && !guided.contains(&(Some(&chat.bot), Some(chat.chat))) {
            findings
                .break_("I9", format!("chat {} of {} has had {} turns for {causes} reasons", chat.chat, chat.bot, chat.version));
        }
    }
}

/// I10: of the copies of one press, under whatever ids, at most one made a case, a run, an operation or a job of a run. The turn of a copy
/// shows by the moment of its rows. What a press only shows (a menu, an invoice, a picture) may be shown twice.
pub(super) fn presses(facts: &Facts, findings: &mut Findings) {
    let mut copies: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for update in facts.updates.iter().filter(|update| update.kind == "callback_query") {
        copies.entry((&update.bot, &update.content)).or_default().push(update.update_id);
    }
    let mut made: BTreeMap<(i64, Option<i64>), Vec<&str>> = BTreeMap::new();
    for row in facts.made.iter().filter(|row| row.what != "invoice") {
        made.entry((row.at_us, row.chat)).or_default().push(&row.what);
    }
    for ((bot, _), ids) in copies.into_iter().filter(|(_, ids)| ids.len() > 1) {
        let mut effects: BTreeMap<&str, usize> = BTreeMap::new();
        for seen in facts.seen.iter().filter(|seen| seen.bot == bot && ids.contains(&seen.update_id)) {
            let kinds: BTreeSet<&str> = made.get(&(seen.at_us, seen.chat)).into_iter().flatten().copied().collect();
            kinds.into_iter().for_each(|kind| *effects.entry(kind).or_default() += 1);
        }
        for (kind, times) in effects.into_iter().filter(|(_, times)| *times > 1) {
            findings.break_("I10", format!("one press under the ids {ids:?} of {bot} made a {kind} {times} times"));
        }
    }
}

/// I5, I7: one hold and one settlement for each operation, of its price; one charge for each thing that is paid for; a result of a priced run is
/// charged or written off, once.
pub(super) fn operations(facts: &Facts, findings: &mut Findings) {
    let mut settled: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for operation in &facts.operations {
        *findings.counts.operations.entry(operation.status.clone()).or_default() += 1;
        if operation.cost > 0 && !is_whole(operation) {
            findings.break_("I5", format!("{operation:?} has other entries than its state"));
        }
        if operation.cost > 0 && (operation.status == "committed" || operation.written_off > 0) {
            let kind = operation.kind.trim_end_matches("+again");
            *settled.entry((&operation.run, kind)).or_default() += 1;
        }
    }
    for ((run, kind), times) in settled.iter().filter(|(_, times)| **times > 1) {
        findings.break_("I5", format!("{kind} of run {run} was paid for {times} times"));
    }
    let priced: BTreeSet<&str> = facts.operations.iter().filter(|o| o.cost > 0).map(|o| o.run.as_str()).collect();
    let paid: BTreeSet<&str> = settled.keys().map(|(run, _)| *run).collect();
    for artifact in &facts.artifacts {
        if priced.contains(artifact.run.as_str()) && !paid.contains(artifact.run.as_str()) {
            findings.break_("I7", format!("artifact {} was neither charged nor written off", artifact.id));
        }
    }
    let kept: BTreeSet<&str> = facts.artifacts.iter().map(|artifact| artifact.run.as_str()).collect();
    let emptied: BTreeSet<&str> = facts.runs.iter().filter(|run| run.emptied).map(|run| run.id.as_str()).collect();
    for run in paid.iter().filter(|run| !kept.contains(*run) && !emptied.contains(*run)) {
        findings.break_("I6", format!("run {run} was paid for and has no artifact"));
    }
}

fn is_whole(operation: &Operation) -> bool {
    let Operation { cost, holds, charges, releases, held, charged, .. } = *operation;
    let expected = match operation.status.as_str() {
        "reserved" => (1, 0, 0, cost, 0),
        "committed" => (1, 1, 0, 0, cost),
        _ => (1, 0, 1, 0, 0),
    };
    (holds, charges, releases, held, charged) == expected
}

/// I14: a job ends in one transaction, whose moment is its `finished_at`; its messages are of that transaction. Two ends leave messages of two
/// transactions, or of another one than the row. `OPEN`: at the end none waits that could be worked on.
pub(super) fn jobs(facts: &Facts, findings: &mut Findings) {
    let ended: BTreeMap<&str, Option<i64>> = facts.jobs.iter().map(|job| (job.id.as_str(), job.ended_us)).collect();
    for job in &facts.jobs {
        *findings.counts.jobs.entry(job.status.clone()).or_default() += 1;
        if job.due && ["queued", "running"].contains(&job.status.as_str()) {
            findings.counts.open += 1;
            findings.break_("OPEN", format!("job {} is {}", job.id, job.status));
        }
    }
    for message in &facts.messages {
        let Some(job) = cause(message, "job") else { continue };
        if ended.get(job).is_some_and(|at| *at != Some(message.at_us)) && !facts.requeued.contains(&format!("job {job}")) {
            findings.break_("I14", format!("message {} is not of the transaction that ended job {job}", message.id));
        }
    }
}

/// I14, I15: one artifact for each (service, run, type), stored by the transaction that ended a job of its run, by a turn, or by another program.
pub(super) fn artifacts(facts: &Facts, findings: &mut Findings) {
    let mut kinds = BTreeSet::new();
    let turns: BTreeSet<i64> = facts.seen.iter().map(|seen| seen.at_us).collect();
    for artifact in &facts.artifacts {
        if !kinds.insert((&artifact.service, &artifact.run, &artifact.kind)) {
            findings.break_("I15", format!("run {} has a second {}", artifact.run, artifact.kind));
        }
        let by_job = facts.jobs.iter().any(|job| job.run.as_ref() == Some(&artifact.run) && job.ended_us == Some(artifact.at_us));
        if !by_job && !turns.contains(&artifact.at_us) && !facts.audited_us.contains(&artifact.at_us) {
            findings.break_("I14", format!("artifact {} is not of a transaction that ended a job of its run", artifact.id));
        }
    }
}

/// I16: a run is in the chat of the person its pass is bound to, and in no other: the chat's state, its jobs, its messages of that bot. A private
/// chat has its person's number.
pub(super) fn passes(facts: &Facts, findings: &mut Findings) {
    let bound: BTreeMap<(&str, &str), i64> =
        facts.runs.iter().filter_map(|run| Some(((run.id.as_str(), run.service.as_str()), run.bound?))).collect();
    let mut places: BTreeSet<(&str, &str, i64)> =
        facts.chats.iter().filter_map(|chat| Some((chat.run.as_deref()?, chat.bot.as_str(), chat.chat))).collect();
    let of_jobs = facts.jobs.iter().filter_map(|job| Some((job.run.as_deref()?, job.bot.as_deref()?, job.chat?)));
    let of_messages = facts.messages.iter().filter_map(|m| Some((m.run.as_deref()?, m.bot.as_str(), m.chat?)));
    places.extend(of_jobs.chain(of_messages));
    for (run, bot, chat) in places {
        if bound.get(&(run, bot)).is_some_and(|person| *person != chat) {
            findings.break_("I16", format!("run {run} is bound to somebody else than chat {chat} of {bot}"));
        }
    }
}

/// The id behind this word in a message's key, where that is what caused it.
fn cause<'a>(message: &'a Message, word: &str) -> Option<&'a str> {
    let step = message.key.split('|').nth(5)?.strip_prefix("msg:")?;
    step.rsplit_once('.')?.0.strip_prefix(word)
}
