//! What an administrator puts right: a failed job, a message, an update that was put aside; a message to all that is sent once; and what
//! Telegram says of the webhooks.
use std::time::Duration;

use scenarios::Platform;

use crate::steps::drive;

const ADMIN: i64 = 999;

async fn with_admin() -> Platform {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &["анна: /start [приглашение]", "админ@pro: /start [второе приглашение]"]).await;
    platform
}

/// Presses the newest button of the administrator whose label begins so.
async fn press(platform: &mut Platform, begins: &str) {
    let messages = platform.telegram.messages("pro", ADMIN);
    let rows = messages.iter().rev().filter_map(|message| message.reply_markup.as_ref()?["inline_keyboard"].as_array());
    let labels = rows.flatten().filter_map(|row| row.as_array()).flatten().filter_map(|key| key["text"].as_str());
    let label = labels.into_iter().find(|label| label.starts_with(begins)).unwrap_or_else(|| panic!("no [{begins}…]"));
    let line = format!("админ@pro: [{}]", chat_test::normal(label));
    drive(platform, &[&line]).await;
}

fn newest(platform: &Platform) -> String {
    platform.telegram.messages("pro", ADMIN).iter().rev().map(|message| message.text.clone()).collect::<Vec<_>>().join("\n---\n")
}

async fn until(platform: &Platform, query: &str, count: i64) {
    for _ in 0..1000 {
        if platform.count(query).await.unwrap() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{query}: not {count}; logs:\n{}", platform.log_tails());
}

const ACTS: &str = "SELECT count(*) FROM psycheos.audit_log WHERE role = 'admin' AND action IN ('requeue', 'discard')";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_job_runs_again_by_one_button_and_a_failed_message_is_sent_again_each_once() {
    let mut platform = with_admin().await;
    platform.services.kill("psycheos-worker").await.unwrap();
    platform.telegram.send_text("pro", ADMIN, "/admin").unwrap();
    until(&platform, "SELECT count(*) FROM psycheos.outbox_messages WHERE status = 'sent' AND chat_id = 999", 2).await;
    let job = "INSERT INTO psycheos.jobs (job_id, kind, service_id, bot_id, chat_id, payload, status, finished_at, last_error, idempotency_key) \
         SELECT gen_random_uuid(), 'export', 'pro_guide', NULL, NULL, NULL, 'failed', now(), 'forgotten', 'none'";
    platform.admin.execute(job, &[]).await.unwrap();
    press(&mut platform, "📊").await;
    platform
        .telegram
        .press("pro", ADMIN, newest_id(&platform), &fake_telegram::Target::Label("🖼 По дням за месяц".into()))
        .unwrap();
    until(&platform, "SELECT count(*) FROM psycheos.jobs WHERE kind = 'finance_picture'", 1).await;
    let failed = "UPDATE psycheos.jobs SET status = 'failed', finished_at = now() + interval '1 s', last_error = 'picture_failed', \
         attempt_count = 8 WHERE kind = 'finance_picture'";
    platform.admin.execute(failed, &[]).await.unwrap();
    platform.services.restart("psycheos-worker").await.unwrap();

    drive(&mut platform, &["админ@pro: /admin", "админ@pro: [🩺 Состояние]", "админ@pro: [Задания: 2]"]).await;
    press(&mut platform, "export · forgotten").await;
    assert!(newest(&platform).contains("содержание уже забыто"), "{}", newest(&platform));
    drive(&mut platform, &["админ@pro: [🗑 Отбросить]", "админ@pro: [🩺 Состояние]", "админ@pro: [Задания: 1]"]).await;
    press(&mut platform, "finance_picture · picture_failed").await;
    drive(&mut platform, &["админ@pro: [🔁 Повторить]"]).await;
    let sent = || platform.telegram.messages("pro", ADMIN).iter().filter(|message| message.document.is_some()).count();
    assert_eq!(sent(), 1, "{}", newest(&platform));
    assert_eq!(platform.count(ACTS).await.unwrap(), 2);

    let message = "UPDATE psycheos.outbox_messages SET status = 'failed', last_error = 'rejected', telegram_message_id = NULL \
         WHERE outbox_id = (SELECT outbox_id FROM psycheos.outbox_messages WHERE chat_id = 1000 AND kind = 'reply' LIMIT 1)";
    assert_eq!(platform.admin.execute(message, &[]).await.unwrap(), 1);
    let of_anna = |platform: &Platform| platform.telegram.messages("pro", 1000).len();
    let before = of_anna(&platform);
    drive(&mut platform, &["админ@pro: [🩺 Состояние]", "админ@pro: [Сообщения: 1]"]).await;
    press(&mut platform, "reply · rejected").await;
    drive(&mut platform, &["админ@pro: [🔁 Повторить]"]).await;
    assert_eq!(of_anna(&platform), before + 1);
    assert_eq!(platform.count(ACTS).await.unwrap(), 3);
    // Somebody else's button, and the same button again, do nothing.
    drive(&mut platform, &["анна: /admin"]).await;
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_failed_with_a_word_about_it_and_runs_again_brings_its_result() {
    let mut platform = with_admin().await;
    drive(&mut platform, &["анна: /export"]).await;
    platform.services.kill("psycheos-worker").await.unwrap();
    platform.act(&crate::steps::line_of("анна: [📦 Забрать всё]")).unwrap();
    until(&platform, "SELECT count(*) FROM psycheos.jobs WHERE kind = 'export'", 1).await;
    platform.admin.execute("UPDATE psycheos.jobs SET attempt_count = max_attempts WHERE kind = 'export'", &[]).await.unwrap();
    platform.services.restart("psycheos-worker").await.unwrap();
    until(&platform, "SELECT count(*) FROM psycheos.jobs WHERE kind = 'export' AND status = 'failed'", 1).await;
    platform.quiet().await.unwrap();
    let of_anna = |platform: &Platform| platform.telegram.messages("pro", 1000);
    assert!(of_anna(&platform).iter().all(|message| message.document.is_none()));
    assert!(of_anna(&platform).iter().any(|message| message.text.contains("не удалось")), "{:?}", of_anna(&platform).last());

    drive(&mut platform, &["админ@pro: /admin", "админ@pro: [🩺 Состояние]", "админ@pro: [Задания: 1]"]).await;
    press(&mut platform, "export · ").await;
    drive(&mut platform, &["админ@pro: [🔁 Повторить]"]).await;
    let archives = of_anna(&platform).iter().filter(|message| message.document.is_some()).count();
    assert_eq!(archives, 1, "{}", platform.log_tails());
    platform.check().await.unwrap();
}

fn newest_id(platform: &Platform) -> i64 {
    platform.telegram.messages("pro", ADMIN).last().unwrap().message_id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_was_put_aside_is_handled_again_as_if_it_had_just_come() {
    let mut platform = with_admin().await;
    let broken = "ALTER TABLE psycheos.contexts ADD CONSTRAINT broken CHECK (false) NOT VALID";
    platform.admin.batch_execute(broken).await.unwrap();
    drive(&mut platform, &["анна: /new"]).await;
    platform.telegram.send_text("pro", 1000, "К-014").unwrap();
    until(&platform, "SELECT count(*) FROM psycheos.dead_updates WHERE dead", 1).await;
    platform.admin.batch_execute("ALTER TABLE psycheos.contexts DROP CONSTRAINT broken").await.unwrap();
    drive(&mut platform, &["админ@pro: /admin", "админ@pro: [🩺 Состояние]", "админ@pro: [Обновления: 1]"]).await;
    press(&mut platform, "update · ").await;
    drive(&mut platform, &["админ@pro: [🔁 Повторить]"]).await;
    until(&platform, "SELECT count(*) FROM psycheos.dead_updates", 0).await;
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.contexts").await.unwrap(), 1);
    assert_eq!(
        platform
            .count(
                "SELECT count(*) FROM psycheos.telegram_update_dedup d JOIN (SELECT 1) x ON true \
         WHERE d.bot_id = 'pro' AND d.chat_id = 1000 HAVING count(*) = count(DISTINCT d.update_id)"
            )
            .await
            .unwrap(),
        3
    );
    assert_eq!(platform.count(ACTS).await.unwrap(), 1);

    // The same from the command line: what is not dead is not tried again.
    let env = platform.setting.env("psycheos-ops").unwrap();
    assert!(platform.services.run_once("psycheos-ops", &["queue", "requeue", "update", "pro:1"], &env).await.is_err());
    let listed = platform.services.run_once("psycheos-ops", &["queue", "list"], &env).await.unwrap();
    assert_eq!(listed.trim(), "");
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_to_all_is_there_once_however_often_its_job_runs_and_goes_last() {
    let mut platform = with_admin().await;
    drive(&mut platform, &["админ@pro: /admin", "админ@pro: [📣 Рассылка]", "админ@pro: Завтра в полдень обновление."]).await;
    platform.services.kill("psycheos-worker").await.unwrap();
    let send = fake_telegram::Target::Label("📣 Разослать: 2".into());
    platform.telegram.press("pro", ADMIN, newest_id(&platform), &send).unwrap();
    until(&platform, "SELECT count(*) FROM psycheos.jobs WHERE kind = 'broadcast'", 1).await;
    let job = platform.admin.query_one("SELECT payload FROM psycheos.jobs WHERE kind = 'broadcast'", &[]).await.unwrap();
    let payload: Vec<u8> = job.get(0);
    platform.services.restart("psycheos-worker").await.unwrap();
    platform.quiet().await.unwrap();
    let told = "SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'broadcast' AND lane = 3 AND status = 'sent'";
    assert_eq!(platform.count(told).await.unwrap(), 2);
    // As if the worker had died before its job ended: nobody gets it twice.
    let again = "UPDATE psycheos.jobs SET status = 'queued', finished_at = NULL, attempt_count = 0, payload = $1 WHERE kind = 'broadcast'";
    platform.admin.execute(again, &[&payload]).await.unwrap();
    until(&platform, "SELECT count(*) FROM psycheos.jobs WHERE status IN ('queued', 'running')", 0).await;
    platform.quiet().await.unwrap();
    assert_eq!(platform.count(told).await.unwrap(), 2);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_sender_keeps_what_telegram_says_of_the_webhooks_and_counts_its_refusals() {
    use fake_telegram::{Fault, FaultKind};
    let mut platform = with_admin().await;
    platform.admin.execute("UPDATE psycheos.webhook_state SET checked_at = '-infinity', url_matches = NULL", &[]).await.unwrap();
    platform.services.kill("psycheos-sender").await.unwrap();
    platform.services.restart("psycheos-sender").await.unwrap();
    until(&platform, "SELECT count(*) FROM psycheos.webhook_state WHERE url_matches AND pending = 0", 5).await;
    platform
        .telegram
        .add_fault(Fault::next(FaultKind::TooManyRequests { retry_after: 0 }).of_bot("pro").of_method("sendMessage").times(1));
    drive(&mut platform, &["админ@pro: /admin", "админ@pro: [🩺 Состояние]"]).await;
    let screen = newest(&platform);
    assert!(screen.contains("Отказов 429 за час: 1") && screen.contains("✅ simulator · в очереди 0"), "{screen}");
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_act_of_an_administrator_is_in_the_audit_log() {
    let mut platform = with_admin().await;
    drive(&mut platform, &["админ@pro: /admin", "админ@pro: [✉️ Приглашения]", "админ@pro: [5 чел. · 7 дней]"]).await;
    drive(&mut platform, &["админ@pro: /admin", "админ@pro: [✉️ Приглашения]"]).await;
    press(&mut platform, "0/5 · до").await;
    drive(&mut platform, &["админ@pro: [🚫 Отозвать]", "админ@pro: /admin", "админ@pro: [👥 Специалисты]"]).await;
    press(&mut platform, "Анна").await;
    drive(&mut platform, &["админ@pro: [🔒 Закрыть доступ]", "админ@pro: [🔒 Закрыть доступ]"]).await;
    drive(&mut platform, &["админ@pro: [🔓 Открыть доступ]", "админ@pro: [🔓 Открыть доступ]"]).await;
    drive(&mut platform, &["админ@pro: /admin", "админ@pro: [📣 Рассылка]", "админ@pro: Завтра обновление."]).await;
    press(&mut platform, "📣 Разослать: 2").await;
    let acts = "SELECT string_agg(action, ' ' ORDER BY audit_id) FROM psycheos.audit_log WHERE role = 'admin' AND actor = 'user:' || \
         (SELECT user_id FROM psycheos.users WHERE telegram_id = 999)";
    let acts: String = platform.admin.query_one(acts, &[]).await.unwrap().get(0);
    assert_eq!(acts, "invite_make invite_revoke user_block user_unblock broadcast");
    platform.check().await.unwrap();
}
