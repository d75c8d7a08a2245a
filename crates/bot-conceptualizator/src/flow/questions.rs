//! The Socratic dialogue: one question at a time, aimed at the biggest gap.
use bot_kit::{Effect, JobKind, Keyboard, Say, Scene, Turn};
use bot_material::{
    CHARS, Refused,
    frame::{self, button, settle, stale, to},
    is_question,
};

use super::{Stage, State, Tool, Work, ask_worker, danger, onward};
use crate::{
    ask,
    button::{Key, Press},
    material::Reply,
    model::{Direction, next as next_ask, readiness},
    result::chat_board,
    texts::{Label, Text},
    wish::{InputWish, Want},
};

/// The next question, or the word that there is none.
pub(super) fn next(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    match next_ask(&work.board, &work.asked()) {
        // Words about safety are fixed.
        Some(ask) if ask.direction == Direction::Safety || work.board.cards.is_empty() => {
            let wish = InputWish::of(&work, Want::Question(ask), scene.locale);
            let input = wish.into_input(work.run, work.case, scene.now, work.run.to_string(), Vec::new());
            work.dialogue.push(ask::our_asked(ask, &input));
            work.stage = Stage::Asking;
            let say = screen(&work, scene);
            settle(work, say)
        }
        Some(ask) => ask_worker(work, Stage::Thinking, Text::Thinking, JobKind::ConceptualizatorStep, Want::Question(ask), scene),
        None => {
            work.stage = Stage::Offering;
            let say = offer(&work, scene);
            settle(work, say)
        }
    }
}

/// The open question with its keys.
pub(super) fn screen(work: &Work, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let Some(asked) = work.dialogue.last() else { return Say::new(Text::Thinking.html(locale)) };
    let number = work.dialogue.len();
    let at = u8::try_from(number - 1).unwrap_or(u8::MAX);
    let key = |label: Label, key| (label.text(locale), button(work, key));
    let mut keys = Keyboard::none().row([key(Label::Skip, Key::Own(Press::Skip(at))), key(Label::Why, Key::Own(Press::Why(at)))]);
    if number > 1 {
        keys = keys.row([key(Label::BackToQuestion, Key::Own(Press::Back(at)))]);
    }
    let keys = keys.row([key(Label::Finish, Key::Finish)]);
    let board = chat_board(&work.board, locale);
    let question = Text::Question { number, question: &asked.question }.html(locale);
    let html = if work.board.held().next().is_some() { board.paragraph(&question) } else { question };
    Say::new(html).keys(keys)
}

fn is_open(work: &Work, at: u8) -> bool {
    work.dialogue.len() == usize::from(at) + 1
}

/// An answer in words. One that asks back is explained, and can be kept as the answer all the same.
pub(super) fn answer(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if is_question(&words) {
        let keys = Keyboard::none().key(frame::Label::KeepAsAnswer.text(scene.locale), button(&work, Key::Keep));
        work.doubted = Some(words);
        return to(work).say(Say::new(Text::Help(Stage::Asking).html(scene.locale)).keys(keys));
    }
    keep(work, words, scene)
}

/// The words that asked back are the answer.
pub(super) fn keep_doubted(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    match work.doubted.take() {
        Some(words) => {
            let signs = danger::look(&mut work, &words, scene.locale);
            let turn = keep(work, words, scene);
            frame::danger::first::<Tool>(turn, signs, scene)
        }
        None => stale::<Tool>(work, scene),
    }
}

fn keep(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.chars() + work.besides() + words.chars().count() > CHARS {
        return to(work).say(Say::new(Text::Refused(Refused::TooLong).html(scene.locale)));
    }
    work.doubted = None;
    let Some(asked) = work.dialogue.last_mut() else { return stale::<Tool>(work, scene) };
    asked.answer = Some(Reply::Said(words));
    ask_worker(work, Stage::Thinking, Text::Thinking, JobKind::ConceptualizatorStep, Want::Changes, scene)
}

/// Past the question on the screen.
pub(super) fn skipped(mut work: Work, at: u8, scene: &mut Scene<'_>) -> Turn<State> {
    if !is_open(&work, at) {
        return stale::<Tool>(work, scene);
    }
    let Some(asked) = work.dialogue.last_mut() else { return stale::<Tool>(work, scene) };
    asked.answer = Some(Reply::Skipped);
    let shown = Effect::Show(Say::new(Text::Skipped { question: &asked.question }.html(scene.locale)));
    let turn = onward(work, scene);
    turn.after([shown])
}

/// What the question is for.
pub(super) fn why(work: Work, at: u8, scene: &mut Scene<'_>) -> Turn<State> {
    match work.dialogue.last() {
        Some(asked) if is_open(&work, at) => {
            let say = Say::new(Text::WhyAsked { why: &asked.why }.html(scene.locale));
            to(work).say(say)
        }
        Some(_) | None => stale::<Tool>(work, scene),
    }
}

/// Back to the question before: its answer is open again; what it changed stays on the board.
pub(super) fn back(mut work: Work, at: u8, scene: &mut Scene<'_>) -> Turn<State> {
    if !is_open(&work, at) || work.dialogue.len() < 2 {
        return stale::<Tool>(work, scene);
    }
    work.dialogue.pop();
    if let Some(asked) = work.dialogue.last_mut() {
        asked.answer = None;
    }
    let say = screen(&work, scene);
    to(work).show(say)
}

/// What can be done when nothing is left to ask.
pub(super) fn offer(work: &Work, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let gaps = readiness(&work.board, &work.flags).gaps;
    let keys = Keyboard::none()
        .key(Label::Assemble.text(locale), button(work, Key::Finish))
        .key(Label::OneMore.text(locale), button(work, Key::Own(Press::Ask)));
    let html = chat_board(&work.board, locale).paragraph(&Text::Offer { gaps: &gaps }.html(locale));
    Say::new(html).keys(keys)
}

/// One more question: what was put off comes back first, then every direction may be asked again.
pub(super) fn one_more(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    if !work.later.is_empty() {
        work.later.clear();
        return onward(work, scene);
    }
    to(work).say(Say::new(Text::NothingToAsk.html(scene.locale)))
}

/// No more questions: the model is assembled with what there is.
pub(super) fn finish(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    if work.board.held().next().is_none() {
        return to(work).say(Say::new(Text::NothingHeld.html(scene.locale)));
    }
    work.finishing = true;
    if work.dialogue.last().is_some_and(|asked| asked.answer.is_none()) {
        work.dialogue.pop();
    }
    // What is not decided now is put off; red flags are not.
    while let Some(id) = work.board.undecided(&work.later).map(|card| card.id) {
        work.later.push(id);
    }
    work.message = None;
    let shown = Effect::Show(Say::new(Text::Finishing.html(scene.locale)));
    let turn = onward(work, scene);
    turn.after([shown])
}
