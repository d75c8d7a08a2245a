//! Results: list, screen, files.
use bot_kit::{Effect, Facts, FileKind, Html, Keyboard, ResultCard, Say, Scene, Turn, shorten};

use super::{State, cases::pager, not_found};
use crate::{
    button::Button,
    texts::{Label, Text},
};

/// A page of a case's results.
pub(super) fn list(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let (Some(case), Some(page)) = (&facts.case, &facts.results) else { return not_found(scene) };
    let locale = scene.locale;
    let id = case.case;
    let mut keys = Keyboard::none();
    for line in &page.lines {
        let label = Label::ResultLine { service: line.service, at: line.created_at, line: &shorten(&line.one_liner, 30) };
        keys = keys.key(label.text(locale), Button::Result(line.artifact));
    }
    keys = keys
        .row(pager(page.page, page.pages, |page| Button::Results { case: id, page }))
        .key(Label::BackToCase.text(locale), Button::Case(id));
    let text = match (page.lines.is_empty(), page.page) {
        (true, 0) => Text::NoResults,
        (true, _) => Text::EmptyPage,
        (false, at) => Text::ResultsPage { label: &case.label, page: at.saturating_add(1), pages: page.pages },
    };
    Turn::to(State::Idle).show(Say::new(text.html(locale)).keys(keys).about(id))
}

/// A result in place of the menu.
pub(super) fn card(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    match &facts.result {
        Some(result) => Turn::to(State::Idle).show(card_say(result, scene)),
        None => not_found(scene),
    }
}

/// A result below the notice that announced it, which stays.
pub(super) fn card_below(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    match &facts.result {
        Some(result) => Turn::to(State::Idle).say(card_say(result, scene)),
        None => not_found(scene),
    }
}

fn card_say(result: &ResultCard, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let files = result
        .files
        .iter()
        .map(|line| (Label::File(line.kind).text(locale), Button::File { artifact: result.artifact, kind: line.kind }));
    let keys = Keyboard::none().row(files).row([
        (Label::AllResults.text(locale), Button::Results { case: result.case, page: 0 }),
        (Label::OpenCase.text(locale), Button::Case(result.case)),
    ]);
    Say::new(Text::Result(result).html(locale)).keys(keys).about(result.case)
}

/// Sends a file of a result.
pub(super) fn file(facts: &Facts, kind: FileKind, scene: &Scene<'_>) -> Turn<State> {
    let Some(result) = &facts.result else { return not_found(scene) };
    match result.files.iter().find(|line| line.kind == kind) {
        Some(line) => {
            let caption: Html = Text::FileCaption { kind, label: &result.case_label }.html(scene.locale);
            Turn::to(State::Idle).and(Effect::SendFile { file: line.file, caption }).toast(Text::FileComes.plain(scene.locale))
        }
        None => Turn::to(State::Idle).toast(Text::NoSuchFile.plain(scene.locale)),
    }
}
