//! `make accept-dod`: the definition of done over two copies of each service, each line with what was counted.
use std::{collections::BTreeSet, fmt, path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, ensure};
use fake_telegram::{Fault, FaultKind, LogEntry, LogKind};
use futures_util::future::try_join_all;
use serde::Serialize;
use serde_json::{Value, json};
use test_kit::ADMIN;
use uuid::Uuid;

use crate::{
    checker::{self, Expected},
    ground::{COPIES, DATABASE, Ground, Shape},
    load::live,
    people::{Act, Bell, CHATS, Chat, Patience, Practice, person},
    watch::Watch,
};

/// Chats of the concurrency scenario.
const CONCURRENT: usize = 30;
const PATIENCE: Patience = Patience { reading: Duration::ZERO, again: Duration::from_secs(20), lost: Duration::from_secs(120) };
/// How long everything may take to come to rest.
const REST: Duration = Duration::from_secs(60);

/// One line of the definition.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// What must be so.
    pub must: &'static str,
    /// What was counted.
    pub counted: String,
    /// Whether it is so.
    pub kept: bool,
}

/// The definition of done.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Table(Vec<Line>);

impl Table {
    /// Every line is kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.0.iter().all(|line| line.kept)
    }

    fn line(&mut self, must: &'static str, counted: impl Into<String>, kept: bool) {
        self.0.push(Line { must, counted: counted.into(), kept });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| {
            writeln!(f, "{} {}\n     {}", if line.kept { "kept  " } else { "BROKEN" }, line.must, line.counted)
        })
    }
}

/// Everything in turn.
///
/// # Errors
/// The platform does not start, or the database does not answer.
pub async fn run(folder: &Path) -> Result<Table> {
    let practices = CONCURRENT / CHATS;
    let shape = Shape { durable: true, limits: true, time_scale: 0.2, practices: practices + 1, short_leases: false };
    let mut ground = Ground::start(folder, shape).await?;
    let mut table = Table::default();
    concurrency(&ground, practices, &mut table).await?;
    let (practice, pass) = abandoned(&mut ground, practices, &mut table).await?;
    refused(&ground, &practice, &pass, &mut table).await?;
    submitted_twice(&ground, &practice, &mut table).await?;
    ground.drain(REST).await?;
    let findings = checker::check(&ground.admin, &ground.telegram, Expected::default()).await?;
    table.line("no invariant is broken", format!("{} found\n{findings}", findings.broken.len()), findings.is_clean());
    ground.stop().await?;
    Ok(table)
}

/// Cases 1 and 3, thirty times over: five bots, two copies of each service, Telegram's limits.
async fn concurrency(ground: &Ground, practices: usize, table: &mut Table) -> Result<()> {
    let watch = Watch::begin(ground.postgres.url(DATABASE, ADMIN), ground.telegram.clone(), ground.pids());
    // Whatever the pace of its senders, Telegram refuses some: what it refuses is sent later.
    let refusal = Fault::next(FaultKind::TooManyRequests { retry_after: 1 }).of_method("sendMessage").times(0).with_chance(0.05);
    let fault = ground.telegram.add_fault(refusal);
    let lived = live(&ground.telegram, practices, PATIENCE, Duration::ZERO).await;
    let open = ground.drain(REST).await?;
    ground.telegram.remove_faults(Some(fault));
    let looks = watch.end();

    let ended = lived.iter().filter(|one| one.lost.is_none()).count();
    let lost: Vec<&str> = lived.iter().filter_map(|one| one.lost.as_deref()).collect();
    table.line(
        "30 parallel chats over two copies of each service, and no state is lost",
        format!("{ended} of {} came to their end{}", lived.len(), lost.iter().map(|why| format!("; {why}")).collect::<String>()),
        ended == practices * CHATS,
    );
    let query = |service: &str, what: &str| {
        format!("SELECT count(*) FROM psycheos.usage_ledger u WHERE u.service_id = '{service}' AND u.status = 'committed' {what}")
    };
    let wanted = i64::try_from(practices)?;
    for (service, must) in [
        ("interpretator", "case 1: Interpretator reserves, submits, commits"),
        ("screen", "case 3: a client comes by invitation through Screen, and the result is in Pro"),
        ("conceptualizator", "the same for Conceptualizator"),
        ("simulator", "the same for Simulator"),
    ] {
        let charged = ground.count(&query(service, "")).await?;
        let with_result = "AND EXISTS (SELECT FROM psycheos.artifacts a WHERE a.run_id = u.run_id)";
        let results = ground.count(&query(service, with_result)).await?;
        let announced = ground
            .count(&format!(
                "SELECT count(*) FROM psycheos.outbox_messages m JOIN psycheos.runs r ON r.run_id = m.run_id \
                 WHERE m.bot_id = 'pro' AND m.kind = 'result' AND m.status = 'sent' AND r.service_id = '{service}'"
            ))
            .await?;
        table.line(
            must,
            format!("{charged} charged, {results} of them with an artifact, {announced} announced in Pro, of {wanted} practices"),
            [charged, results, announced] == [wanted; 3],
        );
    }
    let twice = "SELECT count(*) FROM (SELECT FROM psycheos.usage_ledger WHERE status = 'committed' GROUP BY run_id HAVING count(*) > 1) d";
    let artifacts =
        "SELECT count(*) FROM (SELECT FROM psycheos.artifacts GROUP BY service_id, run_id, artifact_type HAVING count(*) > 1) d";
    let doubled = [ground.count(twice).await?, ground.count(artifacts).await?];
    table.line(
        "nothing is charged twice, no artifact is there twice",
        format!("{} runs charged twice, {} artifacts doubled", doubled[0], doubled[1]),
        doubled == [0, 0],
    );
    let calls = ground.telegram.log_after(0);
    let refused: Vec<_> = calls.iter().filter(|call| call.kind == LogKind::Call && call.status == Some(429)).collect();
    let about = |call: &LogEntry| (call.bot.clone(), call.chat, call.text.clone());
    let sent_later =
        |call: &&&LogEntry| calls.iter().any(|other| other.seq > call.seq && other.applied && about(other) == about(call));
    let later = refused.iter().filter(sent_later).count();
    table.line(
        "what Telegram refuses with 429 is sent later",
        format!("{} refused, {later} of them delivered later", refused.len()),
        !refused.is_empty() && later == refused.len(),
    );
    let deepest = looks.iter().map(|look| look.jobs).max().unwrap_or_default();
    table.line(
        "the worker keeps up: the queue is empty in the end",
        format!("{deepest} jobs at most, {}", open.as_deref().unwrap_or("none open in the end")),
        open.is_none(),
    );
    Ok(())
}

/// Case 2: what a run holds is released when whoever worked on it has gone. Gives the specialist's practice and the pass of a client.
async fn abandoned(ground: &mut Ground, number: usize, table: &mut Table) -> Result<(Practice, String)> {
    let bell = Arc::new(Bell::of(ground.telegram.clone()));
    let practice = Practice { number, telegram: ground.telegram.clone(), bell, patience: PATIENCE, stranger: false };
    ground.telegram.create_person(person(practice.specialist(), "Вера"));
    let mut pro = practice.phone("pro", practice.specialist());
    practice.open_case(&mut pro).await?;
    let pass = practice.invite(&mut pro).await?;
    let launch = practice.launch(&mut pro, "🌙 Интерпретатор", "interpretator").await?;
    let mut tool = practice.phone("interpretator", practice.specialist());
    tool.until(Act::Say(format!("/start {launch}")), |chat| (chat.count("Пришлите сон") > 0).then_some(())).await?;
    for copy in COPIES {
        ground.services.restart(copy).await?;
    }
    let operation = "SELECT u.run_id, u.status, w.balance_stars, w.reserved_stars FROM psycheos.usage_ledger u \
                     JOIN psycheos.users p ON p.telegram_id = $1 JOIN psycheos.wallets w ON w.user_id = p.user_id \
                     JOIN psycheos.runs r ON r.run_id = u.run_id AND r.owner_user_id = p.user_id WHERE u.service_id = 'interpretator'";
    let look = async |ground: &Ground| -> Result<(Uuid, String, i64, i64)> {
        let row = ground.admin.query_one(operation, &[&practice.specialist()]).await.context("the reserve")?;
        Ok((row.get(0), row.get(1), row.get(2), row.get(3)))
    };
    let before = look(ground).await?;
    let later = "UPDATE psycheos.usage_ledger SET reserved_until = now() - interval '1 second' WHERE run_id = $1";
    ground.admin.execute(later, &[&before.0]).await?;
    ground.cron().await?;
    let after = look(ground).await?;
    table.line(
        "case 2: a crash after the reserve ends in a cancellation by itself",
        format!("{} → {}, held {} ★ → {} ★, balance {} ★ → {} ★", before.1, after.1, before.3, after.3, before.2, after.2),
        (before.1.as_str(), after.1.as_str()) == ("reserved", "canceled") && after.3 == before.3 - 60 && after.2 == before.2,
    );
    Ok((practice, pass))
}

/// Case 4: a client's pass opens no tool.
async fn refused(ground: &Ground, practice: &Practice, pass: &str, table: &mut Table) -> Result<()> {
    let client = practice.specialist() + 1;
    ground.telegram.create_person(person(client, "Глеб"));
    let mut phone = practice.phone("interpretator", client);
    let said = |chat: &Chat| Some(chat.newest().to_owned()).filter(|text| !text.is_empty());
    let said = phone.until(Act::Say(format!("/start {pass}")), said).await?;
    let bound = ground.count(&format!("SELECT count(*) FROM psycheos.link_tokens WHERE bound_telegram_id = {client}")).await?;
    let counted = format!("{bound} passes bound; the client reads «{}»", said.replace('\n', " "));
    table.line("case 4: a client's pass at Interpretator is refused", counted, bound == 0);
    Ok(())
}

/// Case 5: a result that is submitted twelve times at once, at both copies of the api, is one artifact and charged once.
async fn submitted_twice(ground: &Ground, practice: &Practice, table: &mut Table) -> Result<()> {
    let env = ground.setting.env("psycheos-ops")?;
    let scopes = "links:issue,links:verify,usage:write,artifacts:write";
    let said = ground.services.run_once("psycheos-ops", &["keys", "create", "--name", "proof", "--scopes", scopes], &env).await?;
    let key = said.lines().find_map(|line| line.strip_prefix("key:")).context("no key was made")?.trim().to_owned();
    let query = "SELECT c.context_id FROM psycheos.contexts c JOIN psycheos.users u ON u.user_id = c.specialist_user_id \
                 WHERE u.telegram_id = $1";
    let case: Uuid = ground.admin.query_one(query, &[&practice.specialist()]).await?.get(0);
    let run = Uuid::now_v7();
    let client = reqwest::Client::builder().no_proxy().build()?;
    let post = async |copy: &str, route: &str, body: &Value| -> Result<Value> {
        let address = ground.services.internal_addr(copy).context("no api")?;
        let sent = client.post(format!("http://{address}/v1/{route}")).bearer_auth(&key).json(body).send().await?;
        let (status, body) = (sent.status(), sent.json::<Value>().await?);
        ensure!(status.is_success(), "{route}: {status} {body}");
        Ok(body)
    };
    let [one, other] = ["psycheos-api", "psycheos-api#2"];
    let launch = json!({ "service_id": "interpretator", "context_id": case, "run_id": run, "role": "specialist" });
    let issued = post(one, "links/issue", &launch).await?;
    let shown = json!({ "start_param": issued["start_param"], "service_id": "interpretator", "role": "specialist",
                        "telegram_id": practice.specialist() });
    post(other, "links/verify", &shown).await?;
    post(one, "usage/reserve", &json!({ "run_id": run })).await?;
    let result = result(case, run);
    let calls = (0..12).map(|nth| post(if nth % 2 == 0 { one } else { other }, "artifacts/submit", &result));
    let answers = try_join_all(calls).await?;
    let ids: BTreeSet<String> = answers.iter().map(|answer| answer["artifact_id"].to_string()).collect();
    let first = answers.iter().filter(|answer| answer["status"] == "submitted").count();
    let rows = ground.count(&format!("SELECT count(*) FROM psycheos.artifacts WHERE run_id = '{run}'")).await?;
    let charged = "SELECT count(*) FROM psycheos.usage_ledger WHERE status = 'committed' AND run_id";
    let charged = ground.count(&format!("{charged} = '{run}'")).await?;
    table.line(
        "case 5: an artifact that is submitted again is the same one",
        format!("{} submissions, {first} taken, {} ids, {rows} artifacts, {charged} charges", answers.len(), ids.len()),
        (first, ids.len(), rows, charged) == (1, 1, 1, 1),
    );
    Ok(())
}

/// A result as another program hands it over.
fn result(case: Uuid, run: Uuid) -> Value {
    json!({ "artifact_type": "full_report", "content": {
        "meta": { "service_id": "interpretator", "artifact_version": "1.0", "context_id": case, "run_id": run,
                  "created_at": "2026-11-26T10:00:00Z", "language": "ru", "correlation_id": "proof" },
        "summary": { "one_liner": "Сон о доме: возможно, речь о границах.", "risk_flags": [], "resource_flags": ["интерес к себе"] },
        "markers": [{ "name": "mode", "value": "exploration" }],
        "questions_for_session": [{ "q": "Что в этом доме ваше?", "why": "Проверить гипотезу о границах", "priority": 1 }],
        "actions": [{ "who": "therapist", "what": "Спросить о доме", "when": "in_session", "goal": "Уточнить образ" }],
        "raw": { "notes": "Заметки программы" },
    } })
}
