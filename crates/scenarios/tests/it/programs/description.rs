//! The description that is served, tried by a program that knows nothing else of `/v1`.
use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use super::practice::{practice, result};

/// The project's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every check schemathesis has, with a key that may do everything, against a case with a result and open runs. The seed is fixed: a
/// failure comes again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_served_holds_against_every_check_of_schemathesis() {
    let practice = practice().await;
    let key = practice.scene.make_key(&["--scopes", super::practice::ALL, "--per-minute", "60000"]).await.1;
    let done = practice.begun(&practice.anna).await;
    let submitted = practice.submit(&key, &result(&practice.anna, done, "full_report")).await;
    let artifact = submitted.body["artifact_id"].as_str().unwrap().to_owned();
    let open = practice.begun(&practice.anna).await;
    let folder = tempfile::tempdir().unwrap();
    let config = include_str!("schemathesis.toml")
        .replace("KEY", &key)
        .replace("CASE", &practice.anna.case.to_string())
        .replace("ARTIFACT", &artifact)
        .replace("RUN", &open.to_string());
    let config_path = folder.path().join("schemathesis.toml");
    std::fs::write(&config_path, config).unwrap();
    let program = root().join(".local/schemathesis/bin/schemathesis");
    assert!(program.exists(), "schemathesis is missing: make test-tools");
    let url = format!("{}/openapi.json", practice.scene.base);
    let output = tokio::process::Command::new(program)
        .args(["--config-file", config_path.to_str().unwrap(), "run", &url])
        .current_dir(folder.path())
        .env_remove("HTTP_PROXY")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let calls = practice.scene.count("SELECT count(*) FROM psycheos.audit_log WHERE role = 'program'").await;
    assert!(calls > 500, "it has called {calls} times");
    let logs = practice.scene.logs();
    let ours: Vec<&str> = logs.lines().filter(|line| line.contains("\"ERROR\"") && line.contains("psycheos_")).collect();
    assert!(ours.is_empty(), "failures of ours: {ours:#?}");
    practice.scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_to_try_it_is_served_with_its_description_and_loads_nothing_from_elsewhere() {
    let practice = practice().await;
    let described = practice.scene.get("", "openapi.json").await;
    assert_eq!(described.body["openapi"], "3.1.0");
    let page = practice.scene.get("", "docs/").await;
    let html = String::from_utf8(page.bytes.clone()).unwrap();
    assert!(page.header("content-type").starts_with("text/html") && html.contains("swagger-ui"));
    assert!(!html.contains("http://") && !html.contains("https://"), "{html}");
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let script = practice.scene.get("", "docs/swagger-initializer.js").await;
    assert!(String::from_utf8_lossy(&script.bytes).contains("/v1/openapi.json"));
    assert_eq!(practice.scene.get("", "docs/nothing.js").await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_used_too_often_waits_and_nobody_elses_does() {
    let practice = practice().await;
    let (_, few) = practice.scene.make_key(&["--scopes", super::practice::ALL, "--per-minute", "3"]).await;
    let route = format!("artifacts?context_id={}", practice.anna.case);
    for _ in 0..3 {
        assert_eq!(practice.scene.get(&few, &route).await.status.as_u16(), 200);
    }
    let over = practice.scene.get(&few, &route).await;
    assert_eq!(over.said(), (429, "too_many_requests"));
    let wait: u64 = over.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(practice.scene.get(&practice.scene.key, &route).await.status.as_u16(), 200);
    practice.scene.sql("UPDATE psycheos.service_key_calls SET since = since - interval '1 minute'").await;
    assert_eq!(practice.scene.get(&few, &route).await.status.as_u16(), 200, "a minute later it may be used again");
    practice.scene.end().await;
}
