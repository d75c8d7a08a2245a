//! The client against the stand-in, over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::time::Duration;

use fake_claude::{Canned, Config, FakeClaude, Fault, FaultKind};
use psycheos_claude::{Block, Claude, ClaudeConfig, ConfigError, Failure, Reply, Request, Role, SystemBlock, Turn, fingerprint};
use serde_json::{Value, json};

/// Long enough for a busy machine.
const PATIENT: Duration = Duration::from_secs(30);
/// For answers that never come.
const IMPATIENT: Duration = Duration::from_millis(500);

async fn fake() -> FakeClaude {
    FakeClaude::start(Config { latency: Duration::ZERO, ..Config::default() }).await.unwrap()
}

fn config(base_url: String, timeout: Duration) -> ClaudeConfig {
    ClaudeConfig { base_url, api_key: "sk-canary".to_owned().into(), timeout }
}

fn client(base_url: String, timeout: Duration) -> Claude {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Claude::new(config(base_url, timeout)).unwrap()
}

fn request(reply: Reply) -> Request {
    Request {
        model: "claude-haiku-4-5".into(),
        max_tokens: 500,
        system: vec![SystemBlock { text: "Отвечайте спокойно.".into(), cache: true }],
        messages: vec![Turn { role: Role::User, content: vec![Block::Text("Как дела?".into())] }],
        reply,
        user: Some("opaque".into()),
    }
}

fn document() -> Reply {
    Reply::Json {
        schema: json!({ "type": "object", "required": ["why", "list"], "properties": {
            "why": { "type": "string", "maxLength": 40 },
            "list": { "type": "array", "minItems": 3, "maxItems": 3, "items": { "type": "integer", "minimum": 2, "maximum": 4 } },
        } }),
    }
}

#[tokio::test]
async fn each_fault_comes_out_as_its_decision() {
    let fake = fake().await;
    let patient = client(fake.base_url(), PATIENT);
    let wait = |secs| Failure::Overloaded { after: Duration::from_secs(secs) };
    let table = [
        (FaultKind::RateLimited, wait(7)),
        (FaultKind::Overloaded, wait(7)),
        (FaultKind::SpendingLimit, Failure::Rejected { status: 429 }),
        (FaultKind::ServerError, Failure::Unreachable),
        (FaultKind::Reset, Failure::Unreachable),
        (FaultKind::Invalid, Failure::Rejected { status: 400 }),
        (FaultKind::Unauthorized, Failure::Rejected { status: 401 }),
        (FaultKind::Redirect, Failure::Rejected { status: 307 }),
        (FaultKind::Truncation, Failure::Truncated),
        (FaultKind::ContextExceeded, Failure::Truncated),
        (FaultKind::Refusal, Failure::Refused),
        (FaultKind::Garbage, Failure::Garbled),
        (FaultKind::Huge, Failure::Garbled),
    ];
    for (kind, failure) in table {
        fake.add_fault(Fault { retry_after: Some(7), ..Fault::once(kind) });
        assert_eq!(patient.ask(&request(document())).await, Err(failure), "{kind:?}");
    }
    let impatient = client(fake.base_url(), IMPATIENT);
    for kind in [FaultKind::Timeout, FaultKind::Stall] {
        fake.add_fault(Fault::once(kind));
        assert_eq!(impatient.ask(&request(document())).await, Err(Failure::TimedOut), "{kind:?}");
    }
    assert!(patient.ask(&request(document())).await.is_ok(), "each fault came once");
    fake.stop().await;
    assert_eq!(patient.ask(&request(document())).await, Err(Failure::Unreachable));
}

#[tokio::test]
async fn an_overloaded_service_that_says_no_time_is_asked_again_in_five_seconds() {
    let fake = fake().await;
    fake.add_fault(Fault::once(FaultKind::Overloaded));
    let failure = client(fake.base_url(), PATIENT).ask(&request(Reply::Text)).await.unwrap_err();
    assert_eq!(failure, Failure::Overloaded { after: Duration::from_secs(5) });
}

#[tokio::test]
async fn bounds_that_the_api_does_not_take_reach_the_model_all_the_same() {
    let fake = fake().await;
    let answer = client(fake.base_url(), PATIENT).ask(&request(document())).await.unwrap();
    let json = answer.json.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&answer.text).unwrap(), json);
    assert!(json["why"].as_str().unwrap().chars().count() <= 40);
    let list: Vec<i64> = json["list"].as_array().unwrap().iter().filter_map(Value::as_i64).collect();
    assert!(list.len() == 3 && list.iter().all(|number| (2..=4).contains(number)), "{list:?}");
    assert_eq!((answer.stop_reason.as_str(), answer.model.as_str()), ("end_turn", "claude-haiku-4-5"));
    assert!(answer.request_id.unwrap().starts_with("req_"));
    assert!(answer.usage.input > 0 && answer.usage.output > 0);
}

#[tokio::test]
async fn a_document_of_another_shape_is_for_its_reader_to_judge_but_a_text_is_no_document() {
    let fake = fake().await;
    let claude = client(fake.base_url(), PATIENT);
    fake.add_fault(Fault::once(FaultKind::Nonsense));
    assert_eq!(claude.ask(&request(document())).await.unwrap().json.unwrap()["weather"], "sunny");
    for text in ["Вот ваш JSON.", "```json\n{}\n```", "[1]", " "] {
        fake.add_answer(Canned { matching: None, answer: json!(text), times: Some(1) });
        assert_eq!(claude.ask(&request(document())).await, Err(Failure::Garbled), "{text}");
    }
}

#[tokio::test]
async fn an_answer_longer_than_it_may_be_is_truncated_and_a_wrong_request_is_rejected() {
    let fake = fake().await;
    let claude = client(fake.base_url(), PATIENT);
    let short = Request { max_tokens: 3, ..request(Reply::Text) };
    assert_eq!(claude.ask(&short).await, Err(Failure::Truncated));
    let empty = Request { messages: vec![], ..request(Reply::Text) };
    assert_eq!(claude.ask(&empty).await, Err(Failure::Rejected { status: 400 }));
}

#[tokio::test]
async fn the_key_is_in_nothing_that_prints_or_is_asked() {
    let fake = fake().await;
    let claude = client(fake.base_url(), PATIENT);
    claude.ask(&request(Reply::Text)).await.unwrap();
    assert!(!fake.saw("sk-canary") && fake.saw("Как дела?"));
    assert!(!format!("{claude:?} {:?}", config(String::new(), PATIENT)).contains("canary"));
}

#[tokio::test]
async fn a_wrong_setting_is_told_at_the_start() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = |url: &str, key: &str| {
        Claude::new(ClaudeConfig { base_url: url.into(), api_key: key.to_owned().into(), timeout: PATIENT }).map(|_| ())
    };
    assert_eq!(made("https://api.anthropic.com/", "key"), Ok(()));
    assert_eq!(made("ftp://api.anthropic.com", "key"), Err(ConfigError::BadUrl));
    assert_eq!(made("api.anthropic.com", "key"), Err(ConfigError::BadUrl));
    assert_eq!(made("https://api.anthropic.com", ""), Err(ConfigError::BadKey));
    assert_eq!(made("https://api.anthropic.com", "key\n"), Err(ConfigError::BadKey));
}

#[test]
fn the_fingerprint_of_a_question_never_changes() {
    // A durable step is found by it, also by the next release.
    assert_eq!(fingerprint(&request(document())), "26c51c9a11e996e679bb9837626042f66da8bd547cf13cb6684b17b973bc65a0");
}
