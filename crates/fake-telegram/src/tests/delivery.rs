//! Deliveries to a real webhook.

use serde_json::{Value, json};

use super::{ANNA, BORIS, Hook, PATIENCE, Script, World, config};

#[tokio::test]
async fn updates_arrive_in_order_with_the_secret_after_a_retry() {
    let world = World::start(config());
    let hook = Hook::open();
    hook.answer_with(Script::status(503));
    hook.answer_with(Script::status(500));
    world.set_webhook(&hook).await;
    for text in ["/start", "two", "three"] {
        world.telegram.send_text("pro", ANNA, text).unwrap();
    }
    assert!(world.telegram.wait_idle(PATIENCE).await);
    assert_eq!(hook.texts(), ["/start", "/start", "/start", "two", "three"]);
    assert!(hook.got().iter().all(|d| d.secret.as_deref() == Some("hush")));
    let info = world.call("getWebhookInfo", json!({})).await;
    let error = "Wrong response from the webhook: 500 Internal Server Error";
    assert_eq!(info.result()["last_error_message"], error);
    assert_eq!(info.result()["pending_update_count"], 0);
    let attempts: Vec<_> = world
        .telegram
        .log_after(0)
        .into_iter()
        .filter(|e| e.kind == crate::LogKind::Delivery)
        .map(|e| (e.attempt, e.status.unwrap()))
        .collect();
    assert_eq!(attempts, [(1, 503), (2, 500), (3, 200), (1, 200), (1, 200)]);
}

#[tokio::test]
async fn a_stuck_chat_does_not_hold_up_another() {
    let world = World::start(config());
    let hook = Hook::start(1);
    world.set_webhook(&hook).await;
    world.telegram.send_text("pro", ANNA, "/start").unwrap();
    hook.wait_for(1).await;
    assert!(world.telegram.wait_idle(PATIENCE).await);
    world.telegram.send_text("pro", ANNA, "a1").unwrap();
    world.telegram.send_text("pro", ANNA, "a2").unwrap();
    world.telegram.send_text("pro", BORIS, "b1").unwrap();
    hook.wait_for(3).await;
    let mut seen = hook.texts();
    seen.sort();
    assert_eq!(seen, ["/start", "a1", "b1"], "a2 waits for a1");
    hook.inbox.gate.add_permits(10);
    assert!(world.telegram.wait_idle(PATIENCE).await);
    assert_eq!(hook.texts().last().unwrap(), "a2");
}

#[tokio::test]
async fn a_method_in_the_answer_is_executed_but_not_one_that_reads_or_sets_webhooks() {
    let world = World::opened();
    let hook = Hook::open();
    let keyboard = json!({ "inline_keyboard": [[{ "text": "b", "callback_data": "d" }]] });
    let sent = world.call("sendMessage", json!({ "chat_id": ANNA, "text": "x", "reply_markup": keyboard })).await;
    let id = sent.result()["message_id"].as_i64().unwrap();
    let target = crate::Target::At { row: 0, col: 0 };
    let pressed = world.telegram.press("pro", ANNA, id, &target).unwrap();
    let answer = |body: Value| Script { body, ..Script::status(200) };
    // The queues of the message and the press run side by side: both get the same answer,
    // and the second one is refused in silence.
    for _ in 0..2 {
        let query = &pressed.callback_query_id;
        hook.answer_with(answer(json!({ "method": "answerCallbackQuery", "callback_query_id": query, "text": "ok" })));
    }
    world.set_webhook(&hook).await;
    assert!(world.telegram.wait_idle(PATIENCE).await);
    let shown = world.telegram.callback_answer("pro", &pressed.callback_query_id).unwrap();
    assert_eq!(shown.text, "ok");
    hook.answer_with(answer(json!({ "method": "deleteWebhook" })));
    world.telegram.send_text("pro", ANNA, "more").unwrap();
    assert!(world.telegram.wait_idle(PATIENCE).await);
    assert_eq!(world.telegram.webhook_info("pro")["url"], hook.url);
}

#[tokio::test]
async fn updates_wait_for_a_webhook_and_can_be_dropped() {
    let world = World::opened();
    let hook = Hook::open();
    let first = world.call("setWebhook", json!({ "url": hook.url })).await;
    assert_eq!(first.body["description"], "Webhook was set");
    assert!(world.telegram.wait_idle(PATIENCE).await);
    assert_eq!(hook.texts(), ["/start"]);
    let again = world.call("setWebhook", json!({ "url": hook.url })).await;
    assert_eq!(again.body["description"], "Webhook is already set");
    world.call("deleteWebhook", json!({})).await;
    world.telegram.send_text("pro", ANNA, "lost").unwrap();
    world.call("setWebhook", json!({ "url": hook.url, "drop_pending_updates": true })).await;
    world.telegram.send_text("pro", ANNA, "kept").unwrap();
    assert!(world.telegram.wait_idle(PATIENCE).await);
    assert_eq!(hook.texts(), ["/start", "kept"]);
}

#[tokio::test]
async fn an_update_is_repeated_beside_its_queue_and_a_tap_under_a_new_id() {
    let world = World::start(config());
    let hook = Hook::start(0);
    world.set_webhook(&hook).await;
    let sent = world.telegram.send_text("pro", ANNA, "/start").unwrap();
    let id = sent.update_id.unwrap();
    hook.wait_for(1).await;
    assert_eq!(world.telegram.redeliver("pro", id, false, 2).unwrap(), [id, id]);
    hook.wait_for(3).await;
    assert!(hook.got().iter().all(|d| d.id() == id), "three at once, none answered yet");
    hook.inbox.gate.add_permits(10);
    assert!(world.telegram.wait_idle(PATIENCE).await);
    let new = world.telegram.redeliver("pro", id, true, 1).unwrap()[0];
    assert_ne!(new, id);
    assert!(world.telegram.wait_idle(PATIENCE).await);
    let last = hook.got().pop().unwrap();
    assert_eq!((last.id(), last.text()), (new, "/start"));
    assert!(world.telegram.redeliver("pro", 5, false, 1).is_err());
}

#[tokio::test]
async fn a_rule_doubles_new_updates() {
    let world = World::start(config());
    let hook = Hook::open();
    world.set_webhook(&hook).await;
    for new_id in [false, true] {
        let kind = crate::FaultKind::DuplicateUpdate { new_id };
        world.telegram.add_fault(crate::Fault::next(kind).of_method("message"));
        world.telegram.send_text("pro", ANNA, "x").unwrap();
        assert!(world.telegram.wait_idle(PATIENCE).await);
    }
    let ids: Vec<i64> = hook.got().iter().map(super::Delivery::id).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[2], ids[3]);
}

#[tokio::test]
async fn a_webhook_that_answers_nothing_but_410_for_23_hours_is_removed() {
    let world = World::start(config());
    let hook = Hook::open();
    world.set_webhook(&hook).await;
    let gone_for = |secs: f64| {
        let engine = &world.telegram.engine;
        engine.with(|state| state.bots[0].gone_since = Some(state.now.secs - secs));
    };
    let registered = || world.telegram.webhook_info("pro")["url"] != "";
    gone_for(90_000.0);
    world.telegram.send_text("pro", ANNA, "taken").unwrap();
    assert!(world.telegram.wait_idle(PATIENCE).await);
    assert!(registered(), "a success in between starts the count anew");
    hook.answer_with(Script::status(410));
    world.telegram.send_text("pro", ANNA, "once").unwrap();
    assert!(world.telegram.wait_idle(PATIENCE).await);
    assert!(registered());
    hook.answer_with(Script::status(410));
    gone_for(83_000.0);
    world.telegram.send_text("pro", ANNA, "late").unwrap();
    let removed = |t: &crate::FakeTelegram| t.webhook_info("pro")["url"] == "";
    assert!(world.telegram.wait_until(PATIENCE, removed).await);
}

#[tokio::test]
async fn an_update_no_one_asked_for_can_be_pushed() {
    let world = World::start(config());
    let hook = Hook::open();
    world.call("setWebhook", json!({ "url": hook.url, "allowed_updates": ["message"] })).await;
    let pushed = world.telegram.push_update("pro", "widget_query", ANNA, json!({ "id": "1" })).unwrap();
    assert!(world.telegram.wait_idle(PATIENCE).await);
    let got = hook.got().pop().unwrap();
    assert_eq!(Some(got.id()), pushed);
    assert_eq!(got.update["widget_query"]["id"], "1");
}
