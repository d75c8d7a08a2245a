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
use turn::{Letter, Shell, document_params};
use uuid::Uuid;
use vault::Place;

use crate::outcome::Worked;

/// A picture that was drawn.
pub struct Picture {
    wish: PictureWish,
    /// Its name in `files.format`, and how its file's name begins.
    format: &'static str,
    caption: Html,
    png: Vec<u8>,
}

/// What a job is asked for.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn wish_of(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob) -> Result<PictureWish, DbError> {
    let blob = job.payload.as_deref().ok_or(DbError::Corrupt("a job without its payload"))?;
    let row = job.job.to_string();
    let plain = shell.keys.open(conn, &Place { column: "jobs.payload", row: &row, case: None }, blob).await?;
    serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("a picture's wish"))
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
    let letter = Letter {
        bot,
        chat,
        owner: KeyOwner::User(owner),
        lane: 1,
        kind: "file",
        method: "sendDocument",
        params: document_params(chat, &caption, false),
        file: Some(file),
        about: About { service: None, run: None, case: None, actor: Actor::User(owner) },
        cause: Cause::Job(job.job),
        number: 0,
    };
    let message = letter.seal(conn, &shell.keys).await?;
    chat::put_messages(conn, vec![message], job.traceparent.as_deref(), job.correlation.as_deref()).await
}
