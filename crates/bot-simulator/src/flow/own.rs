//! A client of one's own: material is collected, read, and made into a virtual client in whom nobody is to be recognised. The specialist
//! confirms that before anything else happens with it.
use bot_kit::{Attachment, Effect, Html, JobKind, Keyboard, Media, Say, Scene, Turn};
use bot_material::{
    FileRead, Refused, WasRead,
    frame::{self, button, danger, enqueue, settle, to},
};
use domain::OutboxId;
use serde_json::to_value;

use super::{Stage, State, Task, Tool, Work, setup};
use crate::{
    button::{Key, Press},
    cases::Case,
    texts::{Label, Text, Toast},
    wish::ClientWish,
};

/// How often a client is made of one material.
const TIMES: u8 = 5;

/// Material is awaited.
pub(super) fn begin(mut work: Work, scene: &Scene<'_>) -> Turn<State> {
    work.stage = Stage::Collecting;
    let say = with_ways(&work, Text::OwnIntro.html(scene.locale), scene);
    to(work).show(say)
}

/// What is there so far, and the ways on.
pub(super) fn screen(work: &Work, scene: &Scene<'_>) -> Say {
    with_ways(work, Text::Collected { count: work.pile.count(), earlier: work.earlier.len() }.html(scene.locale), scene)
}

fn with_ways(work: &Work, html: Html, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let mut keys = Keyboard::none();
    if !work.pile.count().is_zero() || !work.earlier.is_empty() {
        keys = keys.key(Label::Make.text(locale), button(work, Key::Ready));
    }
    let keys = keys
        .key(Label::Earlier(work.earlier.len()).text(locale), button(work, Key::Earlier))
        .key(Label::Library.text(locale), setup::key(work, Press::Clients));
    Say::new(html).keys(keys)
}

/// A text belongs to the material, whenever it comes.
pub(super) fn words(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    if let Some(refused) = work.pile.no_room(words.chars().count(), 0) {
        return refuse(work, refused, scene);
    }
    work.pile.add_words(words);
    taken(work, scene)
}

/// Anything that is no text: documents belong to the material while a client of one's own is made.
pub(super) fn media(work: Work, media: Media, scene: &mut Scene<'_>) -> Turn<State> {
    let html = match (media, work.stage) {
        (Media::Voice, _) => frame::Text::NoVoice.html(scene.locale),
        (
            Media::Document(file),
            Stage::Collecting | Stage::Reading | Stage::Making | Stage::Confirming | Stage::Stuck(Task::Reading | Task::Client),
        ) => return take_file(work, file, scene),
        (Media::Photo(_) | Media::Other, Stage::Collecting) => Text::OnlyThese.html(scene.locale),
        (Media::Document(_) | Media::Photo(_) | Media::Other, _) => Text::OnlyWords.html(scene.locale),
    };
    to(work).say(Say::new(html))
}

fn take_file(mut work: Work, file: Attachment, scene: &mut Scene<'_>) -> Turn<State> {
    let caption = file.caption.clone().unwrap_or_default();
    match work.pile.add_file(file, false, 0) {
        Ok(_) => {
            let signs = work.signs.look(&caption);
            let turn = taken(work, scene);
            danger::first::<Tool>(turn, signs, scene)
        }
        Err(refused) => refuse(work, refused, scene),
    }
}

/// Nothing is added; what was there stays.
fn refuse(work: Work, refused: Refused, scene: &Scene<'_>) -> Turn<State> {
    let html = Text::Refused(refused).html(scene.locale);
    let say = if work.stage == Stage::Collecting { with_ways(&work, html, scene) } else { Say::new(html) };
    to(work).say(say)
}

/// Says what is there now.
fn taken(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let say = match work.stage {
        Stage::Collecting => screen(&work, scene),
        Stage::Confirming => {
            let anew = Keyboard::none().key(Label::MakeAnew.text(scene.locale), setup::key(&work, Press::MakeAnew));
            Say::new(Text::ForAnother.html(scene.locale)).keys(anew)
        }
        Stage::Reading | Stage::Making => return to(work).say(Say::new(frame::Text::AddedMeanwhile.html(scene.locale))),
        Stage::Mode | Stage::Clients | Stage::Goal | Stage::Active | Stage::Answering | Stage::Debriefing | Stage::Stuck(_) => {
            return to(work).say(Say::new(frame::Text::AddedOnTheWay.html(scene.locale)));
        }
    };
    let id: OutboxId = scene.id();
    work.message = Some(id);
    to(work).say(say.with_id(id))
}

/// Everything is there: it is read, then a client is made of it.
pub(super) fn ready(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.count().is_zero() && work.earlier.is_empty() {
        return to(work).toast(Toast::NothingYet.text(scene.locale));
    }
    work.message = None;
    let accepted = Text::Accepted { count: work.pile.count(), earlier: work.earlier.len() }.html(scene.locale);
    let turn = onward(work, scene);
    turn.after([Effect::Show(Say::new(accepted))])
}

/// Another client of the same material.
pub(super) fn make_anew(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    if work.made >= TIMES {
        return to(work).toast(Toast::MadeOften.text(scene.locale));
    }
    work.message = None;
    let asked = Effect::Show(Say::new(frame::Text::AskedAgain.html(scene.locale)));
    let turn = onward(work, scene);
    turn.after([asked])
}

/// What is unread is read; then a client is made.
pub(super) fn onward(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    work.serial += 1;
    work.client = None;
    if work.pile.has_unread() {
        work.stage = Stage::Reading;
        let payload = to_value(work.pile.take_unread(work.serial, scene.locale)).unwrap_or_default();
        return enqueue(work, frame::Text::Reading.html(scene.locale), JobKind::SimulatorReading, payload, scene);
    }
    work.stage = Stage::Making;
    work.made = work.made.saturating_add(1);
    let wish = ClientWish { serial: work.serial, locale: scene.locale, parts: work.pile.parts(), earlier: work.earlier.clone() };
    let payload = to_value(wish).unwrap_or_default();
    enqueue(work, Text::Making.html(scene.locale), JobKind::SimulatorCase, payload, scene)
}

/// The material was read: signs of danger first, then what could not be read, then the next step.
pub(super) fn was_read(mut work: Work, read: WasRead, scene: &mut Scene<'_>) -> Turn<State> {
    let new = work.signs.take(&read);
    let files = read.files.into_iter().map(|(at, file)| match file {
        // Pictures are for another tool.
        FileRead::Picture { .. } => (at, FileRead::Unreadable { code: "picture".to_owned() }),
        file @ (FileRead::Text { .. } | FileRead::Unreadable { .. }) => (at, file),
    });
    let refused = work.pile.keep_read(files.collect());
    let notes = refused.iter().map(|(number, code)| Text::Unreadable { number: *number, code }.html(scene.locale));
    let notes: Option<Html> = notes.reduce(|all, note| all.paragraph(&note));
    let mut turn = if work.pile.parts().is_empty() && work.earlier.is_empty() {
        work.stage = Stage::Collecting;
        let say = screen(&work, scene);
        settle(work, say)
    } else {
        onward(work, scene)
    };
    if let Some(notes) = notes {
        turn.effects.insert(0, Effect::Say(Say::new(notes)));
    }
    danger::first::<Tool>(turn, new, scene)
}

/// A client was made, or none could be.
pub(super) fn made(mut work: Work, made: Option<(Box<Case>, Vec<String>)>, scene: &Scene<'_>) -> Turn<State> {
    match made {
        Some((case, flags)) => {
            work.client = Some(case);
            work.flags = flags;
            work.stage = Stage::Confirming;
            let say = setup::card(&work, scene);
            settle(work, say)
        }
        None => {
            work.stage = Stage::Collecting;
            let keys = Keyboard::none()
                .key(Label::MakeAnew.text(scene.locale), setup::key(&work, Press::MakeAnew))
                .key(Label::Library.text(scene.locale), setup::key(&work, Press::Clients));
            let say = Say::new(Text::NoClient.html(scene.locale)).keys(keys);
            settle(work, say)
        }
    }
}

/// Nobody is to be recognised: the goals come, and the material is forgotten.
pub(super) fn accepted(mut work: Work, scene: &Scene<'_>) -> Turn<State> {
    work.pile = bot_material::Pile::default();
    work.stage = Stage::Goal;
    let say = setup::card(&work, scene);
    to(work).show(say)
}
