//! The words of the documents and of the picture: one enum, one exhaustive match per language.
mod codes;
mod en;
mod ru;

pub(crate) use domain::Layer;
use domain::{DangerCategory, DangerLevel, DangerSource, Locale, ServiceId};

pub(crate) use codes::{marker, safety_home, safety_thoughts};

/// Everything a file of ours says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Title(ServiceId),
    Notice,
    TrainingNotice,
    Footer,
    Run,
    Safety(Safety),
    SafetyIs(SafetyAnswer),
    Level(DangerLevel),
    Category(DangerCategory),
    Source(DangerSource),
    OwnWords,
    InShort,
    Resources,
    Markers,
    Marker(Marker),
    Band(Band),
    Asked(Asked),
    Mode(Mode),
    Degree(Degree),
    NoLean,
    Structural,
    Section(Section),
    Questions,
    Question,
    Why,
    Doing(Doing),
    Answers,
    Answer,
    AskedAs,
    Skipped,
    NoneFits,
    NothingTicked,
    PullsBothWays,
    Contradictions,
    ContradictionsNote,
    AxisHead,
    OnePole,
    OtherPole,
    Portrait,
    PortraitNote,
    PortraitTitle,
    PortraitNotice,
    ByModel,
    ByTemplate,
    Method,
    Formula,
    Picture(Picture),
    Axis(Axis),
    /// The axis in two short lines, the first before the second.
    AxisLines(Axis, Half),
    Minus(Axis),
    Plus(Axis),
    Layer(Layer),
    /// The layer in two short lines.
    LayerLines(Layer, Half),
}

/// What the picture says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picture {
    Alt,
    /// How to read an axis; [`Self::Errors`] goes on where there are errors.
    How,
    Errors,
    Map,
    ToMinus,
    ToPlus,
    Note,
    NoteRest,
}

/// What is to be done, by whom and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    Title,
    What,
    Whose,
    Goal,
    Therapist,
    Client,
    Pre,
    InSession,
    Post,
}

/// The box about safety.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    Title,
    Note,
    Signal,
    Thoughts,
    Home,
    Seen,
    SeenInMaterial,
    NoteOfMaterial,
    NotAssessed,
    NothingSeen,
}

/// An answer about safety, as the client gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SafetyAnswer {
    Never,
    Past,
    Recently,
    Now,
    Safe,
    NotAlways,
    NotNow,
    NoAnswer,
}

/// A marker that is no axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Mode,
    Layer,
    Uncertainty,
    Tsi,
    TsiBand,
    Cci,
    RiskCompetence,
}

/// How steadily a training session was led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Band {
    High,
    Functional,
    Unstable,
    CascadeRisk,
}

/// How danger was dealt with in a training session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    NotCalledFor,
    Never,
    Incomplete,
    Complete,
    Overtaken,
}

/// A mode of regulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Exploration,
    Defense,
    PowerSaving,
    GoalPursuit,
    SocialAlignment,
    Play,
}

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Degree {
    Low,
    Medium,
    High,
}

/// A section of the explanation for the specialist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    CentralAxis,
    Organisation,
    Layers,
    Flexibility,
    Synthesis,
    MethodNote,
}

/// An axis of regulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    A1,
    A2,
    A3,
    A4,
}

impl Axis {
    /// In their order.
    pub(crate) const ALL: [Self; 4] = [Self::A1, Self::A2, Self::A3, Self::A4];
}

/// Which of two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    First,
    Second,
}

impl Word {
    /// The word in a language.
    pub(crate) fn text(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }
}
