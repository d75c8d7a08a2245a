//! What one person may ask for, and what nobody holds up.
use domain::BotId;
use scenarios::Platform;

use crate::steps::{AGREED, INVITED, drive};

/// The limits of a deployment: the stories of this platform tap faster than any person and run without them.
async fn strict(updates_per_minute: u32) -> Platform {
    let platform = Platform::start().await.unwrap();
    let db = platform.db.name();
    let sql = format!(
        "ALTER DATABASE {db} SET psycheos.updates_per_minute = {updates_per_minute}; \
         ALTER DATABASE {db} RESET psycheos.stranger_interval"
    );
    platform.admin.batch_execute(&sql).await.unwrap();
    platform
}

/// Settings of a database hold for new connections, behind a pooler too.
async fn with_new_connections(platform: &mut Platform) {
    let sql =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE 'psy\\_%'";
    platform.admin.batch_execute(sql).await.unwrap();
    platform.services.restart("psycheos-api").await.unwrap();
}

fn texts(platform: &Platform, bot: BotId, user: i64) -> Vec<String> {
    platform
        .telegram
        .messages(bot.as_str(), user)
        .into_iter()
        .filter(|message| message.from_bot)
        .map(|message| message.text)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_come_too_fast_are_not_taken_and_it_is_said_once_but_danger_is_never_held_up() {
    let mut platform = strict(5).await;
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    with_new_connections(&mut platform).await;
    platform.admin.batch_execute("UPDATE psycheos.bot_chat_state SET minute_updates = 0, minute_since = NULL").await.unwrap();
    let before = platform.count("SELECT count(*) FROM psycheos.outbox_messages WHERE bot_id = 'pro'").await.unwrap();
    for _ in 0..9 {
        drive(&mut platform, &["анна: /menu"]).await;
    }
    let sent = platform.count("SELECT count(*) FROM psycheos.outbox_messages WHERE bot_id = 'pro'").await.unwrap() - before;
    assert_eq!(sent, 6, "five menus, and once that it was too much");
    drive(&mut platform, &["анна: /sos", "илья: [Мне нужна помощь сейчас]"]).await;
    for _ in 0..9 {
        drive(&mut platform, &["илья: ну"]).await;
    }
    let danger = "SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'danger' AND bot_id = 'screen'";
    let had = platform.count(danger).await.unwrap();
    drive(&mut platform, &["илья: я больше не хочу жить"]).await;
    assert_eq!(platform.count(danger).await.unwrap(), had + 1, "the words are answered although the minute is full");
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.safety_events").await.unwrap(), 2, "and told");
    platform.admin.batch_execute("UPDATE psycheos.bot_chat_state SET minute_since = now() - interval '1 minute'").await.unwrap();
    let before = platform.count("SELECT count(*) FROM psycheos.outbox_messages WHERE bot_id = 'pro'").await.unwrap();
    drive(&mut platform, &["анна: /menu"]).await;
    let after = platform.count("SELECT count(*) FROM psycheos.outbox_messages WHERE bot_id = 'pro'").await.unwrap();
    assert_eq!(after, before + 1, "a minute later there is room again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_gets_one_reply_an_hour_and_costs_no_job_no_state_and_no_message() {
    let mut platform = strict(60).await;
    with_new_connections(&mut platform).await;
    for _ in 0..5 {
        drive(&mut platform, &["чужой@pro: привет", "чужой@screen: привет", "чужой@interpretator: /start"]).await;
    }
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.outbox_messages").await.unwrap(), 3, "one of each bot");
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.jobs").await.unwrap(), 0);
    let kept = "SELECT count(*) FROM psycheos.bot_chat_state WHERE state_payload IS NOT NULL";
    assert_eq!(platform.count(kept).await.unwrap(), 0);
    drive(&mut platform, &["чужой@pro: /privacy", "чужой@screen: не хочу больше жить", "чужой@pro: /start [приглашение]"]).await;
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.users").await.unwrap(), 1, "a good link is always looked at");
    let last = texts(&platform, BotId::Screen, 1000);
    assert!(last.last().unwrap().contains("112") || last.len() == 2, "{last:?}");
    drive(&mut platform, &["чужой@pro: /menu", "чужой@pro: /menu"]).await;
    let pro = platform.count("SELECT count(*) FROM psycheos.outbox_messages WHERE bot_id = 'pro'").await.unwrap();
    assert!(pro >= 5, "who is known is answered: {pro}");
}
