//! The board, hypothesis by hypothesis, and the red flags.
use bot_kit::{Effect, Keyboard, Say, Scene, Turn};
use bot_material::frame::{button, stale, to};

use super::{Stage, State, Tool, Work, onward};
use crate::{
    button::{Key, Press, Verdict},
    model::{FlagAnswer, Status},
    texts::{Label, Text, Toast},
};

/// Longest formulation in a specialist's own words.
const FORMULATION: usize = 400;

/// A hypothesis with its keys.
pub(super) fn card_screen(work: &Work, id: u32, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let Some(card) = work.board.card(id) else { return Say::new(Text::Thinking.html(locale)) };
    let open = work.board.cards.iter().filter(|card| card.status == Status::Proposed && !work.later.contains(&card.id)).count();
    let key = |label: Label, verdict| (label.text(locale), button(work, Key::Own(Press::Card(id, verdict))));
    let mut keys = Keyboard::none()
        .row([key(Label::Accept, Verdict::Accept), key(Label::Edit, Verdict::Edit)])
        .row([key(Label::Reject, Verdict::Reject), key(Label::Later, Verdict::Later)]);
    if open > 1 {
        keys = keys.key(Label::AcceptAll(open).text(locale), button(work, Key::Own(Press::AcceptAll)));
    }
    Say::new(Text::Card { card, open }.html(locale)).keys(keys)
}

/// Other words for a hypothesis are awaited.
pub(super) fn edit_screen(work: &Work, id: u32, scene: &Scene<'_>) -> Say {
    let keys = Keyboard::none().key(Label::Accept.text(scene.locale), button(work, Key::Own(Press::Card(id, Verdict::Accept))));
    Say::new(Text::AskWords.html(scene.locale)).keys(keys)
}

/// What is said to the hypothesis on the screen.
pub(super) fn decided(mut work: Work, id: u32, verdict: Verdict, scene: &mut Scene<'_>) -> Turn<State> {
    let status = match verdict {
        Verdict::Accept => Status::Accepted,
        Verdict::Reject => Status::Rejected,
        Verdict::Edit => {
            work.stage = Stage::Editing(id);
            let say = edit_screen(&work, id, scene);
            return to(work).say(say);
        }
        Verdict::Later => {
            work.later.push(id);
            return done_with(work, id, None, scene);
        }
    };
    work.board.decide(id, status, None);
    done_with(work, id, Some(status), scene)
}

/// The hypothesis in the specialist's own words.
pub(super) fn edited(mut work: Work, id: u32, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if words.chars().count() > FORMULATION {
        let say = Say::new(Text::WordsTooLong { at_most: FORMULATION }.html(scene.locale));
        return to(work).say(say);
    }
    work.board.decide(id, Status::Edited, Some(words));
    onward(work, scene)
}

/// All hypotheses that are still open are accepted.
pub(super) fn accept_all(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    while let Some(id) = work.board.undecided(&work.later).map(|card| card.id) {
        work.board.decide(id, Status::Accepted, None);
    }
    let shown = Effect::Show(Say::new(Text::AllAccepted.html(scene.locale)));
    let turn = onward(work, scene);
    turn.after([shown])
}

/// The screen of a hypothesis becomes what was said to it, and the next thing comes.
fn done_with(work: Work, id: u32, status: Option<Status>, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(card) = work.board.card(id) else { return stale::<Tool>(work, scene) };
    let shown = Effect::Show(Say::new(Text::Decided { card, status }.html(scene.locale)));
    let turn = onward(work, scene);
    turn.after([shown])
}

/// A red flag with its keys.
pub(super) fn flag_screen(work: &Work, at: u8, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let Some(flag) = work.flags.get(usize::from(at)) else { return Say::new(Text::Thinking.html(locale)) };
    let key = |label: Label, answer| (label.text(locale), button(work, Key::Own(Press::Flag(at, answer))));
    let keys = Keyboard::none()
        .row([key(Label::Checked, FlagAnswer::Checked), key(Label::WillCheck, FlagAnswer::WillCheck)])
        .row([key(Label::NotApplicable, FlagAnswer::NotApplicable)]);
    Say::new(Text::Flag(flag).html(locale)).keys(keys)
}

/// What the specialist answers a red flag.
pub(super) fn flag_answered(mut work: Work, at: u8, answer: FlagAnswer, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(flag) = work.flags.get_mut(usize::from(at)) else { return stale::<Tool>(work, scene) };
    flag.answer = Some(answer);
    let shown = Effect::Show(Say::new(Text::FlagAnswered { flag, answer }.html(scene.locale)));
    let turn = onward(work, scene);
    turn.after([shown]).toast(Toast::Noted.text(scene.locale))
}
