//! Methods: results, and refusals word by word.

use serde_json::{Value, json};

use super::{ANNA, BORIS, Script, World, answer, config};

#[tokio::test]
async fn a_sent_text_comes_back_as_a_message_and_shows_in_the_chat() {
    let world = World::opened();
    let keyboard = json!({ "inline_keyboard": [[{ "text": "Да", "callback_data": "y" }]] });
    let sent = world
        .call(
            "sendMessage",
            json!({
                "chat_id": ANNA, "text": "<b>Привет</b>, Анна", "parse_mode": "HTML",
                "reply_markup": keyboard, "reply_parameters": { "message_id": 1 },
            }),
        )
        .await;
    let message = sent.result();
    assert_eq!(message["text"], "Привет, Анна");
    assert_eq!(message["entities"][0], json!({ "type": "bold", "offset": 0, "length": 6 }));
    assert_eq!(message["reply_to_message"]["text"], "/start");
    assert_eq!(message["from"]["is_bot"], true);
    let shown = world.telegram.messages("pro", ANNA);
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[1].html, "<b>Привет</b>, Анна");
    assert_eq!(shown[1].reply_markup, Some(keyboard));
}

#[tokio::test]
async fn parameters_come_as_json_form_query_or_multipart() {
    let world = World::opened();
    let url = world.url("sendmessage");
    let client = crate::engine::webhook_client().unwrap();
    let form = client
        .post(&url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("chat_id={ANNA}&text=%D0%B4%D0%B0+1"));
    assert_eq!(answer(form).await.result()["text"], "да 1");
    let query = client.get(format!("{url}?chat_id={ANNA}&text=q"));
    assert_eq!(answer(query).await.result()["text"], "q");
    let multipart = reqwest::multipart::Form::new().text("chat_id", ANNA.to_string()).text("text", "m");
    assert_eq!(answer(client.post(&url).multipart(multipart)).await.result()["text"], "m");
}

#[tokio::test]
async fn refusals_of_messages_use_telegrams_words() {
    let world = World::opened();
    world.telegram.send_text("pro", BORIS, "/start").unwrap();
    world.telegram.block("pro", BORIS).unwrap();
    let own = world.say("x").await;
    let button = |data: &str| json!({ "inline_keyboard": [[{ "text": "b", "callback_data": data }]] });
    let send = |text: &str| json!({ "chat_id": ANNA, "text": text });
    let with = |extra: Value| {
        let mut params = send("x");
        params.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        params
    };
    let edit = |id: i64, text: &str| json!({ "chat_id": ANNA, "message_id": id, "text": text });
    let table = [
        ("sendMessage", send(""), "400 Bad Request: message text is empty"),
        ("sendMessage", send(" \n"), "400 Bad Request: message text is empty"),
        ("sendMessage", send(&"я".repeat(4097)), "400 Bad Request: message is too long"),
        ("sendMessage", json!({ "text": "x" }), "400 Bad Request: chat_id is empty"),
        ("sendMessage", json!({ "chat_id": 5, "text": "x" }), "400 Bad Request: chat not found"),
        ("sendMessage", json!({ "chat_id": BORIS, "text": "x" }), "403 Forbidden: bot was blocked by the user"),
        (
            "sendMessage",
            with(json!({ "text": "<b>", "parse_mode": "HTML" })),
            "400 Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ("sendMessage", with(json!({ "reply_markup": button(&"x".repeat(65)) })), "400 Bad Request: BUTTON_DATA_INVALID"),
        ("sendMessage", with(json!({ "reply_markup": button("") })), "400 Bad Request: BUTTON_DATA_INVALID"),
        (
            "sendMessage",
            with(json!({ "reply_parameters": { "message_id": 99 } })),
            "400 Bad Request: message to be replied not found",
        ),
        (
            "editMessageText",
            edit(own, "x"),
            "400 Bad Request: message is not modified: specified new \
            message content and reply markup are exactly the same as a current content and reply markup of the message",
        ),
        ("editMessageText", edit(99, "y"), "400 Bad Request: message to edit not found"),
        ("editMessageText", edit(1, "y"), "400 Bad Request: message can't be edited"),
        ("deleteMessage", edit(99, ""), "400 Bad Request: message to delete not found"),
    ];
    refused(&world, &table).await;
}

/// Calls that must end with these words.
async fn refused(world: &World, table: &[(&str, Value, &str)]) {
    for (method, params, expected) in table {
        let answer = world.call(method, params.clone()).await;
        assert_eq!(answer.error(), *expected, "{method} {params}");
    }
}

#[tokio::test]
async fn refusals_beside_messages_use_telegrams_words_too() {
    let world = World::opened();
    let table = [
        (
            "answerCallbackQuery",
            json!({ "callback_query_id": "7" }),
            "400 Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        ("sendDocument", json!({ "chat_id": ANNA }), "400 Bad Request: there is no document in the request"),
        (
            "sendDocument",
            json!({ "chat_id": ANNA, "document": "zzz" }),
            "400 Bad Request: wrong file identifier/HTTP URL specified",
        ),
        (
            "setWebhook",
            json!({ "url": "http://h/", "secret_token": "a b" }),
            "400 Bad Request: secret token contains unallowed characters",
        ),
        (
            "setWebhook",
            json!({ "url": "http://h/", "secret_token": "a".repeat(257) }),
            "400 Bad Request: secret token is too long",
        ),
        ("setWebhook", json!({ "url": "no url" }), "400 Bad Request: invalid webhook URL specified"),
        (
            "setMyCommands",
            json!({ "commands": [{ "command": "Bad", "description": "d" }] }),
            "400 Bad Request: BOT_COMMAND_INVALID",
        ),
        ("makeTea", json!({}), "404 Not Found: method not found"),
    ];
    refused(&world, &table).await;
}

#[tokio::test]
async fn a_text_of_4096_units_and_data_of_64_bytes_pass() {
    let world = World::opened();
    let text = format!("<b>{}</b>", "🦊".repeat(2048));
    let data = "ж".repeat(32);
    let sent = world
        .call(
            "sendMessage",
            json!({
                "chat_id": ANNA, "text": text, "parse_mode": "HTML",
                "reply_markup": { "inline_keyboard": [[{ "text": "b", "callback_data": data }]] },
            }),
        )
        .await;
    assert_eq!(sent.result()["entities"][0]["length"], 4096);
}

#[tokio::test]
async fn a_bot_cannot_write_first_and_an_unknown_token_gets_401() {
    let world = World::start(config());
    let first = world.call("sendMessage", json!({ "chat_id": ANNA, "text": "x" })).await;
    assert_eq!(first.error(), "403 Forbidden: bot can't initiate conversation with a user");
    world.telegram.send_text("pro", ANNA, "/start").unwrap();
    world.telegram.deactivate(ANNA).unwrap();
    let gone = world.call("sendMessage", json!({ "chat_id": ANNA, "text": "x" })).await;
    assert_eq!(gone.error(), "403 Forbidden: user is deactivated");
    let stranger = answer(world.get("/bot1:wrong/getMe")).await;
    assert_eq!(stranger.error(), "401 Unauthorized");
}

#[tokio::test]
async fn edits_change_the_message_and_drop_a_keyboard_that_is_not_repeated() {
    let world = World::opened();
    let keyboard = json!({ "inline_keyboard": [[{ "text": "b", "callback_data": "d" }]] });
    let sent = world.call("sendMessage", json!({ "chat_id": ANNA, "text": "x", "reply_markup": keyboard })).await;
    let id = sent.result()["message_id"].clone();
    let same_text = world.call("editMessageText", json!({ "chat_id": ANNA, "message_id": id, "text": "x" })).await;
    assert_eq!(same_text.result()["reply_markup"], Value::Null);
    let restored =
        world.call("editMessageReplyMarkup", json!({ "chat_id": ANNA, "message_id": id, "reply_markup": keyboard })).await;
    assert_eq!(restored.result()["reply_markup"], keyboard);
    let shown = world.telegram.message("pro", ANNA, id.as_i64().unwrap()).unwrap();
    assert!(shown.edited);
    let gone = json!({ "chat_id": ANNA, "message_id": id });
    assert_eq!(world.call("deleteMessage", gone).await.result(), true);
    assert_eq!(world.telegram.message("pro", ANNA, id.as_i64().unwrap()), None);
}

#[tokio::test]
async fn a_press_is_answered_once_and_while_it_is_fresh() {
    let world = World::opened();
    let keyboard = json!({ "inline_keyboard": [[{ "text": "Да", "callback_data": "y" }]] });
    let sent = world.call("sendMessage", json!({ "chat_id": ANNA, "text": "x", "reply_markup": keyboard })).await;
    let id = sent.result()["message_id"].as_i64().unwrap();
    let label = crate::Target::Label("Да".to_owned());
    let pressed = world.telegram.press("pro", ANNA, id, &label).unwrap();
    let query = pressed.callback_query_id;
    assert_eq!(world.telegram.callback_answer("pro", &query), None);
    let reply = json!({ "callback_query_id": query, "text": "ок", "show_alert": true });
    assert_eq!(world.call("answerCallbackQuery", reply.clone()).await.result(), true);
    let shown = world.telegram.callback_answer("pro", &query).unwrap();
    assert_eq!((shown.text.as_str(), shown.show_alert), ("ок", true));
    assert!(world.call("answerCallbackQuery", reply).await.error().contains("query is too old"));
    let target = crate::Target::At { row: 0, col: 0 };
    let late = world.telegram.press("pro", ANNA, id, &target).unwrap().callback_query_id;
    world.telegram.engine.with(|state| {
        state.bots[0].callbacks.get_mut(&late).unwrap().issued_at = state.now.secs - 151.0;
    });
    let reply = json!({ "callback_query_id": late });
    assert!(world.call("answerCallbackQuery", reply).await.error().contains("query is too old"));
    let other = crate::Target::Label("Нет".to_owned());
    assert!(world.telegram.press("pro", ANNA, id, &other).is_err());
}

#[tokio::test]
async fn a_file_is_uploaded_once_sent_again_by_id_and_fetched() {
    let world = World::opened();
    let part = reqwest::multipart::Part::bytes(b"%PDF-1".to_vec()).file_name("отчёт; итог.pdf");
    let form = reqwest::multipart::Form::new()
        .text("chat_id", ANNA.to_string())
        .text("caption", "<i>c</i>")
        .text("parse_mode", "HTML")
        .part("document", part.mime_str("application/pdf").unwrap());
    let sent = world.upload("sendDocument", form).await;
    let document = sent.result()["document"].clone();
    assert_eq!(document["file_name"], "отчёт; итог.pdf");
    assert_eq!(document["mime_type"], "application/pdf");
    let again = json!({ "chat_id": ANNA, "document": document["file_id"] });
    assert_eq!(world.call("sendDocument", again).await.result()["document"], document);
    world.telegram.send_text("gate", ANNA, "/start").unwrap();
    let gate = world.post("/bot77:gate/sendDocument");
    let stolen = answer(gate.json(&json!({ "chat_id": ANNA, "document": document["file_id"] }))).await;
    assert_eq!(stolen.error(), "400 Bad Request: wrong file identifier/HTTP URL specified");
    let file = world.call("getFile", json!({ "file_id": document["file_id"] })).await;
    let path = file.result()["file_path"].as_str().unwrap().to_owned();
    let link = format!("/file/bot{}/{path}", super::TOKEN);
    let bytes = world.get(&link).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(&bytes[..], b"%PDF-1");
    let foreign = world.get(&format!("/file/bot77:gate/{path}")).send().await.unwrap();
    assert_eq!(foreign.status(), 404, "a file belongs to one bot");
}

#[tokio::test]
async fn an_album_takes_its_files_from_attachments() {
    let world = World::opened();
    let media = json!([
        { "type": "document", "media": "attach://one", "caption": "c" },
        { "type": "document", "media": "attach://two" },
    ]);
    let part = |text: &'static str| reqwest::multipart::Part::text(text).file_name("f.txt");
    let form = reqwest::multipart::Form::new()
        .text("chat_id", ANNA.to_string())
        .text("media", media.to_string())
        .part("one", part("1"))
        .part("two", part("22"));
    let sent = world.upload("sendMediaGroup", form).await;
    let messages = sent.result().as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0]["caption"], "c");
    assert_eq!(messages[1]["document"]["file_size"], 2);
    assert_eq!(messages[0]["media_group_id"], messages[1]["media_group_id"]);
}

#[tokio::test]
async fn a_photo_has_to_be_a_picture_of_bearable_size() {
    let world = World::opened();
    let png = |width: u32| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(5_u32.to_be_bytes());
        bytes
    };
    for (bytes, expected) in [
        (png(9_000), Ok(9_000)),
        (png(9_996), Err("400 Bad Request: PHOTO_INVALID_DIMENSIONS")),
        (b"text".to_vec(), Err("400 Bad Request: IMAGE_PROCESS_FAILED")),
    ] {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("p.png");
        let form = reqwest::multipart::Form::new().text("chat_id", ANNA.to_string()).part("photo", part);
        let sent = world.upload("sendPhoto", form).await;
        match expected {
            Ok(width) => assert_eq!(sent.result()["photo"][0]["width"], width),
            Err(error) => assert_eq!(sent.error(), error),
        }
    }
}

#[tokio::test]
async fn a_person_sees_the_commands_of_the_nearest_scope_and_language() {
    let world = World::opened();
    for (scope, language, name) in [
        (json!({ "type": "default" }), "", "plain"),
        (json!({ "type": "all_private_chats" }), "ru", "russian"),
        (json!({ "type": "chat", "chat_id": BORIS }), "", "admin"),
    ] {
        let commands = json!([{ "command": name, "description": "d" }]);
        let params = json!({ "commands": commands, "scope": scope, "language_code": language });
        assert_eq!(world.call("setMyCommands", params).await.result(), true);
    }
    assert_eq!(world.telegram.commands_for("pro", ANNA)[0]["command"], "russian");
    assert_eq!(world.telegram.commands_for("pro", BORIS)[0]["command"], "admin");
    let own = json!({ "scope": { "type": "chat", "chat_id": BORIS } });
    assert_eq!(world.call("getMyCommands", own.clone()).await.result()[0]["command"], "admin");
    world.call("deleteMyCommands", own).await;
    assert_eq!(world.telegram.commands_for("pro", BORIS)[0]["command"], "russian");
}

#[tokio::test]
async fn updates_are_polled_until_they_are_confirmed_and_not_beside_a_webhook() {
    let world = World::opened();
    world.telegram.send_text("pro", ANNA, "two").unwrap();
    let all = world.call("getUpdates", json!({})).await;
    let ids: Vec<i64> = all.result().as_array().unwrap().iter().map(|u| u["update_id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), 2);
    let rest = world.call("getUpdates", json!({ "offset": ids[1] })).await;
    assert_eq!(rest.result()[0]["message"]["text"], "two");
    assert!(!world.telegram.idle());
    let none = world.call("getUpdates", json!({ "offset": ids[1] + 1 })).await;
    assert_eq!(none.result(), &json!([]));
    assert!(world.telegram.idle());

    let poll = json!({ "offset": ids[1] + 1, "timeout": 50 });
    let (late, newer) = tokio::join!(world.call("getUpdates", poll.clone()), async {
        let seen = |t: &crate::FakeTelegram| t.engine.read(|s| s.bots[0].polls == 4);
        assert!(world.telegram.wait_until(super::PATIENCE, seen).await);
        world.call("getUpdates", json!({ "offset": ids[1] + 1 })).await
    });
    assert!(late.error().starts_with("409 Conflict: terminated by other getUpdates request"));
    assert_eq!(newer.result(), &json!([]));

    let hook = super::Hook::open();
    hook.answer_with(Script::status(200));
    world.set_webhook(&hook).await;
    let refused = world.call("getUpdates", json!({})).await;
    assert!(refused.error().starts_with("409 Conflict: can't use getUpdates method while webhook"));
}
