//! The worker's answers, and the result.
use bot_kit::{BoundRun, Effect, FileKind, Html, JobKind, KeptArtifact, Say, Scene, Turn};
use bot_material::{
    WasRead,
    frame::{self, enqueue, settle, to, with_result},
};

use super::{Stage, State, Task, Tool, Work, ask_worker, collecting, danger, onward, questions};
use crate::{
    ask::Found,
    result,
    texts::Text,
    wish::{Outcome, Want},
};

/// Has everything read that was not read yet.
pub(super) fn read(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.stage = Stage::Reading;
    work.serial += 1;
    let payload = serde_json::to_value(work.pile.take_unread(work.serial, scene.locale)).unwrap_or_default();
    enqueue(work, frame::Text::Reading.html(scene.locale), JobKind::ConceptualizatorReading, payload, scene)
}

/// Has the model assembled.
pub(super) fn assemble(work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    ask_worker(work, Stage::Assembling, Text::Assembling, JobKind::ConceptualizatorResult, Want::Result, scene)
}

/// The worker's answer to the newest job.
pub(super) fn answered(mut work: Work, what: Outcome, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
    match what {
        Outcome::Read(read) => was_read(work, read, scene),
        Outcome::Extracted(Found { cards, marks, flags }) => {
            work.extracted = true;
            work.marks = marks;
            work.flags.extend(flags);
            cards.into_iter().for_each(|card| work.board.propose(card, 0));
            onward(work, scene)
        }
        Outcome::Changed(changes) => {
            let since = u32::try_from(work.dialogue.len()).unwrap_or(u32::MAX);
            work.board.apply(changes, since);
            onward(work, scene)
        }
        Outcome::Question(asked) => {
            work.dialogue.push(*asked);
            work.stage = Stage::Asking;
            let say = questions::screen(&work, scene);
            settle(work, say)
        }
        Outcome::Result(kept) => finished(work, kept, run, scene),
        Outcome::Failed => match work.stage {
            Stage::Reading => stuck(work, Task::Reading, scene),
            Stage::Extracting => stuck(work, Task::Extract, scene),
            Stage::Assembling => stuck(work, Task::Result, scene),
            // The dialogue goes on without what could not be thought.
            Stage::Thinking => onward(work, scene),
            Stage::Collecting
            | Stage::Reviewing(_)
            | Stage::Editing(_)
            | Stage::Flagged(_)
            | Stage::Asking
            | Stage::Offering
            | Stage::Stuck(_) => to(work),
        },
    }
}

fn was_read(mut work: Work, read: WasRead, scene: &mut Scene<'_>) -> Turn<State> {
    let new = work.signs.take(&read);
    danger::flag(&mut work, &new, scene.locale);
    let refused = work.pile.keep_read(read.files);
    let notes = refused.iter().map(|(number, code)| Text::Unreadable { number: *number, code }.html(scene.locale));
    let notes: Option<Html> = notes.reduce(|all, note| all.paragraph(&note));
    let nothing = work.pile.parts().is_empty() && work.earlier.is_empty() && !work.extracted;
    let mut turn = if nothing {
        work.stage = Stage::Collecting;
        let say = collecting::screen(&work, scene);
        settle(work, say)
    } else {
        onward(work, scene)
    };
    if let Some(notes) = notes {
        turn.effects.insert(0, Effect::Say(Say::new(notes)));
    }
    frame::danger::first::<Tool>(turn, new, scene)
}

/// The worker could not go on: nothing is lost, nothing is charged.
fn stuck(mut work: Work, task: Task, scene: &mut Scene<'_>) -> Turn<State> {
    work.stage = Stage::Stuck(task);
    let say = stuck_screen(&work, task, scene);
    settle(work, say)
}

pub(super) fn stuck_screen(work: &Work, task: Task, scene: &Scene<'_>) -> Say {
    frame::stuck::<Tool>(work, Text::Stuck(task).html(scene.locale), scene)
}

/// The worker is asked again.
pub(super) fn again(mut work: Work, task: Task, scene: &mut Scene<'_>) -> Turn<State> {
    if task == Task::Reading {
        work.pile.unread_again();
    }
    let turn = onward(work, scene);
    turn.after([Effect::Show(Say::new(frame::Text::AskedAgain.html(scene.locale)))])
}

/// The result is there: kept, charged, shown, announced in Pro.
fn finished(work: Work, kept: Box<KeptArtifact>, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
    let kinds = [FileKind::Board, FileKind::Txt, FileKind::Docx, FileKind::Portrait, FileKind::Json];
    let parts = result::chat_summary(&kept.content, scene.locale);
    let left_out = work.pile.has_unread();
    with_result::<Tool>(work, kept, run, parts, &kinds, left_out, scene)
}
