//! The worker's answers, and what follows from them: the material is read, pictures are confirmed, questions are asked, the result
//! comes.
use bot_kit::{BoundRun, Effect, FileKind, Html, JobKind, KeptArtifact, MESSAGE_UNITS, Say, Scene, Turn, split_text};
use bot_material::{
    CHARS, FileRead, Refused, WasRead,
    frame::{self, danger, keys, settle, to, with_result},
};
use serde_json::to_value;

use super::{Asked, Stage, State, Task, Tool, Work, ask_worker, asking, collecting};
use crate::{
    ask,
    button::{Key, Press},
    result,
    texts::{Label, Text},
    wish::{InputWish, Outcome},
};

/// A result is asked for anew this often when something was added meanwhile.
const TRIES: u32 = 3;

/// Has everything read that was not read yet.
pub(super) fn read(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let wish = work.pile.take_unread(work.serial + 1, scene.locale);
    let payload = to_value(wish).unwrap_or_default();
    ask_worker(
        work,
        Stage::Reading,
        frame::Text::Reading.html(scene.locale),
        JobKind::InterpretatorReading,
        |_, _| payload,
        scene,
    )
}

/// Has questions made.
fn prepare(work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let payload = |work: &Work, locale| to_value(InputWish::of(work, locale)).unwrap_or_default();
    ask_worker(work, Stage::Preparing, Text::Preparing.html(scene.locale), JobKind::InterpretatorQuestions, payload, scene)
}

/// Has it interpreted; what came meanwhile is read first.
pub(super) fn interpret(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.asked = true;
    if work.pile.has_unread() {
        return read(work, scene);
    }
    work.tries += 1;
    let payload = |work: &Work, locale| to_value(InputWish::of(work, locale)).unwrap_or_default();
    ask_worker(work, Stage::Interpreting, Text::Interpreting.html(scene.locale), JobKind::InterpretatorResult, payload, scene)
}

/// The next step from where the material is read.
fn onward(work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.has_unread_files() {
        read(work, scene)
    } else if work.asked {
        interpret(work, scene)
    } else {
        prepare(work, scene)
    }
}

/// The descriptions are right.
pub(super) fn confirmed(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.message = None;
    let seen = Say::new(Text::DescriptionKept.html(scene.locale));
    let turn = onward(work, scene);
    turn.after([Effect::Show(seen)])
}

/// Words about a description.
pub(super) fn correction(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.chars() + work.besides() + words.chars().count() > CHARS {
        let say = Say::new(Text::Refused(Refused::TooLong).html(scene.locale));
        return to(work).say(say);
    }
    work.corrections.push(words);
    let keys = keys(&work, Key::Own(Press::Right), Label::Onward.text(scene.locale));
    to(work).say(Say::new(Text::CorrectionKept.html(scene.locale)).keys(keys))
}

/// The worker's answer to the newest job.
pub(super) fn answered(work: Work, what: Outcome, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
    match what {
        Outcome::Read(read) => was_read(work, read, scene),
        Outcome::Questions(questions) => {
            let mut work = work;
            let questions = if questions.is_empty() { our_questions(&work, scene) } else { questions };
            work.questions = questions.into_iter().map(|question| Asked { question, answer: None }).collect();
            work.stage = Stage::Asking;
            let say = asking::screen(&work, scene);
            settle(work, say)
        }
        Outcome::Result(kept) => finished(work, kept, run, scene),
        Outcome::Failed => match work.stage {
            Stage::Preparing => answered(work, Outcome::Questions(Vec::new()), run, scene),
            Stage::Reading => stuck(work, Task::Reading, scene),
            Stage::Interpreting => stuck(work, Task::Result, scene),
            Stage::Collecting | Stage::Describing | Stage::Asking | Stage::Stuck(_) => to(work),
        },
    }
}

/// Questions without a model.
fn our_questions(work: &Work, scene: &Scene<'_>) -> Vec<String> {
    let wish = InputWish::of(work, scene.locale);
    ask::fallback_questions(&wish.into_input(work.run, work.case, scene.now, work.run.to_string(), Vec::new()))
}

fn was_read(mut work: Work, read: WasRead, scene: &mut Scene<'_>) -> Turn<State> {
    let new = work.signs.take(&read);
    let shown = read.files.iter().any(|(_, file)| matches!(file, FileRead::Picture { .. }));
    let refused = work.pile.keep_read(read.files);
    let notes = refused.iter().map(|(number, code)| Text::Unreadable { number: *number, code }.html(scene.locale));
    let notes: Vec<Html> = notes.collect();
    let mut turn = if work.pile.parts().is_empty() {
        work.stage = Stage::Collecting;
        let say = collecting::screen(&work, scene);
        settle(work, say)
    } else if shown {
        describe(work, scene)
    } else {
        onward(work, scene)
    };
    if let Some(notes) = notes.into_iter().reduce(|all, note| all.paragraph(&note)) {
        turn.effects.insert(0, Effect::Say(Say::new(notes)));
    }
    danger::first::<Tool>(turn, new, scene)
}

/// Shows what was seen on the pictures, to be accepted or put right.
fn describe(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.stage = Stage::Describing;
    let texts: Vec<String> = work.pile.descriptions().map(str::to_owned).collect();
    let many = texts.len() > 1;
    let mut parts = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let head = Text::Description { number: many.then_some(at + 1) }.html(scene.locale);
        let room = MESSAGE_UNITS - 200;
        for (part_at, part) in split_text(text, room).into_iter().enumerate() {
            let html = Html::text(&part);
            parts.push(if part_at == 0 { head.clone().paragraph(&html) } else { html });
        }
    }
    let last = short_screen(&work, scene);
    let mut parts = parts.into_iter();
    let first = Say::new(parts.next().unwrap_or_default());
    settle(work, first).and_all(parts.map(|html| Effect::Say(Say::new(html)))).say(last)
}

/// The question under the descriptions.
pub(super) fn short_screen(work: &Work, scene: &Scene<'_>) -> Say {
    Say::new(Text::IsItRight.html(scene.locale)).keys(keys(work, Key::Own(Press::Right), Label::Right.text(scene.locale)))
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
        // The words of the reading that did not come about are read again with it.
        work.pile.unread_again();
    }
    let turn = match task {
        Task::Reading => read(work, scene),
        Task::Result => interpret(work, scene),
    };
    let again = Effect::Show(Say::new(frame::Text::AskedAgain.html(scene.locale)));
    turn.after([again])
}

/// The result is there: kept, charged, shown, announced in Pro.
fn finished(work: Work, kept: Box<KeptArtifact>, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.has_unread() && work.tries < TRIES {
        return onward(work, scene);
    }
    let parts = result::chat_summary(&kept.content, scene.locale);
    let left_out = work.pile.has_unread();
    with_result::<Tool>(work, kept, run, parts, &[FileKind::Txt, FileKind::Docx, FileKind::Json], left_out, scene)
}
