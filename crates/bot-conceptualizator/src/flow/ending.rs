//! Giving a model up.
use bot_kit::{Effect, Keyboard, Say, Scene, Turn};

use super::{Ending, State, Work, button, to, to_pro};
use crate::{
    button::Key,
    texts::{Label, Text, Toast},
};

/// Asks once.
pub(super) fn ask(work: Work, scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let keys = Keyboard::none()
        .key(Label::CancelYes.text(locale), button(&work, Key::CancelYes { stamp: scene.stamp() }))
        .key(Label::Continue.text(locale), button(&work, Key::Continue));
    to(work).say(Say::new(Text::AskCancel.html(locale)).keys(keys))
}

/// Gives it up, if nothing else happened since it was asked about: the material goes, what was held is free again.
pub(super) fn give_up(work: Work, stamp: i64, scene: &mut Scene<'_>) -> Turn<State> {
    if !scene.is_current(stamp) {
        return ask(work, scene).toast(Toast::Stale.text(scene.locale));
    }
    let say = Say::new(Text::Over(Ending::GivenUp).html(scene.locale)).keys(to_pro(scene));
    Turn::to(State::Over { run: work.run, how: Ending::GivenUp }).and(Effect::GiveUp { run: work.run }).show(say)
}
