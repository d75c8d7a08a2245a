//! What services say of themselves: traces through the rows, metrics, reports of faults.
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

use scenarios::{Heard, Platform};

use crate::steps::{AGREED, CLOSED, DIE_AT, INVITED, dies, drive, leases_run_out, line_of, skip};

/// The trace in which a report was written, once the word about it in Pro was sent.
async fn trace_of_the_report(platform: &Platform, known: &BTreeSet<String>) -> Vec<Heard> {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let spans = platform.ear.spans();
        let mut traces: HashMap<&str, Vec<&Heard>> = HashMap::new();
        for span in &spans {
            traces.entry(&span.trace).or_default().push(span);
        }
        let whole = traces.iter().find(|(trace, spans)| {
            !known.contains(**trace)
                && spans.iter().any(|span| span.name == "process screen_report")
                && spans.iter().any(|span| span.name == "send result")
        });
        if let Some((_, spans)) = whole {
            return spans.iter().map(|span| (*span).clone()).collect();
        }
        let names: Vec<(&str, &str)> = spans.iter().rev().take(60).map(|span| (&*span.trace, &*span.name)).collect();
        assert!(Instant::now() < until, "no such trace among {names:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// From the update to the message Telegram accepted: each of these spans leads to the first one, over spans that are there. What was not
/// exported yet died with its process; what took over goes on from the row.
fn is_whole(trace: &[Heard], point: &str) {
    let names: Vec<&str> = trace.iter().map(|span| span.name.as_str()).collect();
    for (service, name) in [
        ("psycheos-api", "POST /webhook/{bot}"),
        ("psycheos-api", "turn"),
        ("psycheos-api", "create screen_report"),
        ("psycheos-worker", "process screen_report"),
        ("psycheos-worker", "create messages"),
        ("psycheos-sender", "send result"),
        ("psycheos-sender", "POST /bot{token}/sendMessage"),
    ] {
        let whole = trace.iter().any(|span| span.service == service && span.name == name && leads_to_the_first(span, trace));
        assert!(whole, "{point}: {service} {name}: {names:?}");
    }
    let first: Vec<&Heard> = trace.iter().filter(|span| span.parent.is_empty()).collect();
    assert_eq!(first.len(), 1, "{point}: {names:?}");
    assert_eq!(first[0].name, "POST /webhook/{bot}");
}

fn leads_to_the_first(span: &Heard, trace: &[Heard]) -> bool {
    span.parent.is_empty()
        || trace.iter().find(|other| other.id == span.parent).is_some_and(|other| leads_to_the_first(other, trace))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_trace_leads_from_the_update_to_the_message_whoever_dies_in_between() {
    let mut platform = Platform::start_heard().await.unwrap();
    platform.claude.release();
    drive(&mut platform, &INVITED[..5]).await;
    let mut known = BTreeSet::new();
    let points = [
        ("psycheos-worker", ""),
        ("psycheos-worker", "job_claimed"),
        ("psycheos-worker", "claude_replied"),
        ("psycheos-worker", "finish_before_commit"),
        ("psycheos-sender", "message_claimed"),
    ];
    for (service, point) in points {
        drive(&mut platform, &["илья: (ссылка)"]).await;
        drive(&mut platform, &AGREED).await;
        skip(&mut platform, 17).await;
        drive(&mut platform, &CLOSED[..2]).await;
        if point.is_empty() {
            drive(&mut platform, &CLOSED[2..3]).await;
        } else {
            platform.services.restart_with(service, DIE_AT, Some(point)).await.unwrap();
            platform.act(&line_of(CLOSED[2])).unwrap();
            dies(&mut platform, service, point).await;
            leases_run_out(&platform).await;
        }
        platform.quiet().await.unwrap();
        let trace = trace_of_the_report(&platform, &known).await;
        is_whole(&trace, point);
        // Every row of the run says the same, and its ids lead to the trace.
        let run = platform.admin.query_one("SELECT run_id::text FROM psycheos.artifacts ORDER BY created_at DESC LIMIT 1", &[]);
        let run: String = run.await.unwrap().get(0);
        let process = trace.iter().find(|span| span.name == "process screen_report").unwrap();
        assert!(process.attributes.contains(&("run_id".to_owned(), run.clone())), "{process:?}");
        known.insert(trace[0].trace.clone());
        drive(&mut platform, &["анна: /cases", "анна: [К-014 · скрининг <дата>]", "анна: [📝 Скрининг]"]).await;
        drive(&mut platform, &["анна: [✉️ Пригласить на 7 дней]"]).await;
    }
    let spans = platform.ear.spans();
    let chat = spans.iter().find(|span| span.name.starts_with("chat claude-")).expect("Claude was asked in a span");
    assert!(chat.attributes.iter().any(|(name, _)| name == "gen_ai.usage.output_tokens"), "{chat:?}");
    for span in &spans {
        for (name, value) in &span.attributes {
            assert!(telemetry::span::ATTRIBUTES.contains(&name.as_str()), "{} has the attribute {name}", span.name);
            assert!(!value.contains("local-") && !value.to_uppercase().contains("SELECT "), "{}: {name}={value}", span.name);
        }
    }
    assert!(
        spans.iter().any(|span| span.name == "settle messages" && !span.links.is_empty()),
        "batches are linked to their traces"
    );
    platform.admin.execute("UPDATE psycheos.link_tokens SET expires_at = now() - interval '1 s'", &[]).await.unwrap();
    platform.cron().await.unwrap();
    platform.check().await.unwrap();
}

/// What `/metrics` of a service says.
pub async fn metrics_of(platform: &Platform, service: &str) -> String {
    let addr = platform.services.env(service).unwrap()["INTERNAL_ADDR"].clone();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("http://{addr}/metrics")).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_service_shows_what_it_did_and_the_api_how_the_platform_is() {
    let mut platform = Platform::start_heard().await.unwrap();
    platform.claude.release();
    drive(&mut platform, &INVITED).await;
    drive(&mut platform, &AGREED).await;
    skip(&mut platform, 17).await;
    drive(&mut platform, &CLOSED).await;
    platform.quiet().await.unwrap();
    platform.cron().await.unwrap();
    // An update that came before.
    let secret = platform.setting.bots[0].secret.clone();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/webhook/pro", platform.setting.webhook_base_url);
    let body = r#"{"update_id":77,"message":{"message_id":1,"date":1,"chat":{"id":55,"type":"private","first_name":"A"},"from":{"id":55,"is_bot":false,"first_name":"A"},"text":"/help"}}"#;
    for _ in 0..2 {
        client.post(&url).header("x-telegram-bot-api-secret-token", &secret).body(body).send().await.unwrap();
    }
    platform.quiet().await.unwrap();

    let api = metrics_of(&platform, "psycheos-api").await;
    let worker = metrics_of(&platform, "psycheos-worker").await;
    let sender = metrics_of(&platform, "psycheos-sender").await;
    for (text, line) in [
        (&api, r#"http_server_request_duration_seconds_count{route="/webhook/{bot}",status="200"}"#),
        (&api, r#"dedup_hits_total{bot="pro"} 1"#),
        (&api, r#"consent_total{result="granted"} 1"#),
        (&api, r#"build_info{service="psycheos-api""#),
        (&api, "vitals_up 1"),
        (&api, r#"queue_depth{queue="jobs",status="queued"} 0"#),
        (&api, r#"queue_oldest_seconds{queue="outbox"} 0"#),
        (&api, "dead_letters 0"),
        (&api, r#"invariant_violations{id="I1"} 0"#),
        (&api, "ledger_drift_stars 0"),
        (&api, r#"cron_last_ok_seconds{task="invariants"}"#),
        (&api, r#"db_connections{role="psy_api""#),
        (&api, r#"telegram_pending_updates{bot="pro"} 0"#),
        (&api, r#"telegram_webhook_checked_seconds{bot="simulator"}"#),
        (&api, "db_pool_size 5"),
        (&worker, r#"jobs_total{kind="screen_report",outcome="done"} 1"#),
        (&worker, r#"gen_ai_client_operation_duration_seconds_count{model="claude-"#),
        (&worker, r#"gen_ai_client_token_usage_sum{type="output"}"#),
        (&worker, "llm_cost_usd_total{"),
        (&worker, "job_wait_seconds_count"),
        (&sender, r#"telegram_send_duration_seconds_count{bot="pro",method="sendMessage",outcome="ok"}"#),
        (&sender, r#"outbox_wait_seconds_count{lane="1"}"#),
        (&sender, "db_pool_in_use"),
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    let known: BTreeSet<&str> = telemetry::metrics::ALL.iter().map(|one| one.name).collect();
    for line in [&api, &worker, &sender].into_iter().flat_map(|text| text.lines()) {
        let name = line.strip_prefix("# TYPE ").and_then(|rest| rest.split(' ').next());
        assert!(name.is_none_or(|name| known.contains(name)), "{line}");
        // No id of a person, a case or a run is a label: none has so many digits in a row.
        let labels = line.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map_or("", |(labels, _)| labels);
        let labels = labels.split(',').filter(|label| !label.starts_with("le="));
        for label in labels {
            let longest = label.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            assert!(longest.is_none_or(|longest| longest < 4), "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_clock_is_told_and_a_good_run_is_heard_outside() {
    let mut platform = Platform::start_heard().await.unwrap();
    let mut env = platform.setting.env("psycheos-cron").unwrap();
    env.insert("HEARTBEAT_URL".into(), format!("{}/heartbeat", platform.ear.base_url()));
    platform.services.run_once("psycheos-cron", &[], &env).await.unwrap();
    assert!(platform.ear.everything().iter().any(|(path, _)| path == "/heartbeat"));
    // The clock stops.
    platform.admin.execute("UPDATE psycheos.cron_heartbeat SET last_ok = now() - interval '1 hour'", &[]).await.unwrap();
    platform.services.restart_with("psycheos-api", "CRON_EVERY_SECS", Some("1")).await.unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while platform.count("SELECT count(*) FROM psycheos.operator_alerts WHERE code = 'cron_silent'").await.unwrap() == 0 {
        assert!(Instant::now() < until, "nobody was told");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let reported = || {
        platform
            .ear
            .everything()
            .iter()
            .any(|(path, body)| path.ends_with("/envelope/") && String::from_utf8_lossy(body).contains("cron_silent"))
    };
    while !reported() {
        assert!(Instant::now() < until, "no fault was reported");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
