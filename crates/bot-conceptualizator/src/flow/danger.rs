//! Signs of danger in the material: told at once, first, and apart from the model (safety.md, C9). Each is a red flag besides, which has
//! to be answered before targets are proposed.
use bot_kit::{Danger, Effect, Html, Keyboard, MessageKind, Say, Scene, Turn, contact_lines};
use bot_material::SeenSign;
use domain::{Locale, SafetyEventId, resources};

use super::{State, Work};
use crate::{
    button::Button,
    texts::{Label, Text},
};

/// New signs in words, remembered and flagged.
pub(super) fn look(work: &mut Work, words: &str, locale: Locale) -> Vec<SeenSign> {
    let new = work.signs.look(words);
    flag(work, &new, locale);
    new
}

/// Each new sign is a red flag.
pub(super) fn flag(work: &mut Work, new: &[SeenSign], locale: Locale) {
    for sign in new {
        let text = Text::DangerFlag(sign.category).html(locale).visible();
        work.flag_danger(&text, sign.level);
    }
}

/// Puts signs before everything else in the turn: their rows, and a notice for each.
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
