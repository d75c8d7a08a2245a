//! What real senders deliver, beside what Telegram permits.
use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result, ensure};
use fake_telegram::{FakeTelegram, LogEntry, LogKind, Person};
use test_kit::Services;

use crate::{
    figure::{Figure, Part, Report, Target},
    ground::Ground,
    letters::{self, Lane},
    services::telegram_for,
};

/// How many senders there are at once.
const SENDERS: [usize; 3] = [1, 2, 4];
/// Messages that are permitted at once, and each second: to a chat, and of a bot (the stand-in's limits, which are those that people have
/// measured of Telegram).
const CHAT: (f64, f64) = (3.0, 1.0);
const BOT: (f64, f64) = (30.0, 30.0);

/// Beyond the whole seconds: a message that is due with the last of them has until here to come.
const HALF: Duration = Duration::from_millis(500);

/// What waits.
struct Load {
    name: &'static str,
    lane: Lane,
    chats: i64,
    first: i64,
}

const LOADS: [Load; 3] = [
    Load { name: "replies to 60 chats (the bot's limit)", lane: Lane::Replies, chats: 60, first: 200_000 },
    Load { name: "replies to 10 chats (the chats' limits)", lane: Lane::Replies, chats: 10, first: 210_000 },
    Load { name: "notices to 60 chats", lane: Lane::Notices, chats: 60, first: 220_000 },
];

impl Load {
    fn chats(&self) -> impl Iterator<Item = i64> + use<> {
        self.first..self.first + self.chats
    }

    /// Messages Telegram takes within so many seconds; a chat takes whole ones.
    fn permitted(&self, secs: f64) -> f64 {
        let of_chats = self.chats as f64 * (CHAT.0 + CHAT.1 * secs).floor();
        of_chats.min(BOT.0 + BOT.1 * secs)
    }

    /// More messages for each chat than it is permitted within so many seconds.
    fn letters(&self, secs: u64) -> Vec<(i64, String)> {
        let each = secs as i64 + 10;
        (0..each).flat_map(|number| self.chats().map(move |chat| (chat, number.to_string()))).collect()
    }
}

/// Measures each load with each number of senders.
///
/// # Errors
/// When a service does not start, or messages lose their order.
pub async fn measure(ground: &Ground, secs: u64, report: &mut Report) -> Result<()> {
    for load in &LOADS {
        for senders in SENDERS {
            report.add(delivered(ground, load, senders, secs).await?);
        }
    }
    ground.clear().await
}

async fn delivered(ground: &Ground, load: &Load, senders: usize, secs: u64) -> Result<Figure> {
    ground.clear().await?;
    let (telegram, setting) = telegram_for(ground, "http://127.0.0.1:9", true)?;
    for chat in load.chats() {
        let person: Person = serde_json::from_value(serde_json::json!({ "user_id": chat, "first_name": "Читатель" }))?;
        telegram.create_person(person);
        telegram.send_text("pro", chat, "/start")?;
    }
    // Sent messages of a grown database keep their keys.
    let name = format!("sender{senders}to{}x", load.first);
    let kek = setting.env("psycheos-sender")?.remove("PSYCHEOS_KEK").context("no key")?;
    letters::put(ground, &kek, load.lane, &name, load.letters(secs)).await?;
    let mut services = Services::new(ground.folder().join("logs"))?;
    for at in 1..=senders {
        let name = format!("psycheos-sender#{at}");
        services.start(&name, setting.env(&name)?).await?;
    }
    let within = Duration::from_secs(secs) + HALF;
    let calls = watch(&telegram, within).await?;
    services.terminate_all().await?;
    telegram.stop().await;

    let sent = calls.iter().filter(|call| call.applied).count() as f64;
    let refused = calls.iter().filter(|call| call.status == Some(429)).count();
    ensure!(is_in_order(&calls), "{}: messages came out of order", load.name);
    let (secs, permitted) = (within.as_secs_f64(), load.permitted(within.as_secs_f64()));
    let what = format!("{}, {senders} sender{}", load.name, if senders == 1 { "" } else { "s" });
    let figure = Figure::new(Part::Sender, what, sent / secs, "messages/s");
    let figure = figure.beside("permitted", permitted / secs, None).seen(format!("{refused} × 429, order kept"));
    let ratio = figure.ratio();
    Ok(figure.target(Target::at_least(0.95, "of what is permitted", ratio)).target(Target::at_most(0.0, "× 429", refused as f64)))
}

/// The calls of this time from the first message on.
async fn watch(telegram: &FakeTelegram, within: Duration) -> Result<Vec<LogEntry>> {
    let of_messages = |telegram: &FakeTelegram| -> Vec<LogEntry> {
        let all = telegram.log_after(0).into_iter();
        all.filter(|entry| entry.kind == LogKind::Call && entry.method == "sendMessage").collect()
    };
    let came = telegram.wait_until(Duration::from_secs(20), |telegram| !of_messages(telegram).is_empty()).await;
    ensure!(came, "nothing was sent");
    tokio::time::sleep(within).await;
    let mut calls = of_messages(telegram);
    let first = calls.first().map_or(0, |call| call.at_ms);
    let last = first + i64::try_from(within.as_millis())?;
    calls.retain(|call| call.at_ms <= last);
    Ok(calls)
}

/// Whether the numbers that each chat got grow by one from 0.
fn is_in_order(calls: &[LogEntry]) -> bool {
    let mut next: BTreeMap<i64, usize> = BTreeMap::new();
    calls.iter().filter(|call| call.applied).all(|call| {
        let expected = next.entry(call.chat.unwrap_or_default()).or_default();
        let is_next = call.text.as_deref() == Some(expected.to_string().as_str());
        *expected += 1;
        is_next
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_chats_are_bound_by_their_own_limits_and_many_by_the_bots() {
        let permitted: Vec<f64> = LOADS.iter().map(|load| load.permitted(20.5)).collect();
        assert_eq!(permitted, [645.0, 230.0, 645.0]);
    }
}
