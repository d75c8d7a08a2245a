//! A marked word goes in wherever people, files and programs can put words in, also where something then fails; it must be found nowhere
//! that is kept in the open: logs of the services, of Postgres and of the pooler, a dump of the database (R12, S4, S18).
use std::process::Command;

use chat_test::{Drive, Stage as _};
use domain::BotId;
use fake_claude::{Fault, FaultKind};
use scenarios::Platform;
use serde_json::json;
use uuid::Uuid;

use crate::{
    programs::scene::Scene,
    steps::{AGREED, drive, press, skip},
    telemetry::metrics_of,
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Everything that the platform keeps in the open, by where it lies.
async fn kept(platform: &Platform) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for name in ["psycheos-api", "psycheos-worker", "psycheos-sender"] {
        all.push((format!("log of {name}"), std::fs::read_to_string(platform.services.log(name)).unwrap_or_default()));
    }
    let data: String = platform.admin.query_one("SELECT current_setting('data_directory')", &[]).await.unwrap().get(0);
    let folder = std::path::Path::new(&data).parent().unwrap().to_owned();
    for name in ["postgres.log", "pgbouncer.log"] {
        let found = [folder.join(name), folder.parent().unwrap_or(&folder).join(name)].into_iter().find(|path| path.exists());
        all.extend(found.map(|path| (name.to_owned(), String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())));
    }
    let dump = Command::new(test_kit::Postgres::binaries().unwrap().join("pg_dump"))
        .arg(platform.db.url("psycheos_admin"))
        .output()
        .unwrap();
    assert!(dump.status.success() && dump.stdout.len() > 100_000, "{}", String::from_utf8_lossy(&dump.stderr));
    for name in ["psycheos-api", "psycheos-worker", "psycheos-sender"] {
        all.push((format!("metrics of {name}"), metrics_of(platform, name).await));
    }
    for (path, body) in platform.ear.everything() {
        all.push((format!("what was sent to {path}"), String::from_utf8_lossy(&body).into_owned()));
    }
    all.push(("dump".to_owned(), String::from_utf8_lossy(&dump.stdout).into_owned()));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_marked_word_in_every_input_is_found_nowhere_in_the_open() {
    let mark = format!("жукканарейка{}", &Uuid::new_v4().simple().to_string()[..12]);
    let mut platform = Platform::start_heard().await.unwrap();
    let line = |text: &str| text.replace("ЖУК", &mark);
    // Labels, and a search that finds nothing.
    let named = line("анна: 014-ЖУК");
    let start = ["анна: /start [приглашение]", "анна: [➕ Новый кейс]", &named, "анна: [Всё равно оставить]"];
    drive(&mut platform, &start).await;
    drive(&mut platform, &["анна: [📝 Скрининг]", "анна: [✉️ Пригласить на 7 дней]", "илья: (ссылка)"]).await;
    drive(&mut platform, &AGREED).await;
    // A client's words: where a button is expected, as danger, at the end. One message of them is refused by Telegram for good.
    let words = [line("илья: ЖУК"), line("илья: больше не хочу жить, ЖУК")];
    drive(&mut platform, &[&*words[0], &*words[1], "илья: [Продолжить]"]).await;
    skip(&mut platform, 17).await;
    // Claude first repeats the words in what is no answer, then is away, then answers.
    platform.claude.add_fault(Fault { kind: FaultKind::ServerError, retry_after: None, times: Some(1), matching: None });
    platform.claude.release();
    let own = line("илья: ЖУК снится каждую ночь");
    drive(&mut platform, &["илья: [Никогда]", "илья: [Да, безопасно]", &own]).await;
    platform.quiet().await.unwrap();
    assert_eq!(platform.count("SELECT count(*) FROM psycheos.artifacts").await.unwrap(), 1);
    // Material of a specialist: a text, a caption, a file, and one that cannot be read.
    drive(&mut platform, &["анна: /cases"]).await;
    press(&mut platform, "анна", "014-жук").await;
    drive(&mut platform, &["анна: [🌙 Интерпретатор]", "анна@interpretator: (ссылка)"]).await;
    let dream =
        line("анна@interpretator: Сон: ЖУК сидит в пустом доме, лестница рушится, внизу чёрная вода. Проснулась с тревогой.");
    drive(&mut platform, &[&*dream]).await;
    for file in ["дерево.png", "заметки.txt"] {
        let caption = Some(line("Подпись: ЖУК"));
        platform.play(&Drive::Send { who: "анна".into(), bot: BotId::Interpretator, file: file.into(), caption }).await.unwrap();
    }
    drive(&mut platform, &["анна@interpretator: [✅ Готово]"]).await;
    platform.quiet().await.unwrap();
    for (tool, steps) in [
        (
            "🧩 Концептуализатор",
            vec![
                "анна@conceptualizator: (ссылка)",
                "анна@conceptualizator: Клиент боится: ЖУК, и замолкает, когда злится.",
                "анна@conceptualizator: [✅ Готово]",
            ],
        ),
        (
            "🎭 Симулятор",
            vec![
                "анна@simulator: (ссылка)",
                "анна@simulator: [🎓 Тренировка]",
                "анна@simulator: [●○○ Конфликт в паре]",
                "анна@simulator: [Работа с чувствами]",
                "анна@simulator: Похоже, ЖУК вас утомил. Что сейчас труднее всего?",
            ],
        ),
    ] {
        drive(&mut platform, &["анна: /cases"]).await;
        press(&mut platform, "анна", "014-жук").await;
        let steps: Vec<String> = std::iter::once(format!("анна: [{tool}]")).chain(steps.into_iter().map(line)).collect();
        drive(&mut platform, &steps.iter().map(String::as_str).collect::<Vec<_>>()).await;
        platform.quiet().await.unwrap();
    }
    assert!(platform.claude.saw(&mark), "the words go where they are meant to go");
    // An update that fails each time, and one that cannot be read at all: both are put aside with their bodies.
    platform
        .admin
        .batch_execute("ALTER TABLE psycheos.bot_chat_state ADD CONSTRAINT broken CHECK (version < 0) NOT VALID")
        .await
        .unwrap();
    drive_badly(&mut platform, &mark).await;
    platform.admin.batch_execute("ALTER TABLE psycheos.bot_chat_state DROP CONSTRAINT broken").await.unwrap();
    // Programs: a good result, one that breaks the contract, one that says what no result may say.
    let mut scene = Scene::of(platform);
    scene.key = scene.make_key(&["--scopes", "links:issue,links:verify,usage:write,artifacts:write,artifacts:read"]).await.1;
    let row =
        scene.platform.admin.query_one("SELECT run_id, context_id FROM psycheos.runs WHERE service_id = 'interpretator'", &[]);
    let row = row.await.unwrap();
    let (run, case): (Uuid, Uuid) = (row.get(0), row.get(1));
    let body = |one_liner: &str, notes: serde_json::Value| {
        json!({ "artifact_type": "summary", "content": {
            "meta": { "service_id": "interpretator", "artifact_version": "1.0", "context_id": case, "run_id": run,
                      "created_at": "2026-11-26T10:00:00Z", "language": "ru", "correlation_id": mark },
            "summary": { "one_liner": one_liner, "risk_flags": [mark], "resource_flags": [] }, "markers": [],
            "questions_for_session": [{ "q": mark, "why": mark, "priority": 1 }], "actions": [], "raw": { "notes": notes, "own_words": mark },
        } })
    };
    let good = scene.post(&scene.key, "artifacts/submit", &body(&mark, json!(mark))).await;
    assert_eq!(good.said(), (200, "submitted"), "{}", good.body);
    for (bad, code) in [(body(&mark, json!(5)), "contract"), (body(&format!("У {mark} депрессия"), json!(mark)), "wording")]
    {
        let answer = scene.post(&scene.key, "artifacts/submit", &bad).await;
        assert_eq!(answer.said().1, code);
        assert!(!answer.body.to_string().contains(&mark), "{}", answer.body);
    }
    scene.post(&scene.key, "artifacts/submit", &json!({ mark.as_str(): mark })).await;
    scene.get(&scene.key, &format!("artifacts?context_id={mark}&cursor={mark}")).await;
    scene.post(&mark, "links/issue", &json!({})).await;
    let (key, mut platform) = (scene.key.clone(), scene.platform);
    // Everything is taken along as well.
    drive(&mut platform, &["анна: /export", "анна: [📦 Забрать всё]"]).await;

    let mut secrets: Vec<String> = platform.setting.bots.iter().flat_map(|bot| [bot.token.clone(), bot.secret.clone()]).collect();
    secrets.extend([platform.setting.claude_key.clone(), key]);
    secrets.push(platform.setting.env("psycheos-api").unwrap()["PSYCHEOS_KEK"].split_once(':').unwrap().1.to_owned());
    let everything = kept(&platform).await;
    for (place, text) in &everything {
        for form in [mark.clone(), mark.to_uppercase(), hex(mark.as_bytes())] {
            if let Some(at) = text.find(&form) {
                let around: String = text[..at].chars().rev().take(300).collect::<Vec<_>>().into_iter().rev().collect();
                panic!("the mark is in the {place}: …{around}");
            }
        }
        for secret in secrets.iter().filter(|secret| secret.len() > 8) {
            assert!(!text.contains(secret.as_str()), "a secret is in the {place}: {}…", &secret[..6]);
        }
    }
    // The search itself works: what must be there is found.
    assert!(everything.iter().any(|(place, text)| place.ends_with("/v1/traces") && text.contains("process screen_report")));
    let reported: Vec<&(String, String)> = everything.iter().filter(|(place, _)| place.contains("/envelope/")).collect();
    assert!(reported.iter().any(|(_, text)| text.contains("update failed")), "{reported:#?}");
    assert!(everything.iter().any(|(place, text)| place == "dump" && text.contains(&case.to_string())));
    assert!(everything.iter().any(|(place, text)| place.contains("api") && text.contains("serving")));
    assert!(
        everything.iter().any(|(place, _)| place == "postgres.log"),
        "{:?}",
        everything.iter().map(|(p, _)| p).collect::<Vec<_>>()
    );
    let dead = "SELECT count(*) FROM psycheos.dead_updates WHERE raw IS NOT NULL";
    assert!(platform.count(dead).await.unwrap() >= 2, "both updates were put aside with their bodies");
}

/// Updates that are put aside: one is of no kind we know, one fails in the database whenever it is handled.
async fn drive_badly(platform: &mut Platform, mark: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let secret = &platform.setting.bots.iter().find(|bot| bot.bot == "screen").unwrap().secret;
    let bodies = [
        json!({ "update_id": 900_001, "widget": { "text": mark } }),
        json!({ "update_id": 900_002, "message": { "message_id": 1, "date": 1, "chat": { "id": 1001, "type": "private", "first_name": mark },
                "from": { "id": 1001, "is_bot": false, "first_name": mark }, "text": "/stop" } }),
    ];
    let url = format!("{}/webhook/screen", platform.setting.webhook_base_url);
    for body in &bodies {
        for _ in 0..6 {
            let sent =
                client.post(&url).header("x-telegram-bot-api-secret-token", secret).header("content-type", "application/json");
            sent.body(body.to_string()).send().await.unwrap();
        }
    }
}
