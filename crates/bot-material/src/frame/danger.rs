//! Signs of danger in the material: told at once, first, and apart from everything else (safety.md, C9). The specialist is the one who
//! reads here, so the notice with its acknowledgement stands in this chat; the result names it once more.
use bot_kit::{Danger, Effect, Html, Keyboard, MessageKind, Say, Scene, contact_lines};
use domain::{SafetyEventId, resources};

use super::{Button, Going, Label, OwnText, State, Tool, Work as _};
use crate::SeenSign;

/// Puts signs before everything else in the turn: their rows, and a notice for each.
pub fn first<T: Tool>(turn: Going<T>, signs: Vec<SeenSign>, scene: &mut Scene<'_>) -> Going<T> {
    let State::Going(work) = &turn.state else { return turn };
    let (run, case, locale) = (work.run(), work.case(), scene.locale);
    let mut before = Vec::new();
    for SeenSign { category, level, source } in signs {
        let event: SafetyEventId = scene.id();
        before.push(Effect::RaiseDanger(Danger { event, run, case, category, source, level }));
        let html = T::text(OwnText::Danger { category, level, contacts: &contacts(scene) }, locale);
        let keys = Keyboard::none().key(Label::Seen.text(locale), Button::<T::OwnKey>::Seen(event));
        before.push(Effect::Say(Say::new(html).kind(MessageKind::Danger).keys(keys)));
    }
    turn.after(before)
}

fn contacts(scene: &Scene<'_>) -> Html {
    let country = scene.specialist.and_then(|specialist| specialist.country.as_deref());
    contact_lines(&resources::for_country(country, scene.locale), scene.locale)
}
