//! Every button and every route in another's hand: it answers as if the thing were not there, and nothing is written (S8).
use std::collections::{BTreeMap, BTreeSet};

use bot_kit::Button as _;
use bot_pro::{Button, Named, every_button};
use domain::{ArtifactId, BotId, CaseId, PaymentId, SafetyEventId, UserId, parse_short_id, short_id};
use scenarios::Platform;
use serde_json::json;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{
    programs::scene::Scene,
    steps::{AGREED, CLOSED, INVITED, drive, press, skip},
};

const ANNA: i64 = 1000;
const CLIENT: i64 = 1001;
const BORIS: i64 = 1002;

/// What of Anna's there is to be named.
struct Hers {
    case: CaseId,
    artifact: ArtifactId,
    event: SafetyEventId,
    user: UserId,
    payment: PaymentId,
    run: Uuid,
}

/// Anna with everything a button can name; Boris with a case of his own, whose message he presses on.
async fn practice() -> (Platform, Hers) {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 17).await;
    platform.claude.release();
    drive(&mut platform, &[CLOSED[0], CLOSED[1], "илья: я больше не хочу жить"]).await;
    platform.quiet().await.unwrap();
    platform.claude.hold();
    drive(&mut platform, &["анна: /balance", "анна: [⭐️ 50 ★]"]).await;
    // Both are inside Interpretator, she with her earlier result to choose from.
    drive(&mut platform, &["анна: /cases"]).await;
    press(&mut platform, "анна", "К-014").await;
    drive(&mut platform, &["анна: [🌙 Интерпретатор]", "анна@interpretator: (ссылка)"]).await;
    drive(&mut platform, &["анна@interpretator: [📚 Учесть прежние результаты]"]).await;
    drive(&mut platform, &["борис@pro: /start [второе приглашение]", "борис@pro: [➕ Новый кейс]", "борис@pro: Б-1"]).await;
    drive(&mut platform, &["борис@pro: [📂 Открыть кейс]", "борис@pro: [🌙 Интерпретатор]", "борис@interpretator: (ссылка)"])
        .await;
    for bot in ["screen", "conceptualizator", "simulator"] {
        drive(&mut platform, &[&format!("борис@{bot}: /start")]).await;
    }
    let one = async |sql: &str| -> Uuid { platform.admin.query_one(sql, &[]).await.unwrap().get(0) };
    let hers = Hers {
        case: CaseId(one("SELECT context_id FROM psycheos.artifacts").await),
        artifact: ArtifactId(one("SELECT artifact_id FROM psycheos.artifacts").await),
        event: SafetyEventId(one("SELECT event_id FROM psycheos.safety_events LIMIT 1").await),
        user: UserId(one("SELECT owner_user_id FROM psycheos.artifacts").await),
        payment: PaymentId(one("SELECT payment_id FROM psycheos.payments").await),
        run: one("SELECT run_id FROM psycheos.artifacts").await,
    };
    (platform, hers)
}

/// All rows of all tables but what belongs to Boris alone and what every press leaves: by table, a hash of its rows.
async fn rows(admin: &Client) -> BTreeMap<String, String> {
    let names = admin
        .query("SELECT relname::text FROM pg_class WHERE relnamespace = 'psycheos'::regnamespace AND relkind = 'r'", &[])
        .await
        .unwrap();
    let boris = "(SELECT user_id FROM psycheos.users WHERE telegram_id = 1002)";
    let mut hashes = BTreeMap::new();
    for name in names {
        let table: String = name.get(0);
        let others = match table.as_str() {
            "telegram_update_dedup" | "send_pace" | "service_key_calls" | "service_keys" => continue,
            "bot_chat_state" => format!("chat_id <> {BORIS}"),
            "outbox_messages" => format!("chat_id IS DISTINCT FROM {BORIS}"),
            "users" | "wallets" | "payments" | "usage_ledger" | "ledger_entries" => format!("user_id IS DISTINCT FROM {boris}"),
            "link_tokens" => format!("issued_by <> {boris}"),
            "jobs" => format!("chat_id IS DISTINCT FROM {BORIS}"),
            "contexts" => format!("specialist_user_id <> {boris}"),
            "runs" => format!("owner_user_id <> {boris}"),
            "case_keys" => format!(
                "user_id IS DISTINCT FROM {boris} AND coalesce(context_id NOT IN \
                 (SELECT context_id FROM psycheos.contexts WHERE specialist_user_id = {boris}), true)"
            ),
            // What Boris does with his own is written down; so is each call of a program, with its refusal.
            "audit_log" => format!("actor <> 'user:' || {boris} AND role <> 'program'"),
            _ => "true".to_owned(),
        };
        let sql =
            format!("SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM psycheos.{table} t WHERE {others}");
        hashes.insert(table, admin.query_one(&sql, &[]).await.unwrap().get(0));
    }
    hashes
}

/// Every button of Pro there is, with her ids.
fn buttons(hers: &Hers, stamp: i64) -> Vec<Button> {
    let Hers { case, artifact, event, user, payment, .. } = *hers;
    every_button(Named { case, artifact, event, user, payment }, stamp)
}

/// Data of every button that Anna was ever shown, by bot.
fn shown(platform: &Platform) -> BTreeSet<(BotId, String)> {
    let mut all = BTreeSet::new();
    for bot in BotId::ALL {
        for message in [ANNA, CLIENT].into_iter().flat_map(|user| platform.telegram.messages(bot.as_str(), user)) {
            let rows = message.reply_markup.as_ref().and_then(|markup| markup["inline_keyboard"].as_array()).cloned();
            for key in rows.into_iter().flatten().filter_map(|row| row.as_array().cloned()).flatten() {
                all.extend(key["callback_data"].as_str().map(|data| (*bot, data.to_owned())));
            }
        }
    }
    all
}

/// The same button with ids of nothing.
fn of_nothing(data: &str) -> String {
    data.split(':')
        .map(|part| if parse_short_id(part).is_some() { short_id(Uuid::now_v7()) } else { part.to_owned() })
        .collect::<Vec<_>>()
        .join(":")
}

/// What Boris sees when he presses a button with this data: the newest message and the words over the chat.
async fn pressed(platform: &mut Platform, bot: BotId, data: &str) -> (Option<String>, Option<String>) {
    let messages = platform.telegram.messages(bot.as_str(), BORIS);
    let Some(message) = messages.iter().rev().find(|message| message.from_bot) else { return (None, None) };
    let press = platform.telegram.press_stale(bot.as_str(), BORIS, message.message_id, data).unwrap();
    platform.quiet().await.unwrap();
    let said = platform.telegram.callback_answer(bot.as_str(), &press.callback_query_id).map(|answer| answer.text);
    let newest = platform
        .telegram
        .messages(bot.as_str(), BORIS)
        .into_iter()
        .rev()
        .find(|message| message.from_bot)
        .map(|message| message.text);
    (newest, said)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_button_of_another_answers_like_one_of_nothing_and_writes_nothing() {
    let (mut platform, hers) = practice().await;
    let stamp: i64 =
        platform.count("SELECT version FROM psycheos.bot_chat_state WHERE bot_id = 'pro' AND chat_id = 1002").await.unwrap();
    let mut all: BTreeSet<(BotId, String)> = shown(&platform);
    let seen = all.len();
    assert!(seen > 15, "{seen} buttons were shown");
    // A press may be made with the stamp of Boris's own last turn: each turn moves it on, so every one near is tried.
    all.extend((stamp..stamp + 3).flat_map(|stamp| buttons(&hers, stamp)).map(|button| (BotId::Pro, button.encode())));
    let ids = [hers.case.0, hers.artifact.0, hers.event.0, hers.payment.0, hers.user.0].map(short_id);
    let naming: Vec<_> =
        all.into_iter().filter(|(_, data)| data.split(':').any(|part| ids.iter().any(|id| id == part))).collect();
    assert!(naming.len() > 40, "{} buttons name something of hers", naming.len());
    let before = rows(&platform.admin).await;
    for (bot, data) in naming {
        // The stamp that would be good right now, whatever was pressed before.
        let now =
            platform.count("SELECT version FROM psycheos.bot_chat_state WHERE bot_id = 'pro' AND chat_id = 1002").await.unwrap();
        let current = |data: &str, stamp: i64| -> String {
            match Button::decode(data) {
                Some(Button::DeleteYes { case, .. }) => Button::DeleteYes { case, stamp }.encode(),
                Some(Button::Export { case, .. }) => Button::Export { case, stamp }.encode(),
                Some(Button::RevokeYes { case, .. }) => Button::RevokeYes { case, stamp }.encode(),
                Some(Button::PortraitYes { artifact, .. }) => Button::PortraitYes { artifact, stamp }.encode(),
                Some(Button::Rewrite { artifact, .. }) => Button::Rewrite { artifact, stamp }.encode(),
                _ => data.to_owned(),
            }
        };
        let foreign = pressed(&mut platform, bot, &current(&data, now)).await;
        let absent = pressed(&mut platform, bot, &current(&of_nothing(&data), now + 1)).await;
        assert_eq!(foreign, absent, "{bot} {data} ({:?})", Button::decode(&data));
        let words = format!("{foreign:?}");
        assert!(!words.contains("К-014"), "{bot} {data}: {words}");
    }
    let after = rows(&platform.admin).await;
    for (table, hash) in &before {
        assert_eq!(after.get(table), Some(hash), "something was written into {table}");
    }
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.jobs WHERE kind = 'export'").await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_with_anothers_key_answers_not_found_and_writes_nothing() {
    let (platform, hers) = practice().await;
    let scene = Scene::of(platform);
    let all = "links:issue,links:verify,usage:write,artifacts:write,artifacts:read";
    let (_, key) = scene.make_key(&["--scopes", all, "--owner", &BORIS.to_string()]).await;
    let before = rows(&scene.platform.admin).await;
    let (case, run, artifact) = (hers.case, hers.run, hers.artifact);
    let content = json!({
        "meta": { "service_id": "screen", "artifact_version": "1.0", "context_id": case, "run_id": run, "created_at": "2026-11-26T10:00:00Z",
                  "language": "ru", "correlation_id": "c" },
        "summary": { "one_liner": "Коротко.", "risk_flags": [], "resource_flags": [] }, "markers": [], "questions_for_session": [],
        "actions": [], "raw": { "notes": "" },
    });
    let posts = [
        (
            "links/issue",
            json!({ "service_id": "interpretator", "context_id": case, "run_id": Uuid::now_v7(), "role": "specialist" }),
        ),
        ("usage/reserve", json!({ "run_id": run })),
        ("usage/commit", json!({ "run_id": run })),
        ("usage/cancel", json!({ "run_id": run, "reason": "user" })),
        ("artifacts/submit", json!({ "artifact_type": "summary", "content": content })),
    ];
    for (route, body) in &posts {
        let answer = scene.post(&key, route, body).await;
        assert_eq!(answer.status.as_u16(), 404, "{route}: {}", answer.body);
        assert!(answer.said().1.ends_with("_not_found"), "{route}: {}", answer.body);
    }
    let gets =
        [format!("artifacts?context_id={case}"), format!("artifacts/{artifact}"), format!("artifacts/{artifact}?format=docx")];
    for route in &gets {
        assert_eq!(scene.get(&key, route).await.status.as_u16(), 404, "{route}");
    }
    let link = scene.platform.newest_link(BotId::Screen).unwrap();
    let shown = json!({ "start_param": link, "service_id": "screen", "role": "client", "telegram_id": 5 });
    let verified = scene.post(&key, "links/verify", &shown).await;
    assert_eq!(verified.body, json!({ "valid": false, "reason": "unknown" }));
    let described = scene.get("", "openapi.json").await;
    assert_eq!(
        described.body["paths"].as_object().unwrap().len(),
        posts.len() + 1 + 2,
        "every route that is described was tried"
    );
    assert_eq!(rows(&scene.platform.admin).await, before);
}

/// What only an administrator may press, in the hand of somebody who is none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrators_buttons_do_nothing_for_anybody_else() {
    let (mut platform, hers) = practice().await;
    let before = rows(&platform.admin).await;
    let boris: Uuid =
        platform.admin.query_one("SELECT user_id FROM psycheos.users WHERE telegram_id = 1002", &[]).await.unwrap().get(0);
    let stamp =
        platform.count("SELECT version FROM psycheos.bot_chat_state WHERE bot_id = 'pro' AND chat_id = 1002").await.unwrap();
    for button in buttons(&Hers { user: UserId(boris), ..hers }, stamp) {
        if matches!(button, Button::Admin(_)) {
            pressed(&mut platform, BotId::Pro, &button.encode()).await;
        }
    }
    drive(&mut platform, &["борис@pro: /admin"]).await;
    assert_eq!(rows(&platform.admin).await, before);
    let wallet = "SELECT coalesce(sum(balance_stars), 0)::bigint FROM psycheos.wallets w JOIN psycheos.users u USING (user_id) WHERE telegram_id = 1002";
    assert_eq!(platform.count(wallet).await.unwrap(), 500);
}
