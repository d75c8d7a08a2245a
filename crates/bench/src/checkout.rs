//! How long a payer waits for the answer to a pre-checkout while the outbox is full.
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fake_telegram::{PayOutcome, Person, Target};

use crate::{
    figure::Report,
    letters::{self, Lane},
    services::{Platform, add_durations},
    taps::PERSON,
};

const WAITING: i64 = 3400;
const READERS: i64 = 100;
const PAYMENTS: usize = 60;

/// Measures payments while notices to many people wait at the bot's own pace.
///
/// # Errors
/// When a payment is not answered.
pub async fn measure(platform: &Platform<'_>, report: &mut Report) -> Result<()> {
    fill(platform).await?;
    let mut taken = Vec::with_capacity(PAYMENTS);
    for _ in 0..PAYMENTS {
        taken.push(pay(platform).await?);
    }
    let waiting = "SELECT count(*) FROM psycheos.outbox_messages WHERE lane = 2 AND status = 'pending'";
    let left = platform.ground.count(waiting).await?;
    let what = format!("pre-checkout to its answer ({PAYMENTS} payments, {WAITING} to {left} messages waiting)");
    add_durations(report, what, taken, 1000.0, None);
    Ok(())
}

async fn fill(platform: &Platform<'_>) -> Result<()> {
    for reader in 0..READERS {
        let id = 5000 + reader;
        let person: Person = serde_json::from_value(serde_json::json!({ "user_id": id, "first_name": "Читатель" }))?;
        platform.telegram.create_person(person);
        platform.telegram.send_text("pro", id, "/help")?;
    }
    ensure!(platform.telegram.wait_idle(Duration::from_secs(30)).await, "the readers were not heard");
    let letters = (0..WAITING).map(|number| (5000 + number % READERS, "Уведомление".to_owned())).collect();
    letters::put(platform.ground, &platform.kek, Lane::Notices, "notice", letters).await
}

/// Asks for an invoice and pays it: from the pre-checkout's delivery to Telegram's acceptance of the answer.
async fn pay(platform: &Platform<'_>) -> Result<Duration> {
    let telegram = &platform.telegram;
    let newest = telegram.messages("pro", PERSON).last().map_or(0, |message| message.message_id);
    telegram.send_text("pro", PERSON, "/balance")?;
    // The keys of an older balance are out of date.
    let balance = || {
        let messages = telegram.messages("pro", PERSON).into_iter().rev();
        messages.into_iter().find(|message| message.message_id > newest && message.text.contains("Пополнить"))
    };
    let long = Duration::from_secs(30);
    ensure!(telegram.wait_until(long, |_| balance().is_some()).await, "no balance");
    let message = balance().context("no balance")?;
    telegram.press("pro", PERSON, message.message_id, &Target::Label("⭐️ 50 ★".to_owned()))?;
    let unpaid = || {
        let invoices = telegram.messages("pro", PERSON).into_iter().rev();
        invoices
            .into_iter()
            .find(|message| message.invoice.as_ref().is_some_and(|invoice| invoice["paid_by"] == serde_json::json!([])))
    };
    ensure!(telegram.wait_until(long, |_| unpaid().is_some()).await, "no invoice");
    let invoice = unpaid().context("no invoice")?;
    let began = Instant::now();
    let outcome = telegram.pay("pro", PERSON, invoice.message_id, PERSON).await?;
    let taken = began.elapsed();
    ensure!(matches!(outcome, PayOutcome::Paid { .. }), "{outcome:?}");
    Ok(taken)
}
