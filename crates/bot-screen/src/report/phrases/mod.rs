//! The report's own words, in one exhaustive match per language: a missing translation does not compile.
//!
//! They name both poles of an axis alike, call everything a hypothesis, and keep to the wording policy
//! (`every_template_keeps_every_rule_for_many_answers`).
mod en;
mod ru;

use domain::{DangerCategory, DangerLevel, DangerSource, Locale};

use crate::{
    collected::{HomeSafety, LifeThoughts},
    engine::{Axis, Horizontal, Intensity, Layer, Pole, Rigid, Sureness},
};

/// Something the report says. A hole is written `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phrase {
    /// The language itself, for a model.
    Language,
    Name(Name),
    Value(Value),
    Line(Line),
    Ask(Ask),
    Title(Title),
    Compared(Compared),
}

/// Names of the model's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Axis(Axis),
    /// A pole, without a verb. [`Pole::Neutral`] is the middle.
    Tendency(Axis, Pole),
    /// How a tendency may be seen, for the specialist.
    Seen(Axis, Pole),
    /// A tendency as what holds the person.
    Resource(Axis, Pole),
    /// A tendency, said to the client.
    ToClient(Axis, Pole),
    Layer(Layer),
    /// What a layer is about, for the specialist.
    LayerAbout(Layer),
    /// A layer that answers loudly, said to the client.
    LayerToClient(Layer),
}

/// Words for labels and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Intensity(Intensity),
    Sureness(Sureness),
    Rigid(Rigid),
    Horizontal(Horizontal),
    Category(DangerCategory),
    Level(DangerLevel),
    Source(DangerSource),
    Thoughts(LifeThoughts),
    Home(HomeSafety),
    NoneFits,
    /// The words in which a question was shown.
    AskedAs,
    Skipped,
    /// Who wrote a text.
    ByModel,
    ByTemplate,
}

/// Sentences of the template texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Axis, tendency, how it may be seen.
    Central,
    CentralNone,
    /// Axis, tendency.
    AxisLeans,
    /// Axes without a lean.
    AxesEven,
    /// Axis.
    VerticalThrough,
    Compressed,
    /// Layer, what it is about.
    Loudest,
    /// Layers.
    AlsoLoud,
    /// Layers.
    Quiet,
    LayersEven,
    /// Layers.
    LayersApart,
    FlexLow,
    FlexMedium,
    FlexHigh,
    FlexFew,
    /// Tendencies of the axes that lean.
    Synthesis,
    /// Axes with answers on both sides.
    BothSides,
    /// Confidence.
    MethodTemplate,
    PortraitOpening,
    PortraitEven,
    PortraitClosing,
    /// Axis, tendency, layer, confidence.
    OneLiner,
    /// Layer, confidence.
    OneLinerEven,
    /// Confidence.
    OneLinerNone,
}

/// Questions for the session, and actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    Axis(Axis),
    AxisWhy(Axis),
    Layer(Layer),
    LayerWhy(Layer),
    Changed,
    ChangedWhy,
    Holds,
    HoldsWhy,
    /// Comes first when there are signs of danger.
    Safety,
    SafetyWhy,
    DoSafety,
    DoSafetyGoal,
    DoRead,
    DoReadGoal,
    DoPortrait,
    DoPortraitGoal,
}

/// Words of the comparison with an earlier screening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    /// A date follows.
    Title,
    Note,
    Same,
    /// A tendency in quotes follows.
    Moved,
}

/// Headings and fixed lines of the TXT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Title {
    Head,
    NotMedical,
    Made,
    Safety,
    /// No model has read the client's words.
    NotAssessed,
    SafetyNote,
    Thoughts,
    Home,
    Signs,
    NoSigns,
    OwnWords,
    NoOwnWords,
    Summary,
    Markers,
    Resources,
    Structural,
    CentralAxis,
    Organisation,
    Layers,
    Flexibility,
    Synthesis,
    MethodNote,
    Questions,
    Why,
    Actions,
    Profile,
    ProfileNote,
    /// What the number after ± is.
    ErrorNote,
    Reliability,
    /// Of an artifact that has only the pinned formula.
    ReliabilityPinned,
    Answers,
    Contradictions,
    ContradictionsNote,
    NoContradictions,
    Portrait,
    PortraitNote,
}

impl Phrase {
    /// The phrase in a language.
    pub(super) fn text(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }
}

macro_rules! into_phrase {
    ($($part:ident),*) => {$(
        impl $part {
            /// The phrase in a language.
            pub(super) fn text(self, locale: Locale) -> &'static str {
                Phrase::$part(self).text(locale)
            }
        }
    )*};
}

into_phrase!(Name, Value, Line, Ask, Title, Compared);

impl Line {
    /// The sentence with its holes filled, left to right.
    pub(super) fn with(self, locale: Locale, values: &[&str]) -> String {
        let mut parts = self.text(locale).split("{}");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for (at, part) in parts.enumerate() {
            text.push_str(values.get(at).copied().unwrap_or_default());
            text.push_str(part);
        }
        text
    }
}
