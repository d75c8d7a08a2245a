//! What the bot is told parses with the types our services read it with.

use frankenstein::updates::{Update, UpdateContent, WebhookInfo};
use serde_json::{Map, json};

use super::{ANNA, World};
use crate::{FileKind, PersonFile, Target};

#[tokio::test]
async fn every_kind_of_update_parses() {
    let world = World::opened();
    let telegram = &world.telegram;
    let text = telegram.send_text("pro", ANNA, "/start abc").unwrap();
    telegram.edit_text("pro", ANNA, text.message_id, "edited").unwrap();
    for kind in [FileKind::Document, FileKind::Photo, FileKind::Voice] {
        let file = PersonFile {
            kind,
            file_name: "f.bin".to_owned(),
            mime_type: Some("application/pdf".to_owned()),
            bytes: "content".into(),
            caption: "c".to_owned(),
            album: Some("13".to_owned()),
            secs: 3,
            ..PersonFile::default()
        };
        telegram.send_file("pro", ANNA, file).unwrap();
    }
    let contact = json!({ "phone_number": "+7", "first_name": "A" });
    telegram.send_other("pro", ANNA, Map::from_iter([("contact".to_owned(), contact)])).unwrap();
    let button = json!({ "text": "b", "callback_data": "d" });
    let link = json!({ "text": "u", "url": "https://e.org" });
    let params = json!({
        "chat_id": ANNA, "parse_mode": "HTML", "text": "<a href=\"e.org\">x</a> <code>y</code>",
        "reply_markup": { "inline_keyboard": [[button, link]] },
        "reply_parameters": { "message_id": text.message_id },
    });
    let sent = world.call("sendMessage", params).await;
    let id = sent.result()["message_id"].as_i64().unwrap();
    telegram.press("pro", ANNA, id, &Target::Data("d".to_owned())).unwrap();
    let invoice = json!({
        "chat_id": ANNA, "title": "t", "description": "d", "payload": "p", "currency": "XTR",
        "prices": [{ "label": "l", "amount": 5 }],
    });
    let invoice = world.call("sendInvoice", invoice).await.result()["message_id"].as_i64().unwrap();
    let bot = async {
        let open = |t: &crate::FakeTelegram| t.updates("pro").last().unwrap().get("pre_checkout_query").is_some();
        assert!(telegram.wait_until(super::PATIENCE, open).await);
        let query = telegram.updates("pro").pop().unwrap();
        let id = &query["pre_checkout_query"]["id"];
        world.call("answerPreCheckoutQuery", json!({ "pre_checkout_query_id": id, "ok": true })).await
    };
    let (paid, _) = tokio::join!(telegram.pay("pro", ANNA, invoice, ANNA), bot);
    let crate::PayOutcome::Paid { charge_id } = paid.unwrap() else { panic!("not paid") };
    let refund = json!({ "user_id": ANNA, "telegram_payment_charge_id": charge_id });
    assert_eq!(world.call("refundStarPayment", refund).await.result(), true);
    telegram.block("pro", ANNA).unwrap();
    telegram.unblock("pro", ANNA).unwrap();

    let seen: Vec<&str> = telegram.updates("pro").into_iter().map(parsed_as).collect();
    let expected = "command command edited document photo voice contact press pre-checkout payment refund member member";
    assert_eq!(seen.join(" "), expected);
}

/// Parses an update and says what it turned out to be.
fn parsed_as(update: serde_json::Value) -> &'static str {
    let parsed: Update = serde_json::from_value(update.clone()).unwrap_or_else(|e| panic!("{e}: {update}"));
    match parsed.content {
        UpdateContent::Message(m) if m.document.is_some() => "document",
        UpdateContent::Message(m) if m.photo.is_some() && m.media_group_id.is_some() => "photo",
        UpdateContent::Message(m) if m.voice.is_some() => "voice",
        UpdateContent::Message(m) if m.contact.is_some() => "contact",
        UpdateContent::Message(m) if m.successful_payment.is_some() => "payment",
        UpdateContent::Message(m) if m.refunded_payment.is_some() => "refund",
        UpdateContent::Message(m) if m.entities.is_some() => "command",
        UpdateContent::EditedMessage(m) if m.edit_date.is_some() => "edited",
        UpdateContent::CallbackQuery(q) if q.message.is_some() => "press",
        UpdateContent::PreCheckoutQuery(_) => "pre-checkout",
        UpdateContent::MyChatMember(_) => "member",
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn results_parse_too() {
    let world = World::opened();
    let kinds = json!(["message", "callback_query", "no_such_kind"]);
    world.call("setWebhook", json!({ "url": "http://127.0.0.1:9/", "allowed_updates": kinds })).await;
    let info = world.call("getWebhookInfo", json!({})).await;
    let info: WebhookInfo = serde_json::from_value(info.result().clone()).unwrap();
    assert_eq!(info.allowed_updates.unwrap().len(), 2);
    assert_eq!(info.max_connections, Some(40));
    let me = world.call("getMe", json!({})).await;
    let me: frankenstein::types::User = serde_json::from_value(me.result().clone()).unwrap();
    assert_eq!(me.username.as_deref(), Some("pro_bot"));
}
