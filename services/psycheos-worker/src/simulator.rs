//! Simulator's jobs: material is read, a client is made of it, a line is read and answered, the session is talked through. The numbers are
//! the engine's; a line that cannot be read is not counted, and a debrief always comes.
use bot_kit::{FileKind, JobKind, KeptArtifact};
use bot_material::Part;
use bot_simulator::{
    ask::{self, DebriefAsk, LineAsk, OwnCaseAsk},
    debrief::{By, Debrief, DebriefInput, Picture, compose, picture},
    wish::{ClientWish, DebriefWish, LineWish, Outcome, Ready},
};
use db::{DbError, PgConn, jobs::ClaimedJob};
use domain::artifact::Artifact;
use report::png::training::{Course, Curve, course};
use serde_json::Value;
use turn::Shell;

use crate::{
    files, material,
    outcome::Worked,
    tools::{self, Bench, NoAnswer},
};

/// Whether a kind is Simulator's.
#[must_use]
pub fn is_ours(kind: JobKind) -> bool {
    matches!(kind, JobKind::SimulatorReading | JobKind::SimulatorCase | JobKind::SimulatorLine | JobKind::SimulatorDebrief)
}

/// Does a job.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(bench: &Bench<'_>, kind: JobKind) -> Result<Worked<Ready>, DbError> {
    match kind {
        JobKind::SimulatorReading => {
            let (serial, read) = material::read(bench, material::no_pictures).await?;
            Ok(match read {
                Ok(read) => ready(bench, serial, Outcome::Read(read)),
                Err(later) => bench.later(later, || ready_of(bench, serial, Outcome::Failed)),
            })
        }
        JobKind::SimulatorCase => client(bench).await,
        JobKind::SimulatorLine => line(bench).await,
        _ => debrief(bench).await,
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
    Worked::Made(ready_of(bench, serial, what))
}

fn ready_of(bench: &Bench<'_>, serial: u32, what: Outcome) -> Ready {
    Ready { run: bench.run, serial, what }
}

/// A client of the specialist's material, in whom nobody is to be recognised; or none.
async fn client(bench: &Bench<'_>) -> Result<Worked<Ready>, DbError> {
    let wish: ClientWish = bench.wish().await?;
    let serial = wish.serial;
    let earlier = bench.earlier(&wish.earlier).await?;
    let material: Vec<String> =
        wish.parts.into_iter().map(text_of).chain(earlier.iter().map(|(_, content)| tools::told(content))).collect();
    let material: Vec<&str> = material.iter().map(String::as_str).collect();
    let asked = OwnCaseAsk { run: bench.run, locale: wish.locale, material: &material };
    let name = format!("client@{serial}");
    let read = |reply: &str| ask::read_own_case(reply, &asked);
    let made = match bench.ask(&name, &ask::own_case_prompt(&asked), read, ask::repair_request).await? {
        Ok(case) => Some((Box::new(case), Vec::new())),
        Err(NoAnswer::Later(later)) => return Ok(bench.later(later, || ready_of(bench, serial, Outcome::Failed))),
        Err(NoAnswer::Never) => None,
        Err(NoAnswer::Unusable(reply)) => ask::mend_own_case(&reply, &asked).map(|(case, flags)| (Box::new(case), flags)),
    };
    Ok(ready(bench, serial, Outcome::Client(made)))
}

fn text_of(part: Part) -> String {
    match part {
        Part::Words(text) | Part::Document { text, .. } => text,
        Part::Picture { description, .. } => description,
    }
}

/// A line: its reading and the client's words. Mended once by a model, then by code; what then has no class is not counted.
async fn line(bench: &Bench<'_>) -> Result<Worked<Ready>, DbError> {
    let wish: LineWish = bench.wish().await?;
    let serial = wish.serial;
    let asked = LineAsk {
        run: bench.run,
        locale: wish.locale,
        case: &wish.client,
        goal: wish.goal,
        now: &wish.now,
        turn: wish.turn,
        said: &wish.said,
        line: &wish.line,
    };
    let name = format!("line@{serial}");
    let read = |reply: &str| ask::read_turn(reply, &asked);
    Ok(match bench.ask(&name, &ask::client_prompt(&asked), read, ask::repair_request).await? {
        Ok(turn) => ready(bench, serial, Outcome::Turn(Box::new(turn), Vec::new())),
        Err(NoAnswer::Later(later)) => bench.later(later, || ready_of(bench, serial, Outcome::NotCounted)),
        Err(NoAnswer::Never) => ready(bench, serial, Outcome::NotCounted),
        Err(NoAnswer::Unusable(reply)) => {
            let mended = ask::mend_turn(&reply, &asked);
            ready(bench, serial, mended.map_or(Outcome::NotCounted, |mended| Outcome::Turn(Box::new(mended.turn), mended.flags)))
        }
    })
}

/// The debrief: everything counted by the engine, words by a model where it can be asked, else by the program.
async fn debrief(bench: &Bench<'_>) -> Result<Worked<Ready>, DbError> {
    let wish: DebriefWish = bench.wish().await?;
    let serial = wish.serial;
    let Some(debrief) = Debrief::of(&wish.client, &wish.session, &wish.spoken) else {
        return Ok(ready(bench, serial, Outcome::Failed));
    };
    let asked = DebriefAsk { run: bench.run, locale: wish.locale, case: &wish.client, debrief: &debrief };
    let name = format!("debrief@{serial}");
    let read = |reply: &str| ask::read_debrief(reply, &asked);
    let ours = |flags: Vec<String>| (ask::fallback_debrief(&asked), By::Template, flags);
    let (text, by, flags) = match bench.ask(&name, &ask::debrief_prompt(&asked), read, ask::repair_request).await? {
        Ok(text) => (text, By::Model, Vec::new()),
        Err(NoAnswer::Later(later)) if !bench.is_late() => return Ok(later.into()),
        Err(NoAnswer::Later(_) | NoAnswer::Never) => ours(Vec::new()),
        Err(NoAnswer::Unusable(reply)) => match ask::mend_debrief(&reply, &asked) {
            Some(mended) => (mended.text, By::Model, mended.flags),
            None => ours(Vec::new()),
        },
    };
    let (made_at, correlation) = bench.now_and_correlation().await?;
    let flags: Vec<String> = wish.flags.iter().cloned().chain(flags).collect();
    let (run, context) = (bench.run, bench.case);
    let assembled = tokio::task::spawn_blocking(move || {
        let input = DebriefInput {
            run,
            context,
            made_at,
            correlation: &correlation,
            locale: wish.locale,
            case: &wish.client,
            session: &wish.session,
            debrief: &debrief,
            text: &text,
            by,
            signs: &wish.signs,
            flags: &flags,
        };
        assemble(&input)
    });
    Ok(match assembled.await {
        Ok(Ok((kept, record))) => ready(bench, serial, Outcome::Result(Box::new(kept), record)),
        Ok(Err(code)) => Worked::Retry { code },
        Err(_) => Worked::Retry { code: "result_panicked" },
    })
}

fn assemble(input: &DebriefInput<'_>) -> Result<(KeptArtifact, Value), &'static str> {
    let content: Artifact = compose(input);
    content.validate().map_err(|_| "artifact_breaks_contract")?;
    let picture = course(&course_of(input)).map_err(|_| "picture_failed")?;
    let txt = report::txt::artifact(&content);
    let mut named = files::of_tool("training", input.run, &content, &txt, Some(&picture))?;
    let name = named.first().map(|(_, name, ..)| name.replace("training", "course").replace(".txt", ".png")).unwrap_or_default();
    named.push((FileKind::Course, name, "image/png", picture));
    let risk = input.signs.iter().map(|sign| sign.level).min();
    let record = serde_json::to_value(input.record()).map_err(|_| "record_failed")?;
    Ok((files::kept(input.run, input.context, content, txt, risk, named), record))
}

fn course_of(input: &DebriefInput<'_>) -> Course {
    let Picture { curves, signals, states } = picture(input.debrief, input.locale);
    Course {
        title: input.case.title_in(input.locale).to_owned(),
        curves: curves.into_iter().map(|(name, values)| Curve { name, values }).collect(),
        signals: signals.into_iter().map(|signal| signal as usize).collect(),
        states: states.into_iter().map(|state| state.code().to_owned()).collect(),
        locale: input.locale,
    }
}
