//! The job `screen_wording`: words for questions that may come next, asked for while the client answers another. It is worth
//! something for seconds only, so it is tried once and never waited for.
use std::time::Duration;

use bot_screen::wording::{self, Wish, WordsReady};
use db::{DbError, jobs::ClaimedJob, llm::Whose};
use vault::Place;

use crate::{
    asking::{self, Desk, Step},
    outcome::Worked,
};

/// After this age nobody needs the words any more.
const FRESH: Duration = Duration::from_secs(60);
/// How long the answer may take: the next job of the chat, the report above all, waits behind this one.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks once. `Moot`: the bank's own words stay.
///
/// # Errors
/// When the database fails.
pub async fn perform(desk: &Desk<'_>, job: &ClaimedJob) -> Result<Worked<WordsReady>, DbError> {
    let (Some(run), Some(case)) = (job.run, job.case) else {
        return Err(DbError::Corrupt("words without a run"));
    };
    let age = Duration::from_secs(u64::try_from(job.age_secs).unwrap_or(0));
    let Some(blob) = job.payload.as_deref().filter(|_| job.attempt == 1 && age < FRESH) else { return Ok(Worked::Moot) };
    let row = job.job.to_string();
    let place = Place { column: "jobs.payload", row: &row, case: Some(case) };
    let plain = desk.keys.open(&mut *desk.pool.get().await?, &place, blob).await?;
    let wish: Wish = serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("a wish for words"))?;
    let name = format!("wording@{}", job.job.0.simple());
    let prompt = wording::prompt(&wish);
    let asked = asking::answer(desk, job, Step { whose: Whose::Case { run, case }, name: &name }, &prompt);
    let Ok(answered) = tokio::time::timeout(PATIENCE, asked).await else {
        tracing::warn!(job = %job.job, code = "too_late", "the bank's words stay");
        return Ok(Worked::Moot);
    };
    let Ok(reply) = answered? else { return Ok(Worked::Moot) };
    let (words, unfit) = wording::read(&reply, &wish);
    for why in unfit {
        tracing::warn!(job = %job.job, code = why.code(), "words that may not be shown");
    }
    Ok(if words.is_empty() { Worked::Moot } else { Worked::Made(WordsReady { run, words }) })
}
