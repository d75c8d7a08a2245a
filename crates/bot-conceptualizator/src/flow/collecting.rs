//! The material: notes, documents, earlier results; or nothing at all.
use bot_kit::{Attachment, Effect, Facts, Html, Keyboard, Media, Say, Scene, Turn, shorten};
use bot_material::{Refused, is_question};
use domain::{ArtifactId, OutboxId};

use super::{Stage, State, Work, before, button, danger, onward, stale, to};
use crate::{
    button::Key,
    texts::{Label, Text, Toast},
};

/// The first screen: what can be sent.
pub(super) fn greeting(work: &Work, label: &str, scene: &Scene<'_>) -> Say {
    with_ways(work, Text::Greeting { label }.html(scene.locale), scene)
}

/// What is there so far, and the ways on.
pub(super) fn screen(work: &Work, scene: &Scene<'_>) -> Say {
    let text = Text::Collected { count: work.pile.count(), chars: work.pile.chars(), earlier: work.earlier.len() };
    with_ways(work, text.html(scene.locale), scene)
}

fn with_ways(work: &Work, html: Html, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let ready = if work.pile.count().is_zero() && work.earlier.is_empty() { Label::FromNothing } else { Label::Ready };
    let keys = Keyboard::none()
        .row([(ready.text(locale), button(work, Key::Ready)), (Label::Checklist.text(locale), button(work, Key::Checklist))])
        .key(Label::Earlier(work.earlier.len()).text(locale), button(work, Key::Earlier))
        .key(Label::Cancel.text(locale), button(work, Key::Cancel));
    Say::new(html).keys(keys)
}

/// What is worth describing, layer by layer.
pub(super) fn checklist(work: Work, scene: &Scene<'_>) -> Turn<State> {
    let say = Say::new(Text::Checklist.html(scene.locale));
    to(work).say(say)
}

/// A text. One that looks like a question to us is answered, and can be taken as material all the same.
pub(super) fn words(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if is_question(&words) {
        let keys = Keyboard::none().key(Label::KeepAsMaterial.text(scene.locale), button(&work, Key::Keep));
        let keys = if work.stage == Stage::Collecting { keys } else { Keyboard::none() };
        work.doubted = Some(words);
        let say = Say::new(Text::Help(work.stage).html(scene.locale)).keys(keys);
        return to(work).say(say);
    }
    take_words(work, words, scene)
}

fn take_words(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if let Some(refused) = work.pile.no_room(words.chars().count(), work.besides()) {
        return refuse(work, refused, scene);
    }
    work.pile.add_words(words);
    taken(work, scene)
}

/// The words that looked like a question belong to the material.
pub(super) fn keep_doubted(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    match work.doubted.take() {
        Some(words) => take_words(work, words, scene),
        None => stale(work, scene),
    }
}

/// Anything that is no text.
pub(super) fn media(work: Work, media: Media, scene: &mut Scene<'_>) -> Turn<State> {
    let text = match media {
        Media::Document(file) => return take_file(work, file, scene),
        Media::Photo(_) => Text::NoPictures,
        Media::Voice => Text::NoVoice,
        Media::Other => Text::OnlyThese,
    };
    to(work).say(Say::new(text.html(scene.locale)))
}

fn take_file(mut work: Work, file: Attachment, scene: &mut Scene<'_>) -> Turn<State> {
    let caption = file.caption.clone().unwrap_or_default();
    match work.pile.add_file(file, false, work.besides()) {
        Ok(_) => {
            let signs = danger::look(&mut work, &caption, scene.locale);
            let turn = taken(work, scene);
            danger::first(turn, signs, scene)
        }
        Err(refused) => refuse(work, refused, scene),
    }
}

/// Nothing is added; what was there stays.
fn refuse(work: Work, refused: Refused, scene: &mut Scene<'_>) -> Turn<State> {
    let html = Text::Refused(refused).html(scene.locale);
    let say = if work.stage == Stage::Collecting { with_ways(&work, html, scene) } else { Say::new(html) };
    to(work).say(say)
}

/// Says what is there now.
fn taken(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.doubted = None;
    let busy = match work.stage {
        Stage::Collecting => None,
        Stage::Reading | Stage::Extracting | Stage::Thinking | Stage::Assembling => Some(Text::AddedMeanwhile),
        Stage::Reviewing(_) | Stage::Editing(_) | Stage::Flagged(_) | Stage::Asking | Stage::Offering | Stage::Stuck(_) => {
            Some(Text::AddedOnTheWay)
        }
    };
    if let Some(text) = busy {
        return to(work).say(Say::new(text.html(scene.locale)));
    }
    let id: OutboxId = scene.id();
    let say = screen(&work, scene).with_id(id);
    to(work).say(say)
}

/// Everything is there, or nothing is: it begins.
pub(super) fn ready(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.doubted = None;
    work.message = None;
    let text = Text::Accepted { count: work.pile.count(), earlier: work.earlier.len() };
    let accepted = Effect::Show(Say::new(text.html(scene.locale)));
    let turn = onward(work, scene);
    before(accepted, turn)
}

/// Earlier results of the case to choose from.
pub(super) fn earlier(work: Work, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let Some(page) = facts.results.as_ref().filter(|page| !page.lines.is_empty()) else {
        return to(work).toast(Toast::NoEarlier.text(locale));
    };
    let mut keys = Keyboard::none();
    for line in &page.lines {
        let on = work.earlier.contains(&line.artifact);
        let label = Label::Result { on, service: line.service, at: line.created_at, line: &shorten(&line.one_liner, 24) };
        keys = keys.key(label.text(locale), button(&work, Key::Include(line.artifact, !on)));
    }
    let keys = keys.key(Label::Back.text(locale), button(&work, Key::Continue));
    to(work).show(Say::new(Text::ChooseEarlier.html(locale)).keys(keys))
}

/// An earlier result is to be known, or not. Only results of the case can be named.
pub(super) fn include(mut work: Work, artifact: ArtifactId, on: bool, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let known = facts.results.as_ref().is_some_and(|page| page.lines.iter().any(|line| line.artifact == artifact));
    work.earlier.retain(|id| *id != artifact);
    if on && known {
        work.earlier.push(artifact);
    }
    earlier(work, facts, scene)
}
