//! Results: list, screen, files.
use bot_kit::{
    ConsoleButton, Effect, Facts, FileKind, Html, Job, JobKind, Keyboard, MessageKind, ResultCard, Say, Scene, Specialist, Turn,
    messages_of, shorten,
};
use domain::{ArtifactId, CaseId, DangerLevel, Locale, SafetyEventId, ServiceId};

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
    // The portrait's document stands with the portrait.
    let files = result
        .files
        .iter()
        .filter(|line| line.kind != FileKind::Portrait)
        .map(|line| (Label::File(line.kind).text(locale), Button::File { artifact: result.artifact, kind: line.kind }));
    let mut keys = Keyboard::none();
    let files: Vec<_> = files.collect();
    for row in files.chunks(4) {
        keys = keys.row(row.iter().cloned());
    }
    if let Some(portrait) = &result.portrait {
        keys = keys.key(Label::Portrait { letter: portrait.letter }.text(locale), Button::Portrait(result.artifact));
    }
    if result.rewritable {
        keys = keys.key(Label::Rewrite.text(locale), Button::Rewrite { artifact: result.artifact, stamp: scene.stamp() });
    }
    let keys = keys.row([
        (Label::AllResults.text(locale), Button::Results { case: result.case, page: 0 }),
        (Label::OpenCase.text(locale), Button::Case(result.case)),
    ]);
    Say::new(Text::Result(result).html(locale)).keys(keys).about(result.case)
}

/// The client's portrait as the client would read it, before anything is given.
pub(super) fn portrait(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some((result, text)) = facts.result.as_ref().and_then(|result| Some((result, result.portrait.as_ref()?))) else {
        return not_found(scene);
    };
    let locale = scene.locale;
    let mut parts = messages_of(&text.text);
    let last = parts.pop().unwrap_or_default();
    let mut keys = Keyboard::none();
    if result.released_at.is_none() && result.reachable {
        let yes = Button::PortraitYes { artifact: result.artifact, stamp: scene.asking_stamp() };
        keys = keys.key(Label::GivePortrait.text(locale), yes);
    }
    if result.files.iter().any(|line| line.kind == FileKind::Portrait) {
        let file = Button::File { artifact: result.artifact, kind: FileKind::Portrait };
        keys = keys.key(Label::File(FileKind::Portrait).text(locale), file);
    }
    let keys = keys.key(Label::Back.text(locale), Button::Result(result.artifact));
    let state = Text::PortraitState { released_at: result.released_at, reachable: result.reachable };
    let parts = parts.into_iter().map(|part| Effect::Say(Say::new(part).about(result.case)));
    let head = Text::PortraitHead { label: &result.case_label, letter: text.letter }.html(locale);
    let whole = Say::new(last.paragraph(&state.html(locale))).keys(keys).about(result.case);
    Turn::to(State::Idle).asking().show(Say::new(head).about(result.case)).and_all(parts).say(whole)
}

/// Gives the portrait to the client, once.
pub(super) fn release(facts: &Facts, stamp: i64, specialist: &Specialist, scene: &Scene<'_>) -> Turn<State> {
    let Some((result, text)) = facts.result.as_ref().and_then(|result| Some((result, result.portrait.as_ref()?))) else {
        return not_found(scene);
    };
    if !scene.is_current(stamp) || result.released_at.is_some() || !result.reachable {
        return portrait(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let effect =
        Effect::ReleasePortrait { artifact: result.artifact, portrait: text.clone(), specialist: specialist.full_name.clone() };
    let keys = Keyboard::none().key(Label::Back.text(scene.locale), Button::Result(result.artifact));
    let said = Say::new(Text::PortraitGiven { letter: text.letter }.html(scene.locale)).keys(keys).about(result.case);
    Turn::to(State::Idle).and(effect).show(said)
}

/// Has the worker write the texts anew; the result stays as it is until they are there.
pub(super) fn rewrite(facts: &Facts, stamp: i64, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(result) = &facts.result else { return not_found(scene) };
    let locale = scene.locale;
    let card = Turn::to(State::Idle).show(card_say(result, scene));
    if !scene.is_current(stamp) || !result.rewritable {
        return card.toast(Text::StaleButton.plain(locale));
    }
    let job = Job {
        job: scene.id(),
        kind: JobKind::ScreenRewrite,
        about: Some((result.content.meta.run_id, result.case)),
        payload: serde_json::json!({ "label": result.case_label, "locale": locale }),
    };
    card.and(Effect::Enqueue(job)).toast(Text::Rewriting.plain(locale))
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

/// Words to a specialist when a report was written anew, or could not be; sent outside a turn of the chat.
#[must_use]
pub fn rewritten(locale: Locale, case: CaseId, artifact: Option<ArtifactId>, label: &str) -> Say {
    match artifact {
        Some(artifact) => {
            let keys = Keyboard::none().key(Label::OpenResult.text(locale), Button::Result(artifact));
            Say::new(Text::Rewritten { label }.html(locale)).keys(keys).about(case)
        }
        None => {
            let keys = Keyboard::none().key(Label::OpenCase.text(locale), Button::Case(case));
            Say::new(Text::NotRewritten { label }.html(locale)).keys(keys).about(case)
        }
    }
}

/// Words to a specialist whose tool has handed its result over from elsewhere; sent outside a turn of the chat. A sign of danger in it
/// is said first and is to be acknowledged.
#[must_use]
pub fn result_came(
    locale: Locale,
    case: CaseId,
    label: &str,
    service: ServiceId,
    artifact: ArtifactId,
    danger: Option<(DangerLevel, SafetyEventId)>,
) -> Say {
    let open = (Label::OpenResult.text(locale), Button::Result(artifact));
    let html = Text::ResultCame { service, label, danger: danger.map(|(level, _)| level) }.html(locale);
    match danger {
        Some((_, event)) => {
            let keys =
                Keyboard::none().key(Label::Acknowledge.text(locale), ConsoleButton::Acknowledge(event)).key(open.0, open.1);
            Say::new(html).keys(keys).kind(MessageKind::Danger).about(case)
        }
        None => Say::new(html).keys(Keyboard::none().key(open.0, open.1)).kind(MessageKind::Result).about(case),
    }
}
