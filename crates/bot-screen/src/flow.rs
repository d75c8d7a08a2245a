//! The dialogue, top to bottom: what a chat remembers, what it must know, and which screen answers which event.
//!
//! The run decides first: [`State::settled`] brings what the chat remembers into line with the run it is bound to, so that a
//! run that ended elsewhere, or an account that opened another link, never continues with answers that are not its own. One
//! chat remembers one run: answers of one case never lie in the state of another, so erasing a case leaves nothing behind.
mod closing;
mod commands;
mod consent;
mod danger;
mod entry;
mod own_copy;
mod questions;
mod report_ready;
mod stopping;
#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm)]
mod tests;

use bot_kit::{
    Bot, BoundRun, Button as _, Command, Event, Facts, Keyboard, Media, MessageKind, Need, PortraitText, RunStatus, Say, Scene,
    Turn, messages_of,
};
use chrono::{DateTime, Utc};
use domain::{DangerSource, Locale, RunId, ServiceId, lexicon};
use serde::{Deserialize, Serialize};

pub use consent::Scopes;
pub use questions::{Asking, Draft, Form};
pub use report_ready::{Ready, ReportReady};

use crate::{
    button::{Button, Key},
    collected::SeenSign,
    texts::{Label, Opening, Text, Toast},
};
use danger::Noticed;

/// The client's bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen;

/// What a chat with Screen remembers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Where the dialogue stands.
    pub place: Place,
    /// Signs of danger seen in this run, each kind once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<SeenSign>,
    /// When the specialist was last told that the client asked for help, so that a doubled press tells once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help_told_at: Option<DateTime<Utc>>,
}

/// Where a dialogue stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Place {
    /// No screening.
    #[default]
    Outside,
    /// The consent is on the screen; nothing was asked yet.
    Consent {
        /// Which run.
        run: RunId,
        /// What is ticked.
        scopes: Scopes,
    },
    /// A question is on the screen.
    Asking(Asking),
    /// The item about thoughts of not living.
    Thoughts(Form),
    /// The item about home.
    Home(Form),
    /// Own words are awaited.
    OwnWords(Form),
    /// All is answered.
    Done {
        /// Which run.
        run: RunId,
    },
    /// It ended without being answered.
    Over {
        /// Which run.
        run: RunId,
        /// How.
        how: Ending,
    },
}

/// How a screening ended without being answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The client declined.
    Declined,
    /// The client is under 18.
    Underage,
    /// The client withdrew.
    Withdrawn,
    /// Somebody else closed it.
    Closed,
    /// The time ran out.
    Expired,
    /// The report could not be written.
    Failed,
}

impl Bot for Screen {
    type State = State;
    type Answer = Ready;

    fn state_name(state: &State) -> &'static str {
        match &state.place {
            Place::Outside => "outside",
            Place::Consent { .. } => "consent",
            Place::Asking(_) => "asking",
            Place::Thoughts(_) => "thoughts",
            Place::Home(_) => "home",
            Place::OwnWords(_) => "own_words",
            Place::Done { .. } => "done",
            Place::Over { .. } => "over",
        }
    }

    fn needs(_: &State, event: &Event<Ready>, _: &Scene<'_>) -> Vec<Need> {
        match event {
            Event::Answered(ready) => vec![Need::Run { run: ready.run() }],
            Event::Opened { token: Some(token) } => vec![Need::OpenPass { token: token.clone(), service: ServiceId::Screen }],
            Event::Command(Command::Export) => vec![Need::BoundRun, Need::OwnAnswers],
            Event::Opened { token: None } | Event::Command(_) | Event::Said(_) | Event::Pressed { .. } | Event::Media(_) => {
                vec![Need::BoundRun]
            }
            Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => vec![],
        }
    }

    fn step(state: State, event: Event<Ready>, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
        let run = facts.run.as_ref();
        if entry::closed_to(&event, run, scene) {
            return entry::blocked(state, scene.locale);
        }
        match event {
            Event::Answered(Ready::Report(ready)) => report_ready::answered(state, ready, run, scene),
            Event::Answered(Ready::Words(ready)) => {
                let State { place, signs, help_told_at } = state;
                Turn::to(State { place: questions::words_arrived(place, ready, run), signs, help_told_at })
            }
            Event::Opened { token: Some(_) } => entry::by_link(state, facts, scene),
            Event::Opened { token: None } => entry::without_link(state.settled(run), run, scene.locale),
            Event::Command(Command::Export) => commands::export(state.settled(run), facts, scene),
            Event::Command(command) => commands::command(state.settled(run), command, run, scene),
            Event::Said(words) => said(state.settled(run), words, run, scene),
            Event::Pressed { data } => pressed(state.settled(run), &data, run, scene),
            Event::Media(Media::Photo(_) | Media::Document(_) | Media::Voice | Media::Other) => {
                let state = state.settled(run);
                let say = hinted(Text::MediaHint, screen(&state.place, run, scene.locale), scene.locale);
                Turn::to(state).say(say)
            }
            // Screen sells nothing: there is no invoice of its own that could be paid.
            Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => Turn::to(state),
        }
    }
}

/// The one reminder to a client who stopped on the way; it is sent outside a turn of the chat.
#[must_use]
pub fn unfinished(locale: Locale) -> Say {
    let keys = Keyboard::none().key(Label::Continue.text(locale), Button::Continue);
    Say::new(Text::Unfinished.html(locale)).keys(with_help(keys, locale))
}

/// The portrait as the client reads it, when the specialist gives it: who gives it, the text in as many messages as it needs,
/// and what it is not.
#[must_use]
pub fn portrait_messages(portrait: &PortraitText, specialist: &str) -> Vec<Say> {
    let locale = portrait.locale;
    let mut parts = vec![Text::PortraitFrom { name: specialist, letter: portrait.letter }.html(locale)];
    parts.extend(messages_of(&portrait.text));
    parts.push(Text::PortraitNote { letter: portrait.letter }.html(locale));
    let last = parts.len() - 1;
    let say = |(at, html)| {
        let keys = if at == last { with_help(Keyboard::none(), locale) } else { Keyboard::none() };
        Say::new(html).keys(keys).kind(MessageKind::Result).protected()
    };
    parts.into_iter().enumerate().map(say).collect()
}

impl State {
    /// A chat that has just come to `place`.
    fn at(place: Place) -> Self {
        Self { place, signs: Vec::new(), help_told_at: None }
    }

    /// What the chat remembers, in line with the run it is bound to.
    fn settled(self, run: Option<&BoundRun>) -> Self {
        let Some(run) = run else { return Self::default() };
        let state = match self.place.run() {
            Some(known) if known == run.run => self,
            Some(_) | None => Self::at(Place::Consent { run: run.run, scopes: Scopes::default() }),
        };
        let ended = match run.status {
            RunStatus::Issued | RunStatus::Active => return state,
            RunStatus::Completed => return state.moved(Place::Done { run: run.run }),
            RunStatus::Canceled => Ending::Closed,
            RunStatus::Expired => Ending::Expired,
            RunStatus::Failed => Ending::Failed,
        };
        let place = match state.place {
            Place::Over { run, how } => Place::Over { run, how },
            Place::Outside
            | Place::Consent { .. }
            | Place::Asking(_)
            | Place::Thoughts(_)
            | Place::Home(_)
            | Place::OwnWords(_)
            | Place::Done { .. } => Place::Over { run: run.run, how: ended },
        };
        state.moved(place)
    }

    /// What the chat remembers in another place. When a screening has ended, its signs were handed over or are forgotten.
    fn moved(self, place: Place) -> Self {
        let signs = match &place {
            Place::Outside | Place::Done { .. } | Place::Over { .. } => Vec::new(),
            Place::Consent { .. } | Place::Asking(_) | Place::Thoughts(_) | Place::Home(_) | Place::OwnWords(_) => self.signs,
        };
        Self { place, signs, help_told_at: self.help_told_at }
    }
}

impl Place {
    /// The run it belongs to.
    #[must_use]
    pub fn run(&self) -> Option<RunId> {
        match self {
            Self::Outside => None,
            Self::Consent { run, .. } | Self::Done { run } | Self::Over { run, .. } => Some(*run),
            Self::Asking(asking) => Some(asking.form.run),
            Self::Thoughts(form) | Self::Home(form) | Self::OwnWords(form) => Some(form.run),
        }
    }

    /// Whether there is something to go on with.
    fn goes_on(&self) -> bool {
        match self {
            Self::Consent { .. } | Self::Asking(_) | Self::Thoughts(_) | Self::Home(_) | Self::OwnWords(_) => true,
            Self::Outside | Self::Done { .. } | Self::Over { .. } => false,
        }
    }
}

/// What a state decided: the turn, and a sign of danger if the event carried one.
struct Step {
    turn: Turn<Place>,
    noticed: Option<Noticed>,
}

impl From<Turn<Place>> for Step {
    fn from(turn: Turn<Place>) -> Self {
        Self { turn, noticed: None }
    }
}

/// Joins a step with what the chat remembers, and answers the sign of danger first.
fn conclude(state: State, step: Step, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Turn<State> {
    let turn = step.turn.map(|place| state.moved(place));
    match step.noticed {
        Some(noticed) => danger::answer(turn, noticed, run, scene),
        None => turn,
    }
}

/// A text. Words are checked for danger before anything else looks at them, wherever they are written.
fn said(state: State, words: String, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Turn<State> {
    let noticed = lexicon::signs(&words).map(|sign| Noticed { sign, source: DangerSource::Lexicon, opening: Opening::Answered });
    if let (Place::OwnWords(form), Some(run)) = (&state.place, run) {
        let step = closing::words(form.clone(), words, noticed, &state.signs, run, scene);
        return conclude(state, step, Some(run), scene);
    }
    let hint = match &state.place {
        Place::Consent { .. } => Some(Text::ConsentHint),
        Place::Asking(_) => Some(Text::QuestionHint),
        Place::Thoughts(_) | Place::Home(_) => Some(Text::ClosingHint),
        Place::OwnWords(_) | Place::Outside | Place::Done { .. } | Place::Over { .. } => None,
    };
    let place = state.place.clone();
    if noticed.is_some() {
        return conclude(state, Step { turn: Turn::to(place), noticed }, run, scene);
    }
    let current = screen(&place, run, scene.locale);
    let say = match hint {
        Some(hint) => hinted(hint, current, scene.locale),
        None => current,
    };
    Turn::to(state).say(say)
}

/// A press: first what may be pressed from any message, then the keys of the current screen.
fn pressed(state: State, data: &str, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Turn<State> {
    match Button::decode(data) {
        None => stale(state, run, scene.locale),
        Some(Button::Help) => danger::asked(state, run, scene),
        Some(Button::Continue) => {
            let say = screen(&state.place, run, scene.locale);
            Turn::to(state).say(say)
        }
        Some(Button::Pause) => commands::pause(state, run, scene.locale),
        Some(Button::Stop) => stopping::ask(state, run, scene),
        Some(Button::Withdraw { run: of, stamp }) => stopping::withdraw(state, of, stamp, run, scene),
        Some(Button::AskErasure { run: of, stamp }) => stopping::ask_erasure(state, of, stamp, run, scene),
        Some(Button::Of { run: of, key }) => match run {
            Some(run) if run.run == of => key_pressed(state, &key, run, scene),
            Some(_) | None => stale(state, run, scene.locale),
        },
    }
}

/// A key of one screen; a key of another screen is out of date.
fn key_pressed(state: State, key: &Key, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
    let step = match state.place.clone() {
        Place::Consent { run: _, scopes } => consent::pressed(scopes, key, run, scene),
        Place::Asking(asking) => questions::pressed(asking, key, run, scene),
        Place::Thoughts(form) => closing::thoughts(form, key, run, scene.locale),
        Place::Home(form) => closing::home(form, key, run, scene.locale),
        Place::OwnWords(form) => closing::no_words(form, key, &state.signs, run, scene),
        Place::Outside | Place::Done { .. } | Place::Over { .. } => None,
    };
    match (step, key) {
        (Some(step), _) => conclude(state, step, Some(run), scene),
        // The consent stays in the chat as it was given: it is not edited into something else.
        (None, Key::Consent(_)) => Turn::to(state).toast(Toast::Stale.text(scene.locale)),
        (None, _) => stale(state, Some(run), scene.locale),
    }
}

/// A button of another moment: says so and shows where the dialogue stands.
fn stale(state: State, run: Option<&BoundRun>, locale: Locale) -> Turn<State> {
    let say = screen(&state.place, run, locale);
    Turn::to(state).toast(Toast::Stale.text(locale)).show(say)
}

/// What stands on the screen in a place.
fn screen(place: &Place, run: Option<&BoundRun>, locale: Locale) -> Say {
    let plain = |text: Text<'_>| Say::new(text.html(locale)).keys(with_help(Keyboard::none(), locale));
    let Some(run) = run else { return plain(Text::NoLink) };
    let say = match place {
        Place::Outside => plain(Text::NoLink),
        Place::Consent { run: _, scopes } => consent::say(*scopes, run, locale),
        Place::Asking(asking) => questions::say(asking, run, locale),
        Place::Thoughts(form) => closing::say_thoughts(form, locale),
        Place::Home(form) => closing::say_home(form, locale),
        Place::OwnWords(form) => closing::say_words(form, locale),
        Place::Done { .. } => match run.status {
            RunStatus::Completed => plain(Text::DoneReady),
            RunStatus::Issued | RunStatus::Active | RunStatus::Failed | RunStatus::Canceled | RunStatus::Expired => {
                plain(Text::Done)
            }
        },
        Place::Over { how, .. } => match how {
            Ending::Declined => plain(Text::Declined),
            Ending::Underage => {
                let contacts = danger::contacts_for_minors(run.country.as_deref(), locale);
                plain(Text::Underage { contacts: &contacts })
            }
            Ending::Withdrawn => plain(Text::Withdrawn),
            Ending::Closed => plain(Text::Closed),
            Ending::Expired => plain(Text::Expired),
            Ending::Failed => plain(Text::Failed),
        },
    };
    say.protected().about(run.case)
}

/// A hint above the current screen, as one message, so that the keys are at hand.
fn hinted(hint: Text<'_>, mut say: Say, locale: Locale) -> Say {
    say.html = hint.html(locale).paragraph(&say.html);
    say
}

/// The help button, last on every screen.
fn with_help(keyboard: Keyboard, locale: Locale) -> Keyboard {
    keyboard.key(Label::HelpNow.text(locale), Button::Help)
}
