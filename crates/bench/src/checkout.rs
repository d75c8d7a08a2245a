//! How long a payer waits for the answer to a pre-checkout while the outbox is full.
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use db::{KeyOwner, Keyring, Pool, chat};
use domain::{BotId, ChatId};
use fake_telegram::{PayOutcome, Person, Target};
use idempotency_key::{About, Actor, Cause};
use test_kit::connect;
use turn::{Letter, operator_message};
use vault::Keks;

use crate::{Bench, PERSON, print_spread};

const WAITING: i64 = 3400;
const READERS: i64 = 100;
const PAYMENTS: usize = 60;

/// Measures payments while notices to many people wait at the bot's own pace.
pub async fn under_load(bench: &Bench) -> Result<()> {
    let admin = connect(&bench.url).await?;
    admin
        .execute(
            "INSERT INTO psycheos.users (user_id, telegram_id, full_name, language_code) VALUES (gen_random_uuid(), $1, 'Ольга', 'ru') \
             ON CONFLICT DO NOTHING",
            &[&PERSON],
        )
        .await?;
    fill(bench).await?;
    let mut taken = Vec::with_capacity(PAYMENTS);
    for _ in 0..PAYMENTS {
        taken.push(pay(bench).await?);
    }
    let left: i64 =
        admin.query_one("SELECT count(*) FROM psycheos.outbox_messages WHERE lane = 2 AND status = 'pending'", &[]).await?.get(0);
    println!("pre-checkout to its answer ({PAYMENTS} payments, {WAITING} messages waiting at the beginning, {left} at the end)");
    print_spread(taken);
    println!("  target: median 1000 ms");
    Ok(())
}

async fn fill(bench: &Bench) -> Result<()> {
    let pool = Pool::new(&bench.url, 2, Duration::from_secs(10))?;
    let keys = Keyring::new(Keks::parse(&bench.kek).map_err(anyhow::Error::msg)?);
    for reader in 0..READERS {
        let id = 5000 + reader;
        let person: Person = serde_json::from_value(serde_json::json!({ "user_id": id, "first_name": "Читатель" }))?;
        bench.telegram.create_person(person);
        bench.telegram.send_text("pro", id, "/help")?;
    }
    ensure!(bench.telegram.wait_idle(Duration::from_secs(30)).await, "the readers were not heard");
    let mut tx = pool.begin().await?;
    let mut messages = Vec::new();
    for number in 0..WAITING {
        let to = ChatId(5000 + number % READERS);
        let letter = Letter {
            bot: BotId::Pro,
            chat: to,
            owner: KeyOwner::Platform,
            lane: 2,
            kind: "notice",
            method: "sendMessage",
            params: operator_message(to, "Уведомление"),
            file: None,
            about: About { service: None, run: None, case: None, actor: Actor::None },
            cause: Cause::Named(format!("bench{number}")),
            number: 0,
        };
        messages.push(letter.seal(&mut tx, &keys).await?);
    }
    chat::put_messages(&mut tx, messages, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Asks for an invoice and pays it: from the pre-checkout's delivery to Telegram's acceptance of the answer.
async fn pay(bench: &Bench) -> Result<Duration> {
    let telegram = &bench.telegram;
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
