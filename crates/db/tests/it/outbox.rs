//! The outbox: order, pace, lanes, uncertainty.
use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use db::{
    Pool,
    chat::{NewMessage, put_messages},
    outbox,
};
use domain::{BotId, ChatId, OutboxId, TelegramMessageId};
use test_kit::TestDb;
use uuid::Uuid;

use crate::support::{database, pool};

const LEASE: Duration = Duration::from_secs(60);
const ALL_LANES: &[i16] = &[0, 1, 2, 3];

fn message(chat: i64, lane: i16, kind: &'static str) -> NewMessage {
    let id = OutboxId(Uuid::now_v7());
    NewMessage {
        id,
        bot: BotId::Pro,
        chat: Some(ChatId(chat)),
        case: None,
        run: None,
        lane,
        kind,
        method: "sendMessage",
        payload: vec![1; 60],
        file: None,
        depends_on: None,
        target: None,
        key: id.to_string(),
    }
}

async fn put(pool: &Pool, messages: Vec<NewMessage>) {
    let mut tx = pool.begin().await.unwrap();
    put_messages(&mut tx, messages, None).await.unwrap();
    tx.commit().await.unwrap();
}

async fn claim(pool: &Pool) -> Vec<outbox::ClaimedMessage> {
    claim_of(pool, &[(BotId::Pro, 50)]).await
}

async fn claim_of(pool: &Pool, rooms: &[(BotId, usize)]) -> Vec<outbox::ClaimedMessage> {
    outbox::claim(&mut pool.get().await.unwrap(), rooms, ALL_LANES, Uuid::new_v4(), LEASE).await.unwrap()
}

/// A day between two messages of a bot: what passes in a test is its burst.
async fn slow_bots(db: &TestDb) {
    let statement =
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET psycheos.bot_interval = ''1 day''', current_database()); END $$";
    db.admin().await.unwrap().batch_execute(statement).await.unwrap();
}

async fn due(pool: &Pool, bots: &[BotId]) -> Option<i64> {
    outbox::next_due_ms(&mut pool.get().await.unwrap(), bots).await.unwrap()
}

fn of(bot: BotId, message: NewMessage) -> NewMessage {
    NewMessage { bot, ..message }
}

/// Of which bot and lane, and how many.
fn counts(claimed: &[outbox::ClaimedMessage]) -> BTreeMap<(&'static str, i16), usize> {
    let mut counts = BTreeMap::new();
    for message in claimed {
        *counts.entry((message.bot.as_str(), message.lane)).or_default() += 1;
    }
    counts
}

async fn sent(pool: &Pool, message: &outbox::ClaimedMessage) -> usize {
    let mark = [(message.id, message.lease, Some(TelegramMessageId(7)))];
    outbox::finish_sent(&mut pool.get().await.unwrap(), &mark).await.unwrap()
}

#[tokio::test]
async fn a_chat_is_served_in_order_and_chats_do_not_wait_for_each_other() {
    let db = database().await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    let (a1, a2, b1) = (message(1, 1, "reply"), message(1, 1, "reply"), message(2, 1, "reply"));
    let (first, second, other) = (a1.id, a2.id, b1.id);
    put(&api, vec![a1, a2, b1]).await;
    let claimed = claim(&sender).await;
    assert_eq!(claimed.iter().map(|m| m.id).collect::<Vec<_>>(), [first, other]);
    assert!(claim(&sender).await.is_empty(), "the second waits for the first");
    assert_eq!(sent(&sender, &claimed[0]).await, 1);
    assert_eq!(claim(&sender).await[0].id, second);
}

#[tokio::test]
async fn a_burst_of_three_passes_and_the_fourth_waits() {
    let db = database().await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    put(&api, (0..5).map(|_| message(1, 1, "reply")).collect()).await;
    for n in 0..3 {
        let claimed = claim(&sender).await;
        assert_eq!(claimed.len(), 1, "message {n}");
        sent(&sender, &claimed[0]).await;
    }
    assert!(claim(&sender).await.is_empty());
    let due = outbox::next_due_ms(&mut sender.get().await.unwrap(), &[BotId::Pro]).await.unwrap().unwrap();
    assert!((1..=1000).contains(&due), "{due}");
    put(&api, vec![message(1, 0, "danger")]).await;
    assert!(claim(&sender).await.is_empty(), "even a danger notice keeps its chat's order among replies");
}

#[tokio::test]
async fn a_danger_notice_overtakes_notifications_of_its_chat() {
    let db = database().await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    put(&api, vec![message(1, 2, "result"), message(1, 3, "broadcast")]).await;
    let danger = message(1, 0, "danger");
    let id = danger.id;
    put(&api, vec![danger]).await;
    let claimed = claim(&sender).await;
    assert_eq!(claimed.iter().map(|m| m.id).collect::<Vec<_>>(), [id]);
    assert!(claim(&sender).await.is_empty(), "what was held waits for the notice");
    sent(&sender, &claimed[0]).await;
    assert_eq!(claim(&sender).await.len(), 1, "and goes on after it");
}

#[tokio::test]
async fn a_refused_chat_waits_alone_and_costs_no_attempt() {
    let db = database().await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    put(&api, vec![message(1, 1, "reply"), message(2, 1, "reply")]).await;
    let claimed = claim(&sender).await;
    outbox::slow_down(&mut sender.get().await.unwrap(), &claimed[0], Duration::from_secs(30)).await.unwrap();
    sent(&sender, &claimed[1]).await;
    put(&api, vec![message(2, 1, "reply")]).await;
    let next = claim(&sender).await;
    assert_eq!((next.len(), next[0].chat), (1, Some(ChatId(2))));
    let admin = db.admin().await.unwrap();
    let row =
        admin.query_one("SELECT attempt_count, ambiguous FROM psycheos.outbox_messages WHERE chat_id = 1", &[]).await.unwrap();
    assert_eq!((row.get::<_, i32>(0), row.get::<_, i32>(1)), (0, 0));
}

#[tokio::test]
async fn a_sender_that_died_leaves_flagged_rows_and_progress_is_not_repeated() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    put(&api, vec![message(1, 1, "reply"), message(2, 1, "progress")]).await;
    let dead = claim(&sender).await;
    admin.execute("UPDATE psycheos.outbox_messages SET lease_until = now() - interval '1 s'", &[]).await.unwrap();
    assert_eq!(outbox::rescue(&mut sender.get().await.unwrap()).await.unwrap(), 2);
    let again = claim(&sender).await;
    assert_eq!((again.len(), again[0].chat), (1, Some(ChatId(1))));
    assert_eq!(sent(&sender, &dead[0]).await, 0, "the old lease marks nothing");
    assert_eq!(sent(&sender, &again[0]).await, 1);
    let rows = admin.query("SELECT status, ambiguous FROM psycheos.outbox_messages ORDER BY seq", &[]).await.unwrap();
    let rows: Vec<(String, i32)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(rows, [("sent".into(), 1), ("canceled".into(), 1)]);
}

#[tokio::test]
async fn a_blocked_chat_fails_with_its_reason_until_the_person_writes_again() {
    let db = database().await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    put(&api, vec![message(1, 1, "reply"), message(1, 0, "danger")]).await;
    let claimed = claim(&sender).await;
    let mut conn = sender.get().await.unwrap();
    outbox::stop_chat(&mut conn, &claimed[0], ChatId(1), "blocked_by_user").await.unwrap();
    drop(conn);
    put(&api, vec![message(1, 2, "result")]).await;
    assert!(claim(&sender).await.is_empty());
    let admin = db.admin().await.unwrap();
    let failed: i64 = admin
        .query_one(
            "SELECT count(*) FROM psycheos.outbox_messages WHERE status = 'failed' AND last_error = 'blocked_by_user'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(failed, 3);
    let alerts: i64 = admin
        .query_one("SELECT count(*) FROM psycheos.operator_alerts WHERE code = 'danger_notice_failed'", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(alerts, 1, "an undelivered danger notice is the operator's business at once");
    let mut tx = api.begin().await.unwrap();
    db::chat::open(&mut tx, BotId::Pro, Some(domain::UpdateId(1)), ChatId(1)).await.unwrap();
    tx.commit().await.unwrap();
    put(&api, vec![message(1, 1, "reply")]).await;
    assert_eq!(claim(&sender).await.len(), 1);
}

#[tokio::test]
async fn an_edit_that_waits_is_superseded_by_a_newer_one() {
    let db = database().await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    let edit = || NewMessage { target: Some(TelegramMessageId(5)), method: "editMessageText", ..message(1, 1, "edit") };
    put(&api, vec![edit()]).await;
    let last = edit();
    let id = last.id;
    put(&api, vec![last]).await;
    let claimed = claim(&sender).await;
    assert_eq!(claimed.iter().map(|m| (m.id, m.target)).collect::<Vec<_>>(), [(id, Some(TelegramMessageId(5)))]);
}

#[tokio::test]
async fn an_edit_of_a_message_that_is_not_sent_yet_learns_its_number() {
    let db = database().await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    let first = message(1, 1, "reply");
    let edit = NewMessage { depends_on: Some(first.id), method: "editMessageText", ..message(1, 1, "edit") };
    put(&api, vec![first, edit]).await;
    let claimed = claim(&sender).await;
    sent(&sender, &claimed[0]).await;
    let edit = claim(&sender).await.remove(0);
    assert_eq!((edit.target, edit.is_dependent), (Some(TelegramMessageId(7)), true));
}

#[tokio::test]
async fn a_bot_at_its_limit_is_left_out_and_keeps_no_other_bot_waiting() {
    let db = database().await;
    slow_bots(&db).await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    let rooms = [(BotId::Pro, 50), (BotId::Screen, 50)];
    put(&api, (1..=40).map(|chat| message(chat, 1, "reply")).collect()).await;
    put(&api, vec![of(BotId::Screen, message(1, 1, "reply")), of(BotId::Screen, message(2, 2, "result"))]).await;
    let claimed = claim_of(&sender, &rooms).await;
    assert_eq!(counts(&claimed), [(("pro", 1), 30), (("screen", 1), 1), (("screen", 2), 1)].into());

    assert!(claim_of(&sender, &rooms).await.is_empty(), "Pro has had its burst");
    let day = 24 * 3_600_000;
    let opens = due(&sender, &[BotId::Pro, BotId::Screen]).await.unwrap();
    assert!((day - 60_000..=day).contains(&opens), "one may go a day after the burst: {opens}");
    put(&api, vec![of(BotId::Screen, message(3, 1, "reply")), message(50, 0, "danger")]).await;
    let claimed = claim_of(&sender, &rooms).await;
    assert_eq!(counts(&claimed), [(("pro", 0), 1), (("screen", 1), 1)].into(), "a danger notice waits for no rate");
}

#[tokio::test]
async fn bulk_has_a_smaller_rate_of_its_own_and_leaves_room_for_replies() {
    let db = database().await;
    slow_bots(&db).await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    put(&api, (1..=40).map(|chat| message(chat, 2, "result")).collect()).await;
    assert_eq!(counts(&claim(&sender).await), [(("pro", 2), 6)].into());
    assert!(claim(&sender).await.is_empty());
    assert_eq!(due(&sender, &[BotId::Pro]).await, Some(100), "a bot near its limit is looked at ten times a second");
    put(&api, (100..140).map(|chat| message(chat, 1, "reply")).collect()).await;
    assert_eq!(counts(&claim(&sender).await), [(("pro", 1), 24)].into(), "both are of the bot's thirty");
}

#[tokio::test]
async fn a_result_goes_before_replies_when_none_has_gone_for_a_while() {
    let db = database().await;
    slow_bots(&db).await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    put(&api, (1..=10).map(|chat| message(chat, 1, "reply")).chain((11..=15).map(|chat| message(chat, 2, "result"))).collect())
        .await;
    assert_eq!(counts(&claim_of(&sender, &[(BotId::Pro, 5)]).await), [(("pro", 1), 4), (("pro", 2), 1)].into());
    assert_eq!(counts(&claim_of(&sender, &[(BotId::Pro, 5)]).await), [(("pro", 1), 5)].into(), "one has gone just now");
    let later = "UPDATE psycheos.send_pace SET bulk_at = bulk_at - interval '6 days' WHERE bot_id = 'pro' AND chat_id = 0";
    db.admin().await.unwrap().batch_execute(later).await.unwrap();
    assert_eq!(counts(&claim_of(&sender, &[(BotId::Pro, 1)]).await), [(("pro", 2), 1)].into());
}

#[tokio::test]
async fn a_bot_gives_as_many_as_there_is_room_for() {
    let db = database().await;
    let (api, sender) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 1));
    let both = (1..=5).flat_map(|chat| [message(chat, 1, "reply"), of(BotId::Screen, message(chat, 1, "reply"))]);
    put(&api, both.collect()).await;
    let claimed = claim_of(&sender, &[(BotId::Pro, 1), (BotId::Screen, 3)]).await;
    assert_eq!(counts(&claimed), [(("pro", 1), 1), (("screen", 1), 3)].into());
}

#[tokio::test]
async fn senders_share_the_rate_of_a_bot_and_none_waits_for_another() {
    let db = database().await;
    slow_bots(&db).await;
    let (api, senders) = (pool(&db.url("psy_api"), 1), pool(&db.url("psy_sender"), 8));
    put(&api, (1..=100).map(|chat| message(chat, 1, "reply")).collect()).await;
    let claims = (0..8).map(|_| claim_of(&senders, &[(BotId::Pro, 10)]));
    let mut all = futures_util::future::join_all(claims).await.concat();
    for _ in 0..4 {
        all.extend(claim_of(&senders, &[(BotId::Pro, 10)]).await);
    }
    assert_eq!(counts(&all), [(("pro", 1), 30)].into());
    assert_eq!(all.iter().map(|message| message.chat).collect::<HashSet<_>>().len(), 30, "each once");

    put(&api, vec![of(BotId::Screen, message(1, 1, "reply")), message(200, 0, "danger")]).await;
    let mut another = db.admin().await.unwrap();
    let held = another.transaction().await.unwrap();
    held.execute("SELECT FROM psycheos.send_pace WHERE bot_id = 'pro' AND chat_id = 0 FOR UPDATE", &[]).await.unwrap();
    let claimed = claim_of(&senders, &[(BotId::Pro, 10), (BotId::Screen, 10)]).await;
    assert_eq!(counts(&claimed), [(("pro", 0), 1), (("screen", 1), 1)].into(), "whoever claims for a bot is not waited for");
}
