//! Files that people send. Methods of the handle.

use anyhow::ensure;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::FakeTelegram;
use crate::html::utf16_len;
use crate::model::Content;
use crate::params::Upload;
use crate::people::{Sent, typed};

/// UTF-16 units a caption may have; only people who pay Telegram get that far.
const CAPTION: usize = 4096;

/// How a person sends a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// As a file, unchanged.
    #[default]
    Document,
    /// As a picture, which the bot is shown in several sizes. The largest holds the bytes as they were sent, the smaller ones
    /// a grey square.
    Photo,
    /// As a voice message.
    Voice,
}

/// A file a person sends.
#[derive(Debug, Clone, Default)]
pub struct PersonFile {
    /// As a file, a picture or a voice message.
    pub kind: FileKind,
    /// Name shown with a document; the bot is told none where it is empty.
    pub file_name: String,
    /// Media type of a document, if known; a voice message is `audio/ogg` without it.
    pub mime_type: Option<String>,
    /// Content.
    pub bytes: Bytes,
    /// Text below it, may be empty.
    pub caption: String,
    /// `media_group_id`, the same for all files of one album.
    pub album: Option<String>,
    /// Size in bytes that the bot is told, where it is not that of the content.
    pub declared_size: Option<u64>,
    /// Seconds a voice message lasts.
    pub secs: u32,
}

impl FakeTelegram {
    /// A person sends a file, a picture or a voice message. Over 20 MB, by its bytes or by
    /// [`PersonFile::declared_size`], the bot is told of it and cannot fetch it.
    ///
    /// # Errors
    /// Unknown bot or person, a blocked bot, a caption of more than 4096 UTF-16 units.
    pub fn send_file(&self, bot: &str, user: i64, file: PersonFile) -> anyhow::Result<Sent> {
        ensure!(utf16_len(&file.caption) <= CAPTION, "a caption has at most 4096 UTF-16 units");
        let index = self.bot(bot)?;
        let PersonFile { kind, file_name, mime_type, bytes, caption, album, declared_size, secs } = file;
        let caption = typed(&caption);
        let upload = |name: &str, mime_type| Upload { file_name: name.to_owned(), mime_type, bytes, declared_size };
        let content = self.engine.with(|state| match kind {
            FileKind::Document => {
                let file_id = state.files.add(index, "documents", &upload(&file_name, mime_type));
                Content::Document { file_id, caption }
            }
            FileKind::Photo => {
                let sizes = state.files.add_photo(index, &upload("photo.jpg", None));
                Content::Photo { sizes, caption }
            }
            FileKind::Voice => {
                let mime_type = mime_type.or_else(|| Some("audio/ogg".to_owned()));
                let file_id = state.files.add(index, "voice", &upload("voice.oga", mime_type));
                Content::Voice { file_id, secs, caption }
            }
        });
        self.say(bot, user, content, album)
    }

    /// A person sends a picture; those of one album carry the same `album`.
    ///
    /// # Errors
    /// Those of [`Self::send_file`].
    pub fn send_photo(
        &self,
        bot: &str,
        user: i64,
        bytes: impl Into<Bytes>,
        caption: &str,
        album: Option<&str>,
    ) -> anyhow::Result<Sent> {
        let album = album.map(str::to_owned);
        let (bytes, caption) = (bytes.into(), caption.to_owned());
        self.send_file(bot, user, PersonFile { kind: FileKind::Photo, bytes, caption, album, ..PersonFile::default() })
    }

    /// A person sends a document; an empty `mime` is one that is not known.
    ///
    /// # Errors
    /// Those of [`Self::send_file`].
    pub fn send_document(
        &self,
        bot: &str,
        user: i64,
        name: &str,
        mime: &str,
        bytes: impl Into<Bytes>,
        caption: &str,
    ) -> anyhow::Result<Sent> {
        let mime_type = (!mime.is_empty()).then(|| mime.to_owned());
        let (file_name, bytes, caption) = (name.to_owned(), bytes.into(), caption.to_owned());
        self.send_file(bot, user, PersonFile { file_name, mime_type, bytes, caption, ..PersonFile::default() })
    }

    /// A person sends a voice message of `secs` seconds.
    ///
    /// # Errors
    /// Those of [`Self::send_file`].
    pub fn send_voice(&self, bot: &str, user: i64, bytes: impl Into<Bytes>, secs: u32) -> anyhow::Result<Sent> {
        self.send_file(bot, user, PersonFile { kind: FileKind::Voice, bytes: bytes.into(), secs, ..PersonFile::default() })
    }
}
