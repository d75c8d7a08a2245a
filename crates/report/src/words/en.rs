//! English.
use domain::{DangerCategory, DangerLevel, DangerSource, ServiceId};

use super::{Asked, Axis, Band, Degree, Doing, Half, Layer, Marker, Mode, Picture, Safety, SafetyAnswer, Section, Word};

pub(super) fn text(word: Word) -> &'static str {
    match word {
        Word::Title(service) => title(service),
        Word::TrainingNotice => "A training session with a fictional client. No medical opinion and no rating of a specialist.",
        Word::Notice => {
            "Working hypotheses to check with the client. Not a medical report (не медицинское заключение), no diagnosis."
        }
        Word::Footer => "PsycheOS · not a medical report",
        Word::Run => "run",
        Word::Safety(safety) => self::safety(safety),
        Word::SafetyIs(answer) => self::answer(answer),
        Word::Level(DangerLevel::Urgent) => "urgent",
        Word::Level(DangerLevel::Elevated) => "needs attention",
        Word::Category(category) => self::category(category),
        Word::Source(DangerSource::Lexicon) => "in the client's words",
        Word::Source(DangerSource::Option) => "in an answer",
        Word::Source(DangerSource::Model) => "flagged by a model",
        Word::Source(DangerSource::Button) => "the help button",
        Word::OwnWords => "In the client's own words",
        Word::InShort => "In short",
        Word::Resources => "What holds",
        Word::Markers => "Markers",
        Word::Marker(Marker::Mode) => "Mode",
        Word::Marker(Marker::Layer) => "The layer that answers loudest",
        Word::Marker(Marker::Uncertainty) => "Uncertainty of the conclusion",
        Word::Marker(Marker::Tsi) => "TSI, steadiness of the session",
        Word::Marker(Marker::TsiBand) => "Band of TSI",
        Word::Marker(Marker::Cci) => "CCI, complexity of the case",
        Word::Marker(Marker::RiskCompetence) => "The question about safety",
        Word::Band(Band::High) => "high stability",
        Word::Band(Band::Functional) => "functional",
        Word::Band(Band::Unstable) => "unstable",
        Word::Band(Band::CascadeRisk) => "near a cascade",
        Word::Asked(Asked::NotCalledFor) => "there was no occasion",
        Word::Asked(Asked::Never) => "not asked plainly",
        Word::Asked(Asked::Incomplete) => "asked, not everything learned",
        Word::Asked(Asked::Complete) => "asked, everything learned",
        Word::Asked(Asked::Overtaken) => "asked, more was done than needed",
        Word::Mode(mode) => self::mode(mode),
        Word::Degree(Degree::Low) => "low",
        Word::Degree(Degree::Medium) => "medium",
        Word::Degree(Degree::High) => "high",
        Word::NoLean => "no clear lean",
        Word::Structural => "How it is organised now",
        Word::Section(section) => self::section(section),
        Word::Questions => "Questions for the session",
        Word::Question => "Question",
        Word::Why => "Why",
        Word::Doing(doing) => self::doing(doing),
        Word::Answers => "Answers",
        Word::Answer => "Answer",
        Word::AskedAs => "the client read",
        Word::Skipped => "skipped",
        Word::NoneFits => "none of these fits",
        Word::NothingTicked => "nothing ticked",
        Word::PullsBothWays => "pulls both ways",
        Word::Contradictions => "Answers at both poles",
        Word::ContradictionsNote => {
            "Ticked options that pull one axis in different directions. A reason to ask, not a mistake of the client's."
        }
        Word::AxisHead => "Axis",
        Word::OnePole => "One pole",
        Word::OtherPole => "The other pole",
        Word::Portrait => "Portrait for the client",
        Word::PortraitNote => "The client will see this text only if you release it.",
        Word::PortraitTitle => "A sketch from your answers",
        Word::PortraitNotice => "No assessment, no diagnosis, not a medical report: suppositions to talk over in the session.",
        Word::ByModel => "written by a model, checked",
        Word::ByTemplate => "ready-made wording",
        Word::Method => "About the method",
        Word::Formula => "Computed by formula",
        Word::Picture(picture) => self::picture(picture),
        Word::Axis(axis) => self::axis(axis),
        Word::AxisLines(axis, half) => axis_lines(axis, half),
        Word::Minus(Axis::A1) => "saving energy",
        Word::Plus(Axis::A1) => "mobilisation",
        Word::Minus(Axis::A2) => "relying on the known",
        Word::Plus(Axis::A2) => "exploring",
        Word::Minus(Axis::A3) => "a quick response",
        Word::Plus(Axis::A3) => "a pause, holding",
        Word::Minus(Axis::A4) => "relief now",
        Word::Plus(Axis::A4) => "holding the future",
        Word::Layer(layer) => self::layer(layer),
        Word::LayerLines(layer, half) => layer_lines(layer, half),
    }
}

fn title(service: ServiceId) -> &'static str {
    match service {
        ServiceId::Screen => "Screening before the first session",
        ServiceId::Interpretator => "Interpretation",
        ServiceId::Conceptualizator => "Conceptualisation",
        ServiceId::Simulator => "Training",
        ServiceId::ProGuide => "Guide",
    }
}

fn doing(doing: Doing) -> &'static str {
    match doing {
        Doing::Title => "What to do",
        Doing::What => "What",
        Doing::Whose => "Who and when",
        Doing::Goal => "What for",
        Doing::Therapist => "specialist",
        Doing::Client => "client",
        Doing::Pre => "before the session",
        Doing::InSession => "in the session",
        Doing::Post => "after the session",
    }
}

fn picture(picture: Picture) -> &'static str {
    match picture {
        Picture::Alt => "The profile: four axes and the map of layers. The same conclusions are given in words below.",
        Picture::How => "The dot: where the answers lean",
        Picture::Errors => ", the bar: the error",
        Picture::Map => "Map: layers and axes",
        Picture::ToMinus => "to the left pole",
        Picture::ToPlus => "to the right pole",
        Picture::Note => "Both poles fit in their time; no place on an axis is better.",
        Picture::NoteRest => "A hypothesis to check in the session, not a diagnosis.",
    }
}

fn safety(safety: Safety) -> &'static str {
    match safety {
        Safety::Title => "First: safety",
        Safety::Note => {
            "The answers are given as they are and enter no score. The absence of a signal says nothing about safety."
        }
        Safety::Signal => "Signal",
        Safety::Thoughts => "Thoughts of not living or of harming oneself",
        Safety::Home => "Safety at home",
        Safety::Seen => "Seen in the answers",
        Safety::SeenInMaterial => "Seen in the material",
        Safety::NoteOfMaterial => {
            "Whether it is image or life, a direct question tells. The absence of a signal says nothing about safety."
        }
        Safety::NotAssessed => "No model has read the client's words for signs of danger: please read them yourself.",
        Safety::NothingSeen => "no signals were seen",
    }
}

fn answer(answer: SafetyAnswer) -> &'static str {
    match answer {
        SafetyAnswer::Never => "never",
        SafetyAnswer::Past => "in the past",
        SafetyAnswer::Recently => "recently",
        SafetyAnswer::Now => "now",
        SafetyAnswer::Safe => "yes",
        SafetyAnswer::NotAlways => "not always",
        SafetyAnswer::NotNow => "not now",
        SafetyAnswer::NoAnswer => "the client prefers not to answer",
    }
}

fn category(category: DangerCategory) -> &'static str {
    match category {
        DangerCategory::Suicide => "thoughts of not living",
        DangerCategory::SelfHarm => "harming oneself",
        DangerCategory::ViolenceToOthers => "violence to others",
        DangerCategory::AbuseNow => "violence or threat at home",
        DangerCategory::Psychosis => "voices or unusual experiences",
        DangerCategory::Overdose => "overdose or withdrawal",
        DangerCategory::MinorInDanger => "a minor in danger",
        DangerCategory::AskedForHelp => "a call for help",
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Exploration => "exploration",
        Mode::Defense => "defence",
        Mode::PowerSaving => "saving energy",
        Mode::GoalPursuit => "pursuing a goal",
        Mode::SocialAlignment => "attuning to others",
        Mode::Play => "play",
    }
}

fn section(section: Section) -> &'static str {
    match section {
        Section::CentralAxis => "Central axis",
        Section::Organisation => "Organisation",
        Section::Layers => "Layers",
        Section::Flexibility => "Flexibility",
        Section::Synthesis => "Synthesis",
        Section::MethodNote => "How to read this",
    }
}

fn axis(axis: Axis) -> &'static str {
    match axis {
        Axis::A1 => "Activation",
        Axis::A2 => "Uncertainty",
        Axis::A3 => "Impulse",
        Axis::A4 => "Time horizon",
    }
}

fn axis_lines(axis: Axis, half: Half) -> &'static str {
    match (axis, half) {
        (Axis::A1, Half::First) => "",
        (Axis::A1, Half::Second) => "Activation",
        (Axis::A2, Half::First) => "",
        (Axis::A2, Half::Second) => "Uncertainty",
        (Axis::A3, Half::First) => "",
        (Axis::A3, Half::Second) => "Impulse",
        (Axis::A4, Half::First) => "Time",
        (Axis::A4, Half::Second) => "horizon",
    }
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::L0 => "energy and body",
        Layer::L1 => "reflexes and automatisms",
        Layer::L2 => "valuation and affect",
        Layer::L3 => "relations and roles",
        Layer::L4 => "meaning and identity",
    }
}

fn layer_lines(layer: Layer, half: Half) -> &'static str {
    match (layer, half) {
        (Layer::L0, Half::First) => "Energy",
        (Layer::L0, Half::Second) => "and body",
        (Layer::L1, Half::First) => "Reflexes and",
        (Layer::L1, Half::Second) => "automatisms",
        (Layer::L2, Half::First) => "Valuation",
        (Layer::L2, Half::Second) => "and affect",
        (Layer::L3, Half::First) => "Relations",
        (Layer::L3, Half::Second) => "and roles",
        (Layer::L4, Half::First) => "Meaning",
        (Layer::L4, Half::Second) => "and identity",
    }
}
