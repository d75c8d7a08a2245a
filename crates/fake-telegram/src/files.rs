//! Stored files, and their Bot API form.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::model::set;
use crate::params::Upload;
use crate::picture;

/// What the smaller sizes of a photo hold: a picture that is not the one that was sent, so that whoever takes the wrong size
/// can be told by it.
const SMALL: &[u8] = include_bytes!("small.jpg");
/// Longest sides of the smaller sizes.
const SIDES: [u32; 3] = [90, 320, 800];
/// Longest extension that goes from a name into a path.
const EXTENSION: usize = 10;

/// One stored file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Id for the bot that owns it.
    pub file_id: String,
    pub unique_id: String,
    /// Index of the owning bot; ids of other bots' files are refused.
    pub bot: usize,
    pub name: String,
    pub mime_type: Option<String>,
    /// Width and height in pixels, for pictures.
    pub size: Option<(u32, u32)>,
    /// Path under `/file/bot<token>/`.
    pub path: String,
    pub bytes: Bytes,
    /// The size that is told, where it is not that of the bytes.
    pub declared_size: Option<u64>,
}

impl File {
    /// The size that is told, in bytes.
    pub fn told_size(&self) -> u64 {
        self.declared_size.unwrap_or(self.bytes.len() as u64)
    }

    pub fn document(&self) -> Value {
        let mut out = self.described();
        set(&mut out, "file_name", (!self.name.is_empty()).then_some(&self.name));
        set(&mut out, "mime_type", self.mime_type.as_ref());
        out
    }

    pub fn photo(&self) -> Value {
        let (width, height) = self.size.unwrap_or((90, 90));
        let mut out = self.described();
        out["width"] = json!(width);
        out["height"] = json!(height);
        out
    }

    pub fn voice(&self, secs: u32) -> Value {
        let mut out = self.described();
        out["duration"] = json!(secs);
        set(&mut out, "mime_type", self.mime_type.as_ref());
        out
    }

    /// Bot API `File`.
    pub fn with_path(&self) -> Value {
        let mut out = self.described();
        out["file_path"] = json!(self.path);
        out
    }

    fn described(&self) -> Value {
        json!({ "file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.told_size() })
    }
}

/// All stored files, by id.
#[derive(Debug, Default)]
pub(crate) struct Files {
    by_id: HashMap<String, File>,
}

impl Files {
    pub fn get(&self, file_id: &str) -> Option<&File> {
        self.by_id.get(file_id)
    }

    /// A bot's file by its path.
    pub fn by_path(&self, bot: usize, path: &str) -> Option<&File> {
        let mut all = self.by_id.values();
        all.find(|file| file.bot == bot && file.path == path)
    }

    /// Stores a file and gives its id, unique to the owning bot.
    pub fn add(&mut self, bot: usize, folder: &str, upload: &Upload) -> String {
        self.keep(bot, folder, upload, picture::size(&upload.bytes))
    }

    /// Stores a photo as Telegram does, in several sizes; gives their ids, the largest last. Bytes that are no picture have one
    /// size.
    pub fn add_photo(&mut self, bot: usize, upload: &Upload) -> Vec<String> {
        let size = picture::size(&upload.bytes);
        let (width, height) = size.unwrap_or_default();
        let longest = width.max(height);
        let scaled = |side: u32, of: u32| {
            let scaled = u64::from(side) * u64::from(of) / u64::from(longest);
            u32::try_from(scaled).unwrap_or(1).max(1)
        };
        let small = Upload { bytes: Bytes::from_static(SMALL), declared_size: None, ..upload.clone() };
        let sides = SIDES.into_iter().filter(|side| *side < longest);
        let sizes = sides.map(|side| Some((scaled(side, width), scaled(side, height))));
        let mut ids: Vec<String> = sizes.map(|size| self.keep(bot, "photos", &small, size)).collect();
        ids.push(self.keep(bot, "photos", upload, size));
        ids
    }

    fn keep(&mut self, bot: usize, folder: &str, upload: &Upload, size: Option<(u32, u32)>) -> String {
        let number = self.by_id.len() + 1;
        let file_id = format!("BQACAgIAAxkB{bot:02}{number:08}");
        let file = File {
            unique_id: format!("AgAD{number:08}"),
            bot,
            name: upload.file_name.clone(),
            mime_type: upload.mime_type.clone(),
            size,
            path: format!("{folder}/file_{number}{}", extension(&upload.file_name)),
            bytes: upload.bytes.clone(),
            declared_size: upload.declared_size,
            file_id: file_id.clone(),
        };
        self.by_id.insert(file_id.clone(), file);
        file_id
    }
}

/// What of a name goes into a path: a plain extension with its dot, or nothing.
fn extension(name: &str) -> String {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_plain = (1..=EXTENSION).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain { format!(".{extension}") } else { String::new() }
}
