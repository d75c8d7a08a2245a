//! Files of a result.
use bot_kit::{FileKind, KeptArtifact, KeptFile};
use bot_screen::{
    engine::{Axis, Layer},
    report::ReportInput,
};
use domain::{ArtifactId, CaseId, DangerLevel, FileId, Locale, RunId, artifact::Artifact};
use report::{
    docx::MIME as DOCX,
    png::{AxisPoint, Profile},
};
use uuid::Uuid;

use crate::screen_report::{NamedBytes, as_json};

/// Text, document, data, picture and the client's portrait of a screening.
///
/// # Errors
/// A stable word when a document or picture cannot be made.
pub fn of_screening(input: &ReportInput, content: &Artifact, txt: &str) -> Result<Vec<NamedBytes>, &'static str> {
    let run = input.run.to_string();
    let short = run.split('-').next_back().unwrap_or_default();
    let name = |kind: &str, extension: &str| format!("screen-{kind}-{short}.{extension}");
    let picture = report::png::profile(&profile_of(input)).map_err(|_| "picture_failed")?;
    let document = report::docx::from_artifact(content, Some(&picture));
    let docx = report::docx::document(&document).map_err(|_| "document_failed")?;
    let portrait = report::docx::portrait(content).map(|document| report::docx::document(&document));
    let portrait = portrait.transpose().map_err(|_| "document_failed")?;
    let mut files = vec![
        (FileKind::Txt, name("report", "txt"), "text/plain; charset=utf-8", txt.as_bytes().to_vec()),
        (FileKind::Docx, name("report", "docx"), DOCX, docx),
        (FileKind::Json, name("data", "json"), "application/json", as_json(content)),
        (FileKind::Profile, name("profile", "png"), "image/png", picture),
    ];
    files.extend(portrait.map(|bytes| (FileKind::Portrait, name("portrait", "docx"), DOCX, bytes)));
    Ok(files)
}

/// Text, document, with a picture in it where there is one, and data of another tool's result.
///
/// # Errors
/// A stable word when the document cannot be made.
pub fn of_tool(
    name: &str,
    run: RunId,
    content: &Artifact,
    txt: &str,
    picture: Option<&[u8]>,
) -> Result<Vec<NamedBytes>, &'static str> {
    let run = run.to_string();
    let short = run.split('-').next_back().unwrap_or_default();
    let docx = report::docx::document(&report::docx::from_artifact(content, picture)).map_err(|_| "document_failed")?;
    let mut files = vec![
        (FileKind::Txt, format!("{name}-{short}.txt"), "text/plain; charset=utf-8", txt.as_bytes().to_vec()),
        (FileKind::Docx, format!("{name}-{short}.docx"), DOCX, docx),
        (FileKind::Json, format!("{name}-data-{short}.json"), "application/json", as_json(content)),
    ];
    if let Some(letter) = report::docx::portrait(content) {
        let bytes = report::docx::document(&letter).map_err(|_| "document_failed")?;
        files.push((FileKind::Portrait, format!("letter-{short}.docx"), DOCX, bytes));
    }
    Ok(files)
}

/// A result with its files, each with an id, as it is kept. `risk`: its most serious sign of danger.
pub fn kept(
    run: RunId,
    case: CaseId,
    content: Artifact,
    txt: String,
    risk: Option<DangerLevel>,
    files: Vec<NamedBytes>,
) -> KeptArtifact {
    let files =
        files.into_iter().map(|(kind, name, mime, bytes)| KeptFile { file: FileId(Uuid::now_v7()), kind, name, mime, bytes });
    KeptArtifact {
        artifact: ArtifactId(Uuid::now_v7()),
        run,
        case,
        service: content.meta.service_id,
        risk,
        txt,
        files: files.collect(),
        content,
    }
}

/// The profile as it is drawn: axes with their errors, and the map.
fn profile_of(input: &ReportInput) -> Profile {
    let v3 = &input.results.v3;
    let point = |axis| AxisPoint { value: v3.axis_vector[axis], error: Some(v3.axis_error[axis]) };
    let row = |layer: Layer| Axis::ALL.map(|axis| v3.cell(layer, axis));
    let locale = input.collected.specialist_locale;
    let title = match locale {
        Locale::Ru => "Профиль регуляции",
        Locale::En => "Profile of regulation",
    };
    Profile { axes: Axis::ALL.map(point), map: Layer::ALL.map(row), locale, title: title.to_owned() }
}
