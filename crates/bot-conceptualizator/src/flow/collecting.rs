//! The material: notes, documents, earlier results; or nothing at all.
use bot_kit::{Attachment, Effect, Html, Keyboard, Media, Say, Scene, Turn};
use bot_material::{
    Refused,
    frame::{self, button, stale, to},
    is_question,
};
use domain::OutboxId;

use super::{Stage, State, Tool, Work, danger, onward};
use crate::{
    button::{Key, Press},
    texts::{Label, Text},
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
        .row([
            (ready.text(locale), button(work, Key::Ready)),
            (Label::Checklist.text(locale), button(work, Key::Own(Press::Checklist))),
        ])
        .key(Label::Earlier(work.earlier.len()).text(locale), button(work, Key::Earlier))
        .key(frame::Label::Cancel.text(locale), button(work, Key::Cancel));
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
        let keys = Keyboard::none().key(frame::Label::KeepAsMaterial.text(scene.locale), button(&work, Key::Keep));
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
        None => stale::<Tool>(work, scene),
    }
}

/// Anything that is no text.
pub(super) fn media(work: Work, media: Media, scene: &mut Scene<'_>) -> Turn<State> {
    let html = match media {
        Media::Document(file) => return take_file(work, file, scene),
        Media::Photo(_) => Text::NoPictures.html(scene.locale),
        Media::Voice => frame::Text::NoVoice.html(scene.locale),
        Media::Other => Text::OnlyThese.html(scene.locale),
    };
    to(work).say(Say::new(html))
}

fn take_file(mut work: Work, file: Attachment, scene: &mut Scene<'_>) -> Turn<State> {
    let caption = file.caption.clone().unwrap_or_default();
    match work.pile.add_file(file, false, work.besides()) {
        Ok(_) => {
            let signs = danger::look(&mut work, &caption, scene.locale);
            let turn = taken(work, scene);
            frame::danger::first::<Tool>(turn, signs, scene)
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
        Stage::Reading | Stage::Extracting | Stage::Thinking | Stage::Assembling => Some(frame::Text::AddedMeanwhile),
        Stage::Reviewing(_) | Stage::Editing(_) | Stage::Flagged(_) | Stage::Asking | Stage::Offering | Stage::Stuck(_) => {
            Some(frame::Text::AddedOnTheWay)
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
    turn.after([accepted])
}
