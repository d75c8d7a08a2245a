//! The job `screen_report`: three texts from Claude where the client allowed it, our own where it did not or Claude is away,
//! then the documents and the picture. Each text is a durable step: an answer that was received is never asked for twice.
use std::time::Duration;

use bot_kit::{BoundRun, FileKind, JobKind, KeptArtifact, RunStatus, danger_prompt, read_danger};
use bot_screen::{
    collected::Collected,
    report::{
        Fault, Payload, Previous, PromptKind, ReportInput, Texts, compose, prompt, read_portrait, read_questions,
        read_structural, repair_request, to_txt,
    },
};
use db::{DbError, jobs::ClaimedJob, llm::Whose, passes, results, screening};
use domain::{CaseId, DangerLevel, Locale, RunId, artifact::Artifact, lexicon::Sign};

use crate::{
    asking::{self, Desk, Later, Step, Unanswered},
    outcome::Worked,
};

/// After this time, or this many failed attempts, the report is written without Claude: a report always comes.
const PATIENCE: Duration = Duration::from_secs(600);
const ATTEMPTS_WITH_CLAUDE: i32 = 3;

/// What the job needs, read from the database before the work begins.
pub struct Input {
    run: RunId,
    case: CaseId,
    report: ReportInput,
}

impl Input {
    fn step<'a>(&self, name: &'a str) -> Step<'a> {
        Step { whose: Whose::Case { run: self.run, case: self.case }, name }
    }
}

/// Reads what the report is made of. `None`: the run is over, or the client withdrew.
///
/// # Errors
/// When the database fails.
pub async fn prepare(desk: &Desk<'_>, job: &ClaimedJob) -> Result<Option<Input>, DbError> {
    let (Some(run), Some(case)) = (job.run, job.case) else {
        return Err(DbError::Corrupt("a report without a run"));
    };
    let mut conn = desk.pool.get().await?;
    let bound: Option<BoundRun> = passes::find_bound(&mut conn, desk.keys, run).await?;
    let again = is_rewrite(job);
    // A report that is there is written anew only when that is asked for.
    let over = |status| matches!(status, RunStatus::Canceled) || (matches!(status, RunStatus::Completed) != again);
    if bound.is_none_or(|bound| over(bound.status)) {
        return Ok(None);
    }
    let Some(answers) = screening::find_answers(&mut conn, desk.keys, case, run).await? else { return Ok(None) };
    let collected: Collected = serde_json::from_value(answers).map_err(|_| DbError::Corrupt("a screening's answers"))?;
    let correlation = job.correlation.clone().unwrap_or_else(|| run.to_string());
    let report = ReportInput::new(run, case, db::now(&mut conn).await?, correlation, collected);
    let before = results::find_before(&mut conn, desk.keys, case, run).await?;
    Ok(Some(Input { run, case, report: report.after(before.and_then(previous)) }))
}

/// What an earlier report can be compared by; one of the pinned formula only cannot.
fn previous(artifact: Artifact) -> Option<Previous> {
    let profile = Payload::from_raw(&artifact.raw)?.engine.v3?;
    Some(Previous { run: artifact.meta.run_id, made_at: artifact.meta.created_at, profile })
}

/// Whether a report that is there is to be written anew.
fn is_rewrite(job: &ClaimedJob) -> bool {
    job.kind == JobKind::ScreenRewrite.as_str()
}

/// Writes the report. Holds no connection while Claude is asked. A report that is written anew is the model's or none: `Moot`
/// says that the present one stays.
///
/// # Errors
/// When the database fails.
pub async fn perform(desk: &Desk<'_>, job: &ClaimedJob, mut input: Input) -> Result<Worked<(KeptArtifact, Vec<Sign>)>, DbError> {
    let age = Duration::from_secs(u64::try_from(job.age_secs).unwrap_or(0));
    let with_claude = job.attempt <= ATTEMPTS_WITH_CLAUDE && age < PATIENCE && !job.exhausted;
    if !with_claude && is_rewrite(job) {
        return Ok(Worked::Moot);
    }
    let found = match second_reading(desk, job, &input, with_claude).await? {
        Ok(found) => found,
        Err(later) => return Ok(later.into()),
    };
    if is_rewrite(job) && found.is_none() && input.report.words_to_read().is_some() {
        // What is there may name a sign that this reading did not come to.
        return Ok(Worked::Moot);
    }
    let new;
    (input.report, new) = input.report.read_by_model(found.as_deref());
    let texts = if with_claude {
        let structural = step(desk, job, &input, PromptKind::Structural, read_structural).await?;
        let questions = step(desk, job, &input, PromptKind::Questions, read_questions).await?;
        let portrait = step(desk, job, &input, PromptKind::Portrait, read_portrait).await?;
        match (structural, questions, portrait) {
            (Wrote::Text(structural), Wrote::Text(questions), Wrote::Text(portrait)) => {
                if is_rewrite(job) && (structural.is_none() || questions.is_none() || portrait.is_none()) {
                    return Ok(Worked::Moot);
                }
                Texts::of(&input.report, structural, questions, portrait)
            }
            (Wrote::Later(later), ..) | (_, Wrote::Later(later), _) | (_, _, Wrote::Later(later)) => return Ok(later.into()),
        }
    } else {
        tracing::warn!(job = %job.job, attempt = job.attempt, "report written without Claude");
        Texts::templates(&input.report)
    };
    let made = tokio::task::spawn_blocking(move || assemble(&input, &texts)).await;
    match made {
        Ok(Ok(kept)) => Ok(Worked::Made((kept, new))),
        Ok(Err(code)) => Ok(Worked::Retry { code }),
        Err(_) => Ok(Worked::Retry { code: "report_panicked" }),
    }
}

/// The client's own words, read by a model for signs of danger beside the lexicon. `None`: not asked for, or not assessed.
async fn second_reading(
    desk: &Desk<'_>,
    job: &ClaimedJob,
    input: &Input,
    with_claude: bool,
) -> Result<Result<Option<Vec<Sign>>, Later>, DbError> {
    let Some(words) = input.report.words_to_read().filter(|_| with_claude) else { return Ok(Ok(None)) };
    let prompt = danger_prompt(&[words]);
    Ok(match asking::answer(desk, job, input.step("danger"), &prompt).await? {
        Ok(reply) => Ok(read_danger(&reply, &[words])),
        Err(Unanswered::Later(later)) => Err(later),
        Err(Unanswered::Never) => Ok(None),
    })
}

enum Wrote<T> {
    /// The model's text, or none where ours is to be taken.
    Text(Option<T>),
    /// Claude cannot be asked now.
    Later(Later),
}

/// One text: ask, check, ask once more with what is to be mended, else ours.
async fn step<T>(
    desk: &Desk<'_>,
    job: &ClaimedJob,
    input: &Input,
    kind: PromptKind,
    read: fn(&str, Locale) -> Result<T, Vec<Fault>>,
) -> Result<Wrote<T>, DbError> {
    let Some(first) = prompt(kind, &input.report) else { return Ok(Wrote::Text(None)) };
    let locale = input.report.locale(kind);
    let name = step_name(job, kind);
    let reply = match asking::answer(desk, job, input.step(&name), &first).await? {
        Ok(reply) => reply,
        Err(Unanswered::Later(later)) => return Ok(Wrote::Later(later)),
        Err(Unanswered::Never) => return Ok(Wrote::Text(None)),
    };
    let faults = match read(&reply, locale) {
        Ok(text) => return Ok(Wrote::Text(Some(text))),
        Err(faults) => faults,
    };
    asking::count_rejected(&faults);
    tracing::warn!(job = %job.job, step = kind.name(), faults = faults.len(), "a reply is to be mended");
    let repair = repair_request(&first, &reply, &faults);
    let name = format!("{name}_repair");
    match asking::answer(desk, job, input.step(&name), &repair).await? {
        Ok(reply) => Ok(Wrote::Text(read(&reply, locale).inspect_err(|faults| asking::count_rejected(faults)).ok())),
        Err(Unanswered::Later(later)) => Ok(Wrote::Later(later)),
        Err(Unanswered::Never) => Ok(Wrote::Text(None)),
    }
}

/// The name of a durable step: of a report that is written anew, each writing asks for itself.
fn step_name(job: &ClaimedJob, kind: PromptKind) -> String {
    match is_rewrite(job) {
        true => format!("{}@{}", kind.name(), job.job.0.simple()),
        false => kind.name().to_owned(),
    }
}

/// The artifact with its files: text, document, data, picture.
fn assemble(input: &Input, texts: &Texts) -> Result<KeptArtifact, &'static str> {
    let content = compose(&input.report, texts);
    content.validate().map_err(|_| "artifact_breaks_contract")?;
    let txt = to_txt(&content);
    let files = crate::files::of_screening(&input.report, &content, &txt)?;
    Ok(crate::files::kept(input.run, input.case, content, txt, most_serious(&input.report.collected), files))
}

fn most_serious(collected: &Collected) -> Option<DangerLevel> {
    let levels = collected.signs.iter().map(|sign| Some(sign.level));
    levels.chain([collected.thoughts.level(), collected.home.level()]).flatten().min()
}

/// A file before it has an id: kind, name, media type, bytes.
pub type NamedBytes = (FileKind, String, &'static str, Vec<u8>);

/// The artifact as data, readable by people and programs.
#[must_use]
pub fn as_json(content: &Artifact) -> Vec<u8> {
    serde_json::to_vec_pretty(content).unwrap_or_default()
}
