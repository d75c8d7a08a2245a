//! `POST /v1/artifacts/submit`, `GET /v1/artifacts`, `GET /v1/artifacts/{artifact_id}`: results for other programs (R21–R23).
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bot_kit::{FileKind, KeptArtifact, KeptFile};
use chrono::{DateTime, Utc};
use db::{
    DbError, PgConn,
    artifacts::{self, After, Line, LockedRun, Stored, Submitted, Wanted},
    service_keys::LiveKey,
    usage::Refusal,
};
use domain::{
    ArtifactId, CaseId, DangerCategory, DangerLevel, DangerSource, FileId, KeyScope, RunId, ServiceId,
    artifact::{Artifact, ArtifactType, Summary},
    lexicon::{self, Sign},
    policy,
};
use idempotency_key::{self as key, About, Actor};
use report::{
    docx::{self, MIME as DOCX},
    file_name, json, txt,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    V1,
    call::{Call, Reply, Verdict},
    problem::Problem,
};

/// Lines of a page unless said otherwise, and at most.
const PAGE: i64 = 20;
const LARGEST_PAGE: i64 = 100;
/// A moment after which no result was stored, in microseconds: the year 2200.
const FAR_MICROS: i64 = 7_258_118_400_000_000;

/// Hands a run's result over. The run is the one of `content.meta`; case and tool must be the run's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Submit {
    /// What of the result it is.
    artifact_type: ArtifactType,
    /// The artifact, in the form of the contract.
    content: Artifact,
    #[serde(skip)]
    made: Option<Papers>,
}

/// A result as text and, for a whole report, as files.
#[derive(Debug)]
struct Papers {
    txt: String,
    files: Vec<KeptFile>,
}

/// A result that is stored.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubmittedArtifact)]
pub(crate) struct Answer {
    /// `submitted`, or `already_submitted` for a repetition.
    status: &'static str,
    artifact_id: ArtifactId,
    artifact_type: ArtifactType,
    run_id: RunId,
    context_id: CaseId,
}

impl Call for Submit {
    const ACTION: &'static str = "artifact_submit";
    const SCOPE: KeyScope = KeyScope::ArtifactsWrite;
    const LARGEST_BODY: usize = 1024 * 1024;

    fn check(&self) -> Result<(), Problem> {
        self.content.validate().map_err(|breach| Problem::Contract(format!("content.{breach}")))
    }

    fn prepare(&mut self) -> Result<(), Problem> {
        if let Some((at, rule)) = forbidden(&self.content) {
            return Err(Problem::Wording(format!("content.{at}: {rule}")));
        }
        let cannot = |_| Problem::Contract("content: it cannot be written as a document".into());
        let txt = txt::artifact(&self.content);
        let files = match self.artifact_type {
            ArtifactType::FullReport => {
                let (service, run) = (self.content.meta.service_id, self.content.meta.run_id);
                let file = |kind, extension, mime, bytes| KeptFile {
                    file: FileId(Uuid::now_v7()),
                    kind,
                    name: file_name(service.as_str(), run, extension),
                    mime,
                    bytes,
                };
                vec![
                    file(
                        FileKind::Docx,
                        "docx",
                        DOCX,
                        docx::document(&docx::from_artifact(&self.content, None)).map_err(cannot)?,
                    ),
                    file(FileKind::Txt, "txt", "text/plain; charset=utf-8", txt.clone().into_bytes()),
                    file(FileKind::Json, "json", "application/json", json::artifact(&self.content).map_err(cannot)?),
                ]
            }
            _ => Vec::new(),
        };
        self.made = Some(Papers { txt, files });
        Ok(())
    }

    async fn run(&self, v1: &V1, conn: &mut PgConn, key: &LiveKey) -> Result<Verdict, DbError> {
        let meta = &self.content.meta;
        let about = format!("run={} type={}", meta.run_id, self.artifact_type);
        let refused = |case, problem| Ok(Verdict::refused(case, problem, &about));
        let found = artifacts::lock_run(conn, meta.run_id, key.owner).await?;
        let Some(run) = found.filter(|run| run.case == meta.context_id && run.service == meta.service_id) else {
            return refused(None, Problem::RunNotFound);
        };
        let standing = match (run.canceled, run.unopened, run.reserved) {
            (true, ..) => Some(Problem::Refused(Refusal::RunOver)),
            (_, true, _) => Some(Problem::NotOpened),
            (.., false) => Some(Problem::NotReserved),
            (false, false, true) => None,
        };
        if let Some(problem) = standing {
            return refused(Some(run.case), problem);
        }
        let danger = danger(&self.content);
        let kept = self.kept(&run, danger.map(|(sign, _)| sign.level))?;
        let who = About { service: Some(run.service), run: Some(run.run), case: Some(run.case), actor: Actor::User(run.owner) };
        let key = key::artifact_submit(who, self.artifact_type.as_str()).map_err(|error| DbError::Wrong(error.to_string()))?;
        let (status, artifact) = match artifacts::submit(conn, &v1.keys, &kept, self.artifact_type, key.as_str()).await? {
            Submitted::Stored(artifact) => ("submitted", artifact),
            Submitted::Already(artifact) => ("already_submitted", artifact),
            Submitted::Differs(artifact) => return refused(Some(run.case), Problem::Differs(artifact)),
        };
        let told = status == "submitted" && (self.artifact_type == ArtifactType::FullReport || danger.is_some());
        let messages = told && turn::announce_result(conn, &v1.keys, &kept, danger).await?;
        let answer =
            Answer { status, artifact_id: artifact, artifact_type: self.artifact_type, run_id: run.run, context_id: run.case };
        let detail = format!("{status} {about} artifact={artifact}");
        Ok(Verdict { case: Some(run.case), detail, answer: Ok(Reply::json(&answer)?), messages })
    }
}

impl Submit {
    fn kept(&self, run: &LockedRun, risk: Option<DangerLevel>) -> Result<KeptArtifact, DbError> {
        let made = self.made.as_ref().ok_or(DbError::Corrupt("a result that was not made ready"))?;
        Ok(KeptArtifact {
            artifact: ArtifactId(Uuid::now_v7()),
            run: run.run,
            case: run.case,
            service: run.service,
            content: self.content.clone(),
            txt: made.txt.clone(),
            risk,
            files: made.files.clone(),
        })
    }
}

/// The first text that says what no result may say, and by which rule. A person's own words are a person's own.
fn forbidden(artifact: &Artifact) -> Option<(String, &'static str)> {
    let summary = &artifact.summary;
    let mut texts = vec![("summary.one_liner".to_owned(), &summary.one_liner)];
    texts.extend(summary.risk_flags.iter().enumerate().map(|(i, text)| (format!("summary.risk_flags[{i}]"), text)));
    texts.extend(summary.resource_flags.iter().enumerate().map(|(i, text)| (format!("summary.resource_flags[{i}]"), text)));
    for (i, question) in artifact.questions_for_session.iter().enumerate() {
        texts.push((format!("questions_for_session[{i}].q"), &question.q));
        texts.push((format!("questions_for_session[{i}].why"), &question.why));
    }
    for (i, action) in artifact.actions.iter().enumerate() {
        texts.push((format!("actions[{i}].what"), &action.what));
        texts.push((format!("actions[{i}].goal"), &action.goal));
    }
    texts.into_iter().find_map(|(at, text)| policy::violation(text, artifact.meta.language).map(|found| (at, found.rule)))
}

/// The most serious sign of danger: of those the program names in `raw.safety.signs`, and of what the lexicon reads in the person's
/// own words, `raw.own_words`.
fn danger(artifact: &Artifact) -> Option<(Sign, DangerSource)> {
    #[derive(Deserialize)]
    struct Named {
        level: DangerLevel,
        category: DangerCategory,
        source: DangerSource,
    }
    let signs = artifact.raw.get("safety").and_then(|safety| safety.get("signs")).and_then(serde_json::Value::as_array);
    let named = signs.into_iter().flatten().filter_map(|sign| Named::deserialize(sign).ok());
    let named = named.map(|Named { level, category, source }| (Sign { category, level }, source));
    let own = artifact.raw.get("own_words").and_then(serde_json::Value::as_str).and_then(lexicon::signs);
    named.chain(own.map(|sign| (sign, DangerSource::Lexicon))).min_by_key(|(sign, _)| (sign.level, sign.category))
}

/// Which results of a case.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct List {
    /// The case.
    context_id: CaseId,
    /// Of this tool only.
    service_id: Option<ServiceId>,
    /// Of this type only.
    artifact_type: Option<ArtifactType>,
    /// Lines of a page.
    #[serde(default = "usual_page")]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: i64,
    /// `next_cursor` of the page before; its form is ours to change.
    #[param(max_length = 100)]
    cursor: Option<String>,
}

/// A page of a case's results, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArtifactPage {
    artifacts: Vec<ArtifactLine>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A result in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArtifactLine {
    artifact_id: ArtifactId,
    artifact_type: ArtifactType,
    artifact_version: String,
    service_id: ServiceId,
    run_id: RunId,
    created_at: DateTime<Utc>,
    summary: Summary,
}

fn usual_page() -> i64 {
    PAGE
}

impl Call for List {
    const ACTION: &'static str = "artifact_list";
    const SCOPE: KeyScope = KeyScope::ArtifactsRead;

    fn check(&self) -> Result<(), Problem> {
        if !(1..=LARGEST_PAGE).contains(&self.limit) {
            return Err(Problem::BadRequest(format!("limit must be 1 to {LARGEST_PAGE}.")));
        }
        match self.cursor.as_deref().map(after) {
            Some(None) => Err(Problem::Cursor),
            Some(Some(_)) | None => Ok(()),
        }
    }

    async fn run(&self, v1: &V1, conn: &mut PgConn, key: &LiveKey) -> Result<Verdict, DbError> {
        if !artifacts::is_case_there(conn, self.context_id, key.owner).await? {
            return Ok(Verdict::refused(None, Problem::CaseNotFound, ""));
        }
        let wanted = Wanted {
            case: self.context_id,
            service: self.service_id,
            kind: self.artifact_type,
            after: self.cursor.as_deref().and_then(after),
            limit: self.limit + 1,
        };
        let mut lines = artifacts::list(conn, &v1.keys, &wanted).await?;
        let more = lines.len() > usize::try_from(self.limit).unwrap_or(usize::MAX);
        if more {
            lines.pop();
        }
        let next_cursor = lines.last().filter(|_| more).map(|line| cursor(line.after()));
        let detail = format!("listed {}", lines.len());
        let page = ArtifactPage { artifacts: lines.into_iter().map(ArtifactLine::from).collect(), next_cursor };
        Ok(Verdict { case: Some(self.context_id), detail, answer: Ok(Reply::json(&page)?), messages: false })
    }
}

impl From<Line> for ArtifactLine {
    fn from(line: Line) -> Self {
        Self {
            artifact_id: line.artifact,
            artifact_type: line.kind,
            artifact_version: line.version,
            service_id: line.service,
            run_id: line.run,
            created_at: line.created_at,
            summary: line.summary,
        }
    }
}

fn cursor(after: After) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", after.micros, after.artifact.0.simple()))
}

fn after(cursor: &str) -> Option<After> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (micros, artifact) = text.split_once('.')?;
    let micros = micros.parse().ok().filter(|micros| (0..FAR_MICROS).contains(micros))?;
    Some(After { micros, artifact: ArtifactId(artifact.parse().ok()?) })
}

/// How a result is handed out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// An object with `content` in the form of the contract.
    #[default]
    Json,
    /// Plain text, UTF-8.
    Txt,
    /// A document.
    Docx,
}

/// One result.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Get {
    artifact_id: ArtifactId,
    #[serde(default)]
    format: Format,
}

/// A result with its content.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoredArtifact {
    artifact_id: ArtifactId,
    artifact_type: ArtifactType,
    context_id: CaseId,
    run_id: RunId,
    service_id: ServiceId,
    created_at: DateTime<Utc>,
    content: Artifact,
}

impl Call for Get {
    const ACTION: &'static str = "artifact_get";
    const SCOPE: KeyScope = KeyScope::ArtifactsRead;

    async fn run(&self, v1: &V1, conn: &mut PgConn, key: &LiveKey) -> Result<Verdict, DbError> {
        let about = format!("artifact={}", self.artifact_id);
        let Some(stored) = artifacts::find(conn, self.artifact_id, key.owner).await? else {
            return Ok(Verdict::refused(None, Problem::ArtifactNotFound, &about));
        };
        let reply = self.reply(v1, conn, &stored).await?;
        let detail = format!("got {about} format={:?}", self.format).to_lowercase();
        Ok(Verdict { case: Some(stored.case), detail, answer: Ok(reply), messages: false })
    }
}

impl Get {
    async fn reply(&self, v1: &V1, conn: &mut PgConn, stored: &Stored) -> Result<Reply, DbError> {
        let name = |extension| file_name(stored.service.as_str(), stored.run, extension);
        match self.format {
            Format::Json => Reply::json(&StoredArtifact {
                artifact_id: stored.artifact,
                artifact_type: stored.kind,
                context_id: stored.case,
                run_id: stored.run,
                service_id: stored.service,
                created_at: stored.created_at,
                content: stored.content(conn, &v1.keys).await?,
            }),
            Format::Txt => {
                let text = stored.txt(conn, &v1.keys).await?;
                Ok(Reply::file("text/plain; charset=utf-8", name("txt"), text))
            }
            Format::Docx => {
                let bytes = match stored.document(conn, &v1.keys).await? {
                    Some(bytes) => bytes,
                    None => {
                        let content = stored.content(conn, &v1.keys).await?;
                        let document = docx::from_artifact(&content, None);
                        docx::document(&document).map_err(|_| DbError::Corrupt("an artifact that is no document"))?
                    }
                };
                Ok(Reply::file(DOCX, name("docx"), bytes))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_does() {
        let place = After { micros: 1_764_000_000_123_456, artifact: ArtifactId(Uuid::from_u128(7)) };
        assert_eq!(after(&cursor(place)), Some(place));
        let far = cursor(After { micros: i64::MAX, artifact: ArtifactId(Uuid::nil()) });
        for bad in ["", "x", "MS4y", &far, &cursor(After { micros: -1, ..place })] {
            assert_eq!(after(bad), None, "{bad}");
        }
    }
}
