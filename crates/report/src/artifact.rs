//! An artifact of the contract as a document for the specialist, and the client's portrait apart from it.
mod parts;

use domain::{Locale, ServiceId, artifact::Artifact};
use serde_json::Value;

use crate::{
    docx::{Block, Document},
    png,
    words::{Picture, Word},
};

/// Width of the picture on the page, in pixels at 96 per inch.
const PICTURE_WIDTH: u32 = 480;

/// What the reader must know of a tool's results.
const fn notice(service: ServiceId) -> Word {
    match service {
        ServiceId::Simulator => Word::TrainingNotice,
        ServiceId::Screen | ServiceId::Interpretator | ServiceId::Conceptualizator | ServiceId::ProGuide => Word::Notice,
    }
}

/// The document of an artifact, in its language: safety first and apart, the client's own words, the findings, questions and
/// actions, and a tool's own sections where it has them. A tool's `raw` is read tolerantly: what is absent is left out. The
/// picture is a PNG, normally of [`png::profile`].
#[must_use]
pub fn from_artifact(artifact: &Artifact, picture: Option<&[u8]>) -> Document {
    let locale = artifact.meta.language;
    let mut blocks = Vec::new();
    blocks.extend(parts::safety(artifact, locale));
    blocks.extend(parts::own_words(artifact, locale));
    blocks.extend(parts::in_short(artifact, locale));
    blocks.extend(picture.map(|png| framed(png, locale)));
    blocks.extend(parts::structural(artifact, locale));
    blocks.extend(parts::sections(artifact));
    blocks.extend(parts::comparison(artifact));
    blocks.extend(parts::questions(artifact, locale));
    blocks.extend(parts::actions(artifact, locale));
    blocks.extend(parts::answers(artifact, locale));
    blocks.extend(parts::contradictions(artifact, locale));
    blocks.extend(parts::portrait(artifact, locale));
    blocks.extend(parts::method(artifact, locale));
    let meta = &artifact.meta;
    let run = meta.run_id.0.simple().to_string();
    let short = run.get(20..).unwrap_or_default();
    Document {
        title: Word::Title(meta.service_id).text(locale).to_owned(),
        subtitle: format!("{} · {} {short}", meta.created_at.format("%d.%m.%Y"), Word::Run.text(locale)),
        notice: notice(artifact.meta.service_id).text(locale).to_owned(),
        blocks,
        footer: Word::Footer.text(locale).to_owned(),
        created_at: Some(created_at(artifact)),
    }
}

/// The client's portrait as a document of its own, in the client's language; `None` where an artifact has none. It holds
/// nothing but the portrait: no answers, no signs, no words of the model.
#[must_use]
pub fn portrait(artifact: &Artifact) -> Option<Document> {
    let text = parts::portrait_text(artifact)?;
    let locale = match artifact.raw.get("portrait_locale").and_then(Value::as_str).map(str::parse) {
        Some(Ok(locale)) => locale,
        Some(Err(_)) | None => artifact.meta.language,
    };
    Some(Document {
        title: Word::PortraitTitle.text(locale).to_owned(),
        subtitle: artifact.meta.created_at.format("%d.%m.%Y").to_string(),
        notice: Word::PortraitNotice.text(locale).to_owned(),
        blocks: vec![Block::Paragraph(text.to_owned())],
        footer: Word::Footer.text(locale).to_owned(),
        created_at: Some(created_at(artifact)),
    })
}

fn created_at(artifact: &Artifact) -> String {
    artifact.meta.created_at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The picture at the width of the page's picture. Bytes that are no PNG keep the profile's shape here and are refused when the
/// document is written.
fn framed(png: &[u8], locale: Locale) -> Block {
    let (width, height) = png::dimensions(png).unwrap_or((png::WIDTH, png::HEIGHT));
    let height_px = u64::from(height) * u64::from(PICTURE_WIDTH) / u64::from(width);
    Block::Picture {
        png: png.to_vec(),
        width_px: PICTURE_WIDTH,
        height_px: u32::try_from(height_px).unwrap_or(u32::MAX),
        alt: Word::Picture(Picture::Alt).text(locale).to_owned(),
    }
}
