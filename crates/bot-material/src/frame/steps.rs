//! Steps that every tool takes.
use bot_kit::{
    BoundRun, ConsoleButton, Effect, Facts, FileKind, Html, Job, JobKind, KeptArtifact, Keyboard, MessageKind, Say, Scene, Turn,
    shorten,
};
use domain::{ArtifactId, BotId, OutboxId};
use serde_json::Value;

use super::{Button, Ending, Going, Key, Label, OwnKey, OwnText, State, Text, Toast, Tool, Work};

/// The run goes on; nothing happens yet.
pub fn to<W>(work: W) -> Turn<State<W>> {
    Turn::to(State::Going(Box::new(work)))
}

/// A button of this run.
pub fn button<K>(work: &impl Work, key: Key<K>) -> Button<K> {
    Button::Of { run: work.run(), key }
}

/// One button of this run.
pub fn keys<K: OwnKey>(work: &impl Work, key: Key<K>, label: String) -> Keyboard {
    Keyboard::none().key(label, button(work, key))
}

/// The worker could not go on: it can be asked again, or the run given up.
pub fn stuck<T: Tool>(work: &T::Work, html: Html, scene: &Scene<'_>) -> Say {
    let (retry, cancel) = (Label::Retry.text(scene.locale), Label::Cancel.text(scene.locale));
    let keys = keys::<T::OwnKey>(work, Key::Retry, retry).key(cancel, button::<T::OwnKey>(work, Key::Cancel));
    Say::new(html).keys(keys)
}

/// The way back to Pro.
#[must_use]
pub fn to_pro(scene: &Scene<'_>) -> Keyboard {
    Keyboard::none().url(Label::OpenPro.text(scene.locale), format!("https://t.me/{}", scene.bots.of(BotId::Pro)))
}

/// A button of another moment: says so and shows where things stand.
pub fn stale<T: Tool>(work: T::Work, scene: &mut Scene<'_>) -> Going<T> {
    let say = T::screen(&work, scene);
    to(work).toast(Toast::Stale.text(scene.locale)).show(say)
}

/// Our last message becomes this where there is one, else it is a new one. Nothing edits it any more.
pub fn settle<W: Work>(mut work: W, say: Say) -> Turn<State<W>> {
    let effect = match work.message().take() {
        Some(message) => Effect::Edit { message, say },
        None => Effect::Say(say),
    };
    to(work).and(effect)
}

/// Has the worker do something, and says that it does: our last message becomes the word of it where there is one, else there is a new
/// one.
pub fn enqueue<W: Work>(mut work: W, html: Html, kind: JobKind, payload: Value, scene: &mut Scene<'_>) -> Turn<State<W>> {
    let job = Job { job: scene.id(), kind, about: Some((work.run(), work.case())), payload };
    let say = Say::new(html).kind(MessageKind::Progress);
    let said = match *work.message() {
        Some(message) => Effect::Edit { message, say },
        None => {
            let id: OutboxId = scene.id();
            *work.message() = Some(id);
            Effect::Say(say.with_id(id))
        }
    };
    to(work).and(said).and(Effect::Enqueue(job))
}

/// Earlier results of the case to choose from.
pub fn earlier<T: Tool>(mut work: T::Work, facts: &Facts, scene: &Scene<'_>) -> Going<T> {
    let locale = scene.locale;
    let Some(page) = facts.results.as_ref().filter(|page| !page.lines.is_empty()) else {
        return to(work).toast(Toast::NoEarlier.text(locale));
    };
    let mut keys = Keyboard::none();
    for line in &page.lines {
        let on = work.earlier().contains(&line.artifact);
        let label = Label::Result { on, service: line.service, at: line.created_at, line: &shorten(&line.one_liner, 24) };
        keys = keys.key(label.text(locale), button::<T::OwnKey>(&work, Key::Include(line.artifact, !on)));
    }
    let keys = keys.key(Label::Back.text(locale), button::<T::OwnKey>(&work, Key::Continue));
    to(work).show(Say::new(T::text(OwnText::ChooseEarlier, locale)).keys(keys))
}

/// An earlier result is to be known, or not. Only results of the case can be named.
pub fn include<T: Tool>(mut work: T::Work, artifact: ArtifactId, on: bool, facts: &Facts, scene: &Scene<'_>) -> Going<T> {
    let known = facts.results.as_ref().is_some_and(|page| page.lines.iter().any(|line| line.artifact == artifact));
    work.earlier().retain(|id| *id != artifact);
    if on && known {
        work.earlier().push(artifact);
    }
    earlier::<T>(work, facts, scene)
}

/// The result is there: kept, charged, shown in `parts`, its files sent in the order of `kinds`, announced in Pro. `left_out`: something
/// came too late for it.
pub fn with_result<T: Tool>(
    mut work: T::Work,
    kept: Box<KeptArtifact>,
    run: &BoundRun,
    mut parts: Vec<Html>,
    kinds: &[FileKind],
    left_out: bool,
    scene: &Scene<'_>,
) -> Going<T> {
    let locale = scene.locale;
    let (artifact, risk) = (kept.artifact, kept.risk);
    if left_out {
        parts.push(Text::LeftOut.html(locale));
    }
    let files = kinds.iter().filter_map(|kind| kept.files.iter().find(|file| file.kind == *kind));
    let files = files.map(|file| Effect::SendFile { file: file.file, caption: T::text(OwnText::File(file.kind), locale) });
    let files: Vec<Effect> = files.collect();
    let done = || T::text(OwnText::Done, locale);
    let mut parts = parts.into_iter().map(|html| Say::new(html).kind(MessageKind::Result));
    let first = parts.next().unwrap_or_else(|| Say::new(done()));
    let first = match work.message().take() {
        Some(message) => Effect::Edit { message, say: first },
        None => Effect::Say(first),
    };
    let quiet = !run.notify && risk.is_none() && work.signs().seen.is_empty();
    let turn = Turn::to(State::Over { run: work.run(), how: Ending::Done })
        .and(Effect::KeepArtifact(kept))
        .and(first)
        .and_all(parts.map(Effect::Say))
        .and_all(files)
        .say(Say::new(done()).keys(to_pro(scene)).kind(MessageKind::Result));
    if quiet {
        return turn;
    }
    let keys = Keyboard::none().key(Label::OpenResult.text(locale), ConsoleButton::OpenResult(artifact));
    let html = T::text(OwnText::TellReady { label: &run.case_label }, locale);
    let say = Say::new(html).kind(MessageKind::Result).about(run.case).keys(keys);
    turn.and(Effect::Tell { specialist: run.specialist, say })
}
