//! Results over HTTP.
use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    practice::{Practice, interpretation, practice, result},
    scene::Answer,
};
use crate::steps::drive;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_5_a_result_submitted_twice_also_at_the_same_time_is_one_artifact() {
    let practice = Arc::new(practice().await);
    let run = practice.begun(&practice.anna).await;
    let calls = (0..12).map(|_| {
        let practice = Arc::clone(&practice);
        let body = result(&practice.anna, run, "full_report");
        tokio::spawn(async move { practice.submit(&practice.scene.key, &body).await })
    });
    let (mut ids, mut words) = (BTreeSet::new(), Vec::new());
    for call in calls.collect::<Vec<_>>() {
        let answer = call.await.unwrap();
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
        words.push(answer.said().1.to_owned());
        ids.insert(answer.body["artifact_id"].to_string());
    }
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(words.iter().filter(|word| *word == "submitted").count(), 1);
    let later = practice.submit(&practice.scene.key, &result(&practice.anna, run, "full_report")).await;
    assert_eq!((later.said().1, ids.contains(&later.body["artifact_id"].to_string())), ("already_submitted", true));
    let scene = &practice.scene;
    assert_eq!(scene.count("SELECT count(*) FROM psycheos.artifacts").await, 1);
    assert_eq!(scene.count("SELECT count(*) FROM psycheos.usage_ledger WHERE status = 'committed'").await, 1, "and charged once");
    assert_eq!(scene.good("commit", &run.to_string()).await.said(), (200, "already_committed"));
    assert_eq!(scene.count("SELECT count(*) FROM psycheos.runs WHERE status = 'completed'").await, 1);
    assert_eq!(scene.count("SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'result'").await, 1, "and told once");
    scene.platform.db.assert_invariants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_is_listed_and_read_as_object_text_and_document_and_opened_in_pro() {
    let mut practice = practice().await;
    let run = practice.begun(&practice.anna).await;
    let key = practice.scene.key.clone();
    for kind in ["summary", "markers", "full_report", "raw_txt"] {
        let answer = practice.submit(&key, &result(&practice.anna, run, kind)).await;
        assert_eq!(answer.said(), (200, "submitted"), "{kind}: {}", answer.body);
    }
    let list = async |query: &str| {
        let answer = practice.scene.get(&key, &format!("artifacts?context_id={}{query}", practice.anna.case)).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
        answer.body
    };
    let kinds = |page: &Value| -> Vec<String> {
        page["artifacts"].as_array().unwrap().iter().map(|line| line["artifact_type"].as_str().unwrap().to_owned()).collect()
    };
    let whole = list("").await;
    assert_eq!(kinds(&whole), ["raw_txt", "full_report", "markers", "summary"], "the newest first");
    assert!(whole.get("next_cursor").is_none());
    let first = list("&limit=3").await;
    let rest = list(&format!("&limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!([kinds(&first), kinds(&rest)].concat(), kinds(&whole), "pages follow each other without gap or repetition");
    assert!(rest.get("next_cursor").is_none());
    assert_eq!(kinds(&list("&artifact_type=markers&service_id=interpretator").await), ["markers"]);
    assert!(kinds(&list("&service_id=screen").await).is_empty());

    let id = whole["artifacts"][1]["artifact_id"].as_str().unwrap().to_owned();
    let read = async |format: &str| practice.scene.get(&key, &format!("artifacts/{id}{format}")).await;
    let object = read("").await;
    assert_eq!(object.body["content"], result(&practice.anna, run, "full_report")["content"]);
    let text = read("?format=txt").await;
    let head = format!("service_id: interpretator\ncontext_id: {}\n", practice.anna.case);
    assert!(String::from_utf8(text.bytes.clone()).unwrap().starts_with(&head), "{}", String::from_utf8_lossy(&text.bytes));
    assert!(
        text.header("content-disposition").contains("interpretator-") && !text.header("content-disposition").contains("К-014")
    );
    let document = read("?format=docx").await;
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(document.bytes.clone())).unwrap();
    let body = std::io::read_to_string(parts.by_name("word/document.xml").unwrap()).unwrap();
    assert!(body.contains("Сон о доме") && body.contains("Что в этом доме ваше?"));
    let part = format!("artifacts/{}?format=docx", whole["artifacts"][0]["artifact_id"].as_str().unwrap());
    assert!(practice.scene.get(&key, &part).await.bytes.starts_with(b"PK"), "a part of a result has a document too");

    practice.scene.platform.quiet().await.unwrap();
    drive(&mut practice.scene.platform, &["анна: [📄 Открыть результат]", "анна: [Документ]"]).await;
    let sent = "SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'file' AND status = 'sent'";
    assert_eq!(practice.scene.count(sent).await, 1);
    practice.scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_submitted_is_refused_with_its_reason_and_charges_nothing() {
    let practice = practice().await;
    let key = practice.scene.key.clone();
    let run = Uuid::now_v7();
    let said = async |body: &Value| -> Answer { practice.submit(&key, body).await };
    let good = result(&practice.anna, run, "full_report");
    assert_eq!(said(&good).await.said(), (404, "run_not_found"));
    let pass = practice.issue(&key, &interpretation(&practice.anna, run)).await.body["start_param"].clone();
    assert_eq!(said(&good).await.said(), (409, "run_not_opened"));
    let shown = json!({ "start_param": pass, "service_id": "interpretator", "role": "specialist", "telegram_id": practice.anna.telegram });
    practice.verify(&key, &shown).await;
    assert_eq!(said(&good).await.said(), (409, "not_reserved"), "nobody gets for nothing what costs Stars");
    assert_eq!(practice.scene.good("reserve", &run.to_string()).await.said(), (200, "reserved"));
    let with = |path: &str, value: Value| {
        let mut body = good.clone();
        *body["content"].pointer_mut(path).unwrap() = value;
        body
    };
    for (path, value) in [
        ("/meta/context_id", json!(practice.boris.case)),
        ("/meta/service_id", json!("simulator")),
        ("/meta/run_id", json!(Uuid::now_v7())),
    ] {
        assert_eq!(said(&with(path, value)).await.said(), (404, "run_not_found"), "{path}");
    }
    for (path, value, place) in [
        ("/meta/artifact_version", json!("2.0"), "content.meta.artifact_version"),
        ("/summary/one_liner", json!(" "), "content.summary.one_liner"),
        ("/markers/0/value", json!("anger"), "content.markers[0]"),
        ("/questions_for_session/0/priority", json!(0), "content.questions_for_session[0]"),
        ("/raw/notes", json!(5), "content.raw.notes"),
    ] {
        let answer = said(&with(path, value)).await;
        assert_eq!(answer.said(), (422, "contract"), "{path}");
        assert!(answer.body["detail"].as_str().unwrap().starts_with(place), "{}", answer.body);
    }
    let diagnosis = said(&with("/summary/one_liner", json!("У клиента депрессия."))).await;
    assert_eq!(diagnosis.said(), (422, "wording"), "{}", diagnosis.body);
    assert!(!diagnosis.body.to_string().contains("депрессия"), "told by its place: {}", diagnosis.body);
    for body in [
        json!({}),
        with("/actions/0/when", json!("never")),
        json!({ "artifact_type": "full_report", "content": good["content"], "owner": 1 }),
    ] {
        assert_eq!(said(&body).await.said(), (400, "bad_request"), "{body}");
    }
    assert_eq!(practice.scene.count("SELECT count(*) FROM psycheos.artifacts").await, 0);
    assert_eq!(practice.scene.count("SELECT count(*) FROM psycheos.usage_ledger WHERE status <> 'reserved'").await, 0);
    assert_eq!(said(&good).await.said(), (200, "submitted"));
    let another = said(&with("/raw/notes", json!("другие заметки"))).await;
    assert_eq!(another.said(), (409, "artifact_differs"));
    assert!(another.body["artifact_id"].is_string(), "{}", another.body);
    let kept = "SELECT count(*) FROM psycheos.files WHERE kind = 'report'";
    assert_eq!(practice.scene.count(kept).await, 3, "a document, a text, an object");
    practice.scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_of_danger_in_a_result_is_told_first_and_to_be_acknowledged() {
    let mut practice: Practice = practice().await;
    practice.scene.sql("UPDATE psycheos.users SET notify = false").await;
    let run = practice.begun(&practice.anna).await;
    let mut body = result(&practice.anna, run, "full_report");
    body["content"]["raw"]["own_words"] = json!("Мне кажется, я больше не хочу жить");
    assert_eq!(practice.submit(&practice.scene.key.clone(), &body).await.said(), (200, "submitted"));
    practice.scene.platform.quiet().await.unwrap();
    let sent = "SELECT count(*) FROM psycheos.outbox_messages WHERE kind = 'danger' AND lane = 0 AND status = 'sent'";
    assert_eq!(practice.scene.count(sent).await, 1, "told although notices are off");
    assert_eq!(practice.scene.count("SELECT count(*) FROM psycheos.artifacts WHERE risk_level IS NOT NULL").await, 1);
    drive(&mut practice.scene.platform, &["анна: [Принято]"]).await;
    assert_eq!(practice.scene.count("SELECT count(*) FROM psycheos.safety_events WHERE acknowledged_at IS NOT NULL").await, 1);
    practice.scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_one_specialist_sees_nothing_of_anothers_results() {
    let practice = practice().await;
    let (key, of_boris) = (practice.scene.key.clone(), practice.key_of(&practice.boris).await);
    let run = practice.begun(&practice.anna).await;
    let body = result(&practice.anna, run, "full_report");
    assert_eq!(practice.submit(&of_boris, &body).await.said(), (404, "run_not_found"));
    let artifact = practice.submit(&key, &body).await.body["artifact_id"].as_str().unwrap().to_owned();
    let (case, absent) = (practice.anna.case, Uuid::now_v7());
    for (foreign, nothing, code) in [
        (format!("artifacts?context_id={case}"), format!("artifacts?context_id={absent}"), "case_not_found"),
        (format!("artifacts/{artifact}"), format!("artifacts/{absent}"), "artifact_not_found"),
        (format!("artifacts/{artifact}?format=txt"), format!("artifacts/{absent}?format=txt"), "artifact_not_found"),
        (format!("artifacts/{artifact}?format=docx"), format!("artifacts/{absent}?format=docx"), "artifact_not_found"),
    ] {
        let (foreign, nothing) = (practice.scene.get(&of_boris, &foreign).await, practice.scene.get(&of_boris, &nothing).await);
        assert_eq!((foreign.said(), nothing.said()), ((404, code), (404, code)));
        assert_eq!(foreign.body["detail"], nothing.body["detail"], "a foreign one answers like an absent one");
    }
    let of_anna = practice.key_of(&practice.anna).await;
    assert_eq!(practice.scene.get(&of_anna, &format!("artifacts/{artifact}")).await.status.as_u16(), 200);
    practice.scene.end().await;
}
