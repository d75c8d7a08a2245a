//! Coming in: by a link, and without one.
use bot_kit::{BoundRun, Button as _, Command, Event, Facts, Keyboard, PassCheck, Say, Scene, Turn};
use domain::{Locale, lexicon};

use super::{Place, Ready, State, hinted, screen, with_help};
use crate::{
    button::Button,
    texts::{Label, Text},
};

/// Whether a blocked specialist speaks who is nobody's client here. A call for help is heard all the same (C6).
pub(super) fn closed_to(event: &Event<Ready>, run: Option<&BoundRun>, scene: &Scene<'_>) -> bool {
    let blocked = scene.specialist.is_some_and(|specialist| specialist.blocked) && run.is_none();
    let calls = match event {
        Event::Answered(_) | Event::Command(Command::Sos) => true,
        Event::Said(words) => lexicon::signs(words).is_some(),
        Event::Pressed { data } => Button::decode(data) == Some(Button::Help),
        Event::Opened { .. } | Event::Command(_) | Event::Media(_) => false,
        Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => true,
    };
    blocked && !calls
}

/// One calm sentence.
pub(super) fn blocked(state: State, locale: Locale) -> Turn<State> {
    Turn::to(state).say(Say::new(Text::Blocked.html(locale)).keys(with_help(Keyboard::none(), locale)))
}

/// `/start` with a link. A link that does not open leaves everything as it is.
pub(super) fn by_link(state: State, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let refused = match &facts.pass {
        Some(PassCheck::Opened { first: _ }) if facts.run.is_some() => {
            let run = facts.run.as_ref();
            return without_link(state.settled(run), run, scene.locale);
        }
        Some(PassCheck::Own) => Text::OwnLink,
        Some(PassCheck::Taken) => Text::LinkTaken,
        Some(PassCheck::TooManyTries) => Text::TooManyTries,
        // A client's pass is paid for before it is sent.
        Some(PassCheck::Opened { .. } | PassCheck::Unavailable | PassCheck::TooFewStars(_)) | None => Text::LinkUnavailable,
    };
    let mut keys = Keyboard::none();
    if state.place.goes_on() {
        keys = keys.key(Label::Continue.text(scene.locale), Button::Continue);
    }
    let say = Say::new(refused.html(scene.locale)).keys(with_help(keys, scene.locale));
    Turn::to(state).say(say)
}

/// The current screen; whoever comes back in the middle is told that it goes on.
pub(super) fn without_link(state: State, run: Option<&BoundRun>, locale: Locale) -> Turn<State> {
    let current = screen(&state.place, run, locale);
    let say = match &state.place {
        Place::Asking(_) | Place::Thoughts(_) | Place::Home(_) | Place::OwnWords(_) => hinted(Text::Resumed, current, locale),
        Place::Outside | Place::Consent { .. } | Place::Done { .. } | Place::Over { .. } => current,
    };
    Turn::to(state).say(say)
}
