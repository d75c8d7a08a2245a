//! What the scenarios have in common: a screening as lines.
use std::time::{Duration, Instant};

use chat_test::{Drive, Stage};
use domain::BotId;
use scenarios::Platform;

/// `анна: …` speaks to Pro, everybody else to Screen, `анна@interpretator: …` to that bot; `[…]` is a button, `(ссылка)` the newest
/// link.
pub fn line_of(line: &str) -> Drive {
    let (who, said) = line.split_once(": ").unwrap();
    let (who, bot) = match who.split_once('@') {
        Some((who, bot)) => (who.to_owned(), bot.parse().unwrap()),
        None => (who.to_owned(), if who == "анна" { BotId::Pro } else { BotId::Screen }),
    };
    match said {
        "(ссылка)" => Drive::Follow { who, bot },
        _ if said.starts_with('[') => Drive::Press { who, bot, label: said.trim_matches(['[', ']']).to_owned() },
        _ => Drive::Say { who, bot, text: said.to_owned() },
    }
}

pub async fn drive(platform: &mut Platform, lines: &[&str]) {
    for line in lines {
        platform.play(&line_of(line)).await.unwrap_or_else(|why| panic!("{line}: {why}"));
    }
}

/// Presses the newest button whose label begins so. `who` as in a line.
pub async fn press(platform: &mut Platform, who: &str, begins: &str) {
    let bot = who.split_once('@').map_or("pro", |(_, bot)| bot);
    let messages = platform.telegram.messages(bot, 1000);
    let rows = messages.iter().rev().filter_map(|message| message.reply_markup.as_ref()?["inline_keyboard"].as_array());
    let labels = rows.flatten().filter_map(|row| row.as_array()).flatten().filter_map(|key| key["text"].as_str());
    let label = labels.into_iter().find(|label| label.starts_with(begins)).unwrap();
    let line = format!("{who}: [{}]", chat_test::normal(label));
    drive(platform, &[&line]).await;
}

/// Claude answers the questions that wait, one after the other.
pub async fn claude(platform: &mut Platform, replies: &[&str]) {
    for reply in replies {
        platform.play(&Drive::ClaudeSays((*reply).to_owned())).await.unwrap();
    }
}

/// Variable that names the point at which a service dies.
pub const DIE_AT: &str = "PSYCHEOS_DIE_AT";

/// The service comes to the point and dies there; it is started again.
pub async fn dies(platform: &mut Platform, service: &str, point: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    while platform.services.is_running(service) {
        assert!(Instant::now() < until, "{service} came never to {point}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    platform.services.restart_with(service, DIE_AT, None).await.unwrap();
}

/// Nobody waits for a lease in a test.
pub async fn leases_run_out(platform: &Platform) {
    for table in ["jobs", "outbox_messages"] {
        let query = format!("UPDATE psycheos.{table} SET lease_until = now() WHERE lease IS NOT NULL");
        platform.admin.execute(&query, &[]).await.unwrap();
    }
}

/// The worker is killed with a job in hand; another one has it at once.
pub async fn kill_worker(platform: &mut Platform) {
    platform.services.kill("psycheos-worker").await.unwrap();
    // The question of the dead is answered to nobody, before a reply is written for the living.
    let asked = platform.claude.log_after(0).len();
    platform.claude.release();
    for _ in 0..200 {
        if platform.claude.log_after(0).len() > asked {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    platform.claude.hold();
    platform.admin.execute("UPDATE psycheos.jobs SET lease_until = now() WHERE status = 'running'", &[]).await.unwrap();
    platform.services.restart("psycheos-worker").await.unwrap();
    platform.quiet().await.unwrap();
}

pub const INVITED: [&str; 6] = [
    "анна: /start [приглашение]",
    "анна: [➕ Новый кейс]",
    "анна: К-014",
    "анна: [📝 Скрининг]",
    "анна: [✉️ Пригласить на 7 дней]",
    "илья: (ссылка)",
];
pub const AGREED: [&str; 4] = [
    "илья: [☐ Хранить данные о здоровье]",
    "илья: [☐ Передать ответы специалисту]",
    "илья: [☐ ИИ за рубежом (по желанию)]",
    "илья: [Согласиться и начать]",
];
pub const CLOSED: [&str; 3] = ["илья: [Никогда]", "илья: [Да, безопасно]", "илья: [Пропустить и закончить]"];

pub async fn skip(platform: &mut Platform, questions: usize) {
    for _ in 0..questions {
        drive(platform, &["илья: [Пропустить]"]).await;
    }
}

/// Artifacts, charges, announcements.
pub async fn results(platform: &Platform) -> (i64, i64, i64) {
    let count = |query: &'static str| platform.count(query);
    (
        count("SELECT count(*) FROM psycheos.artifacts").await.unwrap(),
        count("SELECT count(*) FROM psycheos.usage_ledger WHERE status = 'committed'").await.unwrap(),
        count("SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'result' AND status = 'sent'").await.unwrap(),
    )
}
