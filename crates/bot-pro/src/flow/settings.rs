//! Balance, settings, invitations of colleagues.
use bot_kit::{Effect, Facts, Keyboard, Say, Scene, Setting, Specialist, Turn};
use domain::{BotId, InviteId, Locale};

use super::{State, cases, main_menu, not_found, screening::DAYS, show};
use crate::{
    button::Button,
    texts::{COUNTRIES, Label, Text},
};

/// What the wallet holds, and what things cost.
pub(super) fn balance(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    match facts.wallet {
        Some(wallet) => show(scene, Text::Wallet(wallet), cases::way_out(scene)),
        None => not_found(scene),
    }
}

/// The settings.
pub(super) fn menu(specialist: &Specialist, scene: &Scene<'_>) -> Turn<State> {
    menu_in(specialist, scene.locale)
}

fn menu_in(specialist: &Specialist, locale: Locale) -> Turn<State> {
    let other = match locale {
        Locale::Ru => Locale::En,
        Locale::En => Locale::Ru,
    };
    let days = |days| (Label::Days { days, chosen: days == specialist.invitation_days }.text(locale), Button::Days(days));
    let keys = Keyboard::none()
        .row([(Label::OtherLanguage.text(locale), Button::Language(other)), (Label::Country.text(locale), Button::Countries)])
        .key(Label::Notify { on: specialist.notify }.text(locale), Button::Notify(!specialist.notify))
        .row(DAYS.iter().copied().map(days))
        .key(Label::Menu.text(locale), Button::Menu);
    let text = Text::Settings { country: specialist.country.as_deref(), notify: specialist.notify };
    Turn::to(State::Idle).show(Say::new(text.html(locale)).keys(keys))
}

/// Another language, from this message on.
pub(super) fn language(specialist: &Specialist, locale: Locale) -> Turn<State> {
    let chosen = Specialist { chosen_locale: Some(locale), ..specialist.clone() };
    menu_in(&chosen, locale).and(Effect::ChangeSetting(Setting::Locale(locale)))
}

/// Countries to choose from.
pub(super) fn countries(scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let mut keys = Keyboard::none();
    for row in COUNTRIES.chunks(2) {
        keys = keys.row(row.iter().map(|code| (Label::CountryName(code).text(locale), Button::Country(Some(**code)))));
    }
    keys = keys.key(Label::OtherCountry.text(locale), Button::Country(None)).key(Label::Back.text(locale), Button::Settings);
    show(scene, Text::AskCountry, keys)
}

/// A country for the emergency contacts.
pub(super) fn country(specialist: &Specialist, code: Option<[u8; 2]>, scene: &Scene<'_>) -> Turn<State> {
    let code = code.map(|code| code.iter().map(|byte| char::from(*byte)).collect::<String>());
    let chosen = Specialist { country: code.clone(), ..specialist.clone() };
    menu(&chosen, scene).and(Effect::ChangeSetting(Setting::Country(code.unwrap_or_default())))
}

/// Notices on or off; danger is always told.
pub(super) fn notify(specialist: &Specialist, on: bool, scene: &Scene<'_>) -> Turn<State> {
    let chosen = Specialist { notify: on, ..specialist.clone() };
    menu(&chosen, scene).and(Effect::ChangeSetting(Setting::Notify(on)))
}

/// Usual length of an invitation.
pub(super) fn days(specialist: &Specialist, days: u8, scene: &Scene<'_>) -> Turn<State> {
    let chosen = Specialist { invitation_days: days, ..specialist.clone() };
    menu(&chosen, scene).and(Effect::ChangeSetting(Setting::InvitationDays(days)))
}

/// Invitations for colleagues.
pub(super) fn admin(scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let stamp = scene.stamp();
    let mut keys = Keyboard::none();
    for days in [7, 30] {
        let invite = |uses| (Label::InviteUses { uses, days }.text(locale), Button::InviteSpecialist { uses, days, stamp });
        keys = keys.row([1, 5, 10].map(invite));
    }
    show(scene, Text::Admin, keys.key(Label::Menu.text(locale), Button::Menu))
}

/// A new invitation, once.
pub(super) fn invite(uses: u8, days: u8, stamp: i64, scene: &mut Scene<'_>) -> Turn<State> {
    if !scene.is_admin {
        return show(scene, Text::MainMenu, main_menu(scene));
    }
    if !scene.is_current(stamp) {
        return admin(scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let invite: InviteId = scene.id();
    let token = scene.token();
    let url = scene.bots.deep_link(BotId::Pro, &format!("invite_{token}"));
    let keys = Keyboard::none().copy(Label::CopyLink.text(scene.locale), url.as_str());
    let say = Say::new(Text::SpecialistLink { url: &url, uses, days }.html(scene.locale)).keys(keys);
    admin(scene).and(Effect::InviteSpecialist { invite, token, uses, days }).say(say)
}
