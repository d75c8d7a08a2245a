//! The job `finance_picture`: the finances of thirty days, drawn for an administrator and sent as a document.
use bot_kit::JobKind;
use db::{
    DbError, KeyOwner, PgConn, chat,
    jobs::ClaimedJob,
    results::{self, OwnFile},
    wallets::{self, FinanceDay},
};
use domain::{BotId, FileId, Locale, UserId};
use idempotency_key::{About, Actor, Cause};
use report::png::finance::{Day, Finances, finances};
use turn::{Letter, Shell, document_params};
use uuid::Uuid;
use vault::Place;

use crate::outcome::Worked;

const DAYS: i32 = 30;

/// A picture that was drawn.
pub struct Picture {
    owner: UserId,
    locale: Locale,
    png: Vec<u8>,
}

/// Reads the days and draws them.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(shell: &Shell, job: &ClaimedJob) -> Result<Worked<Picture>, DbError> {
    let mut conn = shell.pool.get().await?;
    let blob = job.payload.as_deref().ok_or(DbError::Corrupt("a job without its payload"))?;
    let row = job.job.to_string();
    let plain = shell.keys.open(&mut conn, &Place { column: "jobs.payload", row: &row, case: None }, blob).await?;
    let wish: Wish = serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("a picture's wish"))?;
    let days = wallets::list_finance_days(&mut conn, DAYS).await?;
    drop(conn);
    let drawing = Finances { days: days.iter().map(day_of).collect(), locale: wish.locale };
    match tokio::task::spawn_blocking(move || finances(&drawing)).await {
        Ok(Ok(png)) => Ok(Worked::Made(Picture { owner: wish.owner, locale: wish.locale, png })),
        Ok(Err(_)) | Err(_) => Ok(Worked::Retry { code: "picture_failed" }),
    }
}

#[derive(serde::Deserialize)]
struct Wish {
    owner: UserId,
    locale: Locale,
}

fn day_of(day: &FinanceDay) -> Day {
    Day {
        name: day.day.format("%d.%m").to_string(),
        paid_in: day.paid_in - day.refunded,
        spent: day.spent,
        cost_usd: day.cost_usd,
    }
}

/// Stores the picture for a day and puts it into the outbox, in the transaction that ends the job.
///
/// # Errors
/// When the database fails.
pub async fn record(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob, picture: Picture) -> Result<(), DbError> {
    let Some((_, chat)) = job.conversation else { return Ok(()) };
    let file = FileId(Uuid::now_v7());
    let name = format!("finance-{}.png", file.0.simple());
    let own = OwnFile { file, owner: picture.owner, kind: "chart", format: "finance", name, mime: "image/png", secs: 24 * 3600 };
    results::insert_own_file(conn, &shell.keys, &own, &picture.png).await?;
    let letter = Letter {
        bot: BotId::Pro,
        chat,
        owner: KeyOwner::User(picture.owner),
        lane: 1,
        kind: "file",
        method: "sendDocument",
        params: document_params(chat, &bot_pro::picture_caption(picture.locale), false),
        file: Some(file),
        about: About { service: None, run: None, case: None, actor: Actor::User(picture.owner) },
        cause: Cause::Job(job.job),
        number: 0,
    };
    let message = letter.seal(conn, &shell.keys).await?;
    chat::put_messages(conn, vec![message], job.traceparent.as_deref(), job.correlation.as_deref()).await
}

/// The job's name.
pub const KIND: &str = JobKind::FinancePicture.as_str();
