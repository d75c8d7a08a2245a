//! The worker's answers, and what follows from them: the material is read, pictures are confirmed, questions are asked, the result
//! comes.
use bot_kit::{
    BoundRun, ConsoleButton, Effect, FileKind, Html, JobKind, KeptArtifact, Keyboard, MESSAGE_UNITS, MessageKind, Say, Scene,
    Turn, split_text,
};
use bot_material::{CHARS, FileRead, Refused, WasRead};
use serde_json::to_value;

use super::{Asked, Ending, Stage, State, Task, Work, ask_worker, asking, button, collecting, danger, keys, settle, to, to_pro};
use crate::{
    ask,
    button::Key,
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
    ask_worker(work, Stage::Reading, Text::Reading, JobKind::InterpretatorReading, |_, _| payload, scene)
}

/// Has questions made.
fn prepare(work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let payload = |work: &Work, locale| to_value(InputWish::of(work, locale)).unwrap_or_default();
    ask_worker(work, Stage::Preparing, Text::Preparing, JobKind::InterpretatorQuestions, payload, scene)
}

/// Has it interpreted; what came meanwhile is read first.
pub(super) fn interpret(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.asked = true;
    if work.pile.has_unread() {
        return read(work, scene);
    }
    work.tries += 1;
    let payload = |work: &Work, locale| to_value(InputWish::of(work, locale)).unwrap_or_default();
    ask_worker(work, Stage::Interpreting, Text::Interpreting, JobKind::InterpretatorResult, payload, scene)
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
    Turn { state: turn.state, effects: std::iter::once(Effect::Show(seen)).chain(turn.effects).collect() }
}

/// Words about a description.
pub(super) fn correction(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.chars() + work.besides() + words.chars().count() > CHARS {
        let say = Say::new(Text::Refused(Refused::TooLong).html(scene.locale));
        return to(work).say(say);
    }
    work.corrections.push(words);
    let keys = keys(&work, Key::Right, Label::Onward, scene);
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
    danger::first(turn, new, scene)
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
    Say::new(Text::IsItRight.html(scene.locale)).keys(keys(work, Key::Right, Label::Right, scene))
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
        // The words of the reading that did not come about are read again with it.
        work.pile.unread_again();
    }
    let turn = match task {
        Task::Reading => read(work, scene),
        Task::Result => interpret(work, scene),
    };
    let again = Effect::Show(Say::new(Text::AskedAgain.html(scene.locale)));
    Turn { state: turn.state, effects: std::iter::once(again).chain(turn.effects).collect() }
}

/// The result is there: kept, charged, shown, announced in Pro.
fn finished(work: Work, kept: Box<KeptArtifact>, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.has_unread() && work.tries < TRIES {
        return onward(work, scene);
    }
    let locale = scene.locale;
    let (artifact, risk) = (kept.artifact, kept.risk);
    let mut parts: Vec<Html> = result::chat_summary(&kept.content, locale);
    if work.pile.has_unread() {
        parts.push(Text::LeftOut.html(locale));
    }
    let kinds = [FileKind::Txt, FileKind::Docx, FileKind::Json];
    let files = kept
        .files
        .iter()
        .filter(|file| kinds.contains(&file.kind))
        .map(|file| Effect::SendFile { file: file.file, caption: Text::File(file.kind).html(locale) });
    let files: Vec<Effect> = files.collect();
    let done = Say::new(Text::Done.html(locale)).keys(to_pro(scene));
    let message = work.message;
    let over = State::Over { run: work.run, how: Ending::Done };
    let mut parts = parts.into_iter().map(|html| Say::new(html).kind(MessageKind::Result));
    let first = parts.next().unwrap_or_else(|| Say::new(Text::Done.html(locale)));
    let first = match message {
        Some(message) => Effect::Edit { message, say: first },
        None => Effect::Say(first),
    };
    let turn = Turn::to(over)
        .and(Effect::KeepArtifact(kept))
        .and(first)
        .and_all(parts.map(Effect::Say))
        .and_all(files)
        .say(done.kind(MessageKind::Result));
    if !run.notify && risk.is_none() {
        return turn;
    }
    let keys = Keyboard::none().key(Label::OpenResult.text(locale), ConsoleButton::OpenResult(artifact));
    let say =
        Say::new(Text::TellReady { label: &run.case_label }.html(locale)).kind(MessageKind::Result).about(run.case).keys(keys);
    turn.and(Effect::Tell { specialist: run.specialist, say })
}
