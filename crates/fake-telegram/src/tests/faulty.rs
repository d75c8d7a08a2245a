//! Faults on demand, as a client meets them.

use serde_json::{Value, json};

use super::{ANNA, World, answer};
use crate::{Config, Fault, FaultKind};

fn params(text: &str) -> Value {
    json!({ "chat_id": ANNA, "text": text })
}

fn texts(world: &World) -> Vec<String> {
    let messages = world.telegram.messages("pro", ANNA);
    messages.into_iter().filter(|m| m.from_bot).map(|m| m.text).collect()
}

#[tokio::test]
async fn refusals_do_not_apply_and_are_used_up() {
    let world = World::opened();
    let refusal = |code, description: &str| FaultKind::Refusal { code, description: description.to_owned() };
    let table = [
        (FaultKind::TooManyRequests { retry_after: 86_400 }, "429 Too Many Requests: retry after 86400"),
        (FaultKind::ServerError, "500 Internal Server Error: sent by a fault"),
        (FaultKind::Blocked, "403 Forbidden: bot was blocked by the user"),
        (FaultKind::ParseError, "400 Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 0"),
        (refusal(400, "Bad Request: PEER_ID_INVALID"), "400 Bad Request: PEER_ID_INVALID"),
    ];
    for (kind, expected) in table {
        world.telegram.add_fault(Fault::next(kind).of_method("sendMessage"));
        let refused = world.call("sendMessage", params("no")).await;
        assert_eq!(refused.error(), expected);
    }
    world.say("yes").await;
    assert_eq!(texts(&world), ["yes"]);
    assert_eq!(world.telegram.faults(), []);
}

#[tokio::test]
async fn a_429_names_its_seconds_in_body_and_header() {
    let world = World::opened();
    world.telegram.add_fault(Fault::next(FaultKind::TooManyRequests { retry_after: 7 }));
    let response = world.request("sendMessage", &params("x")).send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "7");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["parameters"]["retry_after"], 7);
}

#[tokio::test]
async fn a_502_is_html() {
    let world = World::opened();
    world.telegram.add_fault(Fault::next(FaultKind::BadGatewayHtml));
    let response = world.request("sendMessage", &params("x")).send().await.unwrap();
    assert_eq!(response.status(), 502);
    assert!(response.text().await.unwrap().starts_with("<html>"));
    assert_eq!(texts(&world), [""; 0]);
}

#[tokio::test]
async fn connections_break_before_or_after_the_message_is_there() {
    let world = World::opened();
    let table = [
        (FaultKind::ResetBeforeApply, 0, "fault: reset_before_apply"),
        (FaultKind::ResetAfterApply, 1, "fault: reset_after_apply"),
        (FaultKind::TimeoutAfterApply { hold_ms: 5 }, 2, "fault: timeout_after_apply"),
    ];
    for (kind, count, outcome) in table {
        world.telegram.add_fault(Fault::next(kind).of_chat(ANNA));
        assert!(world.request("sendMessage", &params("x")).send().await.is_err());
        assert_eq!(texts(&world).len(), count);
        let entry = world.telegram.log_after(0).pop().unwrap();
        assert_eq!(entry.outcome, outcome);
        assert_eq!(entry.applied, count > 0);
        assert_eq!(entry.status, None);
    }
}

#[tokio::test]
async fn bodies_come_slowly_or_break_off() {
    let world = World::opened();
    world.telegram.add_fault(Fault::next(FaultKind::SlowBody { piece_ms: 1 }));
    let slow = answer(world.request("sendMessage", &params("slow"))).await;
    assert_eq!(slow.result()["text"], "slow");
    world.telegram.add_fault(Fault::next(FaultKind::BrokenBody));
    let broken = world.request("sendMessage", &params("broken")).send().await.unwrap();
    assert_eq!(broken.status(), 200);
    assert!(broken.bytes().await.is_err());
    world.telegram.add_fault(Fault::next(FaultKind::Delay { ms: 1 }));
    world.say("late").await;
    assert_eq!(texts(&world), ["slow", "broken", "late"]);
}

#[tokio::test]
async fn flood_control_refuses_what_it_cannot_hold_until_it_is_turned_off() {
    // A Telegram second lasts a quarter of an hour, so the bucket does not drain meanwhile.
    let world = World::start(Config { limits: true, time_scale: 1000.0, ..super::config() });
    world.telegram.send_text("pro", ANNA, "/start").unwrap();
    world.say("within the burst").await;
    world.telegram.engine.with(|state| {
        let now = state.now.secs;
        for _ in 0..10 {
            state.limits.admit(0, ANNA, now);
        }
    });
    let refused = world.call("sendMessage", params("too much")).await;
    assert_eq!(refused.status, 429);
    assert!(refused.body["parameters"]["retry_after"].as_u64().unwrap() > 8_000);
    let action = json!({ "chat_id": ANNA, "action": "typing" });
    assert_eq!(world.call("sendChatAction", action).await.status, 200, "not paced");
    world.telegram.set_limits(false);
    world.say("free").await;
    assert_eq!(texts(&world), ["within the burst", "free"]);
}

#[tokio::test]
async fn flood_control_holds_a_call_and_then_lets_it_through() {
    let world = World::start(Config { limits: true, time_scale: 0.001, ..super::config() });
    world.telegram.send_text("pro", ANNA, "/start").unwrap();
    for n in 0..8 {
        world.say(&n.to_string()).await;
    }
    assert_eq!(texts(&world).len(), 8);
}
