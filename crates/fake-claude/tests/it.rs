//! The client and the stand-in, over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::time::Duration;

use bot_screen::{
    collected::{Collected, HomeSafety, LifeThoughts},
    engine::Answers,
    report::{PromptKind, ReportInput, prompt, read_portrait, read_questions, read_structural},
};
use claude::{Block, Claude, ClaudeConfig, Failure, Reply, Request, Role, SystemBlock, Turn};
use domain::{CaseId, Locale, RunId};
use fake_claude::{Config, FakeClaude, Fault, FaultKind};
use secrecy::SecretString;

async fn both() -> (FakeClaude, Claude) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fake = FakeClaude::start(Config { latency: Duration::ZERO, ..Config::default() }).await.unwrap();
    let config = ClaudeConfig {
        base_url: fake.base_url(),
        api_key: SecretString::from("key".to_owned()),
        timeout: Duration::from_millis(1500),
    };
    (fake, Claude::new(config).unwrap())
}

fn request(schema: Option<serde_json::Value>) -> Request {
    Request {
        model: "claude-haiku-4-5".into(),
        max_tokens: 500,
        system: vec![SystemBlock { text: "Отвечайте спокойно.".into(), cache: true }],
        messages: vec![Turn { role: Role::User, content: vec![Block::Text("Как дела?".into())] }],
        reply: schema.map_or(Reply::Text, |schema| Reply::Json { schema }),
        user: None,
    }
}

#[tokio::test]
async fn each_fault_comes_out_as_its_decision() {
    let (fake, claude) = both().await;
    let object = || Some(serde_json::json!({ "type": "object", "properties": { "why": { "type": "string" } } }));
    let table = [
        (FaultKind::RateLimited, Failure::Overloaded { after: Duration::from_secs(7) }),
        (FaultKind::Overloaded, Failure::Overloaded { after: Duration::from_secs(5) }),
        (FaultKind::ServerError, Failure::Unreachable),
        (FaultKind::Truncation, Failure::Truncated),
        (FaultKind::Refusal, Failure::Refused),
        (FaultKind::Garbage, Failure::Garbled),
        (FaultKind::Huge, Failure::Garbled),
        (FaultKind::Timeout, Failure::TimedOut),
    ];
    for (kind, failure) in table {
        fake.add_fault(Fault { kind, retry_after: Some(7), times: Some(1), matching: None });
        assert_eq!(claude.ask(&request(object())).await, Err(failure), "{kind:?}");
    }
    let answer = claude.ask(&request(object())).await.unwrap();
    assert!(answer.json.unwrap()["why"].is_string());
    fake.stop().await;
    assert_eq!(claude.ask(&request(None)).await, Err(Failure::Unreachable));
}

#[tokio::test]
async fn held_requests_wait_and_cached_instructions_are_counted_as_such() {
    let (fake, claude) = both().await;
    fake.hold();
    let asking = tokio::spawn({
        let claude = claude.clone();
        async move { claude.ask(&request(None)).await }
    });
    while fake.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    fake.release();
    let first = asking.await.unwrap().unwrap();
    let second = claude.ask(&request(None)).await.unwrap();
    assert_eq!((first.usage.cache_read, second.usage.cache_write), (0, 0));
    assert!(first.usage.cache_write > 0 && second.usage.cache_read > 0);
}

#[tokio::test]
async fn answers_to_screens_prompts_pass_its_own_checks_in_both_languages() {
    let (_fake, claude) = both().await;
    for locale in [Locale::Ru, Locale::En] {
        let collected = Collected {
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
            let mut asked = request(Some(rendered.schema.clone()));
            asked.system[0].text = rendered.system.clone();
            asked.messages[0].content = vec![Block::Text(rendered.user.clone())];
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
