//! The published contract and the code say the same.
use domain::artifact::Artifact;
use serde_json::{Value, json};

use super::*;

fn good() -> Value {
    json!({
        "meta": { "service_id": "interpretator", "artifact_version": "1.0", "context_id": "01923f5e-7a10-7c3e-9d52-4f0a6b1c2d3e",
                  "run_id": "01923f5e-7a10-7c3e-9d52-4f0a6b1c2d3f", "created_at": "2026-11-26T10:00:00Z", "language": "ru",
                  "correlation_id": "c" },
        "summary": { "one_liner": "Сон о доме.", "risk_flags": [], "resource_flags": ["интерес к себе"] },
        "markers": [{ "name": "mode", "value": "exploration" }, { "name": "tension", "value": "3" }],
        "questions_for_session": [{ "q": "Что в этом доме ваше?", "why": "Границы", "priority": 1 }],
        "actions": [{ "who": "therapist", "what": "Спросить", "when": "in_session", "goal": "Уточнить" }],
        "raw": { "notes": "", "own": { "anything": [1, 2] } },
    })
}

#[test]
fn the_published_schema_is_that_of_the_code() {
    let published = include_str!("../../../../../docs/artifact-1.0.schema.json");
    assert!(published == format!("{:#}\n", artifact_schema()), "docs/artifact-1.0.schema.json is old: make accept");
}

#[test]
fn the_schema_refuses_what_the_code_refuses() {
    let validator = jsonschema::validator_for(&artifact_schema()).unwrap();
    assert!(validator.is_valid(&good()));
    assert!(serde_json::from_value::<Artifact>(good()).unwrap().validate().is_ok());
    for (path, value) in breaches() {
        let mut bad = good();
        *bad.pointer_mut(path).unwrap() = value;
        let read: Option<Artifact> = serde_json::from_value(bad.clone()).ok();
        assert!(read.is_none_or(|artifact| artifact.validate().is_err()), "the code takes {path}");
        assert!(!validator.is_valid(&bad), "the schema takes {path}");
    }
    for field in ["meta", "summary", "markers", "questions_for_session", "actions", "raw"] {
        let mut bad = good();
        bad.as_object_mut().unwrap().remove(field);
        assert!(serde_json::from_value::<Artifact>(bad.clone()).is_err() && !validator.is_valid(&bad), "without {field}");
    }
}

#[test]
fn every_route_is_described_and_asks_for_a_key() {
    let all = document();
    let paths = all["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 8, "{paths:?}");
    assert_eq!(all["security"], json!([{ "service_key": [] }]));
}

/// Places of a good artifact with what may not stand there.
fn breaches() -> Vec<(&'static str, Value)> {
    vec![
        ("/meta/artifact_version", json!("1.1")),
        ("/meta/service_id", json!("psychic")),
        ("/meta/language", json!("de")),
        ("/summary/one_liner", json!("")),
        ("/summary/one_liner", json!(" \n ")),
        ("/summary/one_liner", json!("ы".repeat(301))),
        ("/summary", json!({ "one_liner": "a", "risk_flags": [], "resource_flags": [], "more": 1 })),
        ("/summary/risk_flags", json!([1])),
        ("/markers/0/value", json!("anger")),
        ("/markers/0", json!({ "name": "layer_hint", "value": "L5" })),
        ("/markers/0", json!({ "name": "uncertainty", "value": "none" })),
        ("/markers/0/name", json!("two words")),
        ("/markers/0/name", json!("")),
        ("/questions_for_session/0/q", json!(" ")),
        ("/questions_for_session/0/priority", json!(0)),
        ("/questions_for_session/0/priority", json!(256)),
        ("/actions/0/who", json!("parent")),
        ("/actions/0/when", json!("later")),
        ("/raw", json!({})),
        ("/raw/notes", json!(null)),
    ]
}
