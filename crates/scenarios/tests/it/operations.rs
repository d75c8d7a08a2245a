//! What an operator does: deploys a build before its migrations, looks at webhooks, rotates their secrets.
use std::time::{Duration, Instant};

use scenarios::Platform;
use serde_json::json;

use crate::steps::drive;

const UPDATE: &str = r#"{"update_id":5000001,"message":{"message_id":1,"date":1,"chat":{"id":56,"type":"private","first_name":"A"},"from":{"id":56,"is_bot":false,"first_name":"A"},"text":"/help"}}"#;

async fn knock(port: &str, secret: &str) -> Option<u16> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://127.0.0.1:{port}/webhook/pro");
    let sent = client.post(url).header("x-telegram-bot-api-secret-token", secret).body(UPDATE).send().await;
    sent.ok().map(|answer| answer.status().as_u16())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_that_runs_before_its_migrations_sends_updates_back_and_loses_none() {
    let mut platform = Platform::start().await.unwrap();
    let newest = "DELETE FROM public.__diesel_schema_migrations WHERE version = (SELECT max(version) FROM public.__diesel_schema_migrations) \
                  RETURNING version";
    let version: String = platform.admin.query_one(newest, &[]).await.unwrap().get(0);
    let mut env = platform.setting.env("psycheos-api").unwrap();
    let port = test_kit::free_port().unwrap().to_string();
    env.insert("PORT".into(), port.clone());
    let secret = platform.setting.bots[0].secret.clone();
    let admin = &platform.admin;
    let started = platform.services.start("psycheos-api#2", env);
    let knocked = async {
        let until = Instant::now() + Duration::from_secs(20);
        while knock(&port, &secret).await != Some(503) {
            assert!(Instant::now() < until, "the update was not sent back");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        admin.execute("INSERT INTO public.__diesel_schema_migrations (version) VALUES ($1)", &[&version]).await.unwrap();
    };
    let (started, ()) = tokio::join!(started, knocked);
    started.unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while knock(&port, &secret).await != Some(200) {
        assert!(Instant::now() < until, "it never became ready");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.dead_updates").await.unwrap(), 0);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_are_looked_at_and_their_secrets_are_rotated_without_a_lost_update() {
    let mut platform = Platform::start().await.unwrap();
    let ops = platform.setting.env("psycheos-ops").unwrap();
    let said = platform.services.run_once("psycheos-ops", &["webhooks", "status"], &ops).await.unwrap();
    assert_eq!(said.lines().filter(|line| line.starts_with("ok ")).count(), 5, "{said}");
    // A new secret in front of the old one: first the api takes both, then Telegram is told the new one, then the old one goes.
    let old = platform.setting.bots[0].secret.clone();
    let new = "new-pro-webhook-secret-0123456789abcdef".to_owned();
    platform.services.restart_with("psycheos-api", "TG_WEBHOOK_SECRET_PRO", Some(&format!("{new},{old}"))).await.unwrap();
    drive(&mut platform, &["анна: /start [приглашение]"]).await;
    let mut rotated = ops.clone();
    rotated.insert("TG_WEBHOOK_SECRET_PRO".into(), format!("{new},{old}"));
    platform.services.run_once("psycheos-ops", &["webhooks", "set"], &rotated).await.unwrap();
    drive(&mut platform, &["анна: /cases"]).await;
    platform.services.restart_with("psycheos-api", "TG_WEBHOOK_SECRET_PRO", Some(&new)).await.unwrap();
    drive(&mut platform, &["анна: /menu"]).await;
    platform.quiet().await.unwrap();
    let port = platform.setting.api_port.to_string();
    assert_eq!(knock(&port, &old).await, Some(403), "the old secret is worth nothing");
    // Set to somebody else's address: told, with what to do.
    let mut elsewhere = ops.clone();
    elsewhere.insert("WEBHOOK_BASE_URL".into(), "http://127.0.0.1:9".into());
    let wrong = platform.services.run_once("psycheos-ops", &["webhooks", "status"], &elsewhere).await.unwrap_err().to_string();
    assert!(wrong.contains("webhooks status failed"), "{wrong}");
    let told = std::fs::read_to_string(platform.services.log("psycheos-ops")).unwrap();
    assert_eq!(
        told.lines().filter(|line| line.starts_with("BAD ") && line.contains("psycheos-ops webhooks set")).count(),
        5,
        "{told}"
    );
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bot_has_its_commands_in_telegrams_menu_and_only_administrators_have_theirs() {
    let platform = Platform::start().await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for bot in &platform.setting.bots {
        for code in ["", "ru"] {
            let url = format!("{}/bot{}/getMyCommands", platform.telegram.base_url(), bot.token);
            let params = json!({ "scope": { "type": "all_private_chats" }, "language_code": code });
            let said: serde_json::Value = client.post(url).json(&params).send().await.unwrap().json().await.unwrap();
            let names: Vec<&str> =
                said["result"].as_array().unwrap().iter().map(|one| one["command"].as_str().unwrap()).collect();
            assert!(names.contains(&"help") && names.contains(&"privacy") && !names.contains(&"admin"), "{}: {names:?}", bot.bot);
        }
    }
}
