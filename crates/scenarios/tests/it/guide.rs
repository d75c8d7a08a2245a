//! The guide over the four services: a worker that dies over a question, what is asked of Claude, and what is left when the specialist
//! leaves.
use scenarios::Platform;

use crate::steps::{claude, drive, kill_worker};

const ANSWERED: [&str; 2] = ["вид понятие", "гид понятие"];

/// Texts of the specialist's words that any table still holds open or sealed.
const LEFT: &str = "SELECT (SELECT count(*) FROM psycheos.jobs WHERE kind = 'guide_answer' AND payload IS NOT NULL) \
     + (SELECT count(*) FROM psycheos.llm_calls WHERE run_id IS NULL AND response IS NOT NULL) \
     + (SELECT count(*) FROM psycheos.bot_chat_state WHERE bot_id = 'pro' AND chat_id = 1000 AND state_payload IS NOT NULL)";

async fn in_guide() -> Platform {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &["анна: /start [приглашение]", "анна: [🧭 Гид]"]).await;
    platform
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_worker_answers_once_ten_pairs_are_remembered_and_leaving_forgets_everything_free_of_charge() {
    let mut platform = in_guide().await;
    drive(&mut platform, &["анна: первый вопрос о словах"]).await;
    claude(&mut platform, &[ANSWERED[0]]).await;
    kill_worker(&mut platform).await;
    claude(&mut platform, &[ANSWERED[1]]).await;
    let routes = "SELECT count(*) FROM psycheos.llm_calls WHERE status = 'ok' AND step = 'route'";
    assert_eq!(platform.count(routes).await.unwrap(), 1, "a step that was answered is not asked again");
    for number in 2..=12 {
        drive(&mut platform, &[&format!("анна: вопрос номер {number} о словах")]).await;
        claude(&mut platform, &ANSWERED).await;
    }
    let last = platform.claude.log_after(0).pop().unwrap();
    let asked = serde_json::to_string(&last).unwrap();
    assert!(asked.contains("вопрос номер 12 ") && asked.contains("вопрос номер 2 ") && !asked.contains("первый вопрос"));

    drive(&mut platform, &["анна: последний вопрос о словах"]).await;
    claude(&mut platform, &[ANSWERED[0]]).await;
    assert!(platform.count(LEFT).await.unwrap() > 0);
    drive(&mut platform, &["анна: [🚪 Выйти из Гида]"]).await;
    assert_eq!(platform.count(LEFT).await.unwrap(), 0);
    let canceled = "SELECT count(*) FROM psycheos.jobs WHERE kind = 'guide_answer' AND status = 'canceled'";
    assert_eq!(platform.count(canceled).await.unwrap(), 1);
    // What Claude says now is said to nobody, and only its cost is kept.
    let newest = || platform.telegram.messages("pro", 1000).last().map(|message| message.text.clone());
    let before = newest();
    platform.claude.release();
    platform.quiet().await.unwrap();
    for _ in 0..400 {
        if platform.claude.waiting() == 0 && platform.count("SELECT count(*) FROM psycheos.llm_calls").await.unwrap() >= 26 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(platform.count(LEFT).await.unwrap(), 0);
    assert_eq!(newest(), before);
    let moved = "SELECT count(*) FROM psycheos.ledger_entries WHERE note IS DISTINCT FROM 'story'";
    assert_eq!(platform.count(moved).await.unwrap(), 0);
    let runs = "SELECT count(*) FROM psycheos.runs";
    assert_eq!(platform.count(runs).await.unwrap(), 0);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_said_that_an_answer_takes_longer_and_it_comes_all_the_same() {
    let mut platform = in_guide().await;
    let fault =
        fake_claude::Fault { kind: fake_claude::FaultKind::Overloaded, retry_after: None, times: Some(1), matching: None };
    platform.claude.add_fault(fault);
    drive(&mut platform, &["анна: Что такое слой?"]).await;
    platform.claude.release_next(1);
    let shown = |platform: &Platform| platform.telegram.messages("pro", 1000).last().map(|message| message.text.clone());
    for _ in 0..400 {
        if shown(&platform).is_some_and(|text| text.contains("дольше обычного")) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(shown(&platform).unwrap().contains("дольше обычного"), "{:?}", shown(&platform));
    platform.admin.execute("UPDATE psycheos.jobs SET run_after = now() WHERE status = 'queued'", &[]).await.unwrap();
    platform.quiet().await.unwrap();
    claude(&mut platform, &ANSWERED).await;
    assert!(shown(&platform).unwrap().contains("ожидаемый итог"), "{:?}", shown(&platform));
    platform.check().await.unwrap();
}
