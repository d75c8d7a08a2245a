//! The job `training_picture`: a specialist's training, drawn.
use bot_kit::PictureWish;
use bot_simulator::{
    texts::Text,
    trend::{Record, records},
};
use db::{DbError, jobs::ClaimedJob, training};
use report::png::training::{Session, Sessions, sessions};
use turn::Shell;

use crate::{
    outcome::Worked,
    own_picture::{self, Picture},
    tools::wish_of,
};

/// Sessions that are drawn, the latest ones.
const DRAWN: usize = 30;

/// Reads the sessions and draws them; nothing to do when there are none.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(shell: &Shell, job: &ClaimedJob) -> Result<Worked<Picture>, DbError> {
    let mut conn = shell.pool.get().await?;
    let wish = wish_of::<PictureWish>(&mut conn, &shell.keys, job).await?;
    let Some(kept) = training::find(&mut conn, wish.owner).await? else { return Ok(Worked::Moot) };
    drop(conn);
    let all = records(kept.history);
    let latest = all[all.len().saturating_sub(DRAWN)..].iter().map(session).collect();
    let drawing = Sessions { sessions: latest, locale: wish.locale };
    let caption = Text::PictureCaption.html(wish.locale);
    Ok(own_picture::drawn(wish, "training", caption, move || sessions(&drawing)).await)
}

fn session(record: &Record) -> Session {
    Session { tsi: record.tsi, cci: record.cci, signals: record.signals }
}
