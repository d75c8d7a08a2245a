//! Conceptualizator's jobs: the material is read, hypotheses are found, answers are thought over, the three layers are written. When Claude
//! cannot be asked for long, a job ends with word of it, or the dialogue goes on with our own words; nothing is charged without a result.
use bot_conceptualizator::{
    ask,
    material::{Asked, Earlier, Input},
    result::{self as made, DrawnBoard, Version, Written},
    wish::{InputWish, Outcome, Ready, Want},
};
use bot_kit::{FileKind, JobKind, KeptArtifact, RenderedPrompt, shorten};
use bot_material::reply::Fault;
use db::{DbError, PgConn, jobs::ClaimedJob, results};
use domain::{ArtifactId, artifact::Artifact};
use turn::Shell;

use crate::{
    files, material,
    outcome::Worked,
    tools::{self, Bench, NoAnswer},
};

/// Characters of an earlier result that are told.
const EARLIER_CHARS: usize = 8_000;

/// Whether a kind is Conceptualizator's.
#[must_use]
pub fn is_ours(kind: JobKind) -> bool {
    matches!(
        kind,
        JobKind::ConceptualizatorReading
            | JobKind::ConceptualizatorExtract
            | JobKind::ConceptualizatorStep
            | JobKind::ConceptualizatorResult
    )
}

/// Does a job.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(bench: &Bench<'_>, kind: JobKind) -> Result<Worked<Ready>, DbError> {
    if kind == JobKind::ConceptualizatorReading {
        let (serial, read) = material::read(bench, material::no_pictures).await?;
        return Ok(match read {
            Ok(read) => ready(bench, serial, Outcome::Read(read)),
            Err(later) => bench.later(later, || failed_of(bench, serial)),
        });
    }
    let (want, serial, input) = input_of(bench).await?;
    match want {
        Want::Extract => extract(bench, serial, &input).await,
        Want::Changes => changes(bench, serial, &input).await,
        Want::Question(ask) => {
            let name = format!("question@{serial}");
            let read = |reply: &str| ask::read_question(reply, &input);
            let asked = match bench.ask(&name, &ask::question_prompt(&input, ask), read, ask::repair_request).await? {
                Ok((question, why)) => Asked { direction: ask.direction, card: ask.card, question, why, answer: None },
                Err(_) => ask::our_asked(ask, &input),
            };
            Ok(ready(bench, serial, Outcome::Question(Box::new(asked))))
        }
        Want::Result => result(bench, serial, input).await,
    }
}

/// What the chat is told when a job is given up for good.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn failed(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob) -> Result<Option<Ready>, DbError> {
    let Some(run) = job.run else { return Ok(None) };
    let serial = tools::serial_of(conn, &shell.keys, job).await?;
    Ok(Some(Ready { run, serial, what: Outcome::Failed }))
}

fn ready(bench: &Bench<'_>, serial: u32, what: Outcome) -> Worked<Ready> {
    Worked::Made(Ready { run: bench.run, serial, what })
}

fn failed_of(bench: &Bench<'_>, serial: u32) -> Ready {
    Ready { run: bench.run, serial, what: Outcome::Failed }
}

async fn input_of(bench: &Bench<'_>) -> Result<(Want, u32, Input), DbError> {
    let wish: InputWish = bench.wish().await?;
    let earlier = bench.earlier(&wish.earlier).await?.iter().map(|(artifact, content)| told(*artifact, content)).collect();
    let (now, correlation) = bench.now_and_correlation().await?;
    let (want, serial) = (wish.want, wish.serial);
    Ok((want, serial, wish.into_input(bench.run, bench.case, now, correlation, earlier)))
}

/// An earlier result as data in words: markers, findings, answers, questions; what a program wrote of it, not its first characters.
fn told(artifact: ArtifactId, content: &Artifact) -> Earlier {
    let text = report::txt::document(&report::docx::from_artifact(content, None));
    let mut lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut chars = 0;
    lines.retain(|line| {
        chars += line.chars().count();
        chars <= EARLIER_CHARS
    });
    Earlier {
        artifact,
        service: content.meta.service_id,
        created_at: content.meta.created_at,
        text: format!("{}\n{}", shorten(&content.summary.one_liner, 300), lines.join("\n")),
    }
}

async fn extract(bench: &Bench<'_>, serial: u32, input: &Input) -> Result<Worked<Ready>, DbError> {
    let name = format!("extract@{serial}");
    let read = |reply: &str| ask::read_extract(reply, input, false);
    let found = match bench.ask(&name, &ask::extract_prompt(input), read, ask::repair_request).await? {
        Ok(found) => Ok(found),
        Err(NoAnswer::Later(later)) => return Ok(bench.later(later, || failed_of(bench, serial))),
        Err(NoAnswer::Never) => Err(Vec::new()),
        Err(NoAnswer::Unusable(reply)) => ask::read_extract(&reply, input, true),
    };
    Ok(ready(bench, serial, found.map_or(Outcome::Failed, Outcome::Extracted)))
}

async fn changes(bench: &Bench<'_>, serial: u32, input: &Input) -> Result<Worked<Ready>, DbError> {
    let name = format!("changes@{serial}");
    let read = |reply: &str| ask::read_changes(reply, input, false);
    let changed = match bench.ask(&name, &ask::step_prompt(input), read, ask::repair_request).await? {
        Ok(changed) => changed,
        Err(NoAnswer::Later(later)) if !bench.is_late() => return Ok(later.into()),
        // The answer is kept all the same: the result reads it.
        Err(NoAnswer::Later(_) | NoAnswer::Never) => Vec::new(),
        Err(NoAnswer::Unusable(reply)) => ask::read_changes(&reply, input, true).unwrap_or_default(),
    };
    Ok(ready(bench, serial, Outcome::Changed(changed)))
}

/// One of the three layers.
async fn layer<T>(
    bench: &Bench<'_>,
    name: String,
    prompt: RenderedPrompt,
    read: impl Fn(&str) -> Result<T, Vec<Fault>>,
) -> Result<Result<T, NoAnswer>, DbError> {
    bench.ask(&name, &prompt, read, ask::repair_request).await
}

/// The three layers, each a durable step; without a usable letter there is a result all the same, without a model or targets none.
async fn result(bench: &Bench<'_>, serial: u32, input: Input) -> Result<Worked<Ready>, DbError> {
    let step = |name: &str| format!("{name}@{serial}");
    let read = |reply: &str| made::read_model(reply, &input);
    let model = match layer(bench, step("model"), ask::model_prompt(&input), read).await? {
        Ok(model) => model,
        Err(NoAnswer::Later(later)) => return Ok(bench.later(later, || failed_of(bench, serial))),
        Err(NoAnswer::Never | NoAnswer::Unusable(_)) => return Ok(ready(bench, serial, Outcome::Failed)),
    };
    let read = |reply: &str| made::read_targets(reply, &input);
    let targets = match layer(bench, step("targets"), ask::targets_prompt(&input, &model), read).await? {
        Ok(targets) => targets,
        Err(NoAnswer::Later(later)) => return Ok(bench.later(later, || failed_of(bench, serial))),
        Err(NoAnswer::Never | NoAnswer::Unusable(_)) => return Ok(ready(bench, serial, Outcome::Failed)),
    };
    let read = |reply: &str| made::read_letter(reply, &input);
    let letter = match layer(bench, step("letter"), ask::letter_prompt(&input, &model, &targets.targets), read).await? {
        Ok(letter) => Some(letter),
        Err(NoAnswer::Later(later)) => return Ok(bench.later(later, || failed_of(bench, serial))),
        Err(NoAnswer::Never | NoAnswer::Unusable(_)) => None,
    };
    let before = {
        let mut conn = bench.desk.pool.get().await?;
        results::find_before(&mut conn, bench.desk.keys, bench.case, bench.run).await?
    };
    let before = before.as_ref().and_then(Version::of);
    let written = Written { model, targets, letter };
    let assembled = tokio::task::spawn_blocking(move || assemble(&input, made::compose(&input, &written, before.as_ref()))).await;
    match assembled {
        Ok(Ok(kept)) => Ok(ready(bench, serial, Outcome::Result(Box::new(kept)))),
        Ok(Err(code)) => Ok(Worked::Retry { code }),
        Err(_) => Ok(Worked::Retry { code: "result_panicked" }),
    }
}

fn assemble(input: &Input, content: Artifact) -> Result<KeptArtifact, &'static str> {
    content.validate().map_err(|_| "artifact_breaks_contract")?;
    let txt = report::txt::artifact(&content);
    let mut named = files::of_tool("model", input.run, &content, &txt, None)?;
    let DrawnBoard { title, columns, rows, note } = made::drawn_board(&input.board, input.locale);
    let png =
        report::png::board::board(&report::png::board::Board { title, columns, rows, note }).map_err(|_| "picture_failed")?;
    let name = named.first().map(|(_, name, ..)| name.replace("model", "board").replace(".txt", ".png")).unwrap_or_default();
    named.push((FileKind::Board, name, "image/png", png));
    let risk = input.signs.iter().map(|sign| sign.level).min();
    Ok(files::kept(input.run, input.case, content, txt, risk, named))
}
