//! What is wrong with a reply, and the request that asks for it anew. A fault holds a field and a rule, never the model's words.
use bot_kit::{RenderedPrompt, prompt::Rejection};
use bot_material::reply;
pub(super) use bot_material::reply::done;

use super::REPAIR;
use crate::engine::ReadingFault;

/// A fault of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fault {
    /// One that any reply can have.
    Reply(reply::Fault),
    /// The reading of a line contradicts itself.
    Reading(ReadingFault),
    /// The client says more than the state allows.
    TooManyWords {
        /// Words allowed.
        at_most: u16,
    },
    /// The client speaks the language of the engine.
    OutOfRole,
    /// The client of a case without danger speaks of danger.
    DangerInvented,
    /// A text names a number that only the program computes.
    Number(&'static str),
    /// A line or a layer is named twice, or there is none such.
    Named(&'static str),
    /// A case is not what a case must be; the sentence is of [`crate::cases::Case::faults`].
    Case(String),
    /// A field of a case may let its person be recognised.
    Trace(String),
    /// There are signs of danger in the material, and the case has none.
    DangerLost,
}

impl From<reply::Fault> for Fault {
    fn from(fault: reply::Fault) -> Self {
        Self::Reply(fault)
    }
}

impl Rejection for Fault {
    fn reason(&self) -> &'static str {
        match self {
            Self::Reply(fault) => fault.reason(),
            Self::TooManyWords { .. } | Self::Number(_) | Self::Named(_) | Self::Case(_) => "form",
            Self::Reading(_) | Self::OutOfRole | Self::DangerInvented | Self::Trace(_) | Self::DangerLost => "content",
        }
    }
}

impl Fault {
    /// What the model is asked to mend.
    #[must_use]
    pub fn instruction(&self) -> String {
        match self {
            Self::Reply(fault) => fault.instruction(),
            Self::Reading(ReadingFault::NotAShare(field)) => format!("{field}: нужно число от 0 до 1."),
            Self::Reading(ReadingFault::MatchContradictsFit(fit)) => {
                let (least, most) = fit.match_bounds();
                format!("regulatory_match: при fit {} нужно от {} до {}.", fit.as_str(), least.value(), most.value())
            }
            Self::Reading(ReadingFault::StabilizesAbove(_)) => {
                "addressed_layer: при fit stabilizes_L0 только L0 или L1.".to_owned()
            }
            Self::TooManyWords { at_most } => format!("client_words: не больше {at_most} слов."),
            Self::OutOfRole => "client_words: клиент не знает слоёв, состояний и программы; скажите живой речью.".to_owned(),
            Self::DangerInvented => "client_words: в этом кейсе клиент об опасности для жизни не говорит.".to_owned(),
            Self::Number(field) => format!("{field}: без чисел, процентов и оценок."),
            Self::Named(field) => format!("{field}: только из списка, и каждый один раз."),
            Self::Case(sentence) => sentence.clone(),
            Self::Trace(field) => {
                format!("{field}: по этим словам можно узнать человека. Замените имена, места, даты, дословные фразы.")
            }
            Self::DangerLost => "risk: в материале есть знаки опасности, kind не может быть none.".to_owned(),
        }
    }

    /// Field and rule without any text, for the artifact.
    #[must_use]
    pub fn flag(&self) -> String {
        match self {
            Self::Reply(fault) => reply::flags_of(&[*fault]).pop().unwrap_or_default(),
            Self::Reading(_) => "reading:contradiction".to_owned(),
            Self::TooManyWords { .. } => "client_words:length".to_owned(),
            Self::OutOfRole => "client_words:role".to_owned(),
            Self::DangerInvented => "client_words:danger".to_owned(),
            Self::Number(field) => format!("{field}:number"),
            Self::Named(field) => format!("{field}:named"),
            Self::Case(_) => "case:form".to_owned(),
            Self::Trace(field) => format!("{field}:trace"),
            Self::DangerLost => "risk:lost".to_owned(),
        }
    }
}

/// Flags of faults, each once.
#[must_use]
pub fn flags_of(faults: &[Fault]) -> Vec<String> {
    let mut flags: Vec<String> = faults.iter().map(Fault::flag).collect();
    flags.sort();
    flags.dedup();
    flags
}

/// [`reply::parse`] with our faults.
pub(super) fn parse<T: serde::de::DeserializeOwned>(reply: &str) -> Result<T, Vec<Fault>> {
    reply::parse(reply).map_err(|faults| faults.into_iter().map(Fault::from).collect())
}

/// [`reply::check`] with our faults.
pub(super) fn check(
    field: &'static str,
    text: &str,
    lengths: std::ops::RangeInclusive<usize>,
    locale: domain::Locale,
    faults: &mut Vec<Fault>,
) {
    let mut found = Vec::new();
    reply::check(field, text, *lengths.start(), *lengths.end(), locale, &mut found);
    faults.extend(found.into_iter().map(Fault::from));
}

/// [`reply::check_canary`] with our faults.
pub(super) fn check_canary(canary: &str, reply: &str, faults: &mut Vec<Fault>) {
    let mut found = Vec::new();
    reply::check_canary(canary, reply, &mut found);
    faults.extend(found.into_iter().map(Fault::from));
}

/// The same prompt with the faulty reply and what to mend; asked once.
#[must_use]
pub fn repair_request(prompt: &RenderedPrompt, reply: &str, faults: &[Fault]) -> RenderedPrompt {
    reply::repair_with(prompt, reply, faults.iter().map(Fault::instruction), REPAIR)
}
