//! The job `training_picture`: a specialist's training, drawn and sent to the chat that asked.
use bot_kit::JobKind;
use bot_simulator::{
    texts::Text,
    trend::{Record, records},
};
use db::{
    DbError, KeyOwner, PgConn, chat,
    jobs::ClaimedJob,
    results::{self, OwnFile},
    training,
};
use domain::{FileId, Locale, UserId};
use idempotency_key::{About, Actor, Cause};
use report::png::training::{Session, Sessions, sessions};
use turn::{Letter, Shell, document_params};
use uuid::Uuid;
use vault::Place;

use crate::outcome::Worked;

/// The job's name.
pub const KIND: &str = JobKind::TrainingPicture.as_str();
/// Sessions that are drawn, the latest ones.
const DRAWN: usize = 30;

/// A picture that was drawn.
pub struct Picture {
    owner: UserId,
    locale: Locale,
    png: Vec<u8>,
}

#[derive(serde::Deserialize)]
struct Wish {
    owner: UserId,
    locale: Locale,
}

/// Reads the sessions and draws them; nothing to do when there are none.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(shell: &Shell, job: &ClaimedJob) -> Result<Worked<Picture>, DbError> {
    let mut conn = shell.pool.get().await?;
    let blob = job.payload.as_deref().ok_or(DbError::Corrupt("a job without its payload"))?;
    let row = job.job.to_string();
    let plain = shell.keys.open(&mut conn, &Place { column: "jobs.payload", row: &row, case: None }, blob).await?;
    let wish: Wish = serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("a picture's wish"))?;
    let Some(kept) = training::find(&mut conn, wish.owner).await? else { return Ok(Worked::Moot) };
    drop(conn);
    let all = records(kept.history);
    let drawn = Sessions { sessions: all[all.len().saturating_sub(DRAWN)..].iter().map(drawn).collect(), locale: wish.locale };
    match tokio::task::spawn_blocking(move || sessions(&drawn)).await {
        Ok(Ok(png)) => Ok(Worked::Made(Picture { owner: wish.owner, locale: wish.locale, png })),
        Ok(Err(_)) | Err(_) => Ok(Worked::Retry { code: "picture_failed" }),
    }
}

fn drawn(record: &Record) -> Session {
    Session { tsi: record.tsi, cci: record.cci, signals: record.signals }
}

/// Stores the picture for a day and puts it into the outbox, in the transaction that ends the job.
///
/// # Errors
/// When the database fails.
pub async fn record(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob, picture: Picture) -> Result<(), DbError> {
    let Some((bot, chat)) = job.conversation else { return Ok(()) };
    let file = FileId(Uuid::now_v7());
    let name = format!("training-{}.png", file.0.simple());
    let own = OwnFile { file, owner: picture.owner, kind: "chart", format: "training", name, mime: "image/png", secs: 24 * 3600 };
    results::insert_own_file(conn, &shell.keys, &own, &picture.png).await?;
    let letter = Letter {
        bot,
        chat,
        owner: KeyOwner::User(picture.owner),
        lane: 1,
        kind: "file",
        method: "sendDocument",
        params: document_params(chat, &Text::PictureCaption.html(picture.locale), false),
        file: Some(file),
        about: About { service: None, run: None, case: None, actor: Actor::User(picture.owner) },
        cause: Cause::Job(job.job),
        number: 0,
    };
    let message = letter.seal(conn, &shell.keys).await?;
    chat::put_messages(conn, vec![message], job.traceparent.as_deref(), job.correlation.as_deref()).await
}
