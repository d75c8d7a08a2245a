//! Coming in by a link.
use bot_gate::{Tool, texts::Text as DoorText};
use bot_kit::{Facts, Keyboard, PassCheck, RunStatus, Say, Scene, Turn};
use domain::BotId;

use super::{State, Work, collecting, resumed, to, to_pro};
use crate::texts::{Label, Text};

/// Whether another one goes on: its material would be lost if a second link took its place.
pub(super) fn is_busy(state: &State, token: &str) -> bool {
    matches!(state, State::Going(work) if work.token != token)
}

/// `/start` with a link.
pub(super) fn by_link(state: State, token: String, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    if is_busy(&state, &token) {
        return while_busy(state, &token, facts, scene);
    }
    let locale = scene.locale;
    let door = |state, html, keys| Turn::to(state).say(Say::new(html).keys(keys));
    match (&facts.pass, &facts.run) {
        (Some(PassCheck::Opened { .. }), Some(run)) => match (state, run.status) {
            (State::Going(work), RunStatus::Issued | RunStatus::Active) if work.run == run.run => resumed(*work, scene),
            (_, RunStatus::Issued | RunStatus::Active) => {
                let work = Work::new(run.run, run.case, token);
                let say = collecting::greeting(&work, &run.case_label, scene);
                to(work).say(say)
            }
            (state, RunStatus::Completed | RunStatus::Failed | RunStatus::Canceled | RunStatus::Expired) => {
                door(state, DoorText::BadLink(Tool::Conceptualizator).html(locale, None), to_pro(scene))
            }
        },
        (Some(PassCheck::TooFewStars(offer)), _) => door(state, Text::TooFewStars(*offer).html(locale), to_pro(scene)),
        (Some(PassCheck::TooManyTries), _) => door(state, Text::TooManyTries.html(locale), Keyboard::none()),
        (Some(PassCheck::Opened { .. } | PassCheck::Own | PassCheck::Taken | PassCheck::Unavailable) | None, _) => {
            door(state, DoorText::BadLink(Tool::Conceptualizator).html(locale, None), to_pro(scene))
        }
    }
}

/// Another link while a model goes on: it is kept for later, and nothing of the present one is lost.
fn while_busy(state: State, token: &str, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    let link = scene.bots.deep_link(BotId::Conceptualizator, token);
    match state.settled(facts.run.as_ref()) {
        State::Going(work) => {
            let keys = super::keys(&work, super::Key::Continue, Label::Continue, scene)
                .key(Label::Cancel.text(scene.locale), super::button(&work, super::Key::Cancel))
                .url(Label::OpenNew.text(scene.locale), link);
            let say = Say::new(Text::Busy.html(scene.locale)).keys(keys);
            Turn::to(State::Going(work)).say(say)
        }
        state @ (State::Door | State::Over { .. }) => {
            let keys = Keyboard::none().url(Label::OpenNew.text(scene.locale), link);
            Turn::to(state).say(Say::new(Text::OpenAgain.html(scene.locale)).keys(keys))
        }
    }
}
