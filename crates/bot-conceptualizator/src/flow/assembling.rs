//! The worker's answers, and the result.
use bot_kit::{BoundRun, ConsoleButton, Effect, FileKind, Html, JobKind, KeptArtifact, Keyboard, MessageKind, Say, Scene, Turn};
use bot_material::WasRead;

use super::{
    Ending, Stage, State, Task, Work, ask_worker, before, button, collecting, danger, enqueue, keys, onward, settle, to, to_pro,
};
use crate::{
    ask::Found,
    button::Key,
    result,
    texts::{Label, Text},
    wish::{Outcome, Want},
};

/// Has everything read that was not read yet.
pub(super) fn read(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.serial += 1;
    let payload = serde_json::to_value(work.pile.take_unread(work.serial, scene.locale)).unwrap_or_default();
    enqueue(work, Stage::Reading, Text::Reading, JobKind::ConceptualizatorReading, payload, scene)
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
            let say = super::questions::screen(&work, scene);
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
    danger::first(turn, new, scene)
}

/// The worker could not go on: nothing is lost, nothing is charged.
fn stuck(mut work: Work, task: Task, scene: &mut Scene<'_>) -> Turn<State> {
    work.stage = Stage::Stuck(task);
    let say = stuck_screen(&work, task, scene);
    settle(work, say)
}

pub(super) fn stuck_screen(work: &Work, task: Task, scene: &Scene<'_>) -> Say {
    let keys = keys(work, Key::Retry, Label::Retry, scene).key(Label::Cancel.text(scene.locale), button(work, Key::Cancel));
    Say::new(Text::Stuck(task).html(scene.locale)).keys(keys)
}

/// The worker is asked again.
pub(super) fn again(mut work: Work, task: Task, scene: &mut Scene<'_>) -> Turn<State> {
    if task == Task::Reading {
        work.pile.unread_again();
    }
    let turn = onward(work, scene);
    before(Effect::Show(Say::new(Text::AskedAgain.html(scene.locale))), turn)
}

/// The result is there: kept, charged, shown, announced in Pro.
fn finished(work: Work, kept: Box<KeptArtifact>, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let artifact = kept.artifact;
    let mut parts: Vec<Html> = result::chat_summary(&kept.content, locale);
    if work.pile.has_unread() {
        parts.push(Text::LeftOut.html(locale));
    }
    let kinds = [FileKind::Board, FileKind::Txt, FileKind::Docx, FileKind::Portrait, FileKind::Json];
    let files = kinds.iter().filter_map(|kind| kept.files.iter().find(|file| file.kind == *kind));
    let files: Vec<Effect> =
        files.map(|file| Effect::SendFile { file: file.file, caption: Text::File(file.kind).html(locale) }).collect();
    let done = Say::new(Text::Done.html(locale)).keys(to_pro(scene)).kind(MessageKind::Result);
    let mut parts = parts.into_iter().map(|html| Say::new(html).kind(MessageKind::Result));
    let first = parts.next().unwrap_or_else(|| Say::new(Text::Done.html(locale)));
    let first = match work.message {
        Some(message) => Effect::Edit { message, say: first },
        None => Effect::Say(first),
    };
    let turn = Turn::to(State::Over { run: work.run, how: Ending::Done })
        .and(Effect::KeepArtifact(kept))
        .and(first)
        .and_all(parts.map(Effect::Say))
        .and_all(files)
        .say(done);
    if !run.notify && work.signs.seen.is_empty() {
        return turn;
    }
    let keys = Keyboard::none().key(Label::OpenResult.text(locale), ConsoleButton::OpenResult(artifact));
    let text = Text::TellReady { label: &run.case_label }.html(locale);
    let say = Say::new(text).kind(MessageKind::Result).about(run.case).keys(keys);
    turn.and(Effect::Tell { specialist: run.specialist, say })
}
