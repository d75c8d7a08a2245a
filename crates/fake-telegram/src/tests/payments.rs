//! Stars: invoices, the pre-checkout, refunds, the ledger.

use serde_json::{Value, json};

use super::{ANNA, BORIS, PATIENCE, World};
use crate::{FakeTelegram, PayOutcome};

fn invoice(extra: Value) -> Value {
    let mut params = json!({
        "chat_id": ANNA, "title": "t", "description": "d", "payload": "pay-1",
        "currency": "XTR", "prices": [{ "label": "l", "amount": 50 }],
    });
    params.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    params
}

async fn send_invoice(world: &World, extra: Value) -> i64 {
    let sent = world.call("sendInvoice", invoice(extra)).await;
    sent.result()["message_id"].as_i64().unwrap()
}

fn last_update(telegram: &FakeTelegram, kind: &str) -> Option<Value> {
    let mut updates = telegram.updates("pro").into_iter().rev();
    updates.find_map(|update| update.get(kind).cloned())
}

/// Pays and answers the pre-checkout as the bot.
async fn pay(world: &World, message: i64, payer: i64, answer: Value) -> PayOutcome {
    let before = world.telegram.updates("pro").len();
    let bot = async {
        let asked = |t: &FakeTelegram| t.updates("pro").len() > before;
        assert!(world.telegram.wait_until(PATIENCE, asked).await);
        let query = last_update(&world.telegram, "pre_checkout_query").unwrap();
        let mut params = answer.clone();
        params["pre_checkout_query_id"] = query["id"].clone();
        assert_eq!(query["from"]["id"], payer);
        for _ in 0..2 {
            assert_eq!(world.call("answerPreCheckoutQuery", params.clone()).await.result(), true);
        }
    };
    let paid = world.telegram.pay("pro", ANNA, message, payer);
    let (outcome, ()) = tokio::join!(paid, bot);
    outcome.unwrap()
}

#[tokio::test]
async fn an_approved_payment_is_credited_once_refunded_once_and_booked_both_ways() {
    let world = World::opened();
    let message = send_invoice(&world, json!({})).await;
    let outcome = pay(&world, message, ANNA, json!({ "ok": true })).await;
    let PayOutcome::Paid { charge_id } = outcome else { panic!("{outcome:?}") };
    let paid: Vec<_> =
        world.telegram.updates("pro").into_iter().filter_map(|u| u["message"].get("successful_payment").cloned()).collect();
    assert_eq!(paid.len(), 1, "a repeated answer pays nothing");
    assert_eq!(paid[0]["telegram_payment_charge_id"], charge_id);
    assert_eq!((&paid[0]["total_amount"], &paid[0]["invoice_payload"]), (&json!(50), &json!("pay-1")));
    assert!(world.telegram.pay("pro", ANNA, message, ANNA).await.is_err(), "paid already");
    assert_eq!(world.call("getMyStarBalance", json!({})).await.result()["amount"], 50);

    let refund = json!({ "user_id": ANNA, "telegram_payment_charge_id": charge_id });
    assert_eq!(world.call("refundStarPayment", refund.clone()).await.result(), true);
    let again = world.call("refundStarPayment", refund).await;
    assert_eq!(again.error(), "400 Bad Request: CHARGE_ALREADY_REFUNDED");
    let message = last_update(&world.telegram, "message").unwrap();
    assert_eq!(message["refunded_payment"]["telegram_payment_charge_id"], charge_id);
    let page = json!({ "offset": 0, "limit": 100 });
    let ledger = world.call("getStarTransactions", page).await;
    let lines = ledger.result()["transactions"].as_array().unwrap().clone();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["id"], lines[1]["id"]);
    assert_eq!(lines[0]["source"]["user"]["id"], ANNA);
    assert_eq!(lines[1]["receiver"]["user"]["id"], ANNA);
    assert_eq!(world.call("getMyStarBalance", json!({})).await.result()["amount"], 0);
}

#[tokio::test]
async fn a_declined_or_unanswered_pre_checkout_takes_nothing() {
    let world = World::opened();
    let message = send_invoice(&world, json!({})).await;
    let answer = json!({ "ok": false, "error_message": "нет" });
    let outcome = pay(&world, message, ANNA, answer).await;
    assert_eq!(outcome, PayOutcome::Refused { reason: "нет".to_owned() });

    let hasty = World::start(crate::Config { pre_checkout_secs: 0.0, ..super::config() });
    hasty.telegram.send_text("pro", ANNA, "/start").unwrap();
    let message = send_invoice(&hasty, json!({})).await;
    let outcome = hasty.telegram.pay("pro", ANNA, message, ANNA).await.unwrap();
    assert_eq!(outcome, PayOutcome::TimedOut);
    let query = last_update(&hasty.telegram, "pre_checkout_query").unwrap();
    let late = json!({ "pre_checkout_query_id": query["id"], "ok": true });
    assert!(hasty.call("answerPreCheckoutQuery", late).await.error().contains("query is too old"));
    assert_eq!(hasty.call("getMyStarBalance", json!({})).await.result()["amount"], 0);
}

#[tokio::test]
async fn a_forward_can_be_paid_by_another_unless_it_has_a_start_parameter() {
    let world = World::opened();
    let message = send_invoice(&world, json!({})).await;
    let outcome = pay(&world, message, BORIS, json!({ "ok": true })).await;
    assert!(matches!(outcome, PayOutcome::Paid { .. }));
    let paid = last_update(&world.telegram, "message").unwrap();
    assert_eq!(paid["chat"]["id"], BORIS, "the payer gets the receipt");
    let bound = send_invoice(&world, json!({ "start_parameter": "x" })).await;
    assert!(world.telegram.pay("pro", ANNA, bound, BORIS).await.is_err());
}

#[tokio::test]
async fn invoices_follow_the_rules_of_stars() {
    let world = World::opened();
    let price = |amount: i64| json!({ "label": "l", "amount": amount });
    let plain = json!({ "inline_keyboard": [[{ "text": "b", "callback_data": "d" }]] });
    let table = [
        (json!({ "title": "" }), "INVOICE_TITLE_INVALID"),
        (json!({ "title": "t".repeat(33) }), "INVOICE_TITLE_INVALID"),
        (json!({ "description": "d".repeat(256) }), "INVOICE_DESCRIPTION_INVALID"),
        (json!({ "payload": "ж".repeat(65) }), "INVOICE_PAYLOAD_INVALID"),
        (json!({ "currency": "RUB" }), "CURRENCY_INVALID"),
        (json!({ "provider_token": "p" }), "PAYMENT_PROVIDER_INVALID"),
        (json!({ "prices": [price(1), price(2)] }), "STARS_INVOICE_INVALID"),
        (json!({ "prices": [price(0)] }), "CURRENCY_TOTAL_AMOUNT_INVALID"),
        (json!({ "reply_markup": plain }), "REPLY_MARKUP_BUY_EMPTY"),
    ];
    for (extra, code) in table {
        let refused = world.call("sendInvoice", invoice(extra.clone())).await;
        assert_eq!(refused.error(), format!("400 Bad Request: {code}"), "{extra}");
    }
}
