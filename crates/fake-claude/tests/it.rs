//! The stand-in, as clients and tests see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::time::Duration;

use bot_screen::{
    collected::{Collected, HomeSafety, LifeThoughts},
    engine::Answers,
    report::{PromptKind, ReportInput, prompt, read_portrait, read_questions, read_structural},
};
use claude::{Block, Claude, ClaudeConfig, Reply, Request, Role, SystemBlock, Turn};
use domain::{CaseId, Locale, RunId};
use fake_claude::{Canned, Config, FakeClaude, Fault, FaultKind};
use secrecy::SecretString;
use serde_json::{Value, json};

async fn both() -> (FakeClaude, Claude) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fake = FakeClaude::start(Config { latency: Duration::ZERO, ..Config::default() }).await.unwrap();
    let config = ClaudeConfig {
        base_url: fake.base_url(),
        api_key: SecretString::from("key".to_owned()),
        timeout: Duration::from_secs(30),
    };
    (fake, Claude::new(config).unwrap())
}

fn request(text: &str) -> Request {
    Request {
        model: "claude-haiku-4-5".into(),
        max_tokens: 1000,
        system: vec![
            SystemBlock { text: "Отвечайте спокойно.".into(), cache: true },
            SystemBlock { text: "Сегодня коротко.".into(), cache: false },
        ],
        messages: vec![Turn { role: Role::User, content: vec![Block::Text(text.into())] }],
        reply: Reply::Text,
        user: Some("opaque".into()),
    }
}

/// Asks in the background.
fn asking(claude: &Claude, text: &str) -> tokio::task::JoinHandle<String> {
    let (claude, request) = (claude.clone(), request(text));
    tokio::spawn(async move { claude.ask(&request).await.unwrap().text })
}

async fn control(fake: &FakeClaude, path: &str, body: Value) -> Value {
    let url = format!("{}/control/{path}", fake.base_url());
    let http = reqwest::Client::new();
    let call = if body.is_null() { http.get(url) } else { http.post(url).json(&body) };
    call.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
}

#[tokio::test]
async fn the_same_question_gets_the_same_answer_and_another_one_another() {
    let (_fake, claude) = both().await;
    let first = claude.ask(&request("Как дела?")).await.unwrap();
    assert_eq!(first.text, claude.ask(&Request { user: None, ..request("Как дела?") }).await.unwrap().text);
    let others = ["Как вы?", "Что нового?", "Как прошёл день?"];
    let mut differ = false;
    for other in others {
        differ |= claude.ask(&request(other)).await.unwrap().text != first.text;
    }
    assert!(differ);
}

#[tokio::test]
async fn known_instructions_are_read_from_the_cache() {
    let (_fake, claude) = both().await;
    let first = claude.ask(&request("Раз")).await.unwrap().usage;
    let second = claude.ask(&request("Раз")).await.unwrap().usage;
    // "Отвечайте спокойно." has 19 characters, the rest of the instructions 17 with their line end, and "Раз" 3.
    assert_eq!((first.cache_write, first.cache_read, second.cache_write, second.cache_read), (5, 0, 0, 5));
    assert_eq!((first.input, second.input), (4 + 1, 4 + 1));
    let unmarked = Request { system: vec![SystemBlock { text: "Кратко.".into(), cache: false }], ..request("Раз") };
    let usage = claude.ask(&unmarked).await.unwrap().usage;
    assert_eq!((usage.cache_read, usage.cache_write), (0, 0));
}

#[tokio::test]
async fn a_test_decides_when_an_answer_comes() {
    let (fake, claude) = both().await;
    fake.hold();
    let first = asking(&claude, "первый");
    fake.until_waiting(1).await;
    let second = asking(&claude, "второй");
    fake.until_waiting(2).await;
    let outcomes = || fake.log_after(0).into_iter().map(|line| line.outcome).collect::<Vec<_>>();
    assert_eq!(outcomes(), ["waiting", "waiting"]);
    fake.release_next(1);
    first.await.unwrap();
    assert_eq!((fake.waiting(), outcomes()), (1, vec!["answered".to_owned(), "waiting".to_owned()]));
    fake.release();
    second.await.unwrap();
    asking(&claude, "третий").await.unwrap();
    assert_eq!(fake.waiting(), 0);
}

#[tokio::test]
async fn a_prepared_answer_is_given_to_those_it_fits_as_often_as_it_says() {
    let (fake, claude) = both().await;
    let prepared = |part: &str, answer: Value, times| Canned { matching: Some(part.into()), answer, times };
    fake.add_answer(prepared("дом", json!("Один раз."), Some(1)));
    fake.add_answer(prepared("дом", json!({ "a": 1 }), None));
    fake.add_answer(prepared("спокойно", json!("По указаниям."), Some(1)));
    assert_eq!(asking(&claude, "Мой дом").await.unwrap(), "Один раз.");
    assert_eq!(asking(&claude, "Мой дом").await.unwrap(), "{\"a\":1}");
    assert_eq!(asking(&claude, "Лес").await.unwrap(), "По указаниям.");
    assert_eq!(asking(&claude, "Мой дом").await.unwrap(), "{\"a\":1}");
    fake.heal();
    assert_ne!(asking(&claude, "Мой дом").await.unwrap(), "{\"a\":1}");
}

#[tokio::test]
async fn a_fault_hits_those_it_fits_and_is_logged_by_its_name() {
    let (fake, claude) = both().await;
    fake.add_fault(Fault { matching: Some("дом".into()), ..Fault::once(FaultKind::Overloaded) });
    assert!(claude.ask(&request("Лес")).await.is_ok());
    assert!(claude.ask(&request("Мой дом")).await.is_err());
    assert!(claude.ask(&request("Мой дом")).await.is_ok());
    let log = fake.log_after(1);
    let told: Vec<_> = log.iter().map(|line| (line.seq, line.user.as_str(), line.outcome.as_str())).collect();
    assert_eq!(told, [(2, "Мой дом", "overloaded"), (3, "Мой дом", "answered")]);
    assert_eq!((log[0].user_id.as_deref(), log[0].model.as_str()), (Some("opaque"), "claude-haiku-4-5"));
    assert!(log[0].system.starts_with("Отвечайте"));
}

#[tokio::test]
async fn the_other_language_is_the_one_that_was_not_asked_for() {
    let (fake, claude) = both().await;
    let is_russian = |text: &str| text.chars().filter(|c| ('а'..='я').contains(c)).count() * 2 > text.chars().count();
    let english = "Язык ответа: английский.";
    assert!(is_russian(&asking(&claude, "Дом").await.unwrap()));
    assert!(!is_russian(&asking(&claude, english).await.unwrap()));
    fake.add_fault(Fault { times: None, ..Fault::once(FaultKind::OtherLanguage) });
    assert!(!is_russian(&asking(&claude, "Дом").await.unwrap()));
    assert!(is_russian(&asking(&claude, english).await.unwrap()));
}

#[tokio::test]
async fn everything_can_be_done_over_http_too() {
    let (fake, claude) = both().await;
    for kind in [
        "429",
        "529",
        "500",
        "timeout",
        "stall",
        "truncation",
        "refusal",
        "garbage",
        "nonsense",
        "other language",
        "huge",
        "reset",
    ] {
        control(&fake, "faults", json!({ "kind": kind, "retry_after": 2, "times": 1, "match": "нигде" })).await;
    }
    control(&fake, "answers", json!({ "match": "нигде", "answer": "text", "times": null })).await;
    control(&fake, "hold", json!({})).await;
    let asked = asking(&claude, "Дом");
    fake.until_waiting(1).await;
    let state = control(&fake, "state", Value::Null).await;
    assert_eq!(
        (&state["held"], &state["waiting"], &state["requests"], &state["answers"]),
        (&json!(true), &json!(1), &json!(1), &json!(1))
    );
    assert_eq!(state["faults"].as_array().unwrap().len(), 12);
    control(&fake, "release", json!({ "count": 1 })).await;
    asked.await.unwrap();
    assert!(fake.status().held);
    control(&fake, "release", json!({})).await;
    control(&fake, "heal", json!({})).await;
    assert!(!fake.status().held && fake.status().faults.is_empty() && fake.status().answers == 0);
    let log = control(&fake, "log?after=0", Value::Null).await;
    assert_eq!((&log[0]["user"], &log[0]["outcome"]), (&json!("Дом"), &json!("answered")));
    assert_eq!(control(&fake, "saw?text=opaque", Value::Null).await, json!({ "saw": true }));
    assert_eq!(control(&fake, "saw?text=canary", Value::Null).await, json!({ "saw": false }));
}

#[tokio::test]
async fn a_wrong_request_is_refused_as_the_service_does_it() {
    let (fake, _claude) = both().await;
    let call = |key: &'static str, body: Value| {
        let call = reqwest::Client::new().post(format!("{}/v1/messages", fake.base_url()));
        call.header("x-api-key", key).header("anthropic-version", "2023-06-01").json(&body).send()
    };
    let response = call("key", json!({ "model": "m", "secret": "слово" })).await.unwrap();
    assert_eq!(response.status(), 400);
    assert!(response.headers().contains_key("request-id"));
    let body: Value = response.json().await.unwrap();
    assert_eq!((&body["type"], &body["error"]["type"]), (&json!("error"), &json!("invalid_request_error")));
    assert_eq!(call("", json!({})).await.unwrap().status(), 401);
    assert!(fake.saw("слово"), "also what is refused was seen");
    assert_eq!(fake.log_after(0)[0].outcome, "refused");
}

#[tokio::test]
async fn pictures_are_counted_and_their_bytes_are_kept_nowhere() {
    let (fake, claude) = both().await;
    let picture = |base64: &str| Block::Image { media_type: "image/png".into(), base64: base64.into() };
    let with = |pictures: Vec<Block>| {
        let mut asked = request("Что на рисунке?");
        asked.messages[0].content.extend(pictures);
        asked
    };
    let answer = claude.ask(&with(vec![picture("aGVsbG8="), picture("d29ybGQ=")])).await.unwrap();
    // 3000 for the pictures; the rest as for the same request without them.
    assert_eq!(answer.usage.input, 3000 + claude.ask(&with(vec![])).await.unwrap().usage.input);
    assert!(claude.ask(&with(vec![picture("aGVsbG8")])).await.is_err());
    assert!(claude.ask(&with(vec![picture(&"a".repeat((5 << 20) + 4))])).await.is_err());
    let log: Vec<_> = fake.log_after(0).into_iter().map(|line| (line.images, line.outcome)).collect();
    let line = |images, outcome: &str| (images, outcome.to_owned());
    assert_eq!(log, [line(2, "answered"), line(0, "answered"), line(0, "refused"), line(0, "refused")]);
    assert!(fake.saw("Что на рисунке?") && !fake.saw("aGVsbG8") && !fake.saw("aaaa"));
    let shown = control(&fake, "log?after=0", Value::Null).await;
    assert_eq!(shown[0]["images"], 2);
    fake.add_fault(Fault::once(FaultKind::Overloaded));
    assert!(claude.ask(&with(vec![picture("aGVsbG8=")])).await.is_err());
}

#[tokio::test]
async fn answers_to_screens_prompts_pass_its_own_checks_in_both_languages() {
    let (_fake, claude) = both().await;
    for locale in [Locale::Ru, Locale::En] {
        let collected = Collected {
            reworded: Default::default(),
            answers: Answers::default(),
            thoughts: LifeThoughts::Never,
            home: HomeSafety::Safe,
            own_words: None,
            locale,
            specialist_locale: locale,
            ai_allowed: true,
            signs: vec![],
        };
        let id = RunId(serde_json::from_str("\"00000000-0000-0000-0000-000000000001\"").unwrap());
        let input = ReportInput::new(id, CaseId(id.0), Default::default(), "c".into(), collected);
        for kind in PromptKind::ALL {
            let rendered = prompt(kind, &input).unwrap();
            let asked = Request {
                model: rendered.model.clone(),
                max_tokens: rendered.max_tokens,
                system: vec![SystemBlock { text: rendered.system.clone(), cache: true }],
                reply: Reply::Json { schema: rendered.schema.clone() },
                ..request(&rendered.user)
            };
            let reply = claude.ask(&asked).await.unwrap().text;
            let faults = match kind {
                PromptKind::Structural => read_structural(&reply, locale).err(),
                PromptKind::Questions => read_questions(&reply, locale).err(),
                PromptKind::Portrait => read_portrait(&reply, locale).err(),
            };
            assert_eq!(faults, None, "{kind:?} {locale}");
        }
    }
}
