//! Signs of danger in the material: told at once, first, and apart from any symbol (safety.md, C9). The specialist is the one who
//! reads here, so the notice with its acknowledgement stands in this chat; the result names it once more, before all else.
use bot_kit::{Danger, Effect, Html, Keyboard, MessageKind, Say, Scene, Turn, contact_lines};
use bot_material::SeenSign;
use domain::{SafetyEventId, resources};

use super::{State, Work, to};
use crate::{
    button::Button,
    texts::{Label, Text, Toast},
};

/// Puts signs before everything else in the turn: their rows, and one notice.
pub(super) fn first(mut turn: Turn<State>, signs: Vec<SeenSign>, scene: &mut Scene<'_>) -> Turn<State> {
    let State::Going(work) = &turn.state else { return turn };
    let (run, case, locale) = (work.run, work.case, scene.locale);
    let mut before = Vec::new();
    for SeenSign { category, level, source } in signs {
        let event: SafetyEventId = scene.id();
        before.push(Effect::RaiseDanger(Danger { event, run, case, category, source, level }));
        let text = Text::Danger { category, level, contacts: &contacts(scene) };
        let keys = Keyboard::none().key(Label::Seen.text(locale), Button::Seen(event));
        before.push(Effect::Say(Say::new(text.html(locale)).kind(MessageKind::Danger).keys(keys)));
    }
    turn.effects.splice(0..0, before);
    turn
}

fn contacts(scene: &Scene<'_>) -> Html {
    let country = scene.specialist.and_then(|specialist| specialist.country.as_deref());
    contact_lines(&resources::for_country(country, scene.locale), scene.locale)
}

/// "Seen": the notice is acknowledged.
pub(super) fn seen(work: Work, event: SafetyEventId, scene: &Scene<'_>) -> Turn<State> {
    to(work).and(Effect::AcknowledgeDanger { event }).toast(Toast::Seen.text(scene.locale))
}
