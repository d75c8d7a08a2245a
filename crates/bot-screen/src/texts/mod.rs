//! Everything Screen can say, in one exhaustive match per language: a missing translation does not compile.
pub mod consent;
mod en;
mod ru;

use bot_kit::{ConsentScope, Html};
use chrono::{DateTime, Utc};
use domain::{DangerCategory, DangerLevel, Locale};

use crate::collected::{HomeSafety, LifeThoughts};

/// A message. Texts addressed to the specialist begin with `Tell` and are rendered in the specialist's language.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Text<'a> {
    /// Nobody invited the person: what this is, and where a link comes from.
    NoLink,
    /// The specialist opened the client's link.
    OwnLink,
    /// Somebody else opened the link first.
    LinkTaken,
    /// The link is unknown, over, revoked, or for another bot.
    LinkUnavailable,
    /// A blocked specialist.
    Blocked,
    /// Too many wrong links.
    TooManyTries,
    /// The client comes back.
    Resumed,
    /// The one reminder to a client who stopped on the way.
    Unfinished,
    /// Before the portrait, when the specialist gives it.
    PortraitFrom {
        /// The specialist's name.
        name: &'a str,
        /// It is a letter.
        letter: bool,
    },
    /// Below the portrait: what it is not.
    PortraitNote {
        /// It is a letter.
        letter: bool,
    },
    /// The line under the consent once it is given.
    ConsentGiven {
        /// The model abroad was allowed.
        ai: bool,
    },
    /// A question with its options.
    Question {
        /// From 1.
        number: usize,
        /// How many are about left after this one.
        left: u8,
        /// The question.
        question: &'a str,
        /// Its options, in order.
        options: &'a [&'a str],
    },
    /// Words came where ticks are expected.
    QuestionHint,
    /// Words came where consent is expected.
    ConsentHint,
    /// Words came where one of the closing buttons is expected.
    ClosingHint,
    /// Something that is no text came.
    MediaHint,
    /// The safety item about thoughts of not living.
    Thoughts,
    /// The safety item about home.
    Home,
    /// An answer to a safety item was kept; stands where its buttons were.
    AnswerKept,
    /// The invitation to write in one's own words.
    OwnWords,
    /// Too long a text.
    WordsTooLong {
        /// Its length in characters.
        chars: usize,
    },
    /// All is answered; the report is being written.
    Done,
    /// The report is with the specialist.
    DoneReady,
    /// The answers are kept, after words that carry a sign of danger.
    AnswersSaved,
    /// The client declined.
    Declined,
    /// The person is under 18.
    Underage {
        /// Lines to call, those for minors first.
        contacts: &'a Html,
    },
    /// The client withdrew.
    Withdrawn,
    /// The run was closed by somebody else.
    Closed,
    /// The time ran out.
    Expired,
    /// The report could not be written.
    Failed,
    /// `/pause`
    Paused,
    /// `/cancel`
    Cancel,
    /// Asks whether to withdraw.
    StopAsked {
        /// Consent was given, so there is something to delete.
        begun: bool,
    },
    /// The report is there: what can still be done.
    ErasureOffer,
    /// The specialist was asked to delete.
    ErasureAsked,
    /// Nothing is going on that could be paused or stopped.
    NothingGoing,
    /// `/help`
    Help,
    /// `/privacy`
    Privacy,
    /// `/export`: what was agreed to, before the answers.
    OwnCopy {
        /// When.
        granted_at: DateTime<Utc>,
        /// To which version of the text.
        document: &'a str,
        /// A model abroad too.
        abroad: bool,
    },
    /// A question that was passed over.
    Passed,
    /// None of a question's options fits.
    NoneOfThese,
    /// `/delete_me` when nothing is kept.
    NothingKept,
    /// `/terms` and `/paysupport`
    Free,
    /// A command this bot does not have.
    NotHere,
    /// The answer to a sign of danger.
    Danger {
        /// What made the bot say it.
        opening: Opening,
        /// How urgent.
        level: DangerLevel,
        /// A notice to the specialist goes out in the same turn.
        notified: bool,
        /// Whom to call.
        contacts: &'a Html,
    },
    /// To the specialist: a sign of danger.
    TellDanger {
        /// The case's label.
        label: &'a str,
        /// What it is about.
        category: DangerCategory,
        /// How urgent.
        level: DangerLevel,
        /// When.
        at: DateTime<Utc>,
    },
    /// To the specialist: the client declined.
    TellDeclined {
        /// The case's label.
        label: &'a str,
    },
    /// To the specialist: the client withdrew.
    TellWithdrawn {
        /// The case's label.
        label: &'a str,
    },
    /// To the specialist: the client asks to delete the report.
    TellErasure {
        /// The case's label.
        label: &'a str,
    },
    /// To the specialist: the report is there.
    TellReady {
        /// The case's label.
        label: &'a str,
    },
    /// To the specialist: the report could not be written.
    TellFailed {
        /// The case's label.
        label: &'a str,
    },
}

/// What made the bot speak of danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// The person wrote or marked something.
    Answered,
    /// The person asked for help.
    Asked,
}

/// The face of a button.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Label {
    /// The help button of every screen.
    HelpNow,
    /// On with the screening.
    Continue,
    /// A pause.
    Pause,
    /// Stop; asks once.
    Stop,
    /// One scope of the consent.
    Scope(ConsentScope, bool),
    /// Consent.
    Agree,
    /// No consent.
    Decline,
    /// Under 18.
    Underage,
    /// An option by its number.
    Tick(usize, bool),
    /// None of the options.
    NoneFits(bool),
    /// Past the question.
    Skip,
    /// To the question before.
    Back,
    /// To the next question.
    Next,
    /// An answer to the item about thoughts.
    Thoughts(LifeThoughts),
    /// An answer to the item about home.
    Home(HomeSafety),
    /// Done without own words.
    NoWords,
    /// Yes, withdraw.
    Withdraw,
    /// Ask the specialist to delete the report.
    AskErasure,
    /// To the specialist: the notice was seen.
    Acknowledge,
    /// To the specialist: the case.
    OpenCase,
    /// To the specialist: the result.
    OpenResult,
}

/// A line over the chat, at most 200 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toast {
    /// The button belongs to another moment.
    Stale,
    /// Nothing is ticked.
    TickFirst,
    /// The two required scopes are not on.
    TwoNeeded,
    /// The consent on the screen is not the one the chat knows.
    LookAgain,
}

impl Text<'_> {
    /// The text in a language.
    #[must_use]
    pub fn html(&self, locale: Locale) -> Html {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }
}

impl Label {
    /// The label in a language.
    #[must_use]
    pub fn text(self, locale: Locale) -> String {
        match locale {
            Locale::Ru => ru::label(self),
            Locale::En => en::label(self),
        }
    }
}

impl Toast {
    /// The line in a language.
    #[must_use]
    pub fn text(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ru => ru::toast(self),
            Locale::En => en::toast(self),
        }
    }
}

/// The box before a label.
fn tick(on: bool) -> char {
    if on { '☑' } else { '☐' }
}

/// The options under a question, numbered from 1, each on a line of its own.
fn numbered(options: &[&str]) -> Html {
    options.iter().enumerate().fold(Html::default(), |list, (at, option)| list.line(&bot_kit::html!("{}. {}", at + 1, option)))
}

/// `25.11.2026 11:20 UTC`: the specialist's time zone is not known.
fn moment(at: DateTime<Utc>) -> String {
    at.format("%d.%m.%Y %H:%M UTC").to_string()
}

/// Commands to register with Telegram, with their descriptions.
#[must_use]
pub const fn commands(locale: Locale) -> &'static [(&'static str, &'static str)] {
    match locale {
        Locale::Ru => &[
            ("help", "Как это устроено"),
            ("pause", "Сделать паузу"),
            ("sos", "Экстренная помощь"),
            ("stop", "Остановить и удалить ответы"),
            ("export", "Копия моих ответов"),
            ("privacy", "Что хранится и как удалить"),
        ],
        Locale::En => &[
            ("help", "How it works"),
            ("pause", "Take a break"),
            ("sos", "Emergency help"),
            ("stop", "Stop and delete the answers"),
            ("export", "A copy of my answers"),
            ("privacy", "What is kept, how to delete it"),
        ],
    }
}
