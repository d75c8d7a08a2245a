//! What is kept of a specialist: taken along as an archive, or given up for good.
use bot_kit::{Effect, ExportWish, Facts, Html, Keyboard, Say, Scene, Turn};
use chrono::{DateTime, Utc};
use domain::{CaseId, Locale, Stars};

use super::{State, cases, not_found, show};
use crate::{
    button::Button,
    texts::{Label, Text},
};

/// What is kept, and what can be done about it.
pub(super) fn menu(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    if facts.wallet.is_none() {
        return not_found(scene);
    }
    let locale = scene.locale;
    let keys = Keyboard::none()
        .key(Label::ExportAll.text(locale), Button::ExportAll { stamp: scene.stamp() })
        .key(Label::ForgetMe.text(locale), Button::ForgetMe)
        .key(Label::Back.text(locale), Button::Settings);
    show(scene, Text::MyData, keys)
}

/// One case, by the worker; once for each tap.
pub(super) fn export_case(facts: &Facts, stamp: i64, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    if !scene.is_current(stamp) {
        return cases::card_with(case, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    match export(Some(case.case), scene) {
        Some(effect) => cases::card_with(case, scene).and(effect).toast(Text::ArchiveComes.plain(scene.locale)),
        None => not_found(scene),
    }
}

/// The whole account, by the worker; once for each tap.
pub(super) fn export_all(facts: &Facts, stamp: i64, scene: &mut Scene<'_>) -> Turn<State> {
    if facts.wallet.is_none() {
        return not_found(scene);
    }
    if !scene.is_current(stamp) {
        return menu(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    match export(None, scene) {
        Some(effect) => menu(facts, scene).and(effect).toast(Text::ArchiveComes.plain(scene.locale)),
        None => not_found(scene),
    }
}

fn export(case: Option<CaseId>, scene: &mut Scene<'_>) -> Option<Effect> {
    let owner = scene.specialist.map(|specialist| specialist.user_id)?;
    let wish = ExportWish { owner, case, locale: scene.locale };
    Some(Effect::Enqueue(wish.job(scene.id())))
}

/// Asks once, and says what goes and what stays.
pub(super) fn ask_forget(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(wallet) = &facts.wallet else { return not_found(scene) };
    let locale = scene.locale;
    let keys = Keyboard::none()
        .key(Label::ForgetMeYes.text(locale), Button::ForgetMeYes { stamp: scene.asking_stamp() })
        .key(Label::ExportAll.text(locale), Button::ExportAll { stamp: scene.asking_stamp() })
        .key(Label::Back.text(locale), Button::MyData);
    let (left, held) = (Stars(wallet.available.0), Stars(wallet.reserved.0));
    show(scene, Text::AskForgetMe { left, held }, keys).asking()
}

/// Closes the account, if nothing else happened since it was asked about.
pub(super) fn forget(facts: &Facts, stamp: i64, scene: &Scene<'_>) -> Turn<State> {
    if !scene.is_current(stamp) {
        return ask_forget(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let done = show(scene, Text::Forgotten, Keyboard::none());
    done.after([Effect::DeleteAccount])
}

/// What stands under an archive.
#[must_use]
pub fn archive_caption(locale: Locale, part: usize, of: usize) -> Html {
    Text::ArchiveCaption { part, of }.html(locale)
}

/// Words to a specialist whose archive could not be made.
#[must_use]
pub fn archive_failed(locale: Locale) -> Html {
    Text::ArchiveFailed.html(locale)
}

/// Words to a specialist whose case goes soon because it was put away long ago; sent outside a turn of the chat.
#[must_use]
pub fn case_ends(locale: Locale, case: CaseId, label: &str, at: DateTime<Utc>) -> Say {
    let keys = Keyboard::none().key(Label::OpenCase.text(locale), Button::Case(case));
    Say::new(Text::CaseEnds { label, at }.html(locale)).keys(keys).about(case)
}
