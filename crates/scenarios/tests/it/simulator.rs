//! Simulator over the four services: a worker that dies over a line and over the debrief, and a specialist's training as a picture.
use scenarios::Platform;

use crate::steps::{claude, drive, kill_worker};

const SESSION: [&str; 8] = [
    "анна: /start [приглашение]",
    "анна: [➕ Новый кейс]",
    "анна: К-014",
    "анна: [📂 Открыть кейс]",
    "анна: [🎭 Симулятор]",
    "анна@simulator: (ссылка)",
    "анна@simulator: [🎓 Тренировка]",
    "анна@simulator: [●○○ Конфликт в паре]",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_over_a_line_and_over_the_debrief_counts_and_charges_once_and_the_training_is_drawn() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &SESSION).await;
    drive(&mut platform, &["анна@simulator: [Работа с чувствами]", "анна@simulator: Похоже, вы устали."]).await;
    kill_worker(&mut platform).await;
    claude(&mut platform, &["реплика подошла"]).await;
    for line in ["анна@simulator: Что труднее всего?", "анна@simulator: Побудем с этим."] {
        drive(&mut platform, &[line]).await;
        claude(&mut platform, &["реплика подошла"]).await;
    }
    let answered = "SELECT count(*) FROM psycheos.llm_calls WHERE status = 'ok' AND step LIKE 'line%'";
    assert_eq!(platform.count(answered).await.unwrap(), 3);
    drive(&mut platform, &["анна@simulator: [🏁 Завершить]", "анна@simulator: [Да, к разбору]"]).await;
    kill_worker(&mut platform).await;
    claude(&mut platform, &["разбор"]).await;
    let sessions = "SELECT coalesce(sum(sessions), 0)::bigint FROM psycheos.simulator_profiles";
    assert_eq!(platform.count(sessions).await.unwrap(), 1);
    let charged = "SELECT count(*) FROM psycheos.usage_ledger WHERE service_id = 'simulator' AND status = 'committed'";
    assert_eq!(platform.count(charged).await.unwrap(), 1);
    let course = "SELECT count(*) FROM psycheos.files WHERE format = 'course'";
    assert_eq!(platform.count(course).await.unwrap(), 1);

    // As if there had been two: the training can be drawn.
    let twice = "UPDATE psycheos.simulator_profiles SET sessions = 2, history = history || history";
    platform.admin.execute(twice, &[]).await.unwrap();
    drive(&mut platform, &["анна: /settings", "анна: [📈 Тренировки]", "анна: [🖼 Картинкой]"]).await;
    let messages = platform.telegram.messages("pro", 1000);
    let document = messages.iter().rev().find_map(|message| message.document.as_ref()).unwrap();
    let png = platform.telegram.file_bytes(document["file_id"].as_str().unwrap()).unwrap();
    assert!(png.starts_with(b"\x89PNG"), "a picture");
    platform.check().await.unwrap();
}
