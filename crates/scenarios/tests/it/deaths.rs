//! A process dies at each named point of a paid run, and everything comes out as if it had not: each hold ends once, and the
//! artifact agrees.
use fake_telegram::PayOutcome;
use scenarios::Platform;

use crate::steps::{AGREED, CLOSED, DIE_AT, INVITED, dies, drive, leases_run_out, line_of, skip};

/// Committed, canceled and open operations, artifacts, and artifacts whose run was not charged.
async fn money(platform: &Platform) -> [i64; 5] {
    let count = async |query: &str| platform.count(query).await.unwrap();
    [
        count("SELECT count(*) FROM psycheos.usage_ledger WHERE status = 'committed'").await,
        count("SELECT count(*) FROM psycheos.usage_ledger WHERE status = 'canceled'").await,
        count("SELECT count(*) FROM psycheos.usage_ledger WHERE status = 'reserved'").await,
        count("SELECT count(*) FROM psycheos.artifacts").await,
        count(
            "SELECT count(*) FROM psycheos.artifacts a WHERE NOT EXISTS (SELECT FROM psycheos.usage_ledger u \
             WHERE u.run_id = a.run_id AND u.status = 'committed')",
        )
        .await,
    ]
}

async fn answered(platform: &mut Platform) {
    drive(platform, &["илья: (ссылка)"]).await;
    drive(platform, &AGREED).await;
    skip(platform, 17).await;
    drive(platform, &CLOSED[..2]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_dies_at_each_point_of_a_report_and_it_is_charged_once() {
    let mut platform = Platform::start().await.unwrap();
    platform.claude.release();
    drive(&mut platform, &INVITED[..5]).await;
    let points = ["job_claimed", "claude_replied", "step_kept", "job_made", "finish_before_commit", "finish_after_commit"];
    for (point, done) in points.into_iter().zip(1..) {
        answered(&mut platform).await;
        platform.services.restart_with("psycheos-worker", DIE_AT, Some(point)).await.unwrap();
        platform.act(&line_of(CLOSED[2])).unwrap();
        dies(&mut platform, "psycheos-worker", point).await;
        leases_run_out(&platform).await;
        platform.quiet().await.unwrap();
        assert_eq!(money(&platform).await, [done, 0, 0, done, 0], "{point}");
        // Another one for the same case.
        drive(&mut platform, &["анна: /cases", "анна: [К-014 · скрининг <дата>]", "анна: [📝 Скрининг]"]).await;
        drive(&mut platform, &["анна: [✉️ Пригласить на 7 дней]"]).await;
    }
    let announced = "SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'result' AND status = 'sent'";
    assert_eq!(platform.count(announced).await.unwrap(), 6);
    let with_cost = "SELECT count(*) FROM psycheos.usage_ledger WHERE status = 'committed' AND provider_cost > 0 AND tokens > 0";
    assert_eq!(platform.count(with_cost).await.unwrap(), 6, "what the models cost is known for each run");
    // Each report but the first stands beside the one before it.
    drive(&mut platform, &["анна: [Открыть отчёт]", "анна: [Текст]"]).await;
    let messages = platform.telegram.messages("pro", 1000);
    let document = messages.iter().rev().find_map(|message| message.document.as_ref()).unwrap();
    let bytes = platform.telegram.file_bytes(document["file_id"].as_str().unwrap()).unwrap();
    assert!(String::from_utf8_lossy(&bytes).contains("ПО СРАВНЕНИЮ СО СКРИНИНГОМ"));
    // The last invitation is nobody's: its hold ends by itself.
    platform.admin.execute("UPDATE psycheos.link_tokens SET expires_at = now() - interval '1 s'", &[]).await.unwrap();
    platform.cron().await.unwrap();
    assert_eq!(money(&platform).await, [6, 1, 0, 6, 0]);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_dies_at_each_point_of_a_launch_and_it_holds_once() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED[..4]).await;
    for (point, done) in ["turn_opened", "turn_before_commit", "turn_after_commit"].into_iter().zip(1..) {
        platform.services.restart_with("psycheos-api", DIE_AT, Some(point)).await.unwrap();
        platform.act(&line_of("анна: [✉️ Пригласить на 7 дней]")).unwrap();
        dies(&mut platform, "psycheos-api", point).await;
        platform.quiet().await.unwrap();
        assert_eq!(money(&platform).await, [0, done - 1, 1, 0, 0], "{point}");
        // Taken back, with the same deaths on the way.
        drive(&mut platform, &["анна: [✖️ Отозвать]"]).await;
        platform.services.restart_with("psycheos-api", DIE_AT, Some(point)).await.unwrap();
        platform.act(&line_of("анна: [✖️ Да, отозвать]")).unwrap();
        dies(&mut platform, "psycheos-api", point).await;
        platform.quiet().await.unwrap();
        assert_eq!(money(&platform).await, [0, done, 0, 0, 0], "{point}");
    }
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_and_sender_die_at_each_point_of_a_payment_and_it_is_credited_once() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &["анна: /start [приглашение]"]).await;
    let points = [
        ("psycheos-api", "turn_opened"),
        ("psycheos-api", "turn_before_commit"),
        ("psycheos-api", "turn_after_commit"),
        ("psycheos-sender", "message_claimed"),
        ("psycheos-sender", "message_sent"),
    ];
    for ((service, point), done) in points.into_iter().zip(1..) {
        drive(&mut platform, &["анна: /balance", "анна: [⭐️ 50 ★]"]).await;
        let invoice =
            platform.telegram.messages("pro", 1000).into_iter().rev().find(|message| message.invoice.is_some()).unwrap();
        platform.services.restart_with(service, DIE_AT, Some(point)).await.unwrap();
        let telegram = platform.telegram.clone();
        let paying = tokio::spawn(async move { telegram.pay("pro", 1000, invoice.message_id, 1000).await });
        dies(&mut platform, service, point).await;
        leases_run_out(&platform).await;
        let outcome = paying.await.unwrap().unwrap();
        assert!(matches!(outcome, PayOutcome::Paid { .. }), "{point}: {outcome:?}");
        platform.quiet().await.unwrap();
        let credited = "SELECT coalesce(sum(stars), 0)::bigint FROM psycheos.payments WHERE status = 'paid'";
        assert_eq!(platform.count(credited).await.unwrap(), 50 * done, "{point}");
        let balance = "SELECT balance_stars FROM psycheos.wallets";
        assert_eq!(platform.count(balance).await.unwrap(), 500 + 50 * done, "{point}");
    }
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_whose_update_was_lost_is_found_in_telegrams_list_and_credited() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &["анна: /start [приглашение]", "анна: /balance", "анна: [⭐️ 50 ★]"]).await;
    let invoice = platform.telegram.messages("pro", 1000).into_iter().rev().find(|message| message.invoice.is_some()).unwrap();
    let paid = platform.telegram.pay("pro", 1000, invoice.message_id, 1000).await.unwrap();
    assert!(matches!(paid, PayOutcome::Paid { .. }));
    platform.quiet().await.unwrap();
    // As if the update had never come: the wallet and the payment as they were before it.
    platform
        .admin
        .batch_execute(
            "ALTER TABLE psycheos.ledger_entries DISABLE TRIGGER USER; \
             DELETE FROM psycheos.ledger_entries WHERE kind = 'topup'; \
             ALTER TABLE psycheos.ledger_entries ENABLE TRIGGER USER; \
             UPDATE psycheos.wallets SET balance_stars = balance_stars - 50; \
             UPDATE psycheos.payments SET status = 'approved', telegram_payment_charge_id = NULL, paid_at = NULL",
        )
        .await
        .unwrap();
    let env = platform.setting.env("psycheos-ops").unwrap();
    let dry = platform.services.run_once("psycheos-ops", &["reconcile", "--dry-run"], &env).await;
    let printed = std::fs::read_to_string(platform.services.log("psycheos-ops")).unwrap();
    assert!(dry.is_err() && printed.contains("open: lost_payment"), "a dry run finds it and ends with 1: {printed}");
    assert_eq!(platform.count("SELECT balance_stars FROM psycheos.wallets").await.unwrap(), 500);
    // Old enough for the clock's service, which also tells the payer.
    platform.admin.execute("UPDATE psycheos.star_transactions SET at = now() - interval '1 hour'", &[]).await.unwrap();
    platform.cron().await.unwrap();
    platform.quiet().await.unwrap();
    assert_eq!(platform.count("SELECT balance_stars FROM psycheos.wallets").await.unwrap(), 550);
    let receipts = "SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'receipt' AND status = 'sent'";
    assert_eq!(platform.count(receipts).await.unwrap(), 2);
    let said = platform.services.run_once("psycheos-ops", &["reconcile"], &env).await.unwrap();
    assert!(said.contains("0 differences left"), "{said}");
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_gets_the_finances_as_a_picture() {
    let mut platform = Platform::start().await.unwrap();
    let admin = |text: &str| {
        let who = "админ".to_owned();
        let bot = domain::BotId::Pro;
        match text.strip_prefix('[') {
            Some(label) => chat_test::Drive::Press { who, bot, label: label.trim_end_matches(']').to_owned() },
            None => chat_test::Drive::Say { who, bot, text: text.to_owned() },
        }
    };
    for line in ["/start [приглашение]", "/admin", "[📊 Финансы]", "[🖼 По дням за месяц]"] {
        chat_test::Stage::play(&mut platform, &admin(line)).await.unwrap();
    }
    let messages = platform.telegram.messages("pro", 999);
    let document = messages.iter().rev().find_map(|message| message.document.as_ref()).unwrap();
    let id = document["file_id"].as_str().unwrap();
    let png = platform.telegram.file_bytes(id).unwrap();
    assert!(png.starts_with(b"\x89PNG"), "a picture");
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.files WHERE expires_at IS NOT NULL").await.unwrap(), 1);
    platform.check().await.unwrap();
}
