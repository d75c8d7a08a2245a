//! The settings.
use bot_kit::{Effect, Facts, Job, JobKind, Keyboard, PictureWish, Say, Scene, Setting, Specialist, Turn};
use domain::Locale;

use super::{State, not_found, screening::DAYS, show, show_html};
use crate::{
    button::Button,
    texts::{COUNTRIES, Label, Text},
};

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
        .row([(Label::Training.text(locale), Button::Training), (Label::MyData.text(locale), Button::MyData)])
        .key(Label::Menu.text(locale), Button::Menu);
    let text = Text::Settings { country: specialist.country.as_deref(), notify: specialist.notify };
    Turn::to(State::Idle).show(Say::new(text.html(locale)).keys(keys))
}

/// The specialist's training with virtual clients.
pub(super) fn training(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let Some(training) = &facts.training else {
        return show(scene, Text::NoTraining, Keyboard::none().key(Label::Back.text(locale), Button::Settings));
    };
    let mut keys = Keyboard::none();
    if training.sessions > 1 {
        keys = keys.key(Label::AsPicture.text(locale), Button::TrainingPicture { stamp: scene.stamp() });
    }
    show_html(training.html.clone(), keys.key(Label::Back.text(locale), Button::Settings))
}

/// The worker draws; once for each tap.
pub(super) fn training_picture(stamp: i64, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    if !scene.is_current(stamp) {
        return training(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let Some(owner) = scene.specialist.map(|specialist| specialist.user_id) else { return not_found(scene) };
    let job = Job::picture(scene.id(), JobKind::TrainingPicture, PictureWish { owner, locale: scene.locale });
    training(facts, scene).and(Effect::Enqueue(job)).toast(Text::PictureComes.plain(scene.locale))
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
