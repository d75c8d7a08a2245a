//! Closed vocabularies, each with the text that stands for it in the database.
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::TelegramId;

/// Closed vocabularies as enums, each value with the text that stands for it in the database, in data and in schemas.
#[macro_export]
macro_rules! text_enum {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),*
        }

        impl $name {
            /// All values, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The text that stands for the value in the database, in keys and in logs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::UnknownWord;
            fn from_str(text: &str) -> Result<Self, $crate::UnknownWord> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err($crate::UnknownWord { kind: stringify!($name) }),
                }
            }
        }
    )*};
}

/// A text that is no value of the closed vocabulary `kind`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// Name of the vocabulary.
    pub kind: &'static str,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a value of {}", self.kind)
    }
}

impl std::error::Error for UnknownWord {}

text_enum! {
    /// One of the five bots.
    BotId {
        /// The specialist's console.
        Pro = "pro",
        /// The client's screening.
        Screen = "screen",
        /// Dreams and drawings.
        Interpretator = "interpretator",
        /// The working model of the case.
        Conceptualizator = "conceptualizator",
        /// The virtual client.
        Simulator = "simulator",
    }

    /// What can be launched and paid for.
    ServiceId {
        /// The client's screening.
        Screen = "screen",
        /// Dreams and drawings.
        Interpretator = "interpretator",
        /// The working model of the case.
        Conceptualizator = "conceptualizator",
        /// The virtual client.
        Simulator = "simulator",
        /// Questions to the guide in Pro.
        ProGuide = "pro_guide",
    }

    /// Who a pass is for.
    Role {
        /// Psychologist, coach or supervisor.
        Specialist = "specialist",
        /// The specialist's client; meets Screen only.
        Client = "client",
    }

    /// Why a pass does not open, for the program that verifies it. A person reads less.
    PassRefusal {
        /// There is no such pass, or not for this key.
        Unknown = "unknown",
        /// It is for another tool.
        WrongService = "wrong_service",
        /// It is for somebody in another role.
        WrongRole = "wrong_role",
        /// It is the specialist's own invitation of a client.
        Own = "own",
        /// Somebody else has opened it.
        Used = "used",
        /// It was taken back.
        Revoked = "revoked",
        /// Its time has passed.
        Expired = "expired",
        /// Its run has ended.
        Over = "over",
        /// Its case is in the archive.
        Archived = "archived",
        /// This person has shown too many wrong passes in the last ten minutes.
        TooManyTries = "too_many_tries",
    }

    /// What a key of another program may do.
    KeyScope {
        /// Make passes.
        LinksIssue = "links:issue",
        /// Check and use passes.
        LinksVerify = "links:verify",
        /// Reserve, commit and cancel Stars.
        UsageWrite = "usage:write",
        /// Store results.
        ArtifactsWrite = "artifacts:write",
        /// Read results.
        ArtifactsRead = "artifacts:read",
    }

    /// The language a person reads.
    Locale {
        /// Russian, the default.
        Ru = "ru",
        /// English.
        En = "en",
    }

    /// How urgent a sign of danger is (safety.md, section 2).
    DangerLevel {
        /// Present intent, plan, means, violence now, commanding voices, overdose.
        Urgent = "urgent",
        /// Passive thoughts, past, negated, about another person.
        Elevated = "elevated",
    }

    /// What kind of danger a sign speaks of (safety.md, section 2).
    DangerCategory {
        /// Suicide.
        Suicide = "suicide",
        /// Harming oneself.
        SelfHarm = "self_harm",
        /// Violence to others.
        ViolenceToOthers = "violence_to_others",
        /// Violence or abuse that is happening to the person now.
        AbuseNow = "abuse_now",
        /// Psychosis, commanding voices.
        Psychosis = "psychosis",
        /// Overdose or withdrawal.
        Overdose = "overdose",
        /// A minor in danger.
        MinorInDanger = "minor_in_danger",
        /// The person pressed the help button without saying what it is about.
        AskedForHelp = "asked_for_help",
    }

    /// Where a sign of danger was seen.
    DangerSource {
        /// The deterministic lexicon, in free text.
        Lexicon = "lexicon",
        /// A marked option of a question.
        Option = "option",
        /// A model's flag.
        Model = "model",
        /// The help button or `/sos`.
        Button = "button",
    }
}

impl BotId {
    /// The service a tool bot performs; `None` for the console.
    #[must_use]
    pub const fn service(self) -> Option<ServiceId> {
        match self {
            Self::Pro => None,
            Self::Screen => Some(ServiceId::Screen),
            Self::Interpretator => Some(ServiceId::Interpretator),
            Self::Conceptualizator => Some(ServiceId::Conceptualizator),
            Self::Simulator => Some(ServiceId::Simulator),
        }
    }
}

impl ServiceId {
    /// The bot in which the service is used.
    #[must_use]
    pub const fn bot(self) -> BotId {
        match self {
            Self::Screen => BotId::Screen,
            Self::Interpretator => BotId::Interpretator,
            Self::Conceptualizator => BotId::Conceptualizator,
            Self::Simulator => BotId::Simulator,
            Self::ProGuide => BotId::Pro,
        }
    }
}

impl Locale {
    /// Russian for `ru…`, English for any other language, Russian when Telegram does not say.
    #[must_use]
    pub fn from_language_code(code: Option<&str>) -> Self {
        match code {
            Some(code) if !code.to_ascii_lowercase().starts_with("ru") => Self::En,
            Some(_) | None => Self::Ru,
        }
    }
}

/// An amount of Telegram Stars (XTR). Whole, never a fraction; negative only as a difference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stars(pub i64);

impl fmt::Display for Stars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ★", self.0)
    }
}

/// A line of Telegram's own list of a bot's Star transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarTransaction {
    /// Telegram's id; a refund has that of its payment.
    pub id: String,
    /// Money came in.
    pub incoming: bool,
    /// How much; positive.
    pub stars: Stars,
    /// Unix seconds.
    pub at_secs: i64,
    /// The person at the other end, if it was one.
    pub person: Option<TelegramId>,
    /// What the invoice carried.
    pub payload: Option<String>,
}

/// Text a client or specialist wrote about a person. `Debug` never shows it, so it cannot reach a log by accident (S18).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Clinical<T>(pub T);

impl fmt::Debug for Clinical<String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[clinical n={}]", self.0.chars().count())
    }
}
