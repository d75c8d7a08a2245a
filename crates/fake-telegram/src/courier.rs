//! Posts updates to the webhook when the scheduler says so.

use std::sync::Arc;

use rand::RngExt;
use serde_json::Value;

use crate::delivery::{Attempt, Fate, MAX_DELAY};
use crate::engine::Engine;
use crate::journal::{LogEntry, LogKind};
use crate::params::Params;
use crate::queue::Update;
use crate::state::State;

/// Seconds a webhook has to answer.
const READ_TIMEOUT: f64 = 60.0;
/// Seconds of nothing but 410 after which Telegram removes a webhook.
const GONE_SECS: f64 = 23.0 * 3600.0;

/// One post.
struct Job {
    bot: usize,
    generation: u64,
    url: String,
    secret: String,
    update: Update,
    /// Beside the queues: its end changes nothing there.
    beside: bool,
}

/// What came back.
struct Outcome {
    attempt: Attempt,
    status: Option<u16>,
    /// Why it failed, as `getWebhookInfo` words it.
    error: Option<String>,
    /// The connection is gone.
    closed: bool,
    /// A method to run, found in the answer.
    method: Option<Value>,
}

/// The delivery loop of one bot.
pub(crate) async fn run(engine: Arc<Engine>, bot: usize) {
    let Some(kick) = engine.kicks.get(bot) else {
        return;
    };
    loop {
        let (jobs, wake_at) = engine.with(|state| next_jobs(state, bot));
        for job in jobs {
            engine.spawn(post(Arc::clone(&engine), job));
        }
        let Some(at) = wake_at.and_then(|at| engine.clock.instant(at)) else {
            kick.notified().await;
            continue;
        };
        tokio::select! {
            () = kick.notified() => {}
            () = tokio::time::sleep_until(at.into()) => {}
        }
    }
}

fn next_jobs(state: &mut State, bot: usize) -> (Vec<Job>, Option<f64>) {
    let now = state.now.secs;
    let Some(owner) = state.bots.get_mut(bot) else {
        return (Vec::new(), None);
    };
    let generation = owner.generation;
    let Some(hook) = owner.webhook.as_mut() else {
        return (Vec::new(), None);
    };
    let step = hook.scheduler.step(&mut owner.updates, now);
    let (url, secret) = (hook.url.clone(), hook.secret.clone());
    let mut job = |id: i64| {
        let update = owner.updates.get_mut(id)?;
        update.attempts += 1;
        Some(Job { bot, generation, url: url.clone(), secret: secret.clone(), update: update.clone(), beside: false })
    };
    let jobs = step.send.into_iter().filter_map(&mut job).collect();
    (jobs, step.wake_at)
}

/// Delivers a copy at once, whatever its queue does.
pub(crate) async fn deliver_beside(engine: Arc<Engine>, bot: usize, update: Update) {
    let job = engine.read(|state| {
        let owner = state.bots.get(bot)?;
        let hook = owner.webhook.as_ref()?;
        Some(Job { bot, generation: owner.generation, url: hook.url.clone(), secret: hook.secret.clone(), update, beside: true })
    });
    match job {
        Some(job) => post(Arc::clone(&engine), job).await,
        None => engine.with(|state| state.extras_in_flight -= 1),
    }
}

async fn post(engine: Arc<Engine>, job: Job) {
    let started_ms = engine.clock.now().unix_ms;
    let limit = engine.clock.real(READ_TIMEOUT);
    let outcome = match tokio::time::timeout(limit, send(&engine, &job)).await {
        Ok(outcome) => outcome,
        Err(_) => failed(None, "Read timeout expired"),
    };
    if engine.config.log_requests {
        tracing::info!(
            update_id = job.update.id, kind = %job.update.kind, status = outcome.status,
            error = outcome.error.as_deref(), "delivery"
        );
    }
    engine.with(|state| finish(state, &job, outcome, started_ms));
    if let Some(kick) = engine.kicks.get(job.bot) {
        kick.notify_one();
    }
}

async fn send(engine: &Engine, job: &Job) -> Outcome {
    let mut request = engine
        .http
        .post(&job.url)
        .header("Accept-Encoding", "gzip, deflate")
        .header("Content-Type", "application/json")
        .body(job.update.body());
    if !job.secret.is_empty() {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", &job.secret);
    }
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) if error.is_connect() => return failed(None, "Connection refused"),
        Err(_) => return failed(None, "Webhook connection closed"),
    };
    let status = response.status();
    let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok());
    let retry_after = header("retry-after").and_then(|v| v.trim().parse().ok());
    let closed = header("connection").is_some_and(|v| v.eq_ignore_ascii_case("close"));
    let Ok(body) = response.bytes().await else {
        return failed(None, "Webhook connection closed");
    };
    if status.is_success() {
        let method = serde_json::from_slice::<Value>(&body).ok();
        return Outcome {
            attempt: Attempt::Accepted,
            status: Some(status.as_u16()),
            error: None,
            closed,
            method: method.filter(|body| body.get("method").is_some_and(Value::is_string)),
        };
    }
    let reason = status.canonical_reason().unwrap_or_default();
    let why = format!("Wrong response from the webhook: {} {reason}", status.as_u16());
    Outcome { attempt: Attempt::Failed { retry_after: retry_after.unwrap_or(0) }, closed, ..failed(Some(status.as_u16()), &why) }
}

fn failed(status: Option<u16>, why: &str) -> Outcome {
    Outcome { attempt: Attempt::Failed { retry_after: 0 }, status, error: Some(why.to_owned()), closed: true, method: None }
}

/// Runs a method of the answer, then settles the attempt.
fn finish(state: &mut State, job: &Job, outcome: Outcome, started_ms: i64) {
    if let Some(body) = outcome.method {
        run_answer(state, job.bot, body, started_ms);
    }
    let max_delay = state.dice.random_range(MAX_DELAY);
    let now = state.now;
    let Some(owner) = state.bots.get_mut(job.bot) else {
        return;
    };
    if job.beside {
        state.extras_in_flight -= 1;
    } else if owner.generation == job.generation {
        if let Some(hook) = owner.webhook.as_mut() {
            let (updates, id) = (&mut owner.updates, job.update.id);
            let closed = outcome.closed;
            let fate = hook.scheduler.finish(updates, id, outcome.attempt, closed, max_delay, now.secs);
            let lost = fate == Fate::Expired && outcome.attempt != Attempt::Accepted;
            tracing::debug!(update_id = id, lost, "attempt settled");
        }
    } else if outcome.attempt == Attempt::Accepted {
        // Posted before the webhook changed: accepted all the same, if nobody was faster.
        owner.updates.remove(job.update.id);
    }
    if let Some(error) = &outcome.error {
        owner.last_error = Some((now.unix, error.clone()));
    }
    let gone = outcome.status == Some(410);
    owner.gone_since = gone.then(|| owner.gone_since.unwrap_or(now.secs));
    let removed = owner.gone_since.is_some_and(|since| now.secs - since > GONE_SECS);
    let mut entry = LogEntry::new(LogKind::Delivery, &owner.name, &job.update.kind, started_ms);
    entry.chat = job.update.chat;
    entry.update_id = Some(job.update.id);
    entry.attempt = job.update.attempts;
    entry.status = outcome.status;
    entry.applied = outcome.attempt == Attempt::Accepted;
    entry.outcome = outcome.error.unwrap_or_else(|| "ok".to_owned());
    let event = serde_json::json!({
        "update_id": job.update.id, "kind": job.update.kind,
        "attempt": job.update.attempts, "outcome": entry.outcome,
    });
    state.journal.log(now, entry);
    state.event("delivery", job.bot, job.update.chat, event);
    if removed {
        // The call is Telegram's own; a bot without a webhook has none to remove.
        drop(state.delete_webhook(job.bot, &Params::default()));
    }
}

/// Methods an answer may not carry.
fn is_barred(method: &str) -> bool {
    matches!(method, "setwebhook" | "deletewebhook" | "close" | "logout") || method.starts_with("get")
}

/// Executes the method in a webhook's answer; its result is thrown away.
fn run_answer(state: &mut State, bot: usize, body: Value, started_ms: i64) {
    let method = body.get("method").and_then(Value::as_str).unwrap_or_default();
    let method = method.to_owned();
    if is_barred(&method.to_ascii_lowercase()) {
        return;
    }
    let params = Params::from_json(body);
    let result = state.apply(bot, &method, &params);
    let name = state.bots.get(bot).map(|b| b.name.clone()).unwrap_or_default();
    let mut entry = LogEntry::new(LogKind::WebhookAnswer, &name, &method, started_ms);
    entry.about(&params, result.as_ref().ok().map(|done| &done.result));
    entry.applied = result.is_ok();
    entry.outcome = result.err().map_or_else(|| "ok".to_owned(), |error| error.description);
    state.journal.log(state.now, entry);
}
