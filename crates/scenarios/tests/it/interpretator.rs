//! Interpretator over the four services: money, refused passes, hostile files, Claude in every mood.
use std::io::{Cursor, Write as _};

use chat_test::{Drive, Stage};
use domain::BotId;
use fake_claude::{Fault, FaultKind};
use fake_telegram::PersonFile;
use scenarios::Platform;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::steps::{INVITED, claude, drive, kill_worker, results};

const OPENED: [&str; 6] = [
    "анна: /start [приглашение]",
    "анна: [➕ Новый кейс]",
    "анна: К-014",
    "анна: [📂 Открыть кейс]",
    "анна: [🌙 Интерпретатор]",
    "анна@interpretator: (ссылка)",
];
const DREAM: &str = "анна@interpretator: Сон клиентки: иду по старому дому, лестница рушится, внизу чёрная вода. Проснулась с тревогой, в третий раз.";

/// What a specialist reads last in Interpretator.
fn last(platform: &Platform) -> String {
    platform.telegram.messages("interpretator", 1000).iter().rev().find(|message| message.from_bot).unwrap().text.clone()
}

fn read(platform: &Platform) -> String {
    let messages = platform.telegram.messages("interpretator", 1000);
    messages.iter().filter(|message| message.from_bot).map(|message| message.text.clone() + "\n").collect()
}

async fn available(platform: &Platform) -> i64 {
    platform.count("SELECT balance_stars - reserved_stars FROM psycheos.wallets").await.unwrap()
}

/// Held, charged, given back.
async fn operations(platform: &Platform) -> [i64; 3] {
    let mut counts = [0; 3];
    for (count, status) in counts.iter_mut().zip(["reserved", "committed", "canceled"]) {
        let query =
            format!("SELECT count(*) FROM psycheos.usage_ledger WHERE service_id = 'interpretator' AND status = '{status}'");
        *count = platform.count(&query).await.unwrap();
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_1_what_an_interpretation_costs_is_held_then_charged_with_its_artifact() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &OPENED[..5]).await;
    assert_eq!((operations(&platform).await, available(&platform).await), ([0, 0, 0], 500), "nothing is held before the opening");
    // A second press shows the same pass.
    drive(&mut platform, &["анна: [← К кейсу]", "анна: [🌙 Интерпретатор]"]).await;
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.runs WHERE service_id = 'interpretator'").await.unwrap(), 1);
    drive(&mut platform, &[OPENED[5], OPENED[5], DREAM, "анна@interpretator: [✅ Готово]"]).await;
    assert_eq!(
        (operations(&platform).await, available(&platform).await),
        ([1, 0, 0], 440),
        "held once, however often it is opened"
    );
    claude(&mut platform, &["признаков нет"]).await;
    claude(&mut platform, &["вопросы"]).await;
    drive(&mut platform, &["анна@interpretator: [Завершить и интерпретировать]"]).await;
    claude(&mut platform, &["толкование сна"]).await;
    assert_eq!((operations(&platform).await, available(&platform).await), ([0, 1, 0], 440));
    assert_eq!(results(&platform).await.0, 1);
    let charged = "SELECT count(*) FROM psycheos.usage_ledger u JOIN psycheos.artifacts a USING (run_id) \
                   JOIN psycheos.runs r USING (run_id) WHERE u.status = 'committed' AND u.cost_stars = 60 AND r.status = 'completed'";
    assert_eq!(platform.count(charged).await.unwrap(), 1);
    // The link of a run that is over opens nothing and holds nothing.
    drive(&mut platform, &[OPENED[5]]).await;
    assert_eq!(operations(&platform).await, [0, 1, 0]);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_4_a_clients_pass_is_refused_at_interpretator_and_nothing_is_written() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &INVITED[..5]).await;
    let messages = platform.telegram.messages("pro", 1000);
    let link = messages.iter().rev().find_map(|message| message.text.rsplit_once("start=").map(|(_, token)| token.to_owned()));
    let link = format!("/start {}", link.unwrap().trim());
    let told =
        "SELECT count(*) FROM psycheos.link_tokens WHERE used_at IS NULL AND bound_telegram_id IS NULL AND revoked_at IS NULL";
    let rows = "SELECT (SELECT count(*) FROM psycheos.runs) + (SELECT count(*) FROM psycheos.usage_ledger) \
                + (SELECT count(*) FROM psycheos.ledger_entries) + (SELECT count(*) FROM psycheos.jobs) \
                + (SELECT count(*) FROM psycheos.artifacts) + (SELECT count(*) FROM psycheos.consents) \
                + (SELECT count(*) FROM psycheos.screenings) + (SELECT count(*) FROM psycheos.audit_log)";
    let before = (platform.count(told).await.unwrap(), platform.count(rows).await.unwrap());
    for who in ["илья", "анна"] {
        let say = Drive::Say { who: who.to_owned(), bot: BotId::Interpretator, text: link.clone() };
        platform.play(&say).await.unwrap();
    }
    assert_eq!((platform.count(told).await.unwrap(), platform.count(rows).await.unwrap()), before);
    let kept = "SELECT count(*) FROM psycheos.bot_chat_state WHERE bot_id = 'interpretator' \
                AND (run_id IS NOT NULL OR context_id IS NOT NULL OR state_payload IS NOT NULL)";
    assert_eq!(platform.count(kept).await.unwrap(), 0);
    for user in [1000, 1001] {
        let messages = platform.telegram.messages("interpretator", user);
        assert!(messages.last().unwrap().text.contains("Эта ссылка здесь не действует"), "{messages:?}");
    }
    // The client's own way is still open.
    drive(&mut platform, &INVITED[5..]).await;
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.runs WHERE status = 'active'").await.unwrap(), 1);
    platform.check().await.unwrap();
}

fn archive(entries: usize, bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    writer.start_file("[Content_Types].xml", options).unwrap();
    writer.write_all(types.as_bytes()).unwrap();
    for entry in 0..entries {
        writer.start_file(format!("word/part{entry}.xml"), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A PNG whose head promises 20,000 × 20,000 pixels.
fn huge_png() -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8; 4], body: &[u8]| {
        let named = [name, body].concat();
        let mut crc = flate2::Crc::new();
        crc.update(&named);
        file.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        file.extend(&named);
        file.extend(crc.sum().to_be_bytes());
    };
    let side = 20_000_u32.to_be_bytes();
    chunk(b"IHDR", &[side.as_slice(), side.as_slice(), &[8, 2, 0, 0, 0]].concat());
    chunk(b"IDAT", &[0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
    chunk(b"IEND", b"");
    file
}

/// Most memory the worker ever had, in MiB.
fn peak_mib(platform: &Platform) -> u64 {
    let pid = platform.services.pid("psycheos-worker").unwrap();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_file_gets_a_clear_sentence_and_nothing_else_is_lost() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &OPENED).await;
    drive(&mut platform, &[DREAM]).await;
    let file =
        |name: &str, bytes: Vec<u8>| PersonFile { file_name: name.to_owned(), bytes: bytes.into(), ..PersonFile::default() };
    // Too large by its own word: refused at once, without a job.
    platform
        .telegram
        .send_file("interpretator", 1000, PersonFile { declared_size: Some(21 << 20), ..file("большой.pdf", vec![1]) })
        .unwrap();
    platform.quiet().await.unwrap();
    assert!(last(&platform).contains("Файл больше 5 МБ"), "{}", last(&platform));
    // Says that it is small, and is not.
    platform
        .telegram
        .send_file("interpretator", 1000, PersonFile { declared_size: Some(1000), ..file("мал.pdf", vec![b' '; 21 << 20]) })
        .unwrap();
    let hostile = [
        file("бомба.docx", archive(1, &vec![0; 60 << 20])),
        file("закрыт.pdf", chat_test::file("закрыт.pdf").unwrap()),
        file("записи.docx", archive(10_000, b"x")),
        file("рисунок.png", huge_png()),
        file("сон.docx", [b"\x7fELF\x02\x01\x01\x00".as_slice(), &[0; 4096]].concat()),
    ];
    for file in hostile {
        platform.telegram.send_file("interpretator", 1000, file).unwrap();
        platform.quiet().await.unwrap();
    }
    drive(&mut platform, &["анна@interpretator: [✅ Готово]"]).await;
    claude(&mut platform, &["признаков нет"]).await;
    let read = read(&platform);
    for sentence in [
        "Файл №2 не прочитан: он слишком большой",
        "Файл №3 не прочитан: его устройство небезопасно",
        "Файл №4 не прочитан: он открывается только с паролем",
        "Файл №5 не прочитан: его устройство небезопасно",
        "Файл №6 не прочитан: в картинке слишком много точек",
        "Файл №7 не прочитан: это не TXT, DOCX, PDF, JPEG, PNG или WebP",
    ] {
        assert!(read.contains(sentence), "{sentence}\n{read}");
    }
    let peak = peak_mib(&platform);
    assert!(peak < 300, "the worker had {peak} MiB");
    // The dream is still there, and the work goes on.
    claude(&mut platform, &["вопросы"]).await;
    drive(&mut platform, &["анна@interpretator: [Завершить и интерпретировать]"]).await;
    claude(&mut platform, &["толкование сна"]).await;
    assert_eq!(operations(&platform).await, [0, 1, 0]);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_claude_does_nothing_is_charged_without_a_result() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &OPENED).await;
    drive(&mut platform, &[DREAM, "анна@interpretator: [✅ Готово]"]).await;
    claude(&mut platform, &["признаков нет"]).await;
    claude(&mut platform, &["вопросы"]).await;
    drive(&mut platform, &["анна@interpretator: [Завершить и интерпретировать]"]).await;
    let moods = [
        FaultKind::Truncation,
        FaultKind::Refusal,
        FaultKind::Garbage,
        FaultKind::Nonsense,
        FaultKind::OtherLanguage,
        FaultKind::ServerError,
        FaultKind::Reset,
        FaultKind::Unauthorized,
    ];
    for kind in moods {
        platform.claude.add_fault(Fault { kind, retry_after: None, times: None, matching: None });
        platform.claude.release();
        // The pauses between a job's attempts are cut short.
        for _ in 0..600 {
            platform.admin.execute("UPDATE psycheos.jobs SET run_after = now() WHERE status = 'queued'", &[]).await.unwrap();
            if platform.count("SELECT count(*) FROM psycheos.jobs WHERE status IN ('queued', 'running')").await.unwrap() == 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        platform.quiet().await.unwrap();
        assert!(last(&platform).contains("Материал и ответы сохранены, ничего не списано"), "{kind:?}: {}", last(&platform));
        assert_eq!((operations(&platform).await, available(&platform).await), ([1, 0, 0], 440), "{kind:?}");
        platform.claude.heal();
        platform.claude.hold();
        drive(&mut platform, &["анна@interpretator: [🔄 Попробовать ещё раз]"]).await;
    }
    claude(&mut platform, &["толкование сна"]).await;
    assert_eq!(operations(&platform).await, [0, 1, 0]);
    assert_eq!(results(&platform).await.0, 1);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_over_files_and_over_a_result_does_its_work_once_and_slow_words_are_not_lost() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &OPENED).await;
    platform
        .play(&Drive::Send { who: "анна".into(), bot: BotId::Interpretator, file: "дерево.png".into(), caption: None })
        .await
        .unwrap();
    drive(&mut platform, &[DREAM, "анна@interpretator: [✅ Готово]"]).await;
    // Over the second reading, and again over the picture: the file is fetched anew, the answer that was paid for is not asked again.
    kill_worker(&mut platform).await;
    claude(&mut platform, &["признаков нет"]).await;
    kill_worker(&mut platform).await;
    claude(&mut platform, &["описание"]).await;
    let danger = "SELECT count(*) FROM psycheos.llm_calls WHERE status = 'ok' AND step LIKE 'danger%'";
    assert_eq!(platform.count(danger).await.unwrap(), 1);
    drive(&mut platform, &["анна@interpretator: [Всё верно]"]).await;
    claude(&mut platform, &["вопросы"]).await;
    drive(&mut platform, &["анна@interpretator: [Завершить и интерпретировать]"]).await;
    kill_worker(&mut platform).await;
    // Claude is slow, and something is remembered meanwhile: the result is made anew with it.
    drive(&mut platform, &["анна@interpretator: Она добавила, что корни не рисовал брат и сказал: Оно стоит само"]).await;
    claude(&mut platform, &["толкование сна"]).await;
    claude(&mut platform, &["признаков нет"]).await;
    assert_eq!(operations(&platform).await, [1, 0, 0]);
    assert!(platform.claude.saw("корни не рисовал брат"));
    claude(&mut platform, &["толкование рисунка"]).await;
    assert_eq!((operations(&platform).await, available(&platform).await), ([0, 1, 0], 440));
    assert_eq!(results(&platform).await.0, 1);
    platform.check().await.unwrap();
}
