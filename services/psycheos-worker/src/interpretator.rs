//! Interpretator's jobs: the material is read, questions are made, the result is written. Each question to Claude is a durable step.
//! When Claude cannot be asked for long, the job ends with word of it: the specialist decides when to try again, and nothing is charged.
mod reading;
mod result;

use std::time::Duration;

use bot_interpretator::wish::{Outcome, Ready};
use bot_kit::{BoundRun, JobKind, Picture, RenderedPrompt, RunStatus};
use db::{DbError, PgConn, jobs::ClaimedJob, passes};
use domain::{CaseId, RunId};
use serde::{Deserialize, de::DeserializeOwned};
use turn::Shell;
use vault::Place;

use crate::{
    asking::{self, Desk, Later, Step, Unanswered},
    outcome::Worked,
    people_files::Files,
};

/// After so many attempts, or this time, the specialist is told instead of being left waiting.
const ATTEMPTS: i32 = 4;
const PATIENCE: Duration = Duration::from_secs(300);

/// Whether a kind is Interpretator's.
#[must_use]
pub fn is_ours(kind: JobKind) -> bool {
    match kind {
        JobKind::InterpretatorReading | JobKind::InterpretatorQuestions | JobKind::InterpretatorResult => true,
        JobKind::ScreenReport | JobKind::ScreenRewrite | JobKind::ScreenWording | JobKind::FinancePicture => false,
    }
}

/// A job at work.
pub(crate) struct Bench<'a> {
    desk: &'a Desk<'a>,
    files: &'a Files,
    job: &'a ClaimedJob,
    run: RunId,
    case: CaseId,
    bound: BoundRun,
}

/// Does a job. `Moot`: the run is over.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(desk: &Desk<'_>, files: &Files, job: &ClaimedJob, kind: JobKind) -> Result<Worked<Ready>, DbError> {
    let (Some(run), Some(case)) = (job.run, job.case) else {
        return Err(DbError::Corrupt("an interpretation without a run"));
    };
    let bound = passes::find_bound(&mut *desk.pool.get().await?, desk.keys, run).await?;
    let Some(bound) = bound.filter(|bound| matches!(bound.status, RunStatus::Issued | RunStatus::Active)) else {
        return Ok(Worked::Moot);
    };
    let bench = Bench { desk, files, job, run, case, bound };
    match kind {
        JobKind::InterpretatorReading => reading::perform(&bench).await,
        JobKind::InterpretatorQuestions => result::questions(&bench).await,
        _ => result::perform(&bench).await,
    }
}

impl Bench<'_> {
    async fn wish<T: DeserializeOwned>(&self) -> Result<T, DbError> {
        wish_of(&mut *self.desk.pool.get().await?, self.desk.keys, self.job).await
    }

    fn ready(&self, serial: u32, what: Outcome) -> Worked<Ready> {
        Worked::Made(Ready { run: self.run, serial, what })
    }

    /// Whether waiting longer would only leave the specialist without a word.
    fn is_late(&self) -> bool {
        let age = Duration::from_secs(u64::try_from(self.job.age_secs).unwrap_or(0));
        self.job.attempt >= ATTEMPTS || age > PATIENCE
    }

    /// Another attempt, or the word that it does not work now.
    fn later(&self, serial: u32, later: Later) -> Worked<Ready> {
        if self.is_late() {
            tracing::warn!(job = %self.job.job, kind = self.job.kind, "given up for now");
            return self.ready(serial, Outcome::Failed);
        }
        later.into()
    }

    /// A question and, when its answer cannot be used, one request to mend it. `Ok(Err)` has the last unusable reply.
    async fn ask<T, F>(
        &self,
        name: &str,
        prompt: &RenderedPrompt,
        read: impl Fn(&str) -> Result<T, Vec<F>>,
        repair: impl Fn(&RenderedPrompt, &str, &[F]) -> RenderedPrompt,
    ) -> Result<Result<T, NoAnswer>, DbError> {
        let step = |name| Step { run: self.run, case: self.case, name };
        let reply = match asking::answer(self.desk, self.job, step(name), prompt).await? {
            Ok(reply) => reply,
            Err(why) => return Ok(Err(why.into())),
        };
        let faults = match read(&reply) {
            Ok(read) => return Ok(Ok(read)),
            Err(faults) => faults,
        };
        tracing::warn!(job = %self.job.job, step = name, faults = faults.len(), "a reply is to be mended");
        let mended = format!("{name}_repair");
        match asking::answer(self.desk, self.job, step(&mended), &repair(prompt, &reply, &faults)).await? {
            Ok(second) => Ok(read(&second).map_err(|_| NoAnswer::Unusable(second))),
            Err(Unanswered::Later(later)) => Ok(Err(NoAnswer::Later(later))),
            Err(Unanswered::Never) => Ok(Err(NoAnswer::Unusable(reply))),
        }
    }
}

/// Why a question has no answer.
pub(crate) enum NoAnswer {
    /// Claude cannot be asked now.
    Later(Later),
    /// Claude will not answer.
    Never,
    /// The last reply, which breaks the rules.
    Unusable(String),
}

impl From<Unanswered> for NoAnswer {
    fn from(why: Unanswered) -> Self {
        match why {
            Unanswered::Later(later) => Self::Later(later),
            Unanswered::Never => Self::Never,
        }
    }
}

/// The same question with pictures.
fn with_pictures(prompt: RenderedPrompt, pictures: Vec<Picture>) -> RenderedPrompt {
    RenderedPrompt { pictures, ..prompt }
}

async fn wish_of<T: DeserializeOwned>(conn: &mut PgConn, keys: &db::Keyring, job: &ClaimedJob) -> Result<T, DbError> {
    let blob = job.payload.as_deref().ok_or(DbError::Corrupt("a job without its payload"))?;
    let row = job.job.to_string();
    let plain = keys.open(conn, &Place { column: "jobs.payload", row: &row, case: job.case }, blob).await?;
    serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("an interpretation's wish"))
}

#[derive(Deserialize)]
struct Serial {
    serial: u32,
}

/// What the chat is told when a job is given up for good.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn failed(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob) -> Result<Option<Ready>, DbError> {
    let Some(run) = job.run else { return Ok(None) };
    let Serial { serial } = wish_of(conn, &shell.keys, job).await?;
    Ok(Some(Ready { run, serial, what: Outcome::Failed }))
}
