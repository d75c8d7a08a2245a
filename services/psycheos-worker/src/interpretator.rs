//! Interpretator's jobs: the material is read, questions are made, the result is written. When Claude cannot be asked for long, a job ends
//! with word of it: the specialist decides when to try again, and nothing is charged.
mod describing;
mod result;

use bot_interpretator::wish::{Outcome, Ready};
use bot_kit::JobKind;
use db::{DbError, PgConn, jobs::ClaimedJob};
use turn::Shell;

use crate::{
    material,
    outcome::Worked,
    tools::{self, Bench},
};

/// Whether a kind is Interpretator's.
#[must_use]
pub fn is_ours(kind: JobKind) -> bool {
    matches!(kind, JobKind::InterpretatorReading | JobKind::InterpretatorQuestions | JobKind::InterpretatorResult)
}

/// Does a job.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(bench: &Bench<'_>, kind: JobKind) -> Result<Worked<Ready>, DbError> {
    let ready = |serial, what| Ready { run: bench.run, serial, what };
    match kind {
        JobKind::InterpretatorReading => {
            let (serial, read) = material::read(bench, describing::describe).await?;
            Ok(match read {
                Ok(read) => Worked::Made(ready(serial, Outcome::Read(read))),
                Err(later) => bench.later(later, || ready(serial, Outcome::Failed)),
            })
        }
        JobKind::InterpretatorQuestions => result::questions(bench).await,
        _ => result::perform(bench).await,
    }
}

/// What the chat is told when a job is given up for good.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn failed(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob) -> Result<Option<Ready>, DbError> {
    let Some(run) = job.run else { return Ok(None) };
    let serial = tools::serial_of(conn, &shell.keys, job).await?;
    Ok(Some(Ready { run, serial, what: Outcome::Failed }))
}
