//! Coming in by a link.
use bot_gate::texts::Text as DoorText;
use bot_kit::{Facts, Keyboard, PassCheck, RunStatus, Say, Scene, Turn};

use super::{Going, Key, Label, OwnText, State, Text, Tool, Work as _, button, keys, to, to_pro};

/// Whether another run goes on: its material would be lost if a second link took its place.
pub(super) fn is_busy<W: super::Work>(state: &State<W>, token: &str) -> bool {
    matches!(state, State::Going(work) if work.token() != token)
}

/// `/start` with a link.
pub(super) fn by_link<T: Tool>(state: State<T::Work>, token: String, facts: &Facts, scene: &mut Scene<'_>) -> Going<T> {
    if is_busy(&state, &token) {
        return while_busy::<T>(state, &token, facts, scene);
    }
    let locale = scene.locale;
    let door = |state, html, keys| Turn::to(state).say(Say::new(html).keys(keys));
    match (&facts.pass, &facts.run) {
        (Some(PassCheck::Opened { .. }), Some(run)) => match (state, run.status) {
            (State::Going(work), RunStatus::Issued | RunStatus::Active) if work.run() == run.run => resumed::<T>(*work, scene),
            (_, RunStatus::Issued | RunStatus::Active) => {
                let work = T::begin(run.run, run.case, token);
                let say = T::greeting(&work, &run.case_label, scene);
                to(work).say(say)
            }
            (state, RunStatus::Completed | RunStatus::Failed | RunStatus::Canceled | RunStatus::Expired) => {
                door(state, DoorText::BadLink(T::DOOR).html(locale, None), to_pro(scene))
            }
        },
        (Some(PassCheck::TooFewStars(offer)), _) => door(state, T::text(OwnText::TooFewStars(*offer), locale), to_pro(scene)),
        (Some(PassCheck::TooManyTries), _) => door(state, Text::TooManyTries.html(locale), Keyboard::none()),
        (Some(PassCheck::Opened { .. } | PassCheck::Own | PassCheck::Taken | PassCheck::Unavailable) | None, _) => {
            door(state, DoorText::BadLink(T::DOOR).html(locale, None), to_pro(scene))
        }
    }
}

/// Another link while a run goes on: it is kept for later, and nothing of the present one is lost.
fn while_busy<T: Tool>(state: State<T::Work>, token: &str, facts: &Facts, scene: &mut Scene<'_>) -> Going<T> {
    let (link, locale) = (scene.bots.deep_link(T::BOT, token), scene.locale);
    let new = Label::OpenNew.text(locale);
    match state.settled(facts.run.as_ref()) {
        State::Going(work) => {
            let keys = keys::<T::OwnKey>(work.as_ref(), Key::Continue, Label::Continue.text(scene.locale))
                .key(Label::Cancel.text(locale), button::<T::OwnKey>(work.as_ref(), Key::Cancel))
                .url(new, link);
            Turn::to(State::Going(work)).say(Say::new(T::text(OwnText::Busy, locale)).keys(keys))
        }
        state @ (State::Door | State::Over { .. }) => {
            Turn::to(state).say(Say::new(T::text(OwnText::OpenAgain, locale)).keys(Keyboard::none().url(new, link)))
        }
    }
}

/// The present screen after an absence. What it waits for comes into this message, which is the newest.
pub(super) fn resumed<T: Tool>(mut work: T::Work, scene: &mut Scene<'_>) -> Going<T> {
    let mut say = T::screen(&work, scene);
    say.html = Text::Resumed.html(scene.locale).paragraph(&say.html);
    if work.message().is_some() {
        let id = scene.id();
        *work.message() = Some(id);
        say = say.with_id(id);
    }
    to(work).say(say)
}
