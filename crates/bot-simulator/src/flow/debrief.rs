//! The end of a session, and the worker's answers.
use bot_kit::{BoundRun, Effect, FileKind, JobKind, KeptArtifact, Keyboard, Say, Scene, Turn};
use bot_material::frame::{self, Ending, button, enqueue, settle, stale, to, to_pro, with_result};
use serde_json::{Value, to_value};

use super::{Stage, State, Task, Tool, Work, own, session, setup::key};
use crate::{
    button::{Key, Press},
    debrief::{chat_summary, is_charged},
    texts::{Label, Text},
    wish::{DebriefWish, Outcome},
};

/// Asks once.
pub(super) fn ask_end(work: Work, scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let short = !work.session.as_ref().is_some_and(is_charged);
    let keys = Keyboard::none()
        .key(Label::EndYes { short }.text(locale), key(&work, Press::EndYes { stamp: scene.asking_stamp() }))
        .key(frame::Label::Continue.text(locale), button(&work, Key::Continue));
    let say = Say::new(Text::AskEnd { lines: work.lines(), short }.html(locale)).keys(keys);
    to(work).asking().say(say)
}

/// The session ends, if nothing else happened since it was asked about. One of fewer than three lines costs nothing and has no debrief.
pub(super) fn end(mut work: Work, stamp: i64, scene: &mut Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    if !scene.is_current(stamp) {
        return ask_end(work, scene).toast(frame::Toast::Stale.text(locale));
    }
    let Some(session) = work.session.as_mut() else { return stale::<Tool>(work, scene) };
    if !is_charged(session) {
        let (run, how) = (work.run, Ending::GivenUp);
        let say = Say::new(Text::TooShort.html(locale)).keys(to_pro(scene));
        return Turn::to(State::Over { run, how }).and(Effect::GiveUp { run }).show(say);
    }
    session.end();
    work.message = None;
    let closed = Effect::Show(Say::new(Text::Ended { lines: work.lines() }.html(locale)));
    let turn = ask(work, scene);
    turn.after([closed])
}

/// Has the session talked through.
pub(super) fn ask(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let (Some(session), Some(client)) = (&work.session, &work.client) else { return stale::<Tool>(work, scene) };
    let wish = DebriefWish {
        serial: work.serial + 1,
        locale: scene.locale,
        client: client.clone(),
        session: session.clone(),
        spoken: work.spoken.clone(),
        signs: if work.is_own() { work.signs.seen.clone() } else { Vec::new() },
        flags: work.flags.clone(),
    };
    work.serial += 1;
    work.stage = Stage::Debriefing;
    let payload = to_value(wish).unwrap_or_default();
    enqueue(work, Text::Debriefing.html(scene.locale), JobKind::SimulatorDebrief, payload, scene)
}

/// The worker's answer to the newest job.
pub(super) fn answered(work: Work, what: Outcome, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
    match (what, work.stage) {
        (Outcome::Read(read), _) => own::was_read(work, read, scene),
        (Outcome::Client(made), _) => own::made(work, made, scene),
        (Outcome::Turn(turn, flags), Stage::Answering) => session::answered(work, *turn, flags, scene),
        (Outcome::NotCounted | Outcome::Failed, Stage::Answering) => session::not_counted(work, scene),
        (Outcome::Result(kept, record), Stage::Debriefing) => finished(work, kept, record, run, scene),
        (Outcome::Failed, Stage::Reading) => stuck(work, Task::Reading, scene),
        (Outcome::Failed, Stage::Making) => stuck(work, Task::Client, scene),
        (Outcome::Failed, Stage::Debriefing) => stuck(work, Task::Debrief, scene),
        (Outcome::Turn(..) | Outcome::NotCounted | Outcome::Result(..) | Outcome::Failed, _) => to(work),
    }
}

/// The worker could not go on: nothing is lost, nothing is charged.
fn stuck(mut work: Work, task: Task, scene: &Scene<'_>) -> Turn<State> {
    work.stage = Stage::Stuck(task);
    let say = stuck_screen(&work, task, scene);
    settle(work, say)
}

pub(super) fn stuck_screen(work: &Work, task: Task, scene: &Scene<'_>) -> Say {
    frame::stuck::<Tool>(work, Text::Stuck(task).html(scene.locale), scene)
}

/// The worker is asked again.
pub(super) fn again(mut work: Work, task: Task, scene: &mut Scene<'_>) -> Turn<State> {
    let turn = match task {
        Task::Reading => {
            work.pile.unread_again();
            own::onward(work, scene)
        }
        Task::Client => own::onward(work, scene),
        Task::Debrief => ask(work, scene),
    };
    turn.after([Effect::Show(Say::new(frame::Text::AskedAgain.html(scene.locale)))])
}

/// The debrief is there: kept, charged, entered in the profile, shown, announced in Pro.
fn finished(work: Work, kept: Box<KeptArtifact>, record: Value, run: &BoundRun, scene: &Scene<'_>) -> Turn<State> {
    let kinds = [FileKind::Course, FileKind::Txt, FileKind::Docx, FileKind::Json];
    let parts = chat_summary(&kept.content, scene.locale);
    let training = Effect::KeepTraining { specialist: run.specialist, record };
    with_result::<Tool>(work, kept, run, parts, &kinds, false, scene).and(training)
}
