//! The frame of a specialist's tool: how a run is come into by a pass, gone on with after an absence, given up, and ended. What happens
//! between is the tool's own ([`Tool`]).
//!
//! The run decides first: a run that ended elsewhere is never gone on with.
mod button;
pub mod danger;
mod entry;
mod leaving;
mod steps;
#[cfg(feature = "testing")]
pub mod testing;
pub mod texts;

use std::{fmt, marker::PhantomData};

use bot_gate::{Door, door};
use bot_kit::{Bot, BoundRun, Command, Effect, Event, Facts, Html, Media, Need, RunStatus, Say, Scene, Turn};
use domain::{ArtifactId, BotId, CaseId, Locale, OutboxId, RunId, ServiceId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{SeenSign, Signs};

pub use button::{Button, Key, OwnKey};
pub use steps::{button, earlier, enqueue, include, keys, settle, stale, stuck, to, to_pro, with_result};
pub use texts::{Label, OwnText, Text, Toast};

/// A specialist's tool between its beginning and its end.
pub trait Tool: Sized {
    /// Its door.
    const DOOR: bot_gate::Tool;
    /// Its service.
    const SERVICE: ServiceId;
    /// Its bot.
    const BOT: BotId;
    /// What a run of it remembers.
    type Work: Work;
    /// Its own buttons.
    type OwnKey: OwnKey;
    /// What came of a job.
    type Outcome: Send;

    /// A run that begins.
    fn begin(run: RunId, case: CaseId, token: String) -> Self::Work;
    /// The stage's name; `snake_case`.
    fn stage(work: &Self::Work) -> &'static str;
    /// What every tool says, in its own words.
    fn text(text: OwnText<'_>, locale: Locale) -> Html;
    /// Help for the present stage.
    fn help(work: &Self::Work, locale: Locale) -> Html;
    /// The first screen.
    fn greeting(work: &Self::Work, case_label: &str, scene: &Scene<'_>) -> Say;
    /// What stands on the screen now.
    fn screen(work: &Self::Work, scene: &Scene<'_>) -> Say;
    /// Signs of danger that were not seen before, remembered.
    fn look(work: &mut Self::Work, words: &str, _locale: Locale) -> Vec<SeenSign> {
        work.signs().look(words)
    }
    /// What a button of the tool needs to know beside the run.
    fn needs(_work: &Self::Work, _key: Self::OwnKey, _scene: &Scene<'_>) -> Vec<Need> {
        Vec::new()
    }
    /// A text.
    fn words(work: Self::Work, words: String, scene: &mut Scene<'_>) -> Going<Self>;
    /// Anything that is no text.
    fn media(work: Self::Work, media: Media, scene: &mut Scene<'_>) -> Going<Self>;
    /// A button, but for those of the frame.
    fn pressed(work: Self::Work, key: Key<Self::OwnKey>, facts: &Facts, scene: &mut Scene<'_>) -> Going<Self>;
    /// The worker's answer to the newest job.
    fn answered(work: Self::Work, what: Self::Outcome, run: &BoundRun, scene: &mut Scene<'_>) -> Going<Self>;
}

/// A turn of a tool.
pub type Going<T> = Turn<State<<T as Tool>::Work>>;

/// What the frame must see of a run's memory.
pub trait Work: Serialize + DeserializeOwned + Clone + fmt::Debug + PartialEq + Send {
    /// Which run.
    fn run(&self) -> RunId;
    /// Of which case.
    fn case(&self) -> CaseId;
    /// The link's parameter it was opened with, to know the same link again.
    fn token(&self) -> &str;
    /// How many jobs were asked for: only the answer to the newest one counts.
    fn serial(&self) -> u32;
    /// Our message that may be edited next.
    fn message(&mut self) -> &mut Option<OutboxId>;
    /// Earlier results of the case that are to be known.
    fn earlier(&mut self) -> &mut Vec<ArtifactId>;
    /// Signs of danger in the material, each once.
    fn signs(&mut self) -> &mut Signs;
}

/// Implements [`Work`] for a struct that has the fields of their names.
#[macro_export]
macro_rules! frame_work {
    ($work:ty) => {
        impl $crate::frame::Work for $work {
            fn run(&self) -> domain::RunId {
                self.run
            }
            fn case(&self) -> domain::CaseId {
                self.case
            }
            fn token(&self) -> &str {
                &self.token
            }
            fn serial(&self) -> u32 {
                self.serial
            }
            fn message(&mut self) -> &mut Option<domain::OutboxId> {
                &mut self.message
            }
            fn earlier(&mut self) -> &mut Vec<domain::ArtifactId> {
                &mut self.earlier
            }
            fn signs(&mut self) -> &mut $crate::Signs {
                &mut self.signs
            }
        }
    };
}

/// What a chat with a tool remembers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum State<W> {
    /// No pass was shown.
    #[default]
    Door,
    /// A run goes on.
    Going(Box<W>),
    /// The last one has ended.
    Over {
        /// Which run.
        run: RunId,
        /// How.
        how: Ending,
    },
}

/// How a run ended.
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

/// The worker's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready<O> {
    /// About which run.
    pub run: RunId,
    /// To which job of its run.
    pub serial: u32,
    /// What came of it.
    pub what: O,
}

/// The bot of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<T>(PhantomData<T>);

impl<T: Tool> Bot for Frame<T> {
    type State = State<T::Work>;
    type Answer = Ready<T::Outcome>;

    fn state_name(state: &Self::State) -> &'static str {
        match state {
            State::Door => "door",
            State::Going(work) => T::stage(work),
            State::Over { .. } => "over",
        }
    }

    fn needs(state: &Self::State, event: &Event<Self::Answer>, scene: &Scene<'_>) -> Vec<Need> {
        if let Event::Answered(ready) = event {
            return vec![Need::Run { run: ready.run }];
        }
        if scene.specialist.is_none_or(|specialist| specialist.blocked) {
            return vec![];
        }
        match event {
            Event::Opened { token: Some(token) } if !entry::is_busy(state, token) => {
                vec![Need::OpenPass { token: token.clone(), service: T::SERVICE }]
            }
            Event::Pressed { data } => {
                let more = match (state, decode::<T>(data)) {
                    (State::Going(work), Some(Button::Of { key: Key::Earlier | Key::Include(..), .. })) => {
                        vec![Need::Results { case: work.case(), page: 0 }]
                    }
                    (State::Going(work), Some(Button::Of { key: Key::Own(key), .. })) => T::needs(work, key, scene),
                    (State::Going(_) | State::Door | State::Over { .. }, _) => Vec::new(),
                };
                std::iter::once(Need::BoundRun).chain(more).collect()
            }
            Event::Opened { .. } | Event::Command(_) | Event::Said(_) | Event::Media(_) => vec![Need::BoundRun],
            Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) | Event::Answered(_) => vec![],
        }
    }

    fn step(state: Self::State, event: Event<Self::Answer>, facts: &Facts, scene: &mut Scene<'_>) -> Turn<Self::State> {
        match event {
            Event::Answered(ready) => answered::<T>(state, ready, facts.run.as_ref(), scene),
            // Nothing is sold here.
            Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => Turn::to(state),
            event @ (Event::Opened { .. } | Event::Command(_) | Event::Said(_) | Event::Pressed { .. } | Event::Media(_)) => {
                spoken::<T>(state, event, facts, scene)
            }
        }
    }
}

fn decode<T: Tool>(data: &str) -> Option<Button<T::OwnKey>> {
    bot_kit::Button::decode(data)
}

/// What a person does: whoever has no business here is answered at the door.
fn spoken<T: Tool>(state: State<T::Work>, event: Event<Ready<T::Outcome>>, facts: &Facts, scene: &mut Scene<'_>) -> Going<T> {
    if scene.specialist.is_none_or(|specialist| specialist.blocked) {
        return at_the_door::<T>(state, event, scene);
    }
    if let Event::Opened { token: Some(token) } = event {
        return entry::by_link::<T>(state, token, facts, scene);
    }
    match state.settled(facts.run.as_ref()) {
        State::Door => at_the_door::<T>(State::Door, event, scene),
        State::Going(work) => going::<T>(*work, event, facts, scene),
        State::Over { run, how } => leaving::over::<T>(run, how, event, scene),
    }
}

impl<W: Work> State<W> {
    /// What the chat remembers, in line with the run it is bound to.
    fn settled(self, run: Option<&BoundRun>) -> Self {
        let Self::Going(work) = self else { return self };
        let Some(run) = run.filter(|run| run.run == work.run()) else { return Self::Door };
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
fn at_the_door<T: Tool>(state: State<T::Work>, event: Event<Ready<T::Outcome>>, scene: &Scene<'_>) -> Going<T> {
    let narrow = match event {
        Event::Opened { token } => Event::Opened { token },
        Event::Command(command) => Event::Command(command),
        Event::Said(words) => Event::Said(words),
        Event::Pressed { data } => Event::Pressed { data },
        Event::Media(media) => Event::Media(media),
        Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) | Event::Answered(_) => return Turn::to(state),
    };
    door::step(T::DOOR, Door::Closed, narrow, scene).map(|_| state)
}

/// An event of a run that goes on.
fn going<T: Tool>(work: T::Work, event: Event<Ready<T::Outcome>>, facts: &Facts, scene: &mut Scene<'_>) -> Going<T> {
    match event {
        Event::Opened { .. } => entry::resumed::<T>(work, scene),
        Event::Command(asked) => command::<T>(work, asked, scene),
        Event::Said(words) => said::<T>(work, words, scene),
        Event::Media(media) => T::media(work, media, scene),
        Event::Pressed { data } => match decode::<T>(&data) {
            Some(Button::Seen(event)) => to(work).and(Effect::AcknowledgeDanger { event }).toast(Toast::Seen.text(scene.locale)),
            Some(Button::Of { run, key }) if run == work.run() => pressed::<T>(work, key, facts, scene),
            Some(Button::Of { .. }) | None => stale::<T>(work, scene),
        },
        Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) | Event::Answered(_) => to(work),
    }
}

/// A text: danger first, then what the present stage makes of it.
fn said<T: Tool>(mut work: T::Work, words: String, scene: &mut Scene<'_>) -> Going<T> {
    let signs = T::look(&mut work, &words, scene.locale);
    let turn = T::words(work, words, scene);
    danger::first::<T>(turn, signs, scene)
}

fn pressed<T: Tool>(work: T::Work, key: Key<T::OwnKey>, facts: &Facts, scene: &mut Scene<'_>) -> Going<T> {
    match key {
        Key::Continue => {
            let say = T::screen(&work, scene);
            to(work).show(say)
        }
        Key::Cancel => leaving::ask::<T>(work, scene),
        Key::CancelYes { stamp } => leaving::give_up::<T>(work, stamp, scene),
        Key::Ready | Key::Keep | Key::Earlier | Key::Include(..) | Key::Finish | Key::Retry | Key::Own(_) => {
            T::pressed(work, key, facts, scene)
        }
    }
}

/// The worker's answer: only the newest job's counts, and only while the run goes on.
fn answered<T: Tool>(state: State<T::Work>, ready: Ready<T::Outcome>, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Going<T> {
    let State::Going(work) = state else { return Turn::to(state) };
    let fits = work.run() == ready.run && work.serial() == ready.serial;
    let Some(run) = run.filter(|run| fits && run.run == ready.run && matches!(run.status, RunStatus::Issued | RunStatus::Active))
    else {
        return Turn::to(State::Going(work));
    };
    // The worker speaks outside a chat: no app tells its language.
    scene.locale = run.specialist_locale;
    T::answered(*work, ready.what, run, scene)
}

/// Commands, in every stage; none of them loses anything.
fn command<T: Tool>(work: T::Work, command: Command, scene: &mut Scene<'_>) -> Going<T> {
    let locale = scene.locale;
    let html = match command {
        Command::Sos => return at_the_door::<T>(State::Going(Box::new(work)), Event::Command(command), scene),
        Command::Cancel | Command::Stop => return leaving::ask::<T>(work, scene),
        Command::Help => T::help(&work, locale),
        Command::Pause => Text::Pause.html(locale),
        Command::Privacy => T::text(OwnText::Privacy, locale),
        Command::Export | Command::DeleteMe => T::text(OwnText::YourData, locale),
        Command::Terms | Command::PaySupport | Command::Balance => T::text(OwnText::Money, locale),
        Command::Menu
        | Command::Cases
        | Command::New
        | Command::Guide
        | Command::Settings
        | Command::Admin
        | Command::Unknown => T::text(OwnText::InPro, locale),
    };
    let keys = keys::<T::OwnKey>(&work, Key::Continue, Label::Continue.text(scene.locale));
    to(work).say(Say::new(html).keys(keys))
}
