//! The job `screen_rewrite`: the texts of a report, asked for anew by the specialist. The report keeps its id; what is there stays
//! until the new texts are, and stays for good when Claude writes none.
use bot_kit::{JobKind, KeptArtifact, MessageKind};
use db::{DbError, KeyOwner, PgConn, chat, jobs::ClaimedJob, results};
use domain::{BotId, Locale, ServiceId};
use idempotency_key::{About, Actor, Cause};
use turn::{Letter, Shell};

use crate::tools::wish_of;

/// The job's name.
pub const KIND: &str = JobKind::ScreenRewrite.as_str();

#[derive(serde::Deserialize)]
struct Wish {
    label: String,
    locale: Locale,
}

/// Puts the new texts in the place of the old ones and tells the specialist, in the transaction that ends the job.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn record(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob, kept: Option<KeptArtifact>) -> Result<(), DbError> {
    let (Some((bot, chat)), Some(case), Some(run)) = (job.conversation, job.case, job.run) else { return Ok(()) };
    let artifact = match kept {
        Some(kept) => results::replace(conn, &shell.keys, &kept).await?,
        None => None,
    };
    let wish: Wish = wish_of(conn, &shell.keys, job).await?;
    let say = bot_pro::rewritten(wish.locale, case, artifact, &wish.label).kind(MessageKind::Result);
    debug_assert_eq!(bot, BotId::Pro, "it is asked for in Pro");
    let about = About { service: Some(ServiceId::Screen), run: Some(run), case: Some(case), actor: Actor::None };
    let letter = Letter::say(bot, chat, KeyOwner::Case(case), &say, about, Cause::Job(job.job, job.requeues));
    let message = letter.seal(conn, &shell.keys).await?;
    chat::put_messages(conn, vec![message], job.correlation.as_deref()).await
}
