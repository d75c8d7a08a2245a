//! Passes over HTTP.
use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::practice::{Practice, SOMEBODY, interpretation, invitation, practice};
use crate::steps::drive;

fn shown(pass: &Value, service: &str, role: &str, person: i64) -> Value {
    json!({ "start_param": pass, "service_id": service, "role": role, "telegram_id": person })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pass_made_by_a_program_opens_the_bot_and_one_made_in_pro_is_verified_by_a_program() {
    let mut practice = practice().await;
    let key = practice.scene.key.clone();
    let run = Uuid::now_v7();
    let issued = practice.issue(&key, &interpretation(&practice.anna, run)).await;
    assert_eq!(issued.said(), (200, "issued"), "{}", issued.body);
    let pass = issued.body["start_param"].as_str().unwrap().to_owned();
    assert!(pass.len() == 32 && issued.body["url"].as_str().unwrap().ends_with(&format!("?start={pass}")), "{}", issued.body);
    let again = practice.issue(&key, &interpretation(&practice.anna, run)).await;
    assert_eq!((again.said().1, &again.body["start_param"]), ("already_issued", &issued.body["start_param"]));
    drive(&mut practice.scene.platform, &[&format!("анна@interpretator: /start {pass}")]).await;
    let active = format!("SELECT count(*) FROM psycheos.runs WHERE run_id = '{run}' AND status = 'active'");
    assert_eq!(practice.scene.count(&active).await, 1, "the bot took it");
    let gone = practice.issue(&key, &interpretation(&practice.anna, run)).await;
    assert_eq!(gone.said(), (409, "pass_gone"));

    // And the other way round: Pro makes it, a program opens it for the specialist.
    let pro = ["анна: /cases", "анна: [К-014]", "анна: [🧩 Концептуализатор]"];
    drive(&mut practice.scene.platform, &pro).await;
    let sql = "SELECT run_id FROM psycheos.runs WHERE service_id = 'conceptualizator'";
    let run: Uuid = practice.scene.platform.admin.query_one(sql, &[]).await.unwrap().get(0);
    let pass = practice.scene.platform.newest_link(domain::BotId::Conceptualizator).unwrap();
    let verified = practice.verify(&key, &shown(&json!(pass), "conceptualizator", "specialist", practice.anna.telegram)).await;
    assert_eq!((&verified.body["valid"], &verified.body["run_id"]), (&json!(true), &json!(run)), "{}", verified.body);
    practice.scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pass_is_the_first_persons_who_opens_it_and_says_why_it_does_not_open() {
    let practice = practice().await;
    let key = practice.scene.key.clone();
    let pass = async |body: Value| practice.issue(&key, &body).await.body["start_param"].clone();
    let client = pass(invitation(&practice.anna, Uuid::now_v7())).await;
    let held = practice.scene.count("SELECT sum(reserved_stars)::bigint FROM psycheos.wallets").await;
    assert_eq!(held, 50, "an invitation of a client holds its Stars");
    let reason = async |body: Value| {
        let said = practice.verify(&key, &body).await;
        assert_eq!((said.status.as_u16(), &said.body["valid"]), (200, &json!(false)), "{}", said.body);
        said.body["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(reason(shown(&json!("0".repeat(32)), "screen", "client", SOMEBODY)).await, "unknown");
    assert_eq!(reason(shown(&client, "simulator", "client", SOMEBODY)).await, "wrong_service");
    assert_eq!(reason(shown(&client, "screen", "specialist", SOMEBODY)).await, "wrong_role");
    assert_eq!(reason(shown(&client, "screen", "client", practice.anna.telegram)).await, "own");
    let first = practice.verify(&key, &shown(&client, "screen", "client", SOMEBODY)).await;
    assert_eq!((&first.body["valid"], &first.body["first_opening"]), (&json!(true), &json!(true)), "{}", first.body);
    assert_eq!((&first.body["subject_id"], &first.body["role"]), (&json!("client-7"), &json!("client")));
    let again = practice.verify(&key, &shown(&client, "screen", "client", SOMEBODY)).await;
    assert_eq!((&again.body["valid"], &again.body["first_opening"]), (&json!(true), &json!(false)));
    assert_eq!(reason(shown(&client, "screen", "client", SOMEBODY + 1)).await, "used");

    let own = pass(interpretation(&practice.anna, Uuid::now_v7())).await;
    assert_eq!(
        reason(shown(&own, "interpretator", "specialist", SOMEBODY)).await,
        "used",
        "it is the specialist's from the start"
    );
    for (sql, word) in [
        ("UPDATE psycheos.runs SET status = 'failed', finished_at = now()", "over"),
        ("UPDATE psycheos.link_tokens SET expires_at = now() - interval '1 second'", "expired"),
        ("UPDATE psycheos.link_tokens SET revoked_at = now()", "revoked"),
    ] {
        practice.scene.sql(sql).await;
        assert_eq!(reason(shown(&own, "interpretator", "specialist", practice.anna.telegram)).await, word);
    }
    practice.scene.sql("SELECT psycheos.usage_cancel(run_id, 'run', 'failed') FROM psycheos.runs").await;
    practice.scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_issued_is_refused_with_its_reason_and_holds_nothing() {
    let practice = practice().await;
    let key = practice.scene.key.clone();
    let taken = Uuid::now_v7();
    assert_eq!(practice.issue(&key, &interpretation(&practice.anna, taken)).await.said(), (200, "issued"));
    let other = json!({ "service_id": "simulator", "context_id": practice.anna.case, "run_id": taken, "role": "specialist" });
    assert_eq!(practice.issue(&key, &other).await.said(), (409, "run_taken"));
    assert_eq!(
        practice.issue(&key, &interpretation(&practice.boris, taken)).await.said(),
        (409, "run_taken"),
        "a run has one case"
    );
    let with = |field: &str, value: Value| {
        let mut body = interpretation(&practice.anna, Uuid::now_v7());
        body[field] = value;
        body
    };
    let bad = [
        with("service_id", json!("pro_guide")),
        with("ttl_secs", json!(59)),
        with("ttl_secs", json!(1_209_601)),
        with("subject_id", json!("Иван Петров")),
        with("run_id", json!(Uuid::nil())),
        with("price", json!(0)),
    ];
    for body in bad {
        assert_eq!(practice.issue(&key, &body).await.said(), (400, "bad_request"), "{body}");
    }
    for body in [with("role", json!("client")), with("service_id", json!("screen"))] {
        assert_eq!(practice.issue(&key, &body).await.said(), (422, "role_mismatch"), "{body}");
    }
    practice.scene.sql("SELECT psycheos.wallet_adjust(user_id, -460, 'test') FROM psycheos.users").await;
    let poor = practice.issue(&key, &invitation(&practice.anna, Uuid::now_v7())).await;
    assert_eq!((poor.said(), &poor.body["missing_stars"]), ((402, "insufficient_stars"), &json!(10)), "{}", poor.body);
    practice.scene.sql("UPDATE psycheos.contexts SET archived_at = now(), status = 'closed'").await;
    assert_eq!(practice.issue(&key, &interpretation(&practice.anna, Uuid::now_v7())).await.said(), (409, "case_closed"));
    assert_eq!(practice.scene.count("SELECT count(*) FROM psycheos.runs").await, 1, "and nothing else was launched");
    assert_eq!(practice.scene.count("SELECT sum(reserved_stars)::bigint FROM psycheos.wallets").await, 0);
    practice.scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_launch_ten_times_at_once_is_one_run_with_one_link() {
    let practice = Arc::new(practice().await);
    let run = Uuid::now_v7();
    let calls = (0..10).map(|_| {
        let practice = Arc::clone(&practice);
        tokio::spawn(async move { practice.issue(&practice.scene.key, &invitation(&practice.anna, run)).await.body })
    });
    let mut links = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        links.push(call.await.unwrap()["start_param"].to_string());
    }
    links.dedup();
    assert!(links.len() == 1 && links[0].len() == 34, "{links:?}");
    assert_eq!(practice.scene.count("SELECT count(*) FROM psycheos.usage_ledger WHERE status = 'reserved'").await, 1);
    practice.scene.platform.db.assert_invariants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_one_specialist_neither_makes_nor_opens_anothers_passes() {
    let practice: Practice = practice().await;
    let of_boris = practice.key_of(&practice.boris).await;
    let foreign = practice.issue(&of_boris, &interpretation(&practice.anna, Uuid::now_v7())).await;
    let mut nowhere = interpretation(&practice.anna, Uuid::now_v7());
    nowhere["context_id"] = json!(Uuid::now_v7());
    let absent = practice.issue(&of_boris, &nowhere).await;
    assert_eq!((foreign.said(), foreign.body["detail"].clone()), ((404, "case_not_found"), absent.body["detail"].clone()));
    let pass = practice.issue(&practice.scene.key, &invitation(&practice.anna, Uuid::now_v7())).await.body["start_param"].clone();
    let said = practice.verify(&of_boris, &shown(&pass, "screen", "client", SOMEBODY)).await;
    assert_eq!(said.body, json!({ "valid": false, "reason": "unknown" }));
    assert_eq!(practice.scene.count("SELECT count(*) FROM psycheos.link_tokens WHERE used_at IS NOT NULL").await, 0, "unopened");
    practice.scene.end().await;
}
