//! A message to all specialists: written, looked at, sent once.
use bot_kit::{Audience, BroadcastWish, Effect, Facts, Html, Keyboard, Say, Scene, Turn};

use super::{
    super::{State, show_html},
    asks, key, stale, to_menu,
};
use crate::{
    button::CareButton,
    texts::{
        Text,
        care::{CareLabel, CareText},
    },
};

/// Longest text, in characters.
const CHARS: usize = 3_500;

/// Asks for the text.
pub(super) fn ask(problem: Option<CareText<'_>>, scene: &Scene<'_>) -> Turn<State> {
    asks(State::Announcing, problem.unwrap_or(CareText::AskAnnouncement), to_menu(scene), scene)
}

/// The text, typed: shown as everybody will see it, and asked about once more.
pub(in super::super) fn announcing(text: &str, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > CHARS {
        return ask(Some(CareText::BadAnnouncement), scene);
    }
    let audience = facts.audience.unwrap_or_default();
    if audience.reached == 0 {
        return show_html(CareText::Nobody.html(scene.locale), to_menu(scene));
    }
    confirm(text, audience, scene.stamp(), scene)
}

fn confirm(text: &str, audience: Audience, stamp: i64, scene: &Scene<'_>) -> Turn<State> {
    let yes = key(CareButton::AnnounceYes { stamp });
    let mut keys = Keyboard::none().key(CareLabel::AnnounceYes { count: audience.reached }.text(scene.locale), yes);
    keys.rows.extend(to_menu(scene).rows);
    let confirm = Say::new(CareText::ConfirmAnnouncement(audience).html(scene.locale)).keys(keys);
    Turn::to(State::AnnouncingSure { text: text.to_owned() }).say(Say::new(Html::text(text))).say(confirm)
}

/// Has the worker send it, once.
pub(super) fn send(state: State, stamp: i64, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    let State::AnnouncingSure { text } = state else { return stale(scene) };
    let Some(admin) = scene.specialist.map(|specialist| specialist.user_id) else { return stale(scene) };
    let audience = facts.audience.unwrap_or_default();
    if !scene.is_current(stamp) {
        let again = confirm(&text, audience, scene.asking_stamp(), scene).asking();
        return again.toast(Text::StaleButton.plain(scene.locale));
    }
    let wish = BroadcastWish { admin, locale: scene.locale, text };
    show_html(CareText::Announced(audience).html(scene.locale), to_menu(scene)).and(Effect::Announce(wish.job(scene.id())))
}
