//! Updates that were put aside and are to be handled again: as if Telegram had just delivered them.
use std::time::Duration;

use db::{DbError, mending};
use tokio_util::sync::CancellationToken;
use turn::Shell;

use crate::webhook::{self, Verdict};

/// How often it is looked for them.
const LOOK: Duration = Duration::from_secs(3);

/// Handles such updates until told to stop.
pub async fn retry_now_and_then(shell: Shell, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        match retry(&shell).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "updates handled again"),
            Err(error) => tracing::warn!(code = error.code(), reason = %error, "updates could not be handled again"),
        }
    }
}

/// One round. An update whose turn came to nothing because the database was away stays and is taken again in a minute.
async fn retry(shell: &Shell) -> Result<usize, DbError> {
    let claimed = mending::claim_updates(&mut *shell.pool.get().await?, 10).await?;
    let count = claimed.len();
    for found in claimed {
        let (bot, update) = (found.bot, found.update);
        let body = shell.open_raw(&mut *shell.pool.get().await?, bot, update, &found.raw).await?;
        match webhook::handle(shell, bot, &body).await {
            // What only an open webhook can answer is an answer to a press, and too late.
            Verdict::Done | Verdict::Method(_) => {
                mending::finish_update(&mut *shell.pool.get().await?, bot, update).await?;
            }
            Verdict::Later => {}
        }
    }
    Ok(count)
}
