//! Files people sent: fetched from Telegram, read in a child process. Nothing of a file is kept but its text or a new picture.
use std::time::Duration;

use documents::{Hint, Kind, Read, Reader, Unreadable};
use domain::{BotId, ChatId};
use telegram::{DownloadFailure, Telegram};

/// Bytes of a file at most while it is fetched; the reader knows the smaller limit of a document.
const BYTES: u64 = 10 * 1024 * 1024;

/// Fetches and reads. Cloning shares it.
#[derive(Clone)]
pub struct Files {
    /// Connections to Telegram of the bots that take files; without its token no file of a bot can be fetched.
    pub telegram: Vec<(BotId, Telegram)>,
    /// The reader.
    pub reader: Reader,
}

/// Why a file gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFile {
    /// A decision about the file: a code for the person.
    Never(&'static str),
    /// Try again, with the next attempt.
    Later(&'static str),
    /// Try again after this time.
    Wait(Duration),
}

impl Files {
    /// Fetches a file of a chat and reads it.
    ///
    /// # Errors
    /// [`NoFile`].
    pub async fn read(&self, file: &str, picture: bool, chat: &Option<(BotId, ChatId)>) -> Result<Read, NoFile> {
        let (_, telegram) =
            chat.and_then(|(bot, _)| self.telegram.iter().find(|(of, _)| *of == bot)).ok_or(NoFile::Later("no_token"))?;
        let bytes = telegram.download(file, BYTES).await.map_err(|failure| match failure {
            DownloadFailure::TooLarge => NoFile::Never("too_large"),
            DownloadFailure::Gone => NoFile::Never("gone"),
            DownloadFailure::RateLimited { after } => NoFile::Wait(after),
            DownloadFailure::Unreachable => NoFile::Later("file_unreachable"),
        })?;
        let hint = Hint { expected: picture.then_some(Kind::Jpeg) };
        self.reader.read(bytes, hint).await.map_err(|why| match why {
            Unreadable::Unavailable => NoFile::Later("reader_unavailable"),
            why => NoFile::Never(why.code()),
        })
    }
}
