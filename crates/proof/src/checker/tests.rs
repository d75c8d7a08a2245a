//! Small sets of facts, each broken in one way.

use super::*;

const BOT: &str = "pro";
const CHAT: i64 = 7;

fn message(seq: i64, number: i64) -> Message {
    Message {
        id: format!("m{seq}"),
        seq,
        bot: BOT.into(),
        chat: Some(CHAT),
        lane: 1,
        method: "sendMessage".into(),
        status: "sent".into(),
        number: Some(number),
        due: true,
        ..Message::default()
    }
}

fn flagged(message: Message) -> Message {
    Message { ambiguous: 1, ..message }
}

fn in_lane(lane: i16, message: Message) -> Message {
    Message { lane, ..message }
}

fn edit(seq: i64, number: i64) -> Message {
    Message { method: "editMessageText".into(), target: Some(11), ..message(seq, number) }
}

fn canceled(seq: i64) -> Message {
    Message { status: "canceled".into(), number: None, ..message(seq, 0) }
}

/// Calls in this order: method, number, text.
fn calls(calls: &[(&str, i64, &str)]) -> Vec<Call> {
    let call = |(at, (method, number, text)): (usize, &(&str, i64, &str))| Call {
        seq: at as u64 + 1,
        bot: BOT.into(),
        method: method.to_lowercase(),
        chat: CHAT,
        number: Some(*number),
        text: Some((*text).into()),
        applied: true,
        not_modified: false,
    };
    calls.iter().enumerate().map(call).collect()
}

fn sent(numbers: &[(i64, &str)]) -> Vec<Call> {
    calls(&numbers.iter().map(|(number, text)| ("sendMessage", *number, *text)).collect::<Vec<_>>())
}

fn found(facts: &Facts) -> Vec<&'static str> {
    judge(facts, Expected::default()).ids().into_iter().collect()
}

#[test]
fn deliveries_are_judged_by_what_rows_say() {
    let facts = |messages: Vec<Message>, calls: Vec<Call>| Facts { messages, calls, ..Facts::default() };
    let own = || vec![message(1, 11), message(2, 12)];
    let in_order = || sent(&[(11, "a"), (12, "b")]);
    let table: Vec<(&str, Facts, &[&str])> = vec![
        ("in order", facts(own(), in_order()), &[]),
        ("lost", facts(own(), sent(&[(11, "a")])), &["LOST"]),
        ("lost, without a number", facts(vec![Message { number: None, ..message(1, 0) }], vec![]), &["LOST"]),
        ("two rows of one number", facts(vec![message(1, 11), message(2, 11)], sent(&[(11, "a")])), &["I13"]),
        ("doubled and not flagged", facts(own(), sent(&[(10, "a"), (11, "a"), (12, "b")])), &["I13"]),
        ("doubled and flagged", facts(vec![flagged(message(1, 11))], sent(&[(10, "a"), (11, "a")])), &[]),
        (
            "doubled twice and flagged once",
            facts(vec![flagged(message(1, 11))], sent(&[(9, "a"), (10, "a"), (11, "a")])),
            &["I13"],
        ),
        ("flagged, but it says something else", facts(vec![flagged(message(1, 11))], sent(&[(10, "x"), (11, "a")])), &["I13"]),
        ("given up as uncertain", facts(vec![flagged(canceled(1))], sent(&[(10, "x")])), &[]),
        ("canceled and yet delivered", facts(vec![canceled(1)], sent(&[(10, "x")])), &["I13"]),
        (
            "uncertain document, extra text",
            facts(vec![flagged(Message { method: "sendDocument".into(), ..canceled(1) })], sent(&[(10, "x")])),
            &["I13"],
        ),
        ("reordered", facts(own(), sent(&[(12, "b"), (11, "a")])), &["I12"]),
        (
            "the first delivery counts, not the second",
            facts(vec![flagged(message(1, 13)), message(2, 12)], sent(&[(11, "a"), (12, "b"), (13, "a")])),
            &[],
        ),
        (
            "reordered though flagged",
            facts(vec![flagged(message(1, 13)), message(2, 12)], sent(&[(12, "b"), (13, "a")])),
            &["I12"],
        ),
        (
            "a danger notice overtakes what it held",
            facts(
                vec![in_lane(2, message(1, 13)), message(2, 11), in_lane(0, message(3, 12))],
                sent(&[(11, "b"), (12, "!"), (13, "a")]),
            ),
            &[],
        ),
        (
            "it overtakes no reply",
            facts(vec![message(1, 12), in_lane(0, message(2, 11))], sent(&[(11, "!"), (12, "a")])),
            &["I12"],
        ),
        (
            "what comes after it does not overtake what it held",
            facts(
                vec![in_lane(2, message(1, 13)), in_lane(0, message(2, 11)), message(3, 12)],
                sent(&[(11, "!"), (12, "b"), (13, "a")]),
            ),
            &["I12"],
        ),
        ("open", facts(vec![Message { status: "held".into(), number: None, ..message(1, 0) }], vec![]), &["I11"]),
        ("not due", facts(vec![Message { status: "pending".into(), number: None, due: false, ..message(1, 0) }], vec![]), &[]),
    ];
    for (name, facts, expected) in table {
        assert_eq!(found(&facts), expected, "{name}");
    }
}

#[test]
fn an_edit_leaves_no_message_but_where_there_was_none_to_edit() {
    let facts = |messages: Vec<Message>, calls: Vec<Call>| Facts { messages, calls, ..Facts::default() };
    let both = || vec![message(1, 11), edit(2, 11)];
    assert!(found(&facts(both(), calls(&[("sendMessage", 11, "a"), ("editMessageText", 11, "b")]))).is_empty());
    assert_eq!(found(&facts(both(), sent(&[(11, "a")]))), ["LOST"]);
    let mut unchanged = calls(&[("sendMessage", 11, "a"), ("editMessageText", 11, "a")]);
    (unchanged[1].applied, unchanged[1].not_modified) = (false, true);
    assert!(found(&facts(both(), unchanged)).is_empty());
    assert!(found(&facts(vec![message(1, 11), edit(2, 12)], sent(&[(11, "a"), (12, "b")]))).is_empty(), "sent as a new message");
    let unknown = Message { number: None, ..edit(2, 0) };
    assert!(
        found(&facts(vec![message(1, 11), unknown], calls(&[("sendMessage", 11, "a"), ("editMessageText", 11, "b")]))).is_empty()
    );
    // The person presses a button of the first copy of a doubled message.
    let of_copy = Message { target: Some(11), ..edit(2, 11) };
    let pressed = calls(&[("sendMessage", 11, "a"), ("sendMessage", 12, "a"), ("editMessageText", 11, "b")]);
    assert!(found(&facts(vec![flagged(message(1, 12)), of_copy], pressed)).is_empty());
    let late = calls(&[("sendMessage", 11, "a"), ("sendMessage", 12, "c"), ("editMessageText", 11, "b")]);
    assert_eq!(found(&facts(vec![message(1, 11), edit(2, 11), message(3, 12)], late)), ["I12"]);
}

fn update(id: i64, kind: &str, content: &str) -> Update {
    Update { bot: BOT.into(), update_id: id, kind: kind.into(), content: content.into() }
}

fn answered(id: i64, status: Option<u16>) -> Delivery {
    Delivery { bot: BOT.into(), update_id: id, status }
}

fn seen(id: i64, at_us: i64) -> Seen {
    Seen { bot: BOT.into(), update_id: id, chat: Some(CHAT), at_us }
}

#[test]
fn updates_are_taken_in_once_or_not_acknowledged() {
    let facts = |kind: &str, status: Option<u16>, taken: bool| Facts {
        updates: vec![update(1, kind, "{}")],
        deliveries: vec![answered(1, None), answered(1, Some(503)), answered(1, status)],
        seen: taken.then(|| seen(1, 5)).into_iter().collect(),
        ..Facts::default()
    };
    let table: &[(&str, Option<u16>, bool, &[&str])] = &[
        ("message", Some(200), true, &[]),
        ("message", Some(200), false, &["I9"]),
        ("message", None, true, &["I9"]),
        ("message", None, false, &["LOST"]),
        ("callback_query", None, true, &[]),
        ("callback_query", None, false, &[]),
        ("callback_query", Some(200), false, &["I9"]),
    ];
    for (kind, status, taken, expected) in table {
        assert_eq!(found(&facts(kind, *status, *taken)), *expected, "{kind} {status:?} {taken}");
    }
}

#[test]
fn dead_letters_are_only_those_that_were_meant() {
    let facts = |dead| Facts { failed_updates: vec![("pro:1 (panic)".into(), dead)], ..Facts::default() };
    assert_eq!(found(&facts(true)), ["DEAD"]);
    assert_eq!(found(&facts(false)), ["DEAD"]);
    assert!(judge(&facts(true), Expected { dead_updates: 1 }).is_clean());
    assert_eq!(judge(&Facts::default(), Expected { dead_updates: 1 }).ids(), BTreeSet::from(["DEAD"]));
}

#[test]
fn a_turn_is_made_once_and_by_the_transaction_that_took_its_update_in() {
    let case = |at_us| Made { what: "case".into(), id: "c".into(), chat: Some(CHAT), at_us };
    let facts = |made| Facts { deliveries: vec![answered(1, Some(200))], seen: vec![seen(1, 5)], made, ..Facts::default() };
    assert!(found(&facts(vec![case(5)])).is_empty());
    assert_eq!(found(&facts(vec![case(5), case(6)])), ["I9"]);
    let by_program = Facts { audited_us: BTreeSet::from([6]), ..facts(vec![case(5), case(6)]) };
    assert!(found(&by_program).is_empty());
    let key = "outbox|none|none|none|tg:7|msg:upd1.0|-".to_owned();
    let reply = |at_us| Message { key: key.clone(), at_us, ..message(1, 11) };
    let replied = |at_us| Facts { messages: vec![reply(at_us)], calls: sent(&[(11, "a")]), ..facts(vec![]) };
    assert!(found(&replied(5)).is_empty());
    assert_eq!(found(&replied(6)), ["I9"]);
    let chat = |version| Chat { bot: BOT.into(), chat: CHAT, run: None, version };
    let turned = |version| Facts { chats: vec![chat(version)], ..facts(vec![]) };
    assert!(found(&turned(1)).is_empty());
    assert_eq!(found(&turned(2)), ["I9"]);
    assert!(found(&Facts { erasures: 1, ..turned(2) }).is_empty());
}

#[test]
fn copies_of_one_press_have_one_effect() {
    let run = |id: &str, at_us| Made { what: "run".into(), id: id.into(), chat: Some(CHAT), at_us };
    let facts = |second: &str, made| Facts {
        updates: vec![update(1, "callback_query", "{press 1}"), update(2, "callback_query", second)],
        deliveries: vec![answered(1, Some(200)), answered(2, Some(200))],
        seen: vec![seen(1, 5), seen(2, 6)],
        made,
        ..Facts::default()
    };
    assert!(found(&facts("{press 1}", vec![run("a", 5)])).is_empty());
    assert_eq!(found(&facts("{press 1}", vec![run("a", 5), run("b", 6)])), ["I10"]);
    assert!(found(&facts("{press 2}", vec![run("a", 5), run("b", 6)])).is_empty(), "two presses are two");
}

fn operation(status: &str) -> Operation {
    let (charges, releases, held, charged) = match status {
        "reserved" => (0, 0, 50, 0),
        "committed" => (1, 0, 0, 50),
        _ => (0, 1, 0, 0),
    };
    Operation {
        id: format!("o-{status}"),
        run: "r".into(),
        kind: "run".into(),
        cost: 50,
        status: status.into(),
        written_off: 0,
        holds: 1,
        charges,
        releases,
        held,
        charged,
    }
}

#[test]
fn each_operation_is_settled_once_and_each_result_is_paid_for_once() {
    let artifact =
        || Artifact { id: "a".into(), service: "screen".into(), run: "r".into(), kind: "full_report".into(), at_us: 9 };
    let job = || Job { id: "j".into(), status: "done".into(), run: Some("r".into()), ended_us: Some(9), ..Job::default() };
    let facts = |operations| Facts { operations, artifacts: vec![artifact()], jobs: vec![job()], ..Facts::default() };
    let again = Operation { kind: "run+again".into(), ..operation("committed") };
    let table: Vec<(&str, Facts, &[&str])> = vec![
        ("charged", facts(vec![operation("committed")]), &[]),
        ("charged after its release", facts(vec![operation("canceled"), again.clone()]), &[]),
        ("written off", facts(vec![Operation { written_off: 50, ..operation("canceled") }]), &[]),
        ("charged twice", facts(vec![Operation { charges: 2, charged: 100, held: -50, ..operation("committed") }]), &["I5"]),
        (
            "released twice",
            Facts { artifacts: vec![], ..facts(vec![Operation { releases: 2, held: -50, ..operation("canceled") }]) },
            &["I5"],
        ),
        ("paid for twice", facts(vec![operation("committed"), again]), &["I5"]),
        ("not paid for", facts(vec![operation("canceled")]), &["I7"]),
        ("free", facts(vec![]), &[]),
        ("charged for nothing", Facts { artifacts: vec![], ..facts(vec![operation("committed")]) }, &["I6"]),
        ("a second artifact", Facts { artifacts: vec![artifact(), artifact()], ..facts(vec![]) }, &["I15"]),
        ("an artifact of nobody", Facts { jobs: vec![], ..facts(vec![]) }, &["I14"]),
    ];
    for (name, facts, expected) in table {
        assert_eq!(found(&facts), expected, "{name}");
    }
    let run = Run { id: "r".into(), emptied: true, ..Run::default() };
    let withdrawn = Facts { artifacts: vec![], runs: vec![run], ..facts(vec![operation("committed")]) };
    assert!(found(&withdrawn).is_empty(), "a result that was taken away was charged all the same");
}

#[test]
fn a_job_ends_in_one_transaction() {
    let job = |status: &str, ended_us| Job { id: "j".into(), status: status.into(), due: true, ended_us, ..Job::default() };
    let answer = Message { key: "outbox|screen|none|none|tg:7|msg:jobj.0|-".into(), at_us: 9, ..message(1, 11) };
    let facts = |job| Facts { jobs: vec![job], messages: vec![answer.clone()], calls: sent(&[(11, "a")]), ..Facts::default() };
    assert!(found(&facts(job("done", Some(9)))).is_empty());
    assert_eq!(found(&facts(job("done", Some(10)))), ["I14"]);
    assert_eq!(found(&facts(job("running", None))), ["I14", "OPEN"]);
    let put_back = Facts { requeued: BTreeSet::from(["job j".into()]), ..facts(job("done", Some(10))) };
    assert!(found(&put_back).is_empty());
}

#[test]
fn a_run_is_in_its_persons_chat_alone() {
    let run = Run { id: "r".into(), service: "screen".into(), bound: Some(CHAT), emptied: false };
    let chat = |bot: &str, chat| Chat { bot: bot.into(), chat, run: Some("r".into()), version: 0 };
    let facts = |chats| Facts { runs: vec![run.clone()], chats, ..Facts::default() };
    assert!(found(&facts(vec![chat("screen", CHAT)])).is_empty());
    assert_eq!(found(&facts(vec![chat("screen", CHAT), chat("screen", 8)])), ["I16"]);
    assert!(found(&facts(vec![chat("pro", 8)])).is_empty(), "the specialist's own chat with Pro");
}

#[test]
fn the_view_speaks_for_itself() {
    let facts = Facts { invariants: vec![("I4".into(), "a wallet".into()), ("new".into(), "?".into())], ..Facts::default() };
    assert_eq!(found(&facts), ["I4", "UNKNOWN"]);
}
