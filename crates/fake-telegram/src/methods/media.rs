//! Files: sent by bots as bytes or by id, and fetched by them.

use serde_json::Value;

use super::messages::Common;
use super::text;
use crate::error::{ApiError, ApiResult};
use crate::model::{Body, Content};
use crate::params::{Params, Upload};
use crate::picture;
use crate::state::State;

/// Bytes a bot may upload, send as a photo, and fetch.
const MAX_UPLOAD: usize = 50 << 20;
const MAX_PHOTO: usize = 10 << 20;
const MAX_DOWNLOAD: u64 = 20 << 20;
/// Pixels of width and height together a photo may have.
const MAX_SIDES: u32 = 10_000;

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Document,
    Photo,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Photo => "photo",
        }
    }

    fn content(self, file_id: String, caption: Body) -> Content {
        match self {
            Self::Document => Content::Document { file_id, caption },
            Self::Photo => Content::Photo { sizes: vec![file_id], caption },
        }
    }
}

impl State {
    pub(super) fn send_file(&mut self, bot: usize, params: &Params, kind: Kind) -> ApiResult {
        let caption = text::caption(params)?;
        let common = self.common(bot, params, false)?;
        let reference = params.text_or_empty(kind.name());
        let upload = params.files.get(kind.name());
        let file_id = self.file_id(bot, params, kind, upload, &reference)?;
        Ok(self.post(bot, common, kind.content(file_id, caption), None))
    }

    /// The file a parameter means: its own bytes, `attach://name`, or the id of a file this
    /// bot has already.
    fn file_id(
        &mut self,
        bot: usize,
        params: &Params,
        kind: Kind,
        upload: Option<&Upload>,
        reference: &str,
    ) -> Result<String, ApiError> {
        let attached = reference.strip_prefix("attach://");
        let upload = upload.or_else(|| params.files.get(attached?));
        if let Some(upload) = upload {
            check_upload(upload, kind)?;
            return Ok(self.files.add(bot, &format!("{}s", kind.name()), upload));
        }
        if reference.is_empty() || attached.is_some() {
            let missing = format!("there is no {} in the request", kind.name());
            return Err(ApiError::bad_request(missing));
        }
        if reference.contains("://") {
            return Err(ApiError::bad_request("failed to get HTTP URL content"));
        }
        match self.files.get(reference) {
            Some(file) if file.bot == bot => Ok(reference.to_owned()),
            _ => Err(ApiError::bad_request("wrong file identifier/HTTP URL specified")),
        }
    }

    /// Two to ten files in one album.
    pub(super) fn send_media_group(&mut self, bot: usize, params: &Params) -> ApiResult {
        let media = params.json("media")?.unwrap_or_default();
        let media = media.as_array().cloned().unwrap_or_default();
        if !(2..=10).contains(&media.len()) {
            return Err(ApiError::bad_request("media group must include 2-10 items"));
        }
        let Common { chat, reply_to, protected, .. } = self.common(bot, params, false)?;
        let mut contents = Vec::new();
        for item in media {
            let kind = match item.get("type").and_then(Value::as_str) {
                Some("document") => Kind::Document,
                Some("photo") => Kind::Photo,
                _ => return Err(ApiError::bad_request("can't parse InputMedia: invalid type")),
            };
            let reference = item.get("media").and_then(Value::as_str).unwrap_or_default();
            let reference = reference.to_owned();
            let caption = text::caption(&Params::from_json(item))?;
            let file_id = self.file_id(bot, params, kind, None, &reference)?;
            contents.push(kind.content(file_id, caption));
        }
        let group = format!("{}", 13_000_000_000_000_000 + self.unique());
        let posted = contents.into_iter().map(|content| {
            let common = Common { chat, markup: None, reply_to, protected };
            self.post(bot, common, content, Some(group.clone()))
        });
        Ok(Value::Array(posted.collect()))
    }

    pub(super) fn get_file(&self, bot: usize, params: &Params) -> ApiResult {
        let file = self.files.get(&params.text_or_empty("file_id"));
        let file = file.filter(|file| file.bot == bot);
        let file = file.ok_or_else(|| ApiError::bad_request("invalid file_id"))?;
        if file.told_size().max(file.bytes.len() as u64) > MAX_DOWNLOAD {
            return Err(ApiError::bad_request("file is too big"));
        }
        Ok(file.with_path())
    }
}

fn check_upload(upload: &Upload, kind: Kind) -> Result<(), ApiError> {
    if upload.bytes.is_empty() {
        return Err(ApiError::bad_request("file must be non-empty"));
    }
    if upload.bytes.len() > MAX_UPLOAD {
        return Err(ApiError::too_large());
    }
    if kind == Kind::Document {
        return Ok(());
    }
    if upload.bytes.len() > MAX_PHOTO {
        return Err(ApiError::bad_request("file is too big"));
    }
    match picture::size(&upload.bytes) {
        None => Err(ApiError::bad_request("IMAGE_PROCESS_FAILED")),
        Some((width, height)) if width.saturating_add(height) > MAX_SIDES => {
            Err(ApiError::bad_request("PHOTO_INVALID_DIMENSIONS"))
        }
        Some(_) => Ok(()),
    }
}
