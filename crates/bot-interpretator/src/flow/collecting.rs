//! The material: texts, photos, files. Whatever comes while the worker is busy is kept too.
use bot_kit::{Attachment, Effect, Html, Keyboard, Media, Say, Scene, Turn};
use bot_material::{
    Refused,
    frame::{self, button, danger, stale, to},
    is_question,
};
use domain::OutboxId;

use super::{Stage, State, Tool, Work, reading};
use crate::{
    button::{Key, Press},
    texts::{Label, Text, Toast},
};

/// The first screen: what can be sent, with an example.
pub(super) fn greeting(work: &Work, label: &str, scene: &Scene<'_>) -> Say {
    let keys = Keyboard::none()
        .key(Label::Earlier(0).text(scene.locale), button(work, Key::Earlier))
        .key(frame::Label::Cancel.text(scene.locale), button(work, Key::Cancel));
    Say::new(Text::Greeting { label }.html(scene.locale)).keys(keys)
}

/// What is there so far, and the ways on.
pub(super) fn screen(work: &Work, scene: &Scene<'_>) -> Say {
    with_ways(work, Text::Collected(work.pile.count()).html(scene.locale), scene)
}

fn with_ways(work: &Work, html: Html, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let mut keys = Keyboard::none();
    if !work.pile.count().is_zero() {
        keys = keys.row([
            (Label::Ready.text(locale), button(work, Key::Ready)),
            (Label::More.text(locale), button(work, Key::Own(Press::More))),
        ]);
    }
    let keys = keys
        .key(Label::Earlier(work.earlier.len()).text(locale), button(work, Key::Earlier))
        .key(frame::Label::Cancel.text(locale), button(work, Key::Cancel));
    Say::new(html).keys(keys)
}

/// A text. One that looks like a question to us is answered, and can be taken as material all the same.
pub(super) fn words(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if is_question(&words) {
        let keys = Keyboard::none().key(frame::Label::KeepAsMaterial.text(scene.locale), button(&work, Key::Keep));
        let keys = if work.stage == Stage::Collecting { keys } else { Keyboard::none() };
        let say = Say::new(Text::Help(work.stage).html(scene.locale)).keys(keys);
        work.doubted = Some(words);
        return to(work).say(say);
    }
    take_words(work, words, scene)
}

fn take_words(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if let Some(refused) = work.pile.no_room(words.chars().count(), work.besides()) {
        return refuse(work, refused, scene);
    }
    work.pile.add_words(words);
    taken(work, false, scene)
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
    match media {
        Media::Photo(file) => take_file(work, file, true, scene),
        Media::Document(file) => take_file(work, file, false, scene),
        Media::Voice => to(work).say(Say::new(frame::Text::NoVoice.html(scene.locale))),
        Media::Other => to(work).say(Say::new(Text::OnlyThese.html(scene.locale))),
    }
}

fn take_file(mut work: Work, file: Attachment, photo: bool, scene: &mut Scene<'_>) -> Turn<State> {
    let caption = file.caption.clone().unwrap_or_default();
    match work.pile.add_file(file, photo, work.besides()) {
        Ok(same_album) => {
            let signs = work.signs.look(&caption);
            let turn = taken(work, same_album, scene);
            danger::first::<Tool>(turn, signs, scene)
        }
        Err(refused) => refuse(work, refused, scene),
    }
}

/// Nothing is added; what was there stays.
fn refuse(work: Work, refused: Refused, scene: &mut Scene<'_>) -> Turn<State> {
    let say = with_ways(&work, Text::Refused(refused).html(scene.locale), scene);
    let say = if work.stage == Stage::Collecting { say } else { Say::new(say.html) };
    to(work).say(say)
}

/// Says what is there now. Pictures of one album are counted in one message.
fn taken(mut work: Work, same_album: bool, scene: &mut Scene<'_>) -> Turn<State> {
    work.doubted = None;
    let busy = match work.stage {
        Stage::Collecting => None,
        Stage::Describing | Stage::Asking | Stage::Stuck(_) => Some(frame::Text::AddedOnTheWay),
        Stage::Reading | Stage::Preparing | Stage::Interpreting => Some(frame::Text::AddedMeanwhile),
    };
    if let Some(text) = busy {
        return to(work).say(Say::new(text.html(scene.locale)));
    }
    let say = screen(&work, scene);
    match work.message.filter(|_| same_album) {
        Some(message) => to(work).and(Effect::Edit { message, say }),
        None => {
            let id: OutboxId = scene.id();
            work.message = Some(id);
            to(work).say(say.with_id(id))
        }
    }
}

/// Everything is there: it is read.
pub(super) fn ready(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.count().is_zero() {
        return to(work).toast(Toast::NothingYet.text(scene.locale));
    }
    work.doubted = None;
    work.message = None;
    let accepted = Say::new(Text::Accepted(work.pile.count()).html(scene.locale));
    let turn = reading::read(work, scene);
    turn.after([Effect::Show(accepted)])
}
