//! `/v1/usage/…` as other programs meet it: keys, answers, refusals.
use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::{ANNA, BORIS, Scene, scene};

const ROUTES: [&str; 3] = ["reserve", "commit", "cancel"];
const NOBODY: &str = "psk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_asks_for_a_good_key_with_its_scope_and_shows_nothing_of_others() {
    let scene = scene().await;
    let (revoked_id, revoked) = scene.make_key(&["--scopes", "usage:write"]).await;
    assert_eq!(scene.ops(&["keys", "revoke", &revoked_id]).await.unwrap(), "revoked\n");
    let (_, narrow) = scene.make_key(&["--scopes", "links:issue,links:verify,artifacts:write,artifacts:read"]).await;
    let (_, of_boris) = scene.make_key(&["--scopes", "usage:write", "--owner", &BORIS.to_string()]).await;
    let (_, of_anna) = scene.make_key(&["--scopes", "usage:write", "--owner", &ANNA.to_string()]).await;
    let run = scene.run(1).await;
    for route in ROUTES {
        let (url, body) = (format!("{}/usage/{route}", scene.base), Scene::body(route, &run));
        let revoked = format!("Bearer {revoked}");
        let basic = format!("Basic {}", scene.key);
        let unknown = format!("Bearer {NOBODY}");
        let cut = format!("Bearer {}", &scene.key[..46]);
        for bad in [None, Some(""), Some("Bearer "), Some(&*cut), Some(&*basic), Some(&*unknown), Some(&*revoked)] {
            let answer = scene.send(&url, bad, "application/json", body.to_string()).await;
            assert_eq!(answer.said(), (401, "unauthorized"), "{route}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        assert_eq!(scene.call(&narrow, route, &body).await.said(), (403, "missing_scope"), "{route}");
        let foreign = scene.call(&of_boris, route, &body).await;
        assert_eq!(foreign.said(), (404, "run_not_found"), "{route}");
        let absent = scene.good(route, &Uuid::now_v7().to_string()).await;
        for field in ["type", "title", "status", "code", "detail"] {
            assert!(!foreign.body[field].is_null(), "{field}");
            assert_eq!(foreign.body[field], absent.body[field], "a foreign run answers like an absent one");
        }
    }
    assert_eq!(scene.count("SELECT count(*) FROM psycheos.usage_ledger").await, 0, "nothing of it was done");
    scene.artifact(&run).await;
    for (route, word) in [("reserve", "reserved"), ("commit", "committed"), ("cancel", "already_committed")] {
        assert_eq!(scene.call(&of_anna, route, &Scene::body(route, &run)).await.said(), (200, word));
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_charge_goes_through_its_two_phases_and_every_repetition_is_harmless() {
    let scene = scene().await;
    let run = scene.run(1).await;
    assert_eq!(scene.good("commit", &run).await.said(), (404, "operation_not_found"));
    assert_eq!(scene.good("cancel", &run).await.said(), (404, "operation_not_found"));
    let reserved = scene.good("reserve", &run).await;
    assert_eq!(reserved.said(), (200, "reserved"));
    assert_eq!(reserved.body["cost_stars"], 60);
    assert_eq!((&reserved.body["run_id"], &reserved.body["operation"]), (&json!(run), &json!("run")));
    assert!(reserved.body["reserved_until"].is_string() && reserved.body["settled_at"].is_null());
    let again = scene.good("reserve", &run).await;
    assert_eq!(again.said(), (200, "already_reserved"));
    assert_eq!(again.body["operation_id"], reserved.body["operation_id"]);
    let ttl = "SELECT extract(epoch FROM reserved_until - created_at)::bigint FROM psycheos.usage_ledger";
    assert_eq!(scene.count(ttl).await, 3600);
    assert_eq!(scene.good("commit", &run).await.said(), (409, "no_artifact"));
    assert_eq!(scene.money(1).await, (120, 60, 0), "nothing changed");
    scene.artifact(&run).await;
    let committed = scene.good("commit", &run).await;
    assert_eq!(committed.said(), (200, "committed"));
    assert!(committed.body["settled_at"].is_string());
    for (route, word) in [("commit", "already_committed"), ("cancel", "already_committed"), ("reserve", "already_committed")] {
        assert_eq!(scene.good(route, &run).await.said(), (200, word));
    }
    assert_eq!(scene.money(1).await, (60, 0, 60));
    let key = "SELECT count(*) FROM psycheos.usage_ledger u WHERE idempotency_key = 'usage_reserve|interpretator|' || run_id \
               || '|' || context_id || '|user:' || user_id || '|op:run|-'";
    assert_eq!(scene.count(key).await, 1, "the bots would build the same key");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_canceled_reserve_is_reserved_again_for_its_result_or_written_off() {
    let scene = scene().await;
    let run = scene.run(1).await;
    scene.good("reserve", &run).await;
    let failed = json!({ "run_id": run, "reason": "failed" });
    assert_eq!(scene.call(&scene.key, "cancel", &failed).await.said(), (200, "canceled"));
    assert_eq!(scene.count("SELECT count(*) FROM psycheos.usage_ledger WHERE cancel_reason = 'failed'").await, 1);
    assert_eq!(scene.good("cancel", &run).await.said(), (200, "already_canceled"));
    assert_eq!(scene.good("reserve", &run).await.said(), (200, "already_canceled"));
    assert_eq!(scene.good("commit", &run).await.said(), (409, "no_artifact"));
    assert_eq!(scene.money(1).await, (120, 0, 0));
    scene.artifact(&run).await;
    assert_eq!(scene.good("commit", &run).await.said(), (200, "committed"));
    assert_eq!(scene.good("commit", &run).await.said(), (200, "already_committed"));
    assert_eq!(scene.money(1).await, (60, 0, 60));
    let run = scene.run(1).await;
    scene.good("reserve", &run).await;
    scene.good("cancel", &run).await;
    scene.artifact(&run).await;
    scene.sql("SELECT psycheos.wallet_adjust('00000000-0000-0000-0000-000000000001', -50, 'test')").await;
    for _ in 0..2 {
        let written_off = scene.good("commit", &run).await;
        assert_eq!(written_off.said(), (200, "written_off"));
        assert_eq!(written_off.body["cost_stars"], 60);
    }
    assert_eq!(scene.money(1).await, (10, 0, 60));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_reserved_is_refused_with_its_reason() {
    let scene = scene().await;
    let runs = [scene.run(1).await, scene.run(1).await, scene.run(1).await];
    let strange = json!({ "run_id": runs[0], "operation": "dream" });
    assert_eq!(scene.call(&scene.key, "reserve", &strange).await.said(), (404, "operation_not_found"));
    for run in &runs[..2] {
        assert_eq!(scene.good("reserve", run).await.said(), (200, "reserved"));
    }
    let poor = scene.good("reserve", &runs[2]).await;
    assert_eq!(poor.said(), (402, "insufficient_stars"));
    assert_eq!((&poor.body["missing_stars"], &poor.body["cost_stars"]), (&json!(60), &json!(60)));
    scene.good("cancel", &runs[1]).await;
    scene.sql("UPDATE psycheos.runs SET status = 'expired', finished_at = now()").await;
    assert_eq!(scene.good("reserve", &runs[2]).await.said(), (409, "run_over"));
    assert_eq!(scene.good("reserve", &runs[0]).await.said(), (200, "already_reserved"), "what is there is there");
    // The key of the next operation stands already, under another one: only a mistake of ours could do that.
    let run = scene.run(2).await;
    scene
        .sql(&format!(
            "INSERT INTO psycheos.usage_ledger (operation_id, user_id, service_id, context_id, run_id, operation_kind, \
             cost_stars, reserved_until, idempotency_key) SELECT gen_random_uuid(), owner_user_id, service_id, context_id, \
             run_id, 'other', 0, now() + interval '1 hour', 'usage_reserve|interpretator|' || run_id || '|' || context_id || \
             '|user:' || owner_user_id || '|op:run|-' FROM psycheos.runs WHERE run_id = '{run}'"
        ))
        .await;
    assert_eq!(scene.good("reserve", &run).await.said(), (409, "conflict"));
    assert_eq!(scene.money(2).await, (120, 0, 0));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_not_what_the_route_takes_is_refused() {
    let scene = scene().await;
    let run = scene.run(1).await;
    let bad = [
        json!({}),
        json!([run]),
        json!({ "run_id": "x" }),
        json!({ "run_id": run, "cost_stars": 1 }),
        json!({ "run_id": run, "owner_user_id": Uuid::from_u128(2) }),
        json!({ "run_id": run, "ttl_secs": 59 }),
        json!({ "run_id": run, "ttl_secs": 1_209_601 }),
        json!({ "run_id": run, "operation": "run+again" }),
        json!({ "run_id": run, "operation": "" }),
    ];
    for body in &bad {
        let answer = scene.call(&scene.key, "reserve", body).await;
        assert_eq!(answer.said(), (400, "bad_request"), "{body}");
    }
    for body in [json!({ "run_id": run }), json!({ "run_id": run, "reason": "expired" })] {
        assert_eq!(scene.call(&scene.key, "cancel", &body).await.said(), (400, "bad_request"), "{body}");
    }
    let (url, key) = (format!("{}/usage/reserve", scene.base), format!("Bearer {}", scene.key));
    let good = Scene::body("reserve", &run);
    let form = scene.send(&url, Some(&key), "application/x-www-form-urlencoded", good.to_string()).await;
    assert_eq!(form.said(), (415, "not_json"));
    let padded = |size: usize| format!("{good}{}", " ".repeat(size - good.to_string().len()));
    let large = scene.send(&url, Some(&key), "application/json", padded(64 * 1024 + 1)).await;
    assert_eq!(large.said(), (413, "too_large"));
    let largest = scene.send(&url, Some(&key), "application/json; charset=utf-8", padded(64 * 1024)).await;
    assert_eq!(largest.said(), (200, "reserved"));
    let got = scene.client.request(Method::GET, &url).header("authorization", &key).send().await.unwrap();
    assert_eq!((got.status().as_u16(), got.headers()["allow"].to_str().unwrap()), (405, "POST"));
    let elsewhere = scene.send(&format!("{}/links/revoke", scene.base), Some(&key), "application/json", good.to_string()).await;
    assert_eq!(elsewhere.said(), (404, "not_found"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_reserve_thirty_times_at_once_is_one_operation_and_one_hold() {
    let scene = std::sync::Arc::new(scene().await);
    let run = scene.run(1).await;
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let (scene, run) = (scene.clone(), run.clone());
            tokio::spawn(async move { scene.good("reserve", &run).await })
        })
        .collect();
    let (mut words, mut ids) = (BTreeMap::<String, usize>::new(), BTreeSet::new());
    for task in tasks {
        let answer = task.await.unwrap();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        *words.entry(answer.said().1.to_owned()).or_default() += 1;
        ids.insert(answer.body["operation_id"].to_string());
    }
    assert_eq!(words, BTreeMap::from([("reserved".to_owned(), 1), ("already_reserved".to_owned(), 29)]));
    assert_eq!(ids.len(), 1);
    assert_eq!(scene.money(1).await, (120, 60, 0));
    let held = "SELECT count(*) FROM psycheos.ledger_entries WHERE kind = 'reserve' AND account = 'reserved'";
    assert_eq!(scene.count(held).await, 1);
    assert_eq!(scene.count("SELECT count(*) FROM psycheos.audit_log WHERE action = 'usage_reserve'").await, 30);
    scene.platform.db.assert_invariants().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_public_port_knows_nothing_of_it_unless_it_is_switched_on() {
    let mut scene = scene().await;
    let run = scene.run(1).await;
    let key = format!("Bearer {}", scene.key);
    let port = test_kit::free_port().unwrap();
    scene.platform.setting.extra.insert("V1_PUBLIC".into(), "true".into());
    scene.platform.replica("psycheos-api#2", Some(port)).await.unwrap();
    for route in ROUTES {
        let (path, body) = (format!("/v1/usage/{route}"), Scene::body(route, &run).to_string());
        let closed = format!("{}{path}", scene.platform.setting.webhook_base_url);
        let answer = scene.send(&closed, Some(&key), "application/json", body.clone()).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (404, &Value::Null), "{route}");
        let open = format!("http://127.0.0.1:{port}{path}");
        assert_eq!(scene.send(&open, None, "application/json", body.clone()).await.said(), (401, "unauthorized"));
        let words = [(200, "reserved"), (409, "no_artifact"), (200, "canceled")];
        let answer = scene.send(&open, Some(&key), "application/json", body).await;
        assert!(words.contains(&answer.said()), "{}", answer.body);
    }
    let says = |name: &str| std::fs::read_to_string(scene.platform.services.log(name)).unwrap().contains("V1_PUBLIC");
    assert!(says("psycheos-api#2") && !says("psycheos-api"), "the start log says so");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_gives_503_and_a_failure_of_ours_says_nothing_but_the_id_of_the_request() {
    let scene = scene().await;
    let run = scene.run(1).await;
    // A lock on a table stands for a database that does not answer in time: the keys', then the wallets'.
    for table in ["service_keys", "wallets"] {
        let mut blocker = scene.platform.db.admin().await.unwrap();
        let lock = blocker.transaction().await.unwrap();
        lock.batch_execute(&format!("LOCK TABLE psycheos.{table} IN ACCESS EXCLUSIVE MODE")).await.unwrap();
        let answer = scene.good("reserve", &run).await;
        lock.rollback().await.unwrap();
        assert_eq!(answer.said(), (503, "unavailable"), "{table}");
        assert_eq!(answer.header("retry-after"), "2");
    }
    // The audit log refuses the line: then the money must not move either.
    scene.sql("ALTER TABLE psycheos.audit_log ADD CONSTRAINT broken CHECK (action <> 'usage_reserve') NOT VALID").await;
    let answer = scene.good("reserve", &run).await;
    assert_eq!(answer.said(), (500, "internal"));
    assert!(answer.body["detail"].is_null() && !answer.body.to_string().contains("broken"), "{}", answer.body);
    let id = answer.body["request_id"].as_str().unwrap();
    assert_eq!(answer.header("x-request-id"), id);
    assert!(scene.logs().lines().any(|line| line.contains(id) && line.contains("\"ERROR\"")), "the log knows it");
    assert_eq!(scene.money(1).await, (120, 0, 0), "nothing without its line in the audit log");
    scene.sql("ALTER TABLE psycheos.audit_log DROP CONSTRAINT broken").await;
    assert_eq!(scene.good("reserve", &run).await.said(), (200, "reserved"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_is_audited_by_its_key_and_nothing_of_a_key_is_in_a_log_or_a_row() {
    let scene = scene().await;
    let (id, key) = scene.make_key(&["--scopes", "usage:write"]).await;
    let (narrow_id, narrow) = scene.make_key(&["--scopes", "links:issue"]).await;
    let run = scene.run(1).await;
    let body = Scene::body("reserve", &run);
    let answer = scene.call(&key, "reserve", &body).await;
    scene.call(&key, "commit", &body).await;
    scene.call(&key, "reserve", &json!({})).await;
    scene.call(&key, "cancel", &json!({ "run_id": Uuid::nil(), "reason": "user" })).await;
    scene.call(&narrow, "reserve", &body).await;
    scene.call(NOBODY, "reserve", &body).await;
    let sql = "SELECT actor, action, split_part(detail, ' ', 1), context_id IS NOT NULL FROM psycheos.audit_log \
               WHERE role = 'program' ORDER BY audit_id";
    let rows = scene.platform.admin.query(sql, &[]).await.unwrap();
    let lines: Vec<(String, String, String, bool)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    let line = |key: &str, action: &str, outcome: &str, case| (format!("key:{key}"), action.into(), outcome.into(), case);
    assert_eq!(
        lines,
        [
            line(&id, "usage_reserve", "reserved", true),
            line(&id, "usage_commit", "no_artifact", true),
            line(&id, "usage_reserve", "bad_request", false),
            line(&id, "usage_cancel", "run_not_found", false),
            line(&narrow_id, "usage_reserve", "missing_scope", false),
        ]
    );
    let traced = format!("SELECT count(*) FROM psycheos.audit_log WHERE trace_id = '{}'", answer.header("x-request-id"));
    assert_eq!(scene.count(&traced).await, 1);
    let listed = scene.ops(&["keys", "list"]).await.unwrap();
    assert!(listed.contains(&id) && listed.contains("usage:write") && !listed.contains("psk_"), "{listed}");
    let logs = scene.logs();
    for secret in [&*key, &*narrow, &*scene.key, &key[4..20], "psk_", NOBODY] {
        assert!(!logs.contains(secret), "a log holds {secret}");
    }
    let stored = "SELECT (SELECT count(*) FROM psycheos.service_keys k WHERE k::text LIKE '%psk\\_%') \
                  + (SELECT count(*) FROM psycheos.audit_log a WHERE a::text LIKE '%psk\\_%')";
    assert_eq!(scene.count(stored).await, 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_cannot_make_a_key_that_makes_no_sense() {
    let scene = scene().await;
    let create = ["keys", "create", "--name"];
    for (name, more) in [
        ("x", ["--scopes", "everything"].as_slice()),
        ("x", &["--scopes", ""]),
        ("x", &[]),
        ("", &["--scopes", "usage:write"]),
        ("x", &["--scopes", "usage:write", "--owner", "999"]),
    ] {
        assert!(scene.ops(&[create.as_slice(), &[name], more].concat()).await.is_err(), "{name} {more:?}");
    }
    assert!(scene.ops(&["keys", "revoke", &Uuid::nil().to_string()]).await.is_err());
    assert_eq!(scene.count("SELECT count(*) FROM psycheos.service_keys").await, 1, "the scene's own");
    scene.end().await;
}
