//! Pictures of what belongs to a specialist alone: drawn, kept for a day, sent to the chat that asked.
use bot_kit::{Html, PictureWish};
use db::{
    DbError, KeyOwner, PgConn, chat,
    jobs::ClaimedJob,
    results::{self, OwnFile},
};
use domain::FileId;
use idempotency_key::{About, Actor, Cause};
use report::ReportError;
use turn::{Letter, Shell};
use uuid::Uuid;

use crate::outcome::Worked;

/// A picture that was drawn.
pub struct Picture {
    wish: PictureWish,
    /// Its name in `files.format`, and how its file's name begins.
    format: &'static str,
    caption: Html,
    png: Vec<u8>,
}

/// Draws, away from the threads that serve others.
pub async fn drawn(
    wish: PictureWish,
    format: &'static str,
    caption: Html,
    draw: impl FnOnce() -> Result<Vec<u8>, ReportError> + Send + 'static,
) -> Worked<Picture> {
    match tokio::task::spawn_blocking(draw).await {
        Ok(Ok(png)) => Worked::Made(Picture { wish, format, caption, png }),
        Ok(Err(_)) | Err(_) => Worked::Retry { code: "picture_failed" },
    }
}

/// Stores the picture for a day and puts it into the outbox, in the transaction that ends the job.
///
/// # Errors
/// When the database fails.
pub async fn record(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob, picture: Picture) -> Result<(), DbError> {
    let Some((bot, chat)) = job.conversation else { return Ok(()) };
    let Picture { wish: PictureWish { owner, .. }, format, caption, png } = picture;
    let file = FileId(Uuid::now_v7());
    let name = format!("{format}-{}.png", file.0.simple());
    let own = OwnFile { file, owner, kind: "chart", format, name, mime: "image/png", secs: 24 * 3600 };
    results::insert_own_file(conn, &shell.keys, &own, &png).await?;
    let about = About { service: None, run: None, case: None, actor: Actor::User(owner) };
    let letter = Letter::document(bot, chat, KeyOwner::User(owner), file, &caption, about, Cause::Job(job.job, job.requeues));
    let message = letter.seal(conn, &shell.keys).await?;
    chat::put_messages(conn, vec![message], job.correlation.as_deref()).await
}
