//! How updates come in.
use reqwest::StatusCode;
use scenarios::Platform;
use serde_json::{Value, json};

fn update(id: i64, text: &str) -> Value {
    json!({ "update_id": id, "message": { "message_id": id, "date": 1, "text": text,
        "chat": { "id": 77, "type": "private", "first_name": "Олег" },
        "from": { "id": 77, "is_bot": false, "first_name": "Олег", "language_code": "ru" } } })
}

async fn post(base: &str, secret: Option<&str>, body: String) -> (StatusCode, Option<String>) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = client.post(format!("{base}/webhook/pro")).header("content-type", "application/json").body(body);
    if let Some(secret) = secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let response = request.send().await.unwrap();
    let after = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    (response.status(), after)
}

fn secret(platform: &Platform, bot: &str) -> String {
    platform.setting.bots.iter().find(|found| found.bot == bot).unwrap().secret.clone()
}

async fn rows(platform: &Platform) -> i64 {
    platform
        .count(
            "SELECT (SELECT count(*) FROM psycheos.telegram_update_dedup) + (SELECT count(*) FROM psycheos.bot_chat_state) \
             + (SELECT count(*) FROM psycheos.outbox_messages) + (SELECT count(*) FROM psycheos.dead_updates) \
             + (SELECT count(*) FROM psycheos.jobs)",
        )
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_without_the_secret_is_refused_and_not_one_row_is_written() {
    let platform = Platform::start().await.unwrap();
    let base = platform.setting.webhook_base_url.clone();
    let other = secret(&platform, "screen");
    let before = rows(&platform).await;
    for wrong in [None, Some(""), Some("wrong"), Some(other.as_str())] {
        let (status, _) = post(&base, wrong, update(1, "/start").to_string()).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{wrong:?}");
    }
    assert_eq!(rows(&platform).await, before);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for path in ["/", "/webhook/nobody", "/readyz", "/metrics", "/v1/links/issue"] {
        let status = client.post(format!("{base}{path}")).send().await.unwrap().status();
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    platform.db.assert_invariants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_update_five_times_on_two_apis_at_once_has_one_effect() {
    let mut platform = Platform::start().await.unwrap();
    let port = test_kit::free_port().unwrap();
    platform.replica("psycheos-api#2", Some(port)).await.unwrap();
    let bases = [platform.setting.webhook_base_url.clone(), format!("http://127.0.0.1:{port}")];
    let secret = secret(&platform, "pro");
    // The bot may write to whoever wrote to it.
    let body = update(500, "/start").to_string();
    let tasks: Vec<_> = (0..5)
        .map(|n| {
            let (base, secret, body) = (bases[n % 2].clone(), secret.clone(), body.clone());
            tokio::spawn(async move { post(&base, Some(&secret), body).await.0 })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), StatusCode::OK);
    }
    let count = |query: &'static str| platform.count(query);
    assert_eq!(count("SELECT count(*) FROM psycheos.telegram_update_dedup WHERE update_id = 500").await.unwrap(), 1);
    assert_eq!(count("SELECT count(*) FROM psycheos.outbox_messages WHERE chat_id = 77").await.unwrap(), 1);
    assert_eq!(count("SELECT version FROM psycheos.bot_chat_state WHERE chat_id = 77").await.unwrap(), 1);
    platform.db.assert_invariants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_put_aside_and_blocks_nobody() {
    let platform = Platform::start().await.unwrap();
    let base = platform.setting.webhook_base_url.clone();
    let secret = secret(&platform, "pro");
    let strange = json!({ "update_id": 900, "widget_query": { "id": 1 } }).to_string();
    assert_eq!(post(&base, Some(&secret), strange).await.0, StatusCode::OK);
    assert_eq!(post(&base, Some(&secret), "{}".into()).await.0, StatusCode::OK);
    assert_eq!(post(&base, Some(&secret), "x".repeat(2 << 20)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.dead_updates WHERE dead AND update_id = 900").await.unwrap(), 1);
    assert_eq!(post(&base, Some(&secret), update(901, "привет").to_string()).await.0, StatusCode::OK);
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.outbox_messages").await.unwrap(), 1);
    platform.db.assert_invariants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_fails_for_our_fault_is_a_dead_letter_the_fifth_time() {
    let platform = Platform::start().await.unwrap();
    let base = platform.setting.webhook_base_url.clone();
    let secret = secret(&platform, "pro");
    // A constraint that no code can satisfy stands for a bug.
    let broken = "ALTER TABLE psycheos.bot_chat_state ADD CONSTRAINT broken CHECK (version = 0)";
    platform.admin.batch_execute(broken).await.unwrap();
    for n in 1..=5 {
        let (status, after) = post(&base, Some(&secret), update(700, "привет").to_string()).await;
        let expected = if n < 5 { (StatusCode::SERVICE_UNAVAILABLE, Some("2".to_owned())) } else { (StatusCode::OK, None) };
        assert_eq!((status, after), expected, "attempt {n}");
    }
    assert_eq!(platform.count("SELECT failures::bigint FROM psycheos.dead_updates WHERE dead").await.unwrap(), 5);
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.outbox_messages").await.unwrap(), 0, "nothing of it was stored");
    assert!(platform.count("SELECT count(*) FROM psycheos.operator_alerts WHERE code = 'dead_letter'").await.unwrap() > 0);
    platform.admin.batch_execute("ALTER TABLE psycheos.bot_chat_state DROP CONSTRAINT broken").await.unwrap();
    assert_eq!(post(&base, Some(&secret), update(701, "привет").to_string()).await.0, StatusCode::OK);
    platform.db.assert_invariants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_no_failure_of_the_update() {
    let platform = Platform::start().await.unwrap();
    let base = platform.setting.webhook_base_url.clone();
    let secret = secret(&platform, "pro");
    // A lock on the table stands for a database that does not answer in time.
    let mut blocker = platform.db.admin().await.unwrap();
    let lock = blocker.transaction().await.unwrap();
    lock.batch_execute("LOCK TABLE psycheos.telegram_update_dedup IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let (status, after) = post(&base, Some(&secret), update(800, "привет").to_string()).await;
    assert_eq!((status, after), (StatusCode::SERVICE_UNAVAILABLE, Some("2".into())));
    lock.rollback().await.unwrap();
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.dead_updates").await.unwrap(), 0, "not counted");
    assert_eq!(post(&base, Some(&secret), update(800, "привет").to_string()).await.0, StatusCode::OK);
    platform.db.assert_invariants().await.unwrap();
}
