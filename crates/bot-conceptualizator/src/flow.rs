//! The dialogue, top to bottom: what a chat remembers, what it must know, and which screen answers which event.
//!
//! One function decides what comes next ([`onward`]): what is unread is read, then hypotheses are looked for, decided one by one, red
//! flags are answered, and questions are asked where the board is empty, until the specialist has enough or nothing is left to ask.
mod assembling;
mod collecting;
mod danger;
mod deciding;
mod ending;
mod entry;
mod questions;
#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm)]
mod tests;
mod work;

use bot_gate::{Door, Tool, door};
use bot_kit::{
    Bot, BoundRun, Button as _, Command, Effect, Event, Facts, Job, JobKind, Keyboard, MessageKind, Need, RunStatus, Say, Scene,
    Turn,
};
use domain::{BotId, OutboxId, RunId, ServiceId};
use serde::{Deserialize, Serialize};

pub use work::{Stage, Task, Work};

use crate::{
    button::{Button, Key},
    texts::{Label, Text, Toast},
    wish::{InputWish, Ready, Want},
};

/// The bot for the working model of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conceptualizator;

/// What a chat with Conceptualizator remembers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum State {
    /// No pass was shown.
    #[default]
    Door,
    /// A model is being made.
    Going(Box<Work>),
    /// The last one has ended.
    Over {
        /// Which run.
        run: RunId,
        /// How.
        how: Ending,
    },
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The result is there.
    Done,
    /// The specialist gave it up.
    GivenUp,
    /// Somebody else closed it.
    Closed,
    /// Its time ran out.
    Expired,
    /// It failed for our fault.
    Failed,
}

impl Bot for Conceptualizator {
    type State = State;
    type Answer = Ready;

    fn state_name(state: &State) -> &'static str {
        match state {
            State::Door => "door",
            State::Going(work) => match work.stage {
                Stage::Collecting => "collecting",
                Stage::Reading => "reading",
                Stage::Extracting => "extracting",
                Stage::Reviewing(_) => "reviewing",
                Stage::Editing(_) => "editing",
                Stage::Flagged(_) => "flagged",
                Stage::Thinking => "thinking",
                Stage::Asking => "asking",
                Stage::Offering => "offering",
                Stage::Assembling => "assembling",
                Stage::Stuck(_) => "stuck",
            },
            State::Over { .. } => "over",
        }
    }

    fn needs(state: &State, event: &Event<Ready>, scene: &Scene<'_>) -> Vec<Need> {
        if let Event::Answered(ready) = event {
            return vec![Need::Run { run: ready.run }];
        }
        if scene.specialist.is_none_or(|specialist| specialist.blocked) {
            return vec![];
        }
        match event {
            Event::Opened { token: Some(token) } if !entry::is_busy(state, token) => {
                vec![Need::OpenPass { token: token.clone(), service: ServiceId::Conceptualizator }]
            }
            Event::Pressed { data } => {
                let results = match (state, Button::decode(data)) {
                    (State::Going(work), Some(Button::Of { key: Key::Earlier | Key::Include(..), .. })) => {
                        Some(Need::Results { case: work.case, page: 0 })
                    }
                    (State::Going(_) | State::Door | State::Over { .. }, _) => None,
                };
                std::iter::once(Need::BoundRun).chain(results).collect()
            }
            Event::Opened { .. } | Event::Command(_) | Event::Said(_) | Event::Media(_) => vec![Need::BoundRun],
            Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) | Event::Answered(_) => vec![],
        }
    }

    fn step(state: State, event: Event<Ready>, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
        match event {
            Event::Answered(ready) => answered(state, ready, facts.run.as_ref(), scene),
            // Nothing is sold here.
            Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => Turn::to(state),
            event @ (Event::Opened { .. } | Event::Command(_) | Event::Said(_) | Event::Pressed { .. } | Event::Media(_)) => {
                spoken(state, event, facts, scene)
            }
        }
    }
}

/// What a person does: whoever has no business here is answered at the door.
fn spoken(state: State, event: Event<Ready>, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    if scene.specialist.is_none_or(|specialist| specialist.blocked) {
        return at_the_door(state, event, scene);
    }
    if let Event::Opened { token: Some(token) } = event {
        return entry::by_link(state, token, facts, scene);
    }
    match state.settled(facts.run.as_ref()) {
        State::Door => at_the_door(State::Door, event, scene),
        State::Going(work) => going(*work, event, facts, scene),
        State::Over { run, how } => over(run, how, event, scene),
    }
}

impl State {
    /// What the chat remembers, in line with the run it is bound to.
    fn settled(self, run: Option<&BoundRun>) -> Self {
        let Self::Going(work) = self else { return self };
        let Some(run) = run.filter(|run| run.run == work.run) else { return Self::Door };
        let how = match run.status {
            RunStatus::Issued | RunStatus::Active => return Self::Going(work),
            RunStatus::Completed => Ending::Done,
            RunStatus::Canceled => Ending::Closed,
            RunStatus::Expired => Ending::Expired,
            RunStatus::Failed => Ending::Failed,
        };
        Self::Over { run: run.run, how }
    }
}

/// Whoever has no run here is answered at the door.
fn at_the_door(state: State, event: Event<Ready>, scene: &Scene<'_>) -> Turn<State> {
    let narrow = match event {
        Event::Opened { token } => Event::Opened { token },
        Event::Command(command) => Event::Command(command),
        Event::Said(words) => Event::Said(words),
        Event::Pressed { data } => Event::Pressed { data },
        Event::Media(media) => Event::Media(media),
        Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) | Event::Answered(_) => return Turn::to(state),
    };
    let turn = door::step(Tool::Conceptualizator, Door::Closed, narrow, scene);
    Turn { state, effects: turn.effects }
}

fn going(work: Work, event: Event<Ready>, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    match event {
        Event::Opened { .. } => resumed(work, scene),
        Event::Command(asked) => command(work, asked, scene),
        Event::Said(words) => said(work, words, scene),
        Event::Media(media) => collecting::media(work, media, scene),
        Event::Pressed { data } => match Button::decode(&data) {
            Some(Button::Seen(event)) => to(work).and(Effect::AcknowledgeDanger { event }).toast(Toast::Seen.text(scene.locale)),
            Some(Button::Of { run, key }) if run == work.run => pressed(work, key, facts, scene),
            Some(Button::Of { .. }) | None => stale(work, scene),
        },
        Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) | Event::Answered(_) => to(work),
    }
}

/// A text: danger first, then what the present stage makes of it.
fn said(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    let signs = danger::look(&mut work, &words, scene.locale);
    let turn = match work.stage {
        Stage::Editing(card) => deciding::edited(work, card, words, scene),
        Stage::Asking => questions::answer(work, words, scene),
        Stage::Collecting
        | Stage::Reading
        | Stage::Extracting
        | Stage::Reviewing(_)
        | Stage::Flagged(_)
        | Stage::Thinking
        | Stage::Offering
        | Stage::Assembling
        | Stage::Stuck(_) => collecting::words(work, words, scene),
    };
    danger::first(turn, signs, scene)
}

fn pressed(work: Work, key: Key, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    match (key, work.stage) {
        (Key::Ready, Stage::Collecting) => collecting::ready(work, scene),
        (Key::Checklist, Stage::Collecting) => collecting::checklist(work, scene),
        (Key::Keep, Stage::Collecting) => collecting::keep_doubted(work, scene),
        (Key::Keep, Stage::Asking) => questions::keep_doubted(work, scene),
        (Key::Earlier, Stage::Collecting) => collecting::earlier(work, facts, scene),
        (Key::Include(artifact, on), Stage::Collecting) => collecting::include(work, artifact, on, facts, scene),
        (Key::Card(id, verdict), Stage::Reviewing(open) | Stage::Editing(open)) if id == open => {
            deciding::decided(work, id, verdict, scene)
        }
        (Key::AcceptAll, Stage::Reviewing(_)) => deciding::accept_all(work, scene),
        (Key::Flag(at, answer), Stage::Flagged(open)) if at == open => deciding::flag_answered(work, at, answer, scene),
        (Key::Skip(at), Stage::Asking) => questions::skipped(work, at, scene),
        (Key::Why(at), Stage::Asking) => questions::why(work, at, scene),
        (Key::Back(at), Stage::Asking) => questions::back(work, at, scene),
        (Key::Finish, Stage::Asking | Stage::Offering | Stage::Reviewing(_)) => questions::finish(work, scene),
        (Key::Ask, Stage::Offering) => questions::one_more(work, scene),
        (Key::Retry, Stage::Stuck(task)) => assembling::again(work, task, scene),
        (Key::Continue, _) => {
            let say = screen(&work, scene);
            to(work).show(say)
        }
        (Key::Cancel, _) => ending::ask(work, scene),
        (Key::CancelYes { stamp }, _) => ending::give_up(work, stamp, scene),
        _ => stale(work, scene),
    }
}

/// The worker's answer: only the newest job's counts, and only while the run goes on.
fn answered(state: State, ready: Ready, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Turn<State> {
    let State::Going(work) = state else { return Turn::to(state) };
    let fits = work.run == ready.run && work.serial == ready.serial;
    let Some(run) = run.filter(|run| fits && run.run == ready.run && matches!(run.status, RunStatus::Issued | RunStatus::Active))
    else {
        return Turn::to(State::Going(work));
    };
    // The worker speaks outside a chat: no app tells its language.
    scene.locale = run.specialist_locale;
    assembling::answered(*work, ready.what, run, scene)
}

/// What is said when a run has ended.
fn over(run: RunId, how: Ending, event: Event<Ready>, scene: &mut Scene<'_>) -> Turn<State> {
    let state = State::Over { run, how };
    match &event {
        Event::Command(Command::Sos) => return at_the_door(state, event, scene),
        Event::Said(words) if domain::lexicon::signs(words).is_some() => return at_the_door(state, event, scene),
        Event::Pressed { data } => {
            if let Some(Button::Seen(event)) = Button::decode(data) {
                return Turn::to(state).and(Effect::AcknowledgeDanger { event }).toast(Toast::Seen.text(scene.locale));
            }
        }
        Event::Opened { .. }
        | Event::Command(_)
        | Event::Said(_)
        | Event::Media(_)
        | Event::Checkout(_)
        | Event::Paid(_)
        | Event::Refunded(_)
        | Event::Answered(_) => {}
    }
    Turn::to(state).say(Say::new(Text::Over(how).html(scene.locale)).keys(to_pro(scene)))
}

/// Commands, in every stage; none of them loses anything.
fn command(work: Work, command: Command, scene: &mut Scene<'_>) -> Turn<State> {
    let text = match command {
        Command::Sos => return at_the_door(State::Going(Box::new(work)), Event::Command(command), scene),
        Command::Cancel | Command::Stop => return ending::ask(work, scene),
        Command::Help => Text::Help(work.stage),
        Command::Pause => Text::Pause,
        Command::Privacy => Text::Privacy,
        Command::Export | Command::DeleteMe => Text::YourData,
        Command::Terms | Command::PaySupport | Command::Balance => Text::Money,
        Command::Menu
        | Command::Cases
        | Command::New
        | Command::Guide
        | Command::Settings
        | Command::Admin
        | Command::Unknown => Text::InPro,
    };
    let keys = keys(&work, Key::Continue, Label::Continue, scene);
    to(work).say(Say::new(text.html(scene.locale)).keys(keys))
}

/// The present screen after an absence.
fn resumed(work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let mut say = screen(&work, scene);
    say.html = Text::Resumed.html(scene.locale).paragraph(&say.html);
    to(work).say(say)
}

/// A button of another moment: says so and shows where things stand.
fn stale(work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let say = screen(&work, scene);
    to(work).toast(Toast::Stale.text(scene.locale)).show(say)
}

/// What stands on the screen in a stage.
fn screen(work: &Work, scene: &Scene<'_>) -> Say {
    let plain = |text: Text<'_>| Say::new(text.html(scene.locale));
    match work.stage {
        Stage::Collecting => collecting::screen(work, scene),
        Stage::Reading => plain(Text::Reading),
        Stage::Extracting => plain(Text::Extracting),
        Stage::Reviewing(id) => deciding::card_screen(work, id, scene),
        Stage::Editing(id) => deciding::edit_screen(work, id, scene),
        Stage::Flagged(at) => deciding::flag_screen(work, at, scene),
        Stage::Thinking => plain(Text::Thinking),
        Stage::Asking => questions::screen(work, scene),
        Stage::Offering => questions::offer(work, scene),
        Stage::Assembling => plain(Text::Assembling),
        Stage::Stuck(task) => assembling::stuck_screen(work, task, scene),
    }
}

/// What comes next, from wherever things stand.
fn onward(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.has_unread() {
        return assembling::read(work, scene);
    }
    if !work.extracted {
        if work.pile.parts().is_empty() && work.earlier.is_empty() {
            work.extracted = true;
        } else {
            return ask_worker(work, Stage::Extracting, Text::Extracting, JobKind::ConceptualizatorExtract, Want::Extract, scene);
        }
    }
    if let Some(id) = work.board.undecided(&work.later).map(|card| card.id) {
        work.stage = Stage::Reviewing(id);
        let say = deciding::card_screen(&work, id, scene);
        return settle(work, say);
    }
    if let Some(at) = work.open_flag() {
        work.stage = Stage::Flagged(at);
        let say = deciding::flag_screen(&work, at, scene);
        return settle(work, say);
    }
    if work.finishing { assembling::assemble(work, scene) } else { questions::next(work, scene) }
}

fn to(work: Work) -> Turn<State> {
    Turn::to(State::Going(Box::new(work)))
}

fn button(work: &Work, key: Key) -> Button {
    Button::Of { run: work.run, key }
}

fn keys(work: &Work, key: Key, label: Label<'_>, scene: &Scene<'_>) -> Keyboard {
    Keyboard::none().key(label.text(scene.locale), button(work, key))
}

/// The way back to Pro.
fn to_pro(scene: &Scene<'_>) -> Keyboard {
    Keyboard::none().url(Label::OpenPro.text(scene.locale), format!("https://t.me/{}", scene.bots.of(BotId::Pro)))
}

/// Puts effects before those of a turn.
fn before(first: Effect, turn: Turn<State>) -> Turn<State> {
    Turn { state: turn.state, effects: std::iter::once(first).chain(turn.effects).collect() }
}

/// Has the worker do something with everything there is, and says that it does.
fn ask_worker(mut work: Work, stage: Stage, text: Text<'_>, kind: JobKind, want: Want, scene: &mut Scene<'_>) -> Turn<State> {
    work.serial += 1;
    let payload = serde_json::to_value(InputWish::of(&work, want, scene.locale)).unwrap_or_default();
    enqueue(work, stage, text, kind, payload, scene)
}

/// Enqueues a job; our last message becomes the word of it where there is one, else there is a new one.
fn enqueue(
    mut work: Work,
    stage: Stage,
    text: Text<'_>,
    kind: JobKind,
    payload: serde_json::Value,
    scene: &mut Scene<'_>,
) -> Turn<State> {
    work.stage = stage;
    let job = Job { job: scene.id(), kind, about: Some((work.run, work.case)), payload };
    let say = Say::new(text.html(scene.locale)).kind(MessageKind::Progress);
    let said = match work.message {
        Some(message) => Effect::Edit { message, say },
        None => {
            let id: OutboxId = scene.id();
            work.message = Some(id);
            Effect::Say(say.with_id(id))
        }
    };
    to(work).and(said).and(Effect::Enqueue(job))
}

/// Our last message becomes this where there is one, else it is a new one. Nothing edits it any more.
fn settle(mut work: Work, say: Say) -> Turn<State> {
    let effect = match work.message.take() {
        Some(message) => Effect::Edit { message, say },
        None => Effect::Say(say),
    };
    to(work).and(effect)
}
