//! The questions, one by one.
use bot_kit::{Effect, Keyboard, Say, Scene, Turn};
use bot_material::{
    CHARS, Refused,
    frame::{self, button, danger, stale, to},
    is_question,
};

use super::{State, Tool, Work, reading};
use crate::{
    button::{Choice, Key, Press},
    material::Reply,
    texts::{Label, Text},
};

/// The open question with its keys.
pub(super) fn screen(work: &Work, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let Some(at) = work.open_question() else { return Say::new(Text::Interpreting.html(locale)) };
    let text = Text::Question { number: at + 1, of: work.questions.len(), question: &work.questions[at].question };
    let number = u8::try_from(at).unwrap_or(u8::MAX);
    let answer = |label: Label, choice| (label.text(locale), button(work, Key::Own(Press::Answer(number, choice))));
    let keys = Keyboard::none()
        .row([answer(Label::DontKnow, Choice::DontKnow), answer(Label::AskClient, Choice::AskClient)])
        .row([answer(Label::Skip, Choice::Skip)])
        .key(Label::Finish.text(locale), button(work, Key::Finish));
    Say::new(text.html(locale)).keys(keys)
}

/// An answer in words. One that asks back is explained, and can be kept as the answer all the same.
pub(super) fn answer(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if is_question(&words) {
        let keys = Keyboard::none().key(frame::Label::KeepAsAnswer.text(scene.locale), button(&work, Key::Keep));
        let say = Say::new(Text::Help(work.stage).html(scene.locale)).keys(keys);
        work.doubted = Some(words);
        return to(work).say(say);
    }
    keep(work, words, scene)
}

fn keep(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.chars() + work.besides() + words.chars().count() > CHARS {
        return to(work).say(Say::new(Text::Refused(Refused::TooLong).html(scene.locale)));
    }
    work.doubted = None;
    let Some(at) = work.open_question() else { return stale::<Tool>(work, scene) };
    work.questions[at].answer = Some(Reply::Said(words));
    next(work, scene, Effect::Say)
}

/// The words that asked back are the answer.
pub(super) fn keep_doubted(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    match work.doubted.take() {
        Some(words) => {
            let signs = work.signs.look(&words);
            let turn = keep(work, words, scene);
            danger::first::<Tool>(turn, signs, scene)
        }
        None => stale::<Tool>(work, scene),
    }
}

/// An answer by a button; one under an earlier question is out of date.
pub(super) fn chosen(mut work: Work, at: u8, choice: Choice, scene: &mut Scene<'_>) -> Turn<State> {
    let at = usize::from(at);
    if work.open_question() != Some(at) {
        return stale::<Tool>(work, scene);
    }
    work.questions[at].answer = Some(match choice {
        Choice::DontKnow => Reply::DontKnow,
        Choice::AskClient => Reply::AskClient,
        Choice::Skip => Reply::Skipped,
    });
    next(work, scene, Effect::Show)
}

/// The next question, or the interpretation.
fn next(mut work: Work, scene: &mut Scene<'_>, how: fn(Say) -> Effect) -> Turn<State> {
    if work.open_question().is_some() {
        let say = screen(&work, scene);
        return to(work).and(how(say));
    }
    work.message = None;
    let closing = how(Say::new(Text::QuestionsDone.html(scene.locale)));
    then_interpret(work, closing, scene)
}

/// No more questions.
pub(super) fn finish(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.message = None;
    let closing = Effect::Show(Say::new(Text::QuestionsDone.html(scene.locale)));
    then_interpret(work, closing, scene)
}

fn then_interpret(work: Work, closing: Effect, scene: &mut Scene<'_>) -> Turn<State> {
    let turn = reading::interpret(work, scene);
    turn.after([closing])
}
