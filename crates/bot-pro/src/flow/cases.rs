//! Cases: list, screen, label, archive, deletion.
use bot_kit::{CaseCard, Effect, Facts, Keyboard, Say, Scene, Screening, Turn, shorten};
use domain::CaseId;

use super::{State, main_menu, not_found, show, tools};
use crate::{
    button::Button,
    label::{Verdict, judge},
    texts::{Label, Text},
};

/// Back to where everything can be reached from.
pub(super) fn way_out(scene: &Scene<'_>) -> Keyboard {
    Keyboard::none().key(Label::Menu.text(scene.locale), Button::Menu)
}

/// A page of cases.
pub(super) fn list(facts: &Facts, archived: bool, scene: &Scene<'_>) -> Turn<State> {
    let Some(page) = &facts.cases else { return not_found(scene) };
    let locale = scene.locale;
    let mut keys = Keyboard::none();
    for line in &page.lines {
        let label = Label::CaseLine { label: &shorten(&line.label, 30), last: line.last_result }.text(locale);
        keys = keys.key(label, Button::Case(line.case));
    }
    keys = keys.row(pager(page.page, page.pages, |page| Button::Cases { archived, page }));
    keys = if archived {
        keys.key(Label::MyCases.text(locale), Button::Cases { archived: false, page: 0 })
    } else {
        keys.row([
            (Label::NewCase.text(locale), Button::New),
            (Label::Archive.text(locale), Button::Cases { archived: true, page: 0 }),
        ])
    };
    let text = match (page.lines.is_empty(), page.page, archived) {
        (true, 0, true) => Text::NoArchive,
        (true, 0, false) => Text::NoCases,
        (true, _, _) => Text::EmptyPage,
        (false, at, _) => Text::CasesPage { archived, page: at.saturating_add(1), pages: page.pages },
    };
    show(scene, text, keys.key(Label::Menu.text(locale), Button::Menu))
}

/// Arrows to the neighbouring pages, where there are any; from beyond the last page one back into the list.
pub(super) fn pager(page: u32, pages: u32, button: impl Fn(u32) -> Button) -> Vec<(String, Button)> {
    let mut row = Vec::new();
    if page > 0 {
        row.push(("◀️".to_owned(), button((page - 1).min(pages.saturating_sub(1)))));
    }
    if page.saturating_add(1) < pages {
        row.push(("▶️".to_owned(), button(page + 1)));
    }
    row
}

/// A case, open on its screen.
pub(super) fn card(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    match &facts.case {
        Some(case) => card_with(case, scene),
        None => not_found(scene),
    }
}

pub(super) fn card_with(case: &CaseCard, scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let label = |label: Label| label.text(locale);
    let id = case.case;
    let mut keys = Keyboard::none();
    // An invitation that is still open can be seen and taken back from the archive too.
    if !case.archived || matches!(case.screening, Screening::Waiting { .. }) {
        keys = keys.key(label(Label::Screening), Button::Screening(id));
    }
    if !case.archived {
        keys = tools::keys(keys, id, scene);
    }
    keys = keys.key(Label::Results { count: case.results }.text(locale), Button::Results { case: id, page: 0 });
    keys = if case.archived {
        keys.row([(label(Label::Restore), Button::Restore(id)), (label(Label::Delete), Button::Delete(id))])
    } else {
        keys.row([
            (label(Label::Rename), Button::Rename(id)),
            (label(Label::ToArchive), Button::Archive(id)),
            (label(Label::Delete), Button::Delete(id)),
        ])
    };
    keys = keys.key(label(Label::Export), Button::Export { case: id, stamp: scene.stamp() });
    keys = keys.row([
        (label(Label::BackToCases), Button::Cases { archived: case.archived, page: 0 }),
        (label(Label::Menu), Button::Menu),
    ]);
    let say = Say::new(Text::Case(case).html(locale)).keys(keys).about(id);
    Turn::to(State::Idle).show(say)
}

/// Asks for the label of a new case.
pub(super) fn ask_label(scene: &Scene<'_>) -> Turn<State> {
    let say = Say::new(Text::AskLabel.html(scene.locale)).keys(way_out(scene));
    Turn::to(State::Naming).show(say)
}

/// Asks for a new label of a case.
pub(super) fn ask_new_label(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    if case.archived {
        return card_with(case, scene).toast(Text::ArchivedRefuses.plain(scene.locale));
    }
    let keys = back_from_label(Some(case.case), scene);
    let say = Say::new(Text::AskNewLabel { label: &case.label }.html(scene.locale)).keys(keys).about(case.case);
    Turn::to(State::Renaming { case: case.case }).show(say)
}

/// Away from the question for a label: to the case that has one, or to the menu.
fn back_from_label(case: Option<CaseId>, scene: &Scene<'_>) -> Keyboard {
    match case {
        Some(case) => Keyboard::none().key(Label::BackToCase.text(scene.locale), Button::Case(case)),
        None => way_out(scene),
    }
}

/// What is said about a label: it belongs to its case, if there is one already.
fn say_about(text: Text<'_>, case: Option<CaseId>, keys: Keyboard, scene: &Scene<'_>) -> Say {
    let say = Say::new(text.html(scene.locale)).keys(keys);
    match case {
        Some(case) => say.about(case),
        None => say,
    }
}

/// Somebody typed a label, for a new case or for `case`.
pub(super) fn named(text: &str, case: Option<CaseId>, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    match judge(text) {
        Verdict::Good(label) => keep_label(label, case, facts, scene),
        Verdict::Personal(label) => {
            let say = doubt(&label, case, scene.stamp(), scene);
            Turn::to(State::Doubting { label, case }).say(say)
        }
        Verdict::Bad => {
            let state = case.map_or(State::Naming, |case| State::Renaming { case });
            Turn::to(state).say(say_about(Text::BadLabel, case, back_from_label(case, scene), scene))
        }
    }
}

fn doubt(label: &str, case: Option<CaseId>, stamp: i64, scene: &Scene<'_>) -> Say {
    let mut keys = Keyboard::none().key(Label::KeepIt.text(scene.locale), Button::KeepLabel { stamp });
    keys.rows.extend(back_from_label(case, scene).rows);
    say_about(Text::DoubtfulLabel { label }, case, keys, scene)
}

/// The key under the doubt was pressed; one of an earlier doubt asks about the present one.
pub(super) fn keep_pressed(state: State, stamp: i64, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    match state {
        State::Doubting { label, case } if scene.is_current(stamp) => keep_label(label, case, facts, scene),
        State::Doubting { label, case } => {
            let say = doubt(&label, case, scene.asking_stamp(), scene);
            Turn::to(State::Doubting { label, case }).asking().show(say).toast(Text::StaleButton.plain(scene.locale))
        }
        State::Idle
        | State::Guide(_)
        | State::Naming
        | State::Renaming { .. }
        | State::ToppingUp { .. }
        | State::Searching
        | State::Adjusting { .. }
        | State::AdjustingSure { .. }
        | State::Inviting
        | State::InvitingSure { .. }
        | State::Announcing
        | State::AnnouncingSure { .. }
        | State::Pricing { .. }
        | State::PricingSure { .. } => stale(scene),
    }
}

/// The label is taken: a new case opens with it, or `case` gets it.
pub(super) fn keep_label(label: String, case: Option<CaseId>, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    let (case, text, effect) = match (case, &facts.case) {
        (Some(_), None) => return not_found(scene),
        (Some(_), Some(card)) if card.archived => {
            return card_with(card, scene).say(Say::new(Text::ArchivedRefuses.html(scene.locale)).about(card.case));
        }
        (Some(case), Some(_)) => (case, Text::Renamed { label: &label }, Effect::RenameCase { case, label: label.clone() }),
        (None, _) => {
            let case: CaseId = scene.id();
            (case, Text::CaseOpened { label: &label }, Effect::OpenCase { case, label: label.clone() })
        }
    };
    let keys = Keyboard::none()
        .key(Label::Screening.text(scene.locale), Button::Screening(case))
        .row([(Label::OpenCase.text(scene.locale), Button::Case(case)), (Label::Menu.text(scene.locale), Button::Menu)]);
    let say = Say::new(text.html(scene.locale)).keys(keys).about(case);
    Turn::to(State::Idle).and(effect).show(say)
}

/// Into the archive. An open invitation keeps waiting until it runs out or is taken back.
pub(super) fn archive(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    let archived = CaseCard { archived: true, ..case.clone() };
    card_with(&archived, scene).and(Effect::ArchiveCase { case: case.case }).toast(Text::Archived.plain(scene.locale))
}

/// Out of the archive.
pub(super) fn restore(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    let restored = CaseCard { archived: false, ..case.clone() };
    card_with(&restored, scene).and(Effect::RestoreCase { case: case.case }).toast(Text::Restored.plain(scene.locale))
}

/// Asks once, and says what goes.
pub(super) fn ask_delete(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    let keys = Keyboard::none()
        .key(Label::DeleteYes.text(scene.locale), Button::DeleteYes { case: case.case, stamp: scene.asking_stamp() })
        .key(Label::BackToCase.text(scene.locale), Button::Case(case.case));
    let say = Say::new(Text::AskDelete(case).html(scene.locale)).keys(keys).about(case.case);
    Turn::to(State::Idle).asking().show(say)
}

/// Destroys the case, if nothing else happened since it was asked about.
pub(super) fn delete(facts: &Facts, stamp: i64, scene: &Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    if !scene.is_current(stamp) {
        return ask_delete(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    show(scene, Text::Deleted, main_menu(scene)).and(Effect::DeleteCase { case: case.case })
}

/// A button that is out of date.
pub(super) fn stale(scene: &Scene<'_>) -> Turn<State> {
    show(scene, Text::MainMenu, main_menu(scene)).toast(Text::StaleButton.plain(scene.locale))
}
