//! Registration of webhooks, and what a dead one looks like.

use serde_json::json;

use super::{ANNA, Hook, PATIENCE, World, config};
use crate::{Config, LogKind};

#[tokio::test]
async fn with_limits_on_a_second_set_webhook_within_a_second_is_refused() {
    let world = World::start(Config { limits: true, time_scale: 1000.0, ..config() });
    let params = json!({ "url": "http://127.0.0.1:9/" });
    assert_eq!(world.call("setWebhook", params.clone()).await.status, 200);
    let second = world.call("setWebhook", params).await;
    assert_eq!(second.error(), "429 Too Many Requests: retry after 1");
}

#[tokio::test]
async fn only_asked_for_kinds_are_created_and_an_omitted_list_changes_nothing() {
    let world = World::opened();
    let hook = Hook::open();
    let asked = json!({ "url": hook.url, "allowed_updates": ["my_chat_member"] });
    world.call("setWebhook", asked).await;
    assert!(world.telegram.wait_idle(PATIENCE).await, "a message created before still arrives");
    world.call("setWebhook", json!({ "url": hook.url, "max_connections": 5 })).await;
    assert_eq!(world.telegram.send_text("pro", ANNA, "x").unwrap().update_id, None);
    world.telegram.block("pro", ANNA).unwrap();
    assert!(world.telegram.wait_idle(PATIENCE).await);
    let got = hook.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[1].update["my_chat_member"]["new_chat_member"]["status"], "kicked");
}

#[tokio::test]
async fn a_refused_connection_is_reported_and_tried_again() {
    let world = World::opened();
    world.call("setWebhook", json!({ "url": "http://127.0.0.1:9/" })).await;
    let twice = |t: &crate::FakeTelegram| {
        let attempts = t.log_after(0).into_iter().filter(|e| e.kind == LogKind::Delivery);
        attempts.count() >= 2
    };
    assert!(world.telegram.wait_until(PATIENCE, twice).await);
    let info = world.telegram.webhook_info("pro");
    assert_eq!(info["last_error_message"], "Connection refused");
    assert_eq!(info["pending_update_count"], 1);
}
