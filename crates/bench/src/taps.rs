//! From a person's tap to the resulting message at Telegram.
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fake_telegram::{FakeTelegram, Person};

use crate::{
    figure::Report,
    services::{Platform, add_durations},
};

/// The person who taps.
pub const PERSON: i64 = 1001;
const WARM_UP: usize = 30;
const TAPS: usize = 500;

/// One chat, idle services.
///
/// # Errors
/// When no answer comes.
pub async fn measure(platform: &Platform<'_>, report: &mut Report) -> Result<()> {
    let telegram = &platform.telegram;
    let person: Person =
        serde_json::from_value(serde_json::json!({ "user_id": PERSON, "first_name": "Ольга", "language_code": "ru" }))?;
    telegram.create_person(person);
    platform.ground.insert_specialists(PERSON, 1).await?;
    let mut taken = Vec::with_capacity(TAPS);
    for n in 0..WARM_UP + TAPS {
        let before = from_bot(telegram);
        let began = Instant::now();
        telegram.send_text("pro", PERSON, "/help")?;
        let came = telegram.wait_until(Duration::from_secs(10), |telegram| from_bot(telegram) > before).await;
        ensure!(came, "no answer");
        if n >= WARM_UP {
            taken.push(began.elapsed());
        }
        // An idle moment, as between two taps of a person.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    add_durations(report, format!("tap to sendMessage ({TAPS} taps, one chat)"), taken, 50.0, Some(150.0));
    Ok(())
}

fn from_bot(telegram: &FakeTelegram) -> usize {
    telegram.messages("pro", PERSON).iter().filter(|message| message.from_bot).count()
}
