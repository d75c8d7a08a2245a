//! Conceptualizator over the four services: what the case already knows, a crash after the reserve, a worker that dies between the layers.
use scenarios::Platform;

use crate::steps::{AGREED, CLOSED, INVITED, claude, drive, press, skip};

/// Presses the newest key whose label begins so.
async fn status(platform: &Platform, status: &str) -> i64 {
    let query =
        format!("SELECT count(*) FROM psycheos.usage_ledger WHERE service_id = 'conceptualizator' AND status = '{status}'");
    platform.count(&query).await.unwrap()
}

const NOTES: &str = "анна@conceptualizator: Клиент 34 года. Засыпает под утро, днём нет сил. На работе берёт чужие задачи, потому что боится подвести. \
                     Когда злится, замолкает и уходит в телефон.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_2_a_crash_after_the_reserve_is_released_by_the_clock_and_nothing_is_charged() {
    let mut platform = Platform::start().await.unwrap();
    drive(&mut platform, &["анна: /start [приглашение]", "анна: [➕ Новый кейс]", "анна: К-014", "анна: [📂 Открыть кейс]"])
        .await;
    drive(&mut platform, &["анна: [🧩 Концептуализатор]", "анна@conceptualizator: (ссылка)", NOTES]).await;
    assert_eq!(status(&platform, "reserved").await, 1);
    // Everything dies, and nobody comes back until the time of the run is over.
    for service in ["psycheos-api", "psycheos-worker", "psycheos-sender"] {
        platform.services.kill(service).await.unwrap();
    }
    let past = "UPDATE psycheos.link_tokens SET expires_at = now() - interval '1 minute' WHERE service_id = 'conceptualizator'";
    platform.admin.execute(past, &[]).await.unwrap();
    let lapsed = "UPDATE psycheos.usage_ledger SET reserved_until = now() - interval '1 minute' WHERE status = 'reserved'";
    platform.admin.execute(lapsed, &[]).await.unwrap();
    platform.cron().await.unwrap();
    platform.cron().await.unwrap();
    assert_eq!((status(&platform, "reserved").await, status(&platform, "canceled").await), (0, 1));
    let free = "SELECT balance_stars - reserved_stars FROM psycheos.wallets";
    assert_eq!(platform.count(free).await.unwrap(), 500);
    // They come back: what is over is not gone on with.
    for service in ["psycheos-api", "psycheos-worker", "psycheos-sender"] {
        platform.services.restart(service).await.unwrap();
    }
    drive(&mut platform, &["анна@conceptualizator: Ещё слово о сне"]).await;
    let messages = platform.telegram.messages("conceptualizator", 1000);
    assert!(messages.last().unwrap().text.contains("ничего не списано"), "{:?}", messages.last());
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.artifacts").await.unwrap(), 0);
    assert_eq!(platform.count(free).await.unwrap(), 500);
    platform.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_is_seeded_by_the_cases_results_and_its_letter_reaches_the_client_when_the_specialist_gives_it() {
    let mut platform = Platform::start().await.unwrap();
    // Screen.
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 17).await;
    platform.claude.release();
    drive(&mut platform, &CLOSED).await;
    platform.quiet().await.unwrap();
    platform.claude.hold();
    // Interpretator.
    drive(&mut platform, &["анна: /cases"]).await;
    press(&mut platform, "анна", "К-014").await;
    drive(&mut platform, &["анна: [🌙 Интерпретатор]", "анна@interpretator: (ссылка)"]).await;
    drive(&mut platform, &["анна@interpretator: [📚 Учесть прежние результаты]"]).await;
    press(&mut platform, "анна@interpretator", "☐").await;
    let dream = "анна@interpretator: Сон клиентки: иду по старому дому, лестница рушится, внизу чёрная вода. Проснулась с тревогой, в третий раз.";
    drive(&mut platform, &[dream, "анна@interpretator: [✅ Готово]"]).await;
    claude(&mut platform, &["признаков нет", "вопросы"]).await;
    drive(&mut platform, &["анна@interpretator: [Завершить и интерпретировать]"]).await;
    claude(&mut platform, &["толкование сна"]).await;
    // Conceptualizator, with both included and no notes at all.
    drive(&mut platform, &["анна: /cases"]).await;
    press(&mut platform, "анна", "К-014").await;
    drive(&mut platform, &["анна: [🧩 Концептуализатор]", "анна@conceptualizator: (ссылка)"]).await;
    drive(&mut platform, &["анна@conceptualizator: [📚 Включить прежние результаты]"]).await;
    for _ in 0..2 {
        press(&mut platform, "анна@conceptualizator", "☐").await;
    }
    drive(&mut platform, &["анна@conceptualizator: [← Назад]", "анна@conceptualizator: [✅ Готово]"]).await;
    platform.claude.add_answer(fake_claude::Canned {
        matching: Some("interpretator, ".to_owned()),
        answer: serde_json::json!({ "hypotheses": [{
            "kind": "structural", "layers": ["L2"], "formulation": "Возможно, привычная опора ощущается ненадёжной.", "confidence": "working",
            "evidence_for": ["лестница рушится"], "evidence_against": [], "alternatives": [], "function": "Бережёт от резких перемен.",
            "maintained_by": "Чем меньше опоры, тем осторожнее шаг.",
        }], "marks": [], "flags": [] }),
        times: Some(1),
    });
    platform.claude.release_next(1);
    platform.quiet().await.unwrap();
    let known = platform.claude.saw("Скрининг перед первой встречей") && platform.claude.saw("ГИПОТЕЗА 1");
    assert!(known, "both results are material");
    drive(&mut platform, &["анна@conceptualizator: [✅ Принять]"]).await;
    claude(&mut platform, &["вопрос об управлении"]).await;
    drive(&mut platform, &["анна@conceptualizator: [Закончить и собрать модель]"]).await;
    let mut model: serde_json::Value = serde_json::from_str(&chat_test::reply("модель").unwrap()).unwrap();
    model["evidence_for"] = serde_json::json!(["лестница рушится"]);
    platform.claude.add_answer(fake_claude::Canned { matching: None, answer: model, times: Some(1) });
    platform.claude.release_next(1);
    platform.quiet().await.unwrap();
    // The worker dies between the layers: what was answered is not asked again.
    platform.services.kill("psycheos-worker").await.unwrap();
    platform.claude.release();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    platform.claude.hold();
    platform.admin.execute("UPDATE psycheos.jobs SET lease_until = now() WHERE status = 'running'", &[]).await.unwrap();
    platform.services.restart("psycheos-worker").await.unwrap();
    platform.quiet().await.unwrap();
    claude(&mut platform, &["цели", "письмо"]).await;
    for layer in ["model", "targets", "letter"] {
        let steps = format!("SELECT count(*) FROM psycheos.llm_calls WHERE status = 'ok' AND step LIKE '{layer}@%'");
        assert_eq!(platform.count(&steps).await.unwrap(), 1, "{layer}");
    }
    assert_eq!((status(&platform, "reserved").await, status(&platform, "committed").await), (0, 1));
    // The letter waits for the specialist's word.
    let client = platform.telegram.messages("screen", 1001).len();
    let newest = "анна: [📄 Открыть результат]";
    drive(&mut platform, &[newest, "анна: [✉️ Письмо клиенту]"]).await;
    assert_eq!(platform.telegram.messages("screen", 1001).len(), client);
    drive(&mut platform, &["анна: [✅ Отдать клиенту]"]).await;
    let given: Vec<String> = platform.telegram.messages("screen", 1001).iter().skip(client).map(|m| m.text.clone()).collect();
    assert!(given.iter().any(|text| text.contains("делится с вами письмом")), "{given:?}");
    assert!(given.iter().any(|text| text.contains("Вы долго держите на себе больше")), "{given:?}");
    let audit = "SELECT count(*) FROM psycheos.audit_log WHERE action = 'portrait_release'";
    assert_eq!(platform.count(audit).await.unwrap(), 1);
    platform.check().await.unwrap();
}
