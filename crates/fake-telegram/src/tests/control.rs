//! The control API, as a page uses it.

use futures_util::StreamExt;
use serde_json::{Value, json};

use super::{ANNA, World, answer, config};

#[tokio::test]
async fn a_page_plays_a_person_from_start_to_press() {
    let world = World::start(config());
    let person = json!({ "user_id": 5, "first_name": "Вера", "language_code": "ru" });
    answer(world.post("/control/people").json(&person)).await;
    let sent = answer(world.post("/control/send").json(&json!({ "bot": "pro", "user": 5, "text": "/start t" }))).await;
    assert_eq!(sent.body["message_id"], 1);
    let keyboard = json!({ "inline_keyboard": [[{ "text": "Да", "callback_data": "y" }]] });
    world.call("sendMessage", json!({ "chat_id": 5, "text": "x", "reply_markup": keyboard })).await;
    let messages = answer(world.get("/control/chats/pro/5")).await;
    assert_eq!(messages.body[1]["reply_markup"], keyboard);
    let press = json!({ "bot": "pro", "user": 5, "message_id": 2, "label": "Да" });
    let pressed = answer(world.post("/control/press").json(&press)).await;
    let query = pressed.body["callback_query_id"].as_str().unwrap().to_owned();
    world.call("answerCallbackQuery", json!({ "callback_query_id": query, "text": "ок" })).await;
    let shown = answer(world.get(&format!("/control/callbacks/pro/{query}"))).await;
    assert_eq!(shown.body["text"], "ок");
    let chats = answer(world.get("/control/chats")).await;
    assert_eq!(chats.body[0]["last_message_id"], 2);
    let log = answer(world.get("/control/log?after=1")).await;
    assert_eq!(log.body[0]["method"], "answerCallbackQuery");
    let idle = answer(world.get("/control/idle")).await;
    assert_eq!(idle.body["idle"], false);
    let wrong = json!({ "bot": "nobody", "user": 5, "text": "x" });
    let refused = answer(world.post("/control/send").json(&wrong)).await;
    assert_eq!((refused.status, &refused.body["error"]), (400, &json!("no bot is called nobody")));
}

#[tokio::test]
async fn any_page_may_call_and_a_file_goes_up_and_down() {
    let world = World::opened();
    let preflight = crate::engine::webhook_client()
        .unwrap()
        .request(reqwest::Method::OPTIONS, format!("{}/control/send", world.telegram.base_url()))
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), 204);
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    let path = format!("/control/upload?bot=pro&user={ANNA}&kind=document&file_name=%D0%B0.txt");
    let up = world.post(&path).body("текст").send().await.unwrap();
    assert_eq!(up.headers()["access-control-allow-origin"], "*");
    let shown = world.telegram.messages("pro", ANNA).pop().unwrap().document.unwrap();
    assert_eq!(shown["file_name"], "а.txt");
    let id = shown["file_id"].as_str().unwrap();
    let down = world.get(&format!("/control/files/{id}")).send().await.unwrap();
    assert_eq!(down.text().await.unwrap(), "текст");
}

#[tokio::test]
async fn faults_are_ordered_listed_and_removed() {
    let world = World::opened();
    let rule = json!({ "method": "sendMessage", "count": 0, "fault": "server_error" });
    let added = answer(world.post("/control/faults").json(&rule)).await;
    assert_eq!(world.call("sendMessage", json!({ "chat_id": ANNA, "text": "x" })).await.status, 500);
    let listed = answer(world.get("/control/faults")).await;
    assert_eq!(listed.body[0]["rule"]["fault"], "server_error");
    let one = format!("{}/control/faults/{}", world.telegram.base_url(), added.body["id"]);
    crate::engine::webhook_client().unwrap().delete(one).send().await.unwrap();
    world.say("x").await;
}

/// Reads a stream until an event of this kind; gives its data.
async fn read_until(world: &World, last: Option<u64>, kind: &str) -> Value {
    let mut request = world.get("/control/events");
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    let mut stream = request.send().await.unwrap().bytes_stream();
    let mut text = String::new();
    let read = async {
        loop {
            text += std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap();
            let line = text.split("\n\n").find(|e| e.contains(&format!("event: {kind}\n")));
            let data = line.and_then(|e| e.split_once("data: "));
            if let Some(event) = data.and_then(|(_, data)| serde_json::from_str(data).ok()) {
                return event;
            }
        }
    };
    tokio::time::timeout(super::PATIENCE, read).await.unwrap()
}

#[tokio::test]
async fn events_stream_and_resume_after_the_last_one_seen() {
    let world = World::opened();
    world.say("one").await;
    let two = world.say("two").await;
    world.call("sendChatAction", json!({ "chat_id": ANNA, "action": "typing" })).await;
    let edit = json!({ "chat_id": ANNA, "message_id": two, "text": "three" });
    world.call("editMessageText", edit).await;
    let first = read_until(&world, Some(0), "message").await;
    assert_eq!(first["data"]["text"], "/start");
    let later = read_until(&world, Some(2), "message").await;
    assert_eq!((&later["seq"], &later["data"]["text"]), (&json!(3), &json!("two")));
    let action = read_until(&world, Some(2), "chat_action").await;
    assert_eq!(action["data"]["action"], "typing");
    let edited = read_until(&world, Some(2), "edited").await;
    assert_eq!(edited["data"]["text"], "three");
}

#[tokio::test]
async fn a_stopped_stand_in_lets_its_port_go() {
    let world = World::start(config());
    world.telegram.stop().await;
    assert!(world.get("/control/bots").send().await.is_err());
}
