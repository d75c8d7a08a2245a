//! What the jobs of the specialists' tools have in common: the run they belong to, questions to Claude as durable steps with one request to
//! mend, and the word to the specialist when it does not work for long.
use std::time::Duration;

use bot_kit::{BoundRun, RenderedPrompt, RunStatus, prompt::Rejection, shorten};
use chrono::{DateTime, Utc};
use db::{DbError, Keyring, PgConn, jobs::ClaimedJob, llm::Whose, passes, results};
use domain::{ArtifactId, CaseId, RunId, artifact::Artifact};
use serde::{Deserialize, de::DeserializeOwned};
use vault::Place;

use crate::{
    asking::{self, Desk, Later, Step, Unanswered},
    outcome::Worked,
    people_files::Files,
};

/// After so many attempts, or this time, the specialist is told instead of being left waiting.
const ATTEMPTS: i32 = 4;
const PATIENCE: Duration = Duration::from_secs(300);

/// Characters of an earlier result that are told.
const EARLIER_CHARS: usize = 6_000;

/// A tool's job at work.
pub struct Bench<'a> {
    /// What it works with.
    pub desk: &'a Desk<'a>,
    /// People's files.
    pub files: &'a Files,
    /// The job.
    pub job: &'a ClaimedJob,
    /// Its run.
    pub run: RunId,
    /// Its case.
    pub case: CaseId,
    /// The run as the dialogue sees it.
    pub bound: BoundRun,
}

/// Why a question has no answer.
pub enum NoAnswer {
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

impl<'a> Bench<'a> {
    /// The bench of a job; `None`: its run is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(desk: &'a Desk<'a>, files: &'a Files, job: &'a ClaimedJob) -> Result<Option<Self>, DbError> {
        let (Some(run), Some(case)) = (job.run, job.case) else {
            return Err(DbError::Corrupt("a tool's job without a run"));
        };
        let bound = passes::find_bound(&mut *desk.pool.get().await?, desk.keys, run).await?;
        let open = bound.filter(|bound| matches!(bound.status, RunStatus::Issued | RunStatus::Active));
        Ok(open.map(|bound| Self { desk, files, job, run, case, bound }))
    }

    /// What the job is asked for.
    ///
    /// # Errors
    /// When the database fails or the payload cannot be read.
    pub async fn wish<T: DeserializeOwned>(&self) -> Result<T, DbError> {
        wish_of(&mut *self.desk.pool.get().await?, self.desk.keys, self.job).await
    }

    /// Earlier results of the case, as the specialist named them; one that was deleted meanwhile is not known any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn earlier(&self, named: &[ArtifactId]) -> Result<Vec<(ArtifactId, Artifact)>, DbError> {
        let mut found = Vec::new();
        if named.is_empty() {
            return Ok(found);
        }
        let mut conn = self.desk.pool.get().await?;
        for artifact in named {
            let content = results::find_content(&mut conn, self.desk.keys, self.bound.specialist, self.case, *artifact).await?;
            found.extend(content.map(|content| (*artifact, content)));
        }
        Ok(found)
    }

    /// The database's clock, and what joins the result with logs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn now_and_correlation(&self) -> Result<(DateTime<Utc>, String), DbError> {
        let now = db::now(&mut *self.desk.pool.get().await?).await?;
        Ok((now, self.job.correlation.clone().unwrap_or_else(|| self.run.to_string())))
    }

    /// Whether waiting longer would only leave the specialist without a word.
    #[must_use]
    pub fn is_late(&self) -> bool {
        is_late(self.job)
    }

    /// Another attempt, or `given_up`.
    pub fn later<T>(&self, later: Later, given_up: impl FnOnce() -> T) -> Worked<T> {
        self::later(self.job, later, given_up)
    }

    /// What its calls belong to.
    #[must_use]
    pub fn whose(&self) -> Whose {
        Whose::Case { run: self.run, case: self.case }
    }

    /// A question and, when its answer cannot be used, one request to mend it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask<T, F: Rejection>(
        &self,
        name: &str,
        prompt: &RenderedPrompt,
        read: impl Fn(&str) -> Result<T, Vec<F>>,
        repair: impl Fn(&RenderedPrompt, &str, &[F]) -> RenderedPrompt,
    ) -> Result<Result<T, NoAnswer>, DbError> {
        ask(self.desk, self.job, self.whose(), name, prompt, read, repair).await
    }
}

/// A question of a job and, when its answer cannot be used, one request to mend it.
///
/// # Errors
/// When the database fails.
pub async fn ask<T, F: Rejection>(
    desk: &Desk<'_>,
    job: &ClaimedJob,
    whose: Whose,
    name: &str,
    prompt: &RenderedPrompt,
    read: impl Fn(&str) -> Result<T, Vec<F>>,
    repair: impl Fn(&RenderedPrompt, &str, &[F]) -> RenderedPrompt,
) -> Result<Result<T, NoAnswer>, DbError> {
    let step = |name| Step { whose, name };
    let reply = match asking::answer(desk, job, step(name), prompt).await? {
        Ok(reply) => reply,
        Err(why) => return Ok(Err(why.into())),
    };
    let faults = match read(&reply) {
        Ok(read) => return Ok(Ok(read)),
        Err(faults) => faults,
    };
    asking::count_rejected(&faults);
    tracing::warn!(job = %job.job, step = name, faults = faults.len(), "a reply is to be mended");
    let mended = format!("{name}_repair");
    match asking::answer(desk, job, step(&mended), &repair(prompt, &reply, &faults)).await? {
        Ok(second) => Ok(read(&second).map_err(|faults| {
            asking::count_rejected(&faults);
            NoAnswer::Unusable(second)
        })),
        Err(Unanswered::Later(later)) => Ok(Err(NoAnswer::Later(later))),
        Err(Unanswered::Never) => Ok(Err(NoAnswer::Unusable(reply))),
    }
}

/// Whether waiting longer would only leave the specialist without a word.
#[must_use]
pub fn is_late(job: &ClaimedJob) -> bool {
    let age = Duration::from_secs(u64::try_from(job.age_secs).unwrap_or(0));
    job.attempt >= ATTEMPTS || age > PATIENCE
}

/// Another attempt, or `given_up`.
pub fn later<T>(job: &ClaimedJob, later: Later, given_up: impl FnOnce() -> T) -> Worked<T> {
    if is_late(job) {
        tracing::warn!(job = %job.job, kind = job.kind, "given up for now");
        return Worked::Made(given_up());
    }
    later.into()
}

/// What a job is asked for.
///
/// # Errors
/// When the database fails or the payload cannot be read.
pub async fn wish_of<T: DeserializeOwned>(conn: &mut PgConn, keys: &Keyring, job: &ClaimedJob) -> Result<T, DbError> {
    let blob = job.payload.as_deref().ok_or(DbError::Corrupt("a job without its payload"))?;
    let row = job.job.to_string();
    let plain = keys.open(conn, &Place { column: "jobs.payload", row: &row, case: job.case }, blob).await?;
    serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("a tool's wish"))
}

/// The number of a job within its run, by its payload.
///
/// # Errors
/// When the database fails or the payload cannot be read.
pub async fn serial_of(conn: &mut PgConn, keys: &Keyring, job: &ClaimedJob) -> Result<u32, DbError> {
    #[derive(Deserialize)]
    struct Serial {
        serial: u32,
    }
    wish_of::<Serial>(conn, keys, job).await.map(|wish| wish.serial)
}

/// An earlier result in running text, shortened.
pub fn told(content: &Artifact) -> String {
    shorten(&report::txt::document(&report::docx::from_artifact(content, None)), EARLIER_CHARS)
}
