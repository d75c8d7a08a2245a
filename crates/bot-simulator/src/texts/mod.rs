//! Everything Simulator can say, in one exhaustive match per language: a missing translation does not compile.
mod en;
mod ru;

use bot_kit::{Html, html, shorten};
use bot_material::{Count, Refused, frame::OwnText};
use domain::Locale;

use crate::{
    cases::{Case, Difficulty},
    engine::{
        Goal, Hint, Signal, Snapshot, Step, Variable,
        cci::{CciInput, cci},
    },
    flow::{Mode, Stage, Task},
    trend::Profile,
    words,
};

/// A message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Text<'a> {
    /// What every tool says, in words of this one.
    Frame(OwnText<'a>),
    /// The first screen.
    Greeting {
        /// The case's label.
        label: &'a str,
    },
    /// The modes to choose from.
    Modes,
    /// The clients to choose from.
    Clients {
        /// How to train.
        mode: Mode,
    },
    /// A client, above the goals.
    Client {
        /// Who.
        case: &'a Case,
    },
    /// A client of one's own, above the question whether anybody is to be recognised.
    OwnClient {
        /// Who.
        case: &'a Case,
    },
    /// What can be sent for a client of one's own.
    OwnIntro,
    /// What there is so far.
    Collected {
        /// Pieces.
        count: Count,
        /// Earlier results.
        earlier: usize,
    },
    /// The material is taken; stands where its keys were.
    Accepted {
        /// Pieces.
        count: Count,
        /// Earlier results.
        earlier: usize,
    },
    /// Something cannot be added.
    Refused(Refused),
    /// Pictures and stickers among the material.
    OnlyThese,
    /// Files and stickers where words are awaited.
    OnlyWords,
    /// A document that cannot be read.
    Unreadable {
        /// Its place in the material, from 1.
        number: usize,
        /// The reader's code.
        code: &'a str,
    },
    /// A client is being made.
    Making,
    /// Words that came while a client is to be confirmed.
    ForAnother,
    /// No client could be made of the material.
    NoClient,
    /// The session begins; stands where the goals were.
    Begin {
        /// The client's title.
        title: &'a str,
        /// What is practised.
        goal: Goal,
        /// How.
        mode: Mode,
    },
    /// The virtual client speaks.
    ClientSays {
        /// The words.
        words: &'a str,
    },
    /// Beneath the client's words, in training.
    Supervisor {
        /// What the line was and did.
        step: &'a Step,
        /// In words.
        explanation: &'a str,
        /// Lines that were said, over all branches.
        lines: usize,
    },
    /// The client is about to answer.
    Answering,
    /// A line that is too long.
    LineTooLong {
        /// Its length in characters.
        chars: usize,
        /// The most that is taken.
        most: usize,
    },
    /// A line was not counted.
    NotCounted,
    /// Words that came while the client was about to answer.
    Meanwhile,
    /// Words that are said now; stands where their key was.
    Said {
        /// The words.
        words: &'a str,
    },
    /// What would help.
    Hint(Hint),
    /// Where the session stands.
    Now {
        /// The engine's moment.
        snapshot: &'a Snapshot,
        /// What is practised.
        goal: Goal,
        /// Lines that were said.
        lines: usize,
        /// In practice the engine stays hidden.
        mode: Mode,
    },
    /// Lines to go back to.
    Lines,
    /// Gone back to before a line.
    Rewound {
        /// Its place.
        turn: u16,
    },
    /// The specialist spoke of themselves.
    Outside {
        /// Whom to call.
        contacts: &'a Html,
    },
    /// Words while the role is left.
    StillOutside,
    /// The client answered while the role was left.
    AnswerWaits,
    /// Asks whether to end.
    AskEnd {
        /// Lines that were said.
        lines: usize,
        /// Too few for a debrief.
        short: bool,
    },
    /// It has ended without a debrief.
    TooShort,
    /// It has ended; stands where the question was.
    Ended {
        /// Lines that were said.
        lines: usize,
    },
    /// The debrief is being written.
    Debriefing,
    /// No session was completed yet.
    NoTraining,
    /// A specialist's profile.
    Profile {
        /// Computed of the sessions.
        profile: &'a Profile,
        /// Sessions that were completed.
        sessions: usize,
    },
    /// Under the picture of the profile.
    PictureCaption,
    /// The worker could not go on.
    Stuck(Task),
    /// Help for a stage.
    Help(Stage),
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Label<'a> {
    /// A mode.
    Mode(Mode),
    /// A client of the library.
    Client {
        /// Its title.
        title: &'a str,
        /// How demanding.
        difficulty: Difficulty,
        /// It suits the next session.
        suits: bool,
    },
    /// A client of one's own.
    Own,
    /// A client is to be made of the material.
    Make,
    /// Earlier results, with how many are chosen.
    Earlier(usize),
    /// Back to the library.
    Library,
    /// Nobody is to be recognised.
    Accept,
    /// Another client of the same material.
    MakeAnew,
    /// A goal.
    Goal(Goal),
    /// A hint.
    Hint,
    /// Where it stands.
    Now,
    /// Lines to go back to.
    Lines,
    /// A line to go back to.
    Line(Line<'a>),
    /// Earlier lines.
    Older,
    /// A pause.
    Pause,
    /// To the end.
    End,
    /// Yes, to the end.
    EndYes {
        /// Without a debrief.
        short: bool,
    },
    /// Say what was written meanwhile.
    SayUnsaid(&'a str),
    /// Back into the role.
    IntoRole,
    /// The words were meant for the client.
    ItWasALine,
    /// The profile.
    Profile,
    /// The profile as a picture.
    Picture,
}

/// A line to go back to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line<'a> {
    /// Its place.
    pub turn: u16,
    /// Its signal; hidden in practice.
    pub signal: Option<Signal>,
    /// The words.
    pub words: &'a str,
}

/// A line over the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toast {
    /// Nothing was sent yet.
    NothingYet,
    /// The client was made anew often enough.
    MadeOften,
    /// The picture is on its way.
    PictureComes,
}

/// A signal's mark.
#[must_use]
pub const fn mark(signal: Signal) -> &'static str {
    match signal {
        Signal::Green => "🟢",
        Signal::Yellow => "🟡",
        Signal::Red => "🔴",
    }
}

/// How demanding a client is.
const fn dots(difficulty: Difficulty) -> &'static str {
    match difficulty {
        Difficulty::Medium => "●○○",
        Difficulty::High => "●●○",
        Difficulty::VeryHigh => "●●●",
    }
}

/// A client of the library on its key.
fn client_label(title: &str, difficulty: Difficulty, suits: bool) -> String {
    format!("{}{} {title}", if suits { "⭐️ " } else { "" }, dots(difficulty))
}

/// A line on the key that leads back to it.
fn line_label(line: &Line<'_>) -> String {
    let mark = line.signal.map(|signal| format!("{} ", mark(signal))).unwrap_or_default();
    format!("{mark}{}. {}", line.turn, shorten(line.words, 40))
}

/// A goal's name on its key: with a capital letter.
fn goal_label(goal: Goal, locale: Locale) -> String {
    let mut letters = words::goal(goal, locale).chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The complexity of a client, two decimals.
fn complexity(case: &Case) -> String {
    format!("{:.2}", cci(&CciInput::from(&case.parameters)).cci)
}

/// The hidden variables, a line each, beneath `head`.
fn variables(head: Html, snapshot: &Snapshot, locale: Locale) -> Html {
    Variable::ALL.into_iter().fold(head, |html, variable| {
        let value = snapshot.hidden.get(variable);
        let full = ((value.points() / 10.0).round() as usize).min(10);
        let bar = format!("{}{}", "▮".repeat(full), "▯".repeat(10 - full));
        html.line(&html!("{} {} {}", bar, value.shown(), words::variable(variable, locale)))
    })
}

/// TSI of the latest sessions.
fn latest(profile: &Profile) -> String {
    let from = profile.history.len().saturating_sub(6);
    profile.history[from..].iter().map(|tsi| format!("{tsi:.2}")).collect::<Vec<_>>().join(" · ")
}

/// Shares of the signals.
fn shares([green, yellow, red]: [f64; 3]) -> String {
    let percent = |share: f64| (share * 100.0).round();
    format!("🟢 {} % · 🟡 {} % · 🔴 {} %", percent(green), percent(yellow), percent(red))
}

impl Text<'_> {
    /// In a language.
    #[must_use]
    pub fn html(&self, locale: Locale) -> Html {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }
}

impl Label<'_> {
    /// In a language.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        match locale {
            Locale::Ru => ru::label(self),
            Locale::En => en::label(self),
        }
    }
}

impl Toast {
    /// In a language.
    #[must_use]
    pub fn text(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ru => ru::toast(self),
            Locale::En => en::toast(self),
        }
    }
}
