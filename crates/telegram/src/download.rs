//! Files that people sent, fetched by us: their address holds the token and is nobody else's business.
use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    Telegram,
    outcome::{Setback, wait},
    transport::retry_after,
};

/// Time for the bytes, from the request to the last one.
const BYTES: Duration = Duration::from_secs(60);
/// Longest path that is asked for, in bytes; Telegram's have about thirty.
const PATH: usize = 256;

/// Why a file did not come, as a decision. Holds nothing of its address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DownloadFailure {
    /// It is larger than the caller's limit, or than the 20 MB that Telegram gives to bots.
    #[error("the file is too large")]
    TooLarge,
    /// Telegram does not have it for this bot, or names no place to fetch it from: asking again changes nothing.
    #[error("the file is not available")]
    Gone,
    /// 429: nothing before that time.
    #[error("slow down for {}s", after.as_secs())]
    RateLimited {
        /// How long.
        after: Duration,
    },
    /// Telegram did not answer, or not in a way that says anything about the file: try again.
    #[error("the file did not come")]
    Unreachable,
}

impl DownloadFailure {
    /// A stable word for rows and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "file_too_large",
            Self::Gone => "file_gone",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unreachable => "unreachable",
        }
    }
}

impl From<Setback> for DownloadFailure {
    fn from(setback: Setback) -> Self {
        match setback {
            Setback::SlowDown { after } => Self::RateLimited { after },
            Setback::Refused { code: 400, description } if description.contains("file is too big") => Self::TooLarge,
            Setback::Refused { code: 400 | 404, .. } => Self::Gone,
            // A token that is not valid says nothing about the file either.
            Setback::Refused { .. } | Setback::NotSent | Setback::Unknown => Self::Unreachable,
        }
    }
}

impl Telegram {
    /// The bytes of a file that was sent to this bot, at most `limit` of them. What Telegram says of the size is checked before
    /// anything is fetched, and the bytes are counted while they come.
    ///
    /// # Errors
    /// [`DownloadFailure`].
    pub async fn download(&self, file_id: &str, limit: u64) -> Result<Vec<u8>, DownloadFailure> {
        self.download_within(file_id, limit, BYTES).await
    }

    async fn download_within(&self, file_id: &str, limit: u64, time: Duration) -> Result<Vec<u8>, DownloadFailure> {
        let file = self.ask("getFile", &json!({ "file_id": file_id })).await?;
        if file.get("file_size").and_then(Value::as_u64).is_some_and(|size| size > limit) {
            return Err(DownloadFailure::TooLarge);
        }
        let path = file.get("file_path").and_then(Value::as_str).filter(|path| stays_below(path));
        let request = path.and_then(|path| self.file(path)).ok_or(DownloadFailure::Gone)?;
        let mut response = request.timeout(time).send().await.map_err(|_| DownloadFailure::Unreachable)?;
        match response.status().as_u16() {
            200 => {}
            429 => return Err(DownloadFailure::RateLimited { after: wait(retry_after(&response)) }),
            400 | 404 | 410 => return Err(DownloadFailure::Gone),
            _ => return Err(DownloadFailure::Unreachable),
        }
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(DownloadFailure::TooLarge);
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|_| DownloadFailure::Unreachable)? {
            if piece.len() > limit - bytes.len() {
                return Err(DownloadFailure::TooLarge);
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

/// Whether a path means something below the bot's own place, however a server reads it: no way up, no other host, no query, and
/// nothing that is decoded once more.
fn stays_below(path: &str) -> bool {
    let is_strange = |c: char| c.is_control() || matches!(c, '\\' | ':' | '?' | '#' | '%');
    path.len() <= PATH && !path.contains(is_strange) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests;
