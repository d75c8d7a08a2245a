//! The promises, while things break.
use scenarios::Platform;

use crate::steps::{AGREED, CLOSED, INVITED, drive, results, skip};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_service_is_killed_once_in_the_middle_and_the_result_comes_once() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    platform.services.kill("psycheos-sender").await.unwrap();
    platform.services.restart("psycheos-sender").await.unwrap();
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 8).await;
    platform.services.kill("psycheos-api").await.unwrap();
    platform.services.restart("psycheos-api").await.unwrap();
    skip(&mut platform, 9).await;
    drive(&mut platform, &CLOSED).await;
    // The worker dies while it waits for Claude, with the job in hand.
    platform.services.kill("psycheos-worker").await.unwrap();
    platform.admin.execute("UPDATE psycheos.jobs SET lease_until = now() WHERE status = 'running'", &[]).await.unwrap();
    platform.services.restart("psycheos-worker").await.unwrap();
    platform.claude.release();
    platform.check().await.unwrap();
    // The clock's service runs once and ends; killed on its way it leaves nothing half done, and the next run is whole.
    for pause_ms in [5, 20, 60] {
        let program = platform.services.program("psycheos-cron").unwrap();
        let env = platform.setting.env("psycheos-cron").unwrap();
        let mut cron =
            tokio::process::Command::new(program).env_clear().envs(env).stdout(std::process::Stdio::null()).spawn().unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(pause_ms)).await;
        cron.kill().await.unwrap();
    }
    platform.cron().await.unwrap();
    assert_eq!(results(&platform).await, (1, 1, 1));
    let steps = platform.count("SELECT count(DISTINCT step) FROM psycheos.llm_calls WHERE status = 'ok'").await.unwrap();
    assert_eq!(steps, 3, "Claude wrote the three texts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claude_is_away_the_whole_time_and_the_report_still_comes() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 17).await;
    platform.claude.add_fault(fake_claude::Fault {
        kind: fake_claude::FaultKind::ServerError,
        retry_after: None,
        times: None,
        matching: None,
    });
    platform.claude.release();
    drive(&mut platform, &CLOSED).await;
    platform.check().await.unwrap();
    assert_eq!(results(&platform).await, (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_lost_its_lease_writes_nothing() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 17).await;
    drive(&mut platform, &CLOSED).await;
    // The worker waits for Claude. Its lease runs out, and another worker takes the job over.
    platform.admin.execute("UPDATE psycheos.jobs SET lease_until = now() WHERE status = 'running'", &[]).await.unwrap();
    platform.replica("psycheos-worker#2", None).await.unwrap();
    while platform.claude.waiting() < 2 {
        tokio::task::yield_now().await;
    }
    platform.claude.release();
    platform.check().await.unwrap();
    assert_eq!(results(&platform).await, (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_was_lost_on_its_way_is_flagged_and_the_order_is_kept() {
    use fake_telegram::{Fault, FaultKind};
    let mut platform = Platform::start().await.unwrap();
    let fault = |kind| Fault::next(kind).of_bot("pro").of_method("sendMessage").times(1);
    platform.telegram.add_fault(fault(FaultKind::ResetAfterApply));
    platform.telegram.add_fault(fault(FaultKind::TooManyRequests { retry_after: 1 }));
    platform.telegram.add_fault(fault(FaultKind::ServerError));
    drive(&mut platform, &["анна: /start [приглашение]", "анна: /balance", "анна: /help"]).await;
    platform.check().await.unwrap();
    let open = platform.count("SELECT count(*) FROM psycheos.outbox_messages WHERE status <> 'sent'").await.unwrap();
    assert_eq!(open, 0, "nothing is lost");
    let flagged = platform.count("SELECT count(*) FROM psycheos.outbox_messages WHERE ambiguous > 0").await.unwrap();
    assert!(flagged >= 1, "what may have arrived twice is flagged");
    let unordered = platform
        .count(
            "SELECT count(*) FROM (SELECT telegram_message_id < lag(telegram_message_id) OVER (ORDER BY seq) AS back \
                FROM psycheos.outbox_messages WHERE kind <> 'edit') t WHERE back",
        )
        .await
        .unwrap();
    assert_eq!(unordered, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_who_blocked_the_bot_is_reached_again_after_coming_back() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    platform.telegram.block("screen", 1001).unwrap();
    platform.quiet().await.unwrap();
    let reason = "SELECT count(*) FROM psycheos.send_pace WHERE unreachable_reason = 'blocked_by_user'";
    // Telegram tells it before anything is sent; the pace row may not be there yet.
    assert!(platform.count(reason).await.unwrap() <= 1);
    platform.telegram.unblock("screen", 1001).unwrap();
    platform.quiet().await.unwrap();
    drive(&mut platform, &["илья: привет"]).await;
    assert_eq!(platform.count(reason).await.unwrap(), 0);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_that_ran_out_gives_its_stars_back_and_two_crons_at_once_do_no_harm() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED[..5]).await;
    platform.admin.execute("UPDATE psycheos.link_tokens SET expires_at = now() - interval '1 s'", &[]).await.unwrap();
    let (one, two) = tokio::join!(platform.cron(), platform.cron());
    one.unwrap();
    two.unwrap();
    assert_eq!(platform.count("SELECT reserved_stars FROM psycheos.wallets").await.unwrap(), 0);
    assert_eq!(platform.count("SELECT balance_stars FROM psycheos.wallets").await.unwrap(), 500);
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.runs WHERE status = 'expired'").await.unwrap(), 1);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_danger_notice_nobody_acknowledges_is_repeated_and_then_told_the_operator() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &["илья: /sos"]).await;
    let notices = "SELECT count(*) FROM psycheos.outbox_messages WHERE bot_id = 'pro' AND kind = 'danger'";
    assert_eq!(platform.count(notices).await.unwrap(), 1);
    for (hours, expected) in [(1, 2), (2, 3), (5, 4), (6, 4)] {
        let age = format!("UPDATE psycheos.safety_events SET created_at = now() - interval '{hours} hours'");
        platform.admin.batch_execute(&age).await.unwrap();
        platform.cron().await.unwrap();
        platform.quiet().await.unwrap();
        assert_eq!(platform.count(notices).await.unwrap(), expected, "after {hours} h");
    }
    let told = "SELECT count(*) FROM psycheos.operator_alerts WHERE code = 'danger_unacknowledged'";
    assert_eq!(platform.count(told).await.unwrap(), 1);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_gives_a_job_back_at_once() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 17).await;
    drive(&mut platform, &CLOSED).await;
    let status = platform.services.terminate("psycheos-worker").await.unwrap();
    assert!(status.success(), "{status}");
    let queued = "SELECT count(*) FROM psycheos.jobs WHERE status = 'queued' AND attempt_count = 0";
    assert_eq!(platform.count(queued).await.unwrap(), 1);
    platform.services.restart("psycheos-worker").await.unwrap();
    platform.claude.release();
    platform.check().await.unwrap();
    assert_eq!(results(&platform).await, (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stopped_on_the_way_is_reminded_once_and_nobody_after_a_sign_of_danger() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 2).await;
    let reminders = "SELECT count(*) FROM psycheos.outbox_messages WHERE bot_id = 'screen' AND kind = 'reminder'";
    let day_passes = "UPDATE psycheos.screenings SET created_at = now() - interval '25 hours'; \
                      UPDATE psycheos.bot_chat_state SET updated_at = now() - interval '25 hours' WHERE bot_id = 'screen'";
    platform.cron().await.unwrap();
    assert_eq!(platform.count(reminders).await.unwrap(), 0, "not before a day");
    platform.admin.batch_execute(day_passes).await.unwrap();
    for _ in 0..2 {
        platform.cron().await.unwrap();
        platform.quiet().await.unwrap();
        assert_eq!(platform.count(reminders).await.unwrap(), 1);
    }
    // Its key goes on where the client stopped.
    drive(&mut platform, &["илья: [Продолжить]"]).await;
    let asked = platform.telegram.messages("screen", 1001).into_iter().rev().find(|message| message.text.contains("Вопрос 3"));
    assert!(asked.is_some());
    platform.admin.batch_execute("UPDATE psycheos.screenings SET reminded_at = NULL").await.unwrap();
    drive(&mut platform, &["илья: /sos"]).await;
    platform.admin.batch_execute(day_passes).await.unwrap();
    platform.cron().await.unwrap();
    assert_eq!(platform.count(reminders).await.unwrap(), 1, "nobody is nudged after a sign of danger");
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_nobody_opened_is_told_a_day_before_its_end_once() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED[..5]).await;
    let reminders = "SELECT count(*) FROM psycheos.outbox_messages WHERE bot_id = 'pro' AND kind = 'reminder'";
    platform.cron().await.unwrap();
    assert_eq!(platform.count(reminders).await.unwrap(), 0, "six days too early");
    let late = "UPDATE psycheos.link_tokens SET created_at = now() - interval '6 days 2 hours', expires_at = now() + interval '22 hours'";
    platform.admin.batch_execute(late).await.unwrap();
    for _ in 0..2 {
        platform.cron().await.unwrap();
        platform.quiet().await.unwrap();
        assert_eq!(platform.count(reminders).await.unwrap(), 1);
    }
    let said = platform.telegram.messages("pro", 1000).into_iter().rev().find(|message| message.text.contains("ещё не открыто"));
    assert!(said.unwrap().text.contains("К-014"));
    // One that was made for a day only says nothing.
    let short = "UPDATE psycheos.link_tokens SET reminded_at = NULL, created_at = now() - interval '2 hours'";
    platform.admin.batch_execute(short).await.unwrap();
    platform.cron().await.unwrap();
    assert_eq!(platform.count(reminders).await.unwrap(), 1);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_written_anew_under_its_id_or_stays_and_nothing_is_charged_for_it() {
    let mut platform = Platform::start().await.unwrap();
    platform.claude.release();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 17).await;
    drive(&mut platform, &CLOSED).await;
    drive(&mut platform, &["анна: [Открыть отчёт]"]).await;
    let state = "SELECT string_agg(artifact_id::text || ':' || rewrites, ',') FROM psycheos.artifacts";
    let before: String = platform.admin.query_one(state, &[]).await.unwrap().get(0);
    platform.claude.add_fault(fake_claude::Fault {
        kind: fake_claude::FaultKind::Refusal,
        retry_after: None,
        times: None,
        matching: None,
    });
    drive(&mut platform, &["анна: [🔄 Написать заново]"]).await;
    let stays: String = platform.admin.query_one(state, &[]).await.unwrap().get(0);
    assert_eq!(stays, before, "Claude refuses: what is there stays");
    platform.claude.heal();
    drive(&mut platform, &["анна: [🔄 Написать заново]"]).await;
    let anew: String = platform.admin.query_one(state, &[]).await.unwrap().get(0);
    assert_eq!(anew, before.replace(":0", ":1"));
    let files = "SELECT count(*) FROM psycheos.files WHERE artifact_id IS NOT NULL";
    assert_eq!(platform.count(files).await.unwrap(), 5, "new files in the place of the old ones");
    assert_eq!(results(&platform).await, (1, 1, 3));
    // The portrait is given to the client, once.
    drive(&mut platform, &["анна: [📄 Открыть результат]", "анна: [👤 Портрет для клиента]", "анна: [✅ Отдать клиенту]"]).await;
    let given = platform
        .telegram
        .messages("screen", 1001)
        .into_iter()
        .filter(|message| message.text.contains("делится с вами портретом"));
    assert_eq!(given.count(), 1);
    let audit = "SELECT count(*) FROM psycheos.audit_log WHERE action = 'portrait_release'";
    assert_eq!(platform.count(audit).await.unwrap(), 1);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_of_danger_that_only_claude_saw_reaches_client_and_specialist_once() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 17).await;
    let words = "илья: Всё чаще ловлю себя на том, что завтрашний день мне ни к чему";
    drive(&mut platform, &["илья: [Никогда]", "илья: [Да, безопасно]", words]).await;
    let events = "SELECT count(*) FROM psycheos.safety_events";
    assert_eq!(platform.count(events).await.unwrap(), 0, "the lexicon does not know these words");
    platform.claude.add_answer(fake_claude::Canned {
        matching: Some("завтрашний день мне ни к чему".to_owned()),
        answer: serde_json::json!({ "flags": [
            { "category": "suicide", "level": "elevated", "evidence": "завтрашний день мне ни к чему" },
            { "category": "overdose", "level": "urgent", "evidence": "выпью всё" },
        ] }),
        times: Some(1),
    });
    platform.claude.release();
    platform.quiet().await.unwrap();
    let row =
        "SELECT count(*) FROM psycheos.safety_events WHERE source = 'model' AND category = 'suicide' AND level = 'elevated'";
    assert_eq!((platform.count(events).await.unwrap(), platform.count(row).await.unwrap()), (1, 1));
    let told =
        "SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'danger' AND lane = 0 AND status = 'sent' AND bot_id = ";
    assert_eq!(platform.count(&format!("{told}'screen'")).await.unwrap(), 1);
    assert_eq!(platform.count(&format!("{told}'pro'")).await.unwrap(), 1);
    assert_eq!(results(&platform).await, (1, 1, 1));
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.artifacts WHERE risk_level = 'elevated'").await.unwrap(), 1);
    platform.check().await.unwrap();
}
