//! How the platform is doing, and what failed.
use bot_kit::{Again, Effect, Facts, FailedLine, FailedQueue, Keyboard, Scene, Turn};
use domain::{lexicon::LEXICON_VERSION, policy::WORDING_VERSION};

use super::{
    super::{State, admin::back, cases::pager, not_found, show_html},
    key,
};
use crate::{
    button::CareButton,
    texts::{
        Label, Text,
        care::{CareLabel, CareText},
    },
};

/// How the platform is doing.
pub(super) fn screen(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(found) = &facts.health else { return not_found(scene) };
    let failed = |queue| {
        let label = CareLabel::Failed { queue, count: found.failed(queue) }.text(scene.locale);
        (label, key(CareButton::Failed { queue, page: 0 }))
    };
    let keys =
        Keyboard::none().row(FailedQueue::ALL.map(failed)).key(CareLabel::Refresh.text(scene.locale), key(CareButton::Health));
    let drafts = [LEXICON_VERSION, WORDING_VERSION].iter().any(|version| version.ends_with("draft"));
    show_html(CareText::Health { health: found, now: scene.now, drafts }.html(scene.locale), back(keys, scene))
}

fn to_health(keys: Keyboard, scene: &Scene<'_>) -> Keyboard {
    keys.key(CareLabel::Health.text(scene.locale), key(CareButton::Health))
}

/// A page of what failed.
pub(super) fn list(queue: FailedQueue, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(page) = &facts.failed else { return not_found(scene) };
    let mut keys = Keyboard::none();
    for line in &page.lines {
        keys = keys.key(CareLabel::FailedLine(line).text(scene.locale), key(CareButton::FailedOne(line.id)));
    }
    keys = keys.row(pager(page.page, page.pages, |page| key(CareButton::Failed { queue, page })));
    let html = match (page.lines.is_empty(), page.page) {
        (true, 0) => CareText::NothingFailed(queue).html(scene.locale),
        (true, _) => Text::EmptyPage.html(scene.locale),
        (false, at) => CareText::Failed { queue, page: at.saturating_add(1), pages: page.pages }.html(scene.locale),
    };
    show_html(html, to_health(keys, scene))
}

/// Something that failed, with what may be done about it.
pub(super) fn card(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    match &facts.failed_one {
        Some(line) => card_of(line, scene),
        None => gone(scene),
    }
}

fn gone(scene: &Scene<'_>) -> Turn<State> {
    show_html(CareText::Refused(Again::Gone).html(scene.locale), to_health(Keyboard::none(), scene))
}

fn card_of(line: &FailedLine, scene: &Scene<'_>) -> Turn<State> {
    let (id, stamp) = (line.id, scene.stamp());
    let mut keys = Keyboard::none();
    if line.again == Again::Yes {
        keys = keys.key(CareLabel::Again.text(scene.locale), key(CareButton::Again { id, stamp }));
    }
    keys = keys.key(CareLabel::Discard.text(scene.locale), key(CareButton::Discard { id, stamp }));
    keys = keys.key(Label::Back.text(scene.locale), key(CareButton::Failed { queue: id.queue(), page: 0 }));
    show_html(CareText::FailedOne(line).html(scene.locale), keys)
}

/// Tries it again, if the card was shown just now and it may be.
pub(super) fn again(stamp: i64, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(line) = &facts.failed_one else { return gone(scene) };
    if !scene.is_current(stamp) || line.again != Again::Yes {
        return card_of(line, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let text = CareText::TriedAgain(line.id.queue()).html(scene.locale);
    show_html(text, to_health(Keyboard::none(), scene)).and(Effect::TryAgain { id: line.id })
}

/// Puts it aside, if the card was shown just now.
pub(super) fn discard(stamp: i64, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(line) = &facts.failed_one else { return gone(scene) };
    if !scene.is_current(stamp) {
        return card_of(line, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let text = CareText::Discarded.html(scene.locale);
    show_html(text, to_health(Keyboard::none(), scene)).and(Effect::Discard { id: line.id })
}
