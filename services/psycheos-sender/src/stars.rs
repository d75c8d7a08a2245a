//! Telegram's own list of Star transactions, copied into our table now and then: it shows what never reached us.
use std::time::Duration;

use db::{DbError, Pool, payments};
use domain::BotId;
use telegram::{Failure, STAR_PAGE, Telegram};
use tokio_util::sync::CancellationToken;

/// Copies the list at every interval until told to stop. Several senders may do it: what is known is left alone.
pub async fn copy_now_and_then(pool: Pool, telegram: Telegram, every: Duration, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
        match copy(&pool, &telegram).await {
            Ok(Ok(0)) => {}
            Ok(Ok(count)) => tracing::info!(count, "star transactions copied"),
            Ok(Err(failure)) => tracing::warn!(failure = %failure, "Telegram's list of transactions was not read"),
            Err(error) => tracing::warn!(code = error.code(), reason = %error, "star transactions could not be stored"),
        }
    }
}

/// Reads on where the table ends; no connection is held while Telegram is asked.
async fn copy(pool: &Pool, telegram: &Telegram) -> Result<Result<usize, Failure>, DbError> {
    let mut copied = 0;
    loop {
        let offset = payments::count_transactions(&mut *pool.get().await?, BotId::Pro).await?;
        let page = match telegram.star_transactions(offset).await {
            Ok(page) => page,
            Err(failure) => return Ok(Err(failure)),
        };
        payments::insert_transactions(&mut *pool.get().await?, BotId::Pro, &page).await?;
        copied += page.len();
        if page.len() < STAR_PAGE {
            return Ok(Ok(copied));
        }
    }
}
