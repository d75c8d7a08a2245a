//! Giving a run up, and what is said when one has ended.
use bot_kit::{Command, Effect, Event, Keyboard, Say, Scene, Turn};
use domain::RunId;

use super::{
    Button, Ending, Going, Key, Label, OwnText, Ready, State, Toast, Tool, Work as _, at_the_door, button, decode, to, to_pro,
};

/// Asks once.
pub(super) fn ask<T: Tool>(work: T::Work, scene: &Scene<'_>) -> Going<T> {
    let locale = scene.locale;
    let keys = Keyboard::none()
        .key(Label::CancelYes.text(locale), button::<T::OwnKey>(&work, Key::CancelYes { stamp: scene.asking_stamp() }))
        .key(Label::Continue.text(locale), button::<T::OwnKey>(&work, Key::Continue));
    to(work).asking().say(Say::new(T::text(OwnText::AskCancel, locale)).keys(keys))
}

/// Gives it up, if nothing else happened since it was asked about: the material goes, what was held is free again.
pub(super) fn give_up<T: Tool>(work: T::Work, stamp: i64, scene: &mut Scene<'_>) -> Going<T> {
    let locale = scene.locale;
    if !scene.is_current(stamp) {
        return ask::<T>(work, scene).toast(Toast::Stale.text(locale));
    }
    let (run, how) = (work.run(), Ending::GivenUp);
    let say = Say::new(T::text(OwnText::Over(how), locale)).keys(to_pro(scene));
    Turn::to(State::Over { run, how }).and(Effect::GiveUp { run }).show(say)
}

/// What is said when a run has ended.
pub(super) fn over<T: Tool>(run: RunId, how: Ending, event: Event<Ready<T::Outcome>>, scene: &mut Scene<'_>) -> Going<T> {
    let state = State::Over { run, how };
    match &event {
        Event::Command(Command::Sos) => return at_the_door::<T>(state, event, scene),
        Event::Said(words) if domain::lexicon::signs(words).is_some() => return at_the_door::<T>(state, event, scene),
        Event::Pressed { data } => {
            if let Some(Button::Seen(event)) = decode::<T>(data) {
                return Turn::to(state).and(Effect::AcknowledgeDanger { event }).toast(Toast::Seen.text(scene.locale));
            }
        }
        Event::Opened { .. }
        | Event::Command(_)
        | Event::Said(_)
        | Event::Media(_)
        | Event::Checkout(_)
        | Event::Paid(_)
        | Event::Refunded(_)
        | Event::Answered(_) => {}
    }
    Turn::to(state).say(Say::new(T::text(OwnText::Over(how), scene.locale)).keys(to_pro(scene)))
}
