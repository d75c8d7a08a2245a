//! Questions to Claude as durable steps of a job.
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use base64::Engine as _;
use bot_kit::{RenderedPrompt, prompt::Rejection};
use claude::{Answer, Block, Claude, Failure, Reply, Request, Role, SystemBlock, Turn, Usage, fingerprint};
use db::{
    DbError, Keyring, Pool,
    jobs::ClaimedJob,
    llm::{self, Whose},
};
use telemetry::{metrics, span};
use tracing::Instrument as _;

use crate::outcome::Worked;

/// Claude may ask for hours; looking again sooner costs nothing, and what was asked for must come.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What a job works with.
pub struct Desk<'a> {
    /// Connections.
    pub pool: &'a Pool,
    /// Keys.
    pub keys: &'a Keyring,
    /// Claude.
    pub claude: &'a Claude,
}

/// When Claude is to be asked again.
pub enum Later {
    /// With the next attempt, for this reason.
    Retry(&'static str),
    /// After a while; no attempt is used.
    Wait(Duration),
}

impl<T> From<Later> for Worked<T> {
    fn from(later: Later) -> Self {
        match later {
            Later::Retry(code) => Self::Retry { code },
            Later::Wait(after) => Self::Wait { after, code: "claude_overloaded" },
        }
    }
}

/// Why there is no reply.
pub enum Unanswered {
    /// Claude cannot be asked now.
    Later(Later),
    /// Asking again will not help.
    Never,
}

/// A durable step: a reply that was received is never asked for twice, whichever worker goes on.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// What it belongs to.
    pub whose: Whose,
    /// Its name within the run, or within the job of a specialist alone.
    pub name: &'a str,
}

/// The reply to a prompt, from the kept steps or from Claude. Holds no connection while Claude is asked.
///
/// # Errors
/// When the database fails.
pub async fn answer(
    desk: &Desk<'_>,
    job: &ClaimedJob,
    step: Step<'_>,
    prompt: &RenderedPrompt,
) -> Result<Result<String, Unanswered>, DbError> {
    let request = request_of(prompt);
    let print = fingerprint(&request);
    let known = llm::find_response(&mut *desk.pool.get().await?, desk.keys, step.whose, job.job, step.name, &print).await?;
    if let Some(reply) = known {
        return Ok(Ok(reply));
    }
    let (span, began) = (span::chat(&request.model), Instant::now());
    let asked = desk.claude.ask(&request).instrument(span.clone()).await;
    let outcome = asked.as_ref().map_or_else(Failure::code, |_| "ok");
    metrics::asked(&request.model, outcome, began.elapsed());
    let answer = match asked {
        Ok(answer) => answer,
        Err(failure) => {
            span::failed(&span, outcome);
            if matches!(failure, Failure::Refused | Failure::Truncated | Failure::Garbled) {
                metrics::rejected(outcome);
            }
            tracing::warn!(job = %job.job, step = step.name, code = failure.code(), "Claude did not answer");
            return Ok(Err(decide(&failure)));
        }
    };
    span::replied(&span, &request.model, &answer.stop_reason, [answer.usage.input, answer.usage.output]);
    drop(span);
    db::death_point("claude_replied");
    keep(desk, job, step, &print, prompt, &answer).await?;
    db::death_point("step_kept");
    Ok(Ok(answer.text))
}

/// A reply was not taken: each of its reasons once.
pub fn count_rejected<F: Rejection>(faults: &[F]) {
    let reasons: BTreeSet<&'static str> = faults.iter().map(Rejection::reason).collect();
    reasons.into_iter().for_each(metrics::rejected);
}

fn decide(failure: &Failure) -> Unanswered {
    match failure {
        Failure::Overloaded { after } => Unanswered::Later(Later::Wait((*after).min(LONGEST_WAIT))),
        Failure::TimedOut | Failure::Unreachable => Unanswered::Later(Later::Retry(failure.code())),
        Failure::Rejected { .. } | Failure::Refused | Failure::Truncated | Failure::Garbled => Unanswered::Never,
    }
}

async fn keep(
    desk: &Desk<'_>,
    job: &ClaimedJob,
    step: Step<'_>,
    print: &str,
    prompt: &RenderedPrompt,
    answer: &Answer,
) -> Result<(), DbError> {
    let tokens = [answer.usage.input, answer.usage.output, answer.usage.cache_read, answer.usage.cache_write];
    let call = llm::MadeCall {
        whose: step.whose,
        job: job.job,
        step: step.name,
        fingerprint: print,
        prompt_sha: &db::sha256_hex(prompt.source),
        model: if answer.model.is_empty() { &prompt.model } else { &answer.model },
        response: Some(&answer.text),
        stop_reason: Some(&answer.stop_reason),
        tokens: tokens.map(|count| i64::try_from(count).unwrap_or(i64::MAX)),
        latency_ms: i32::try_from(answer.latency_ms).unwrap_or(i32::MAX),
    };
    let usd = llm::insert(&mut *desk.pool.get().await?, desk.keys, &call).await?;
    let Usage { input, output, cache_read, cache_write } = answer.usage;
    metrics::tokens(&prompt.model, [input, output, cache_read, cache_write], usd);
    Ok(())
}

fn request_of(prompt: &RenderedPrompt) -> Request {
    let pictures = prompt.pictures.iter().map(|picture| Block::Image {
        media_type: "image/jpeg".to_owned(),
        base64: base64::engine::general_purpose::STANDARD.encode(&picture.0),
    });
    let content = pictures.chain([Block::Text(prompt.user.clone())]).collect();
    Request {
        model: prompt.model.clone(),
        max_tokens: prompt.max_tokens,
        system: std::iter::once(&prompt.system)
            .chain(&prompt.knowledge)
            .map(|text| SystemBlock { text: text.clone(), cache: true })
            .collect(),
        messages: vec![Turn { role: Role::User, content }],
        reply: Reply::Json { schema: prompt.schema.clone() },
        user: None,
    }
}
