//! English.
use domain::{DangerCategory, DangerLevel, DangerSource};

use super::{Ask, Compared, Line, Name, Phrase, Title, Value};
use crate::{
    collected::{HomeSafety, LifeThoughts},
    engine::{Axis, Horizontal, Intensity, Layer, Pole, Rigid, Sureness},
};

pub(super) fn text(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::Language => "английский",
        Phrase::Name(name) => self::name(name),
        Phrase::Value(value) => self::value(value),
        Phrase::Line(line) => self::line(line),
        Phrase::Ask(ask) => self::ask(ask),
        Phrase::Title(title) => self::title(title),
        Phrase::Compared(compared) => self::compared(compared),
    }
}

fn name(name: Name) -> &'static str {
    match name {
        Name::Axis(Axis::A1) => "activation",
        Name::Axis(Axis::A2) => "uncertainty",
        Name::Axis(Axis::A3) => "impulse",
        Name::Axis(Axis::A4) => "time horizon",
        Name::Tendency(axis, pole) => tendency(axis, pole),
        Name::Seen(axis, pole) => seen(axis, pole),
        Name::Resource(axis, pole) => resource(axis, pole),
        Name::ToClient(axis, pole) => to_client(axis, pole),
        Name::Layer(Layer::L0) => "energy and body",
        Name::Layer(Layer::L1) => "reflexes and automatisms",
        Name::Layer(Layer::L2) => "valuation and affect",
        Name::Layer(Layer::L3) => "relations and roles",
        Name::Layer(Layer::L4) => "meaning and identity",
        Name::LayerAbout(Layer::L0) => "energy, sleep, fatigue, tension in the body",
        Name::LayerAbout(Layer::L1) => "habitual actions, starting, switching, stopping",
        Name::LayerAbout(Layer::L2) => "feelings, irritation, anxiety, short ways to relief",
        Name::LayerAbout(Layer::L3) => "contact, roles, what is expected from others",
        Name::LayerAbout(Layer::L4) => "thoughts, plans, meaning, the idea of oneself",
        Name::LayerToClient(Layer::L0) => "Your body tells a lot about how things are for you: energy, sleep, tension.",
        Name::LayerToClient(Layer::L1) => "A lot shows in your usual actions: how you start, switch and stop.",
        Name::LayerToClient(Layer::L2) => "Your feelings answer noticeably, and may be the first to tell what matters to you.",
        Name::LayerToClient(Layer::L3) => "A lot for you has to do with people: how contact goes and what you expect from it.",
        Name::LayerToClient(Layer::L4) => "It seems to matter to you to think, to understand and to put things together.",
    }
}

fn tendency(axis: Axis, pole: Pole) -> &'static str {
    match (axis, pole) {
        (Axis::A1, Pole::Negative) => "slowing down, saving energy",
        (Axis::A1, Pole::Positive) => "mobilising, speeding up",
        (Axis::A2, Pole::Negative) => "closing, relying on the known",
        (Axis::A2, Pole::Positive) => "opening, exploring",
        (Axis::A3, Pole::Negative) => "a quick response",
        (Axis::A3, Pole::Positive) => "a pause, holding",
        (Axis::A4, Pole::Negative) => "relying on the near, relief now",
        (Axis::A4, Pole::Positive) => "holding the future",
        (Axis::A1 | Axis::A2 | Axis::A3 | Axis::A4, Pole::Neutral) => "no clear lean",
    }
}

fn seen(axis: Axis, pole: Pole) -> &'static str {
    match (axis, pole) {
        (Axis::A1, Pole::Negative) => "a slow entry into tasks, rest before effort rather than after it, saving on what can wait",
        (Axis::A1, Pole::Positive) => "a fast entry into tasks, being collected, staying busy even when rest is possible",
        (Axis::A2, Pole::Negative) => "choosing familiar ways, waiting for clear conditions, wishing to know what is ahead",
        (Axis::A2, Pole::Positive) => "interest in the new, trial steps, direct questions where something is unclear",
        (Axis::A3, Pole::Negative) => "a quick answer in word or action, feelings that show at once, decisions by first movement",
        (Axis::A3, Pole::Positive) => "a pause before answering, restraint, feelings that stay inside for longer",
        (Axis::A4, Pole::Negative) => "attention to what brings relief now, short plans, choosing the result that is near",
        (Axis::A4, Pole::Positive) => "plans far ahead, readiness to bear something for a result, splitting the large into steps",
        (Axis::A1 | Axis::A2 | Axis::A3 | Axis::A4, Pole::Neutral) => "answers that change from situation to situation",
    }
}

fn resource(axis: Axis, pole: Pole) -> &'static str {
    match (axis, pole) {
        (Axis::A1, Pole::Negative) => "can save energy",
        (Axis::A1, Pole::Positive) => "can mobilise",
        (Axis::A2, Pole::Negative) => "can rely on the known",
        (Axis::A2, Pole::Positive) => "can try the new",
        (Axis::A3, Pole::Negative) => "can respond at once",
        (Axis::A3, Pole::Positive) => "can pause",
        (Axis::A4, Pole::Negative) => "can find relief in the present",
        (Axis::A4, Pole::Positive) => "can hold the future in mind",
        (Axis::A1, Pole::Neutral) => "the pace changes from situation to situation",
        (Axis::A2, Pole::Neutral) => "the unclear is met in different ways",
        (Axis::A3, Pole::Neutral) => "knows both the quick response and the pause",
        (Axis::A4, Pole::Neutral) => "sees both the near and the far",
    }
}

fn to_client(axis: Axis, pole: Pole) -> &'static str {
    match (axis, pole) {
        (Axis::A1, Pole::Negative) => {
            "It seems you save your energy: you slow down and step in when you feel there is enough of it."
        }
        (Axis::A1, Pole::Positive) => "It seems that in a hard moment you gather yourself and speed up, even when you are tired.",
        (Axis::A1, Pole::Neutral) => "Your pace seems to vary: sometimes you gather yourself, sometimes you save your energy.",
        (Axis::A2, Pole::Negative) => "When things are unclear, the familiar seems closer to you: first to know what to expect.",
        (Axis::A2, Pole::Positive) => {
            "The unclear seems rather to wake your interest: you are ready to try and to find out on the way."
        }
        (Axis::A2, Pole::Neutral) => {
            "You seem to meet the unclear in different ways: sometimes by the familiar, sometimes by trying."
        }
        (Axis::A3, Pole::Negative) => "Your response seems quick: feelings and words come at once.",
        (Axis::A3, Pole::Positive) => "Before you answer you seem to pause, and you keep a lot inside.",
        (Axis::A3, Pole::Neutral) => "Sometimes you seem to answer at once, and sometimes you give yourself time.",
        (Axis::A4, Pole::Negative) => {
            "It seems to matter to you that things ease already now, and the near is clearer to you than the far."
        }
        (Axis::A4, Pole::Positive) => "You seem to keep the future in mind and to be ready to bear something for it.",
        (Axis::A4, Pole::Neutral) => "The near and the far seem to take turns for you, depending on what it is about.",
    }
}

fn value(value: Value) -> &'static str {
    match value {
        Value::Intensity(Intensity::Low) => "slightly",
        Value::Intensity(Intensity::Moderate) => "moderately",
        Value::Intensity(Intensity::High) => "strongly",
        Value::Intensity(Intensity::Extreme) => "very strongly",
        Value::Sureness(Sureness::Low) => "low",
        Value::Sureness(Sureness::Medium) => "medium",
        Value::Sureness(Sureness::High) => "high",
        Value::Rigid(Rigid::Low) => "the answers move",
        Value::Rigid(Rigid::Medium) => "the answers partly repeat",
        Value::Rigid(Rigid::High) => "the answers repeat one way",
        Value::Horizontal(Horizontal::Coherent) => "in accord",
        Value::Horizontal(Horizontal::Polarized) => "gathered at one pole",
        Value::Horizontal(Horizontal::Conflictive) => "pulled in different directions",
        Value::Category(DangerCategory::Suicide) => "thoughts of not living",
        Value::Category(DangerCategory::SelfHarm) => "harming oneself",
        Value::Category(DangerCategory::ViolenceToOthers) => "violence to others",
        Value::Category(DangerCategory::AbuseNow) => "violence or threat at home",
        Value::Category(DangerCategory::Psychosis) => "voices or unusual experiences",
        Value::Category(DangerCategory::Overdose) => "overdose or withdrawal",
        Value::Category(DangerCategory::MinorInDanger) => "a minor in danger",
        Value::Category(DangerCategory::AskedForHelp) => "a call for help",
        Value::Level(DangerLevel::Urgent) => "urgent",
        Value::Level(DangerLevel::Elevated) => "needs attention",
        Value::Source(DangerSource::Lexicon) => "in the client's words",
        Value::Source(DangerSource::Option) => "in an answer",
        Value::Source(DangerSource::Model) => "flagged by a model",
        Value::Source(DangerSource::Button) => "the help button",
        Value::Thoughts(LifeThoughts::Never) => "never",
        Value::Thoughts(LifeThoughts::Past) => "in the past",
        Value::Thoughts(LifeThoughts::Recently) => "recently",
        Value::Thoughts(LifeThoughts::Now) => "now",
        Value::Thoughts(LifeThoughts::NoAnswer) | Value::Home(HomeSafety::NoAnswer) => "the client prefers not to answer",
        Value::Home(HomeSafety::Safe) => "yes",
        Value::Home(HomeSafety::NotAlways) => "not always",
        Value::Home(HomeSafety::NotNow) => "not now",
        Value::NoneFits => "none of these fits",
        Value::AskedAs => "the client read",
        Value::Skipped => "skipped",
        Value::ByModel => "written by a model, checked",
        Value::ByTemplate => "ready-made wording",
    }
}

fn line(line: Line) -> &'static str {
    match line {
        Line::Central => "The axis “{}” stands out: {}. In life it may show as {}. This is a hypothesis to check in the session.",
        Line::CentralNone => {
            "No axis stands out clearly: the answers diverge, or there are few of them. The main hypothesis is better sought in conversation."
        }
        Line::AxisLeans => "The axis “{}”: {}.",
        Line::AxesEven => {
            "Without a clear lean: {}. Here the answers change from situation to situation, or there are still few of them."
        }
        Line::VerticalThrough => "Judging by the answers, the axis “{}” runs through several layers at once.",
        Line::Compressed => {
            "Several axes at once are gathered towards saving and closing: recovery may matter more than change right now."
        }
        Line::Loudest => "The layer “{}” answers loudest: {}.",
        Line::AlsoLoud => "Also noticeable: {}.",
        Line::Quiet => "Quieter than the rest: {}. These themes may be set aside, or out of place for now.",
        Line::LayersEven => "The layers answer about equally; none comes forward.",
        Line::LayersApart => "Inside a layer the answers pull apart or gather at one pole: {}.",
        Line::FlexLow => {
            "The answers change from situation to situation: regulation seems to move. It is worth checking whether the person chooses the way, or the surroundings do."
        }
        Line::FlexMedium => {
            "Some ways repeat in different situations. It is worth checking where they help and where the person would like to act otherwise."
        }
        Line::FlexHigh => {
            "The same way repeats in many situations. It is worth checking how easily it changes, and what happens when it does not work."
        }
        Line::FlexFew => {
            "There are still too few answers to suppose anything about flexibility. It is better asked in the session."
        }
        Line::Synthesis => "On the whole one may suppose: {}. The hypothesis is worth comparing with the person's own account.",
        Line::BothSides => {
            "There are answers at both poles on: {}. They may speak of different situations rather than of a mistake."
        }
        Line::MethodTemplate => {
            "The text is assembled from the answers in ready-made wording, without talking to the person. Reliability of the profile: {}. These are working hypotheses, not a diagnosis and not a medical report."
        }
        Line::PortraitOpening => {
            "Thank you for taking the time. What follows is not a verdict but a sketch from your answers: some of it may fit, and some may not."
        }
        Line::PortraitEven => {
            "Your answers differ, and no common picture shows in them yet. That happens when a lot depends on the surroundings."
        }
        Line::PortraitClosing => {
            "Each of these ways has its place and its use. These are only suppositions: you know yourself better. What fits you and what does not is something to talk over with your specialist."
        }
        Line::OneLiner => "The axis “{}”: {}; the layer “{}” answers loudest. A hypothesis, reliability of the profile: {}.",
        Line::OneLinerEven => {
            "Axes without a clear lean; the layer “{}” answers loudest. A hypothesis, reliability of the profile: {}."
        }
        Line::OneLinerNone => "Few answers, or diverging ones; no profile stands out. Reliability of the profile: {}.",
    }
}

fn ask(ask: Ask) -> &'static str {
    match ask {
        Ask::Axis(Axis::A1) => {
            "When energy is low and something cannot wait, how do you tell that it is time to gather yourself, or to slow down?"
        }
        Ask::AxisWhy(Axis::A1) => "To check how activation changes and whether it fits the situation.",
        Ask::Axis(Axis::A2) => {
            "Think of a recent case when the outcome was unclear. What helped you to stay with it, and what got in the way?"
        }
        Ask::AxisWhy(Axis::A2) => "To check how the person deals with uncertainty: what closes and what opens.",
        Ask::Axis(Axis::A3) => {
            "Think of a time when someone hurt your feelings. What happened in the first minute, and what later?"
        }
        Ask::AxisWhy(Axis::A3) => "To check where the response arises and where a pause appears.",
        Ask::Axis(Axis::A4) => "When you choose between relief now and what matters later, what do you lean on?",
        Ask::AxisWhy(Axis::A4) => "To check how the future is held and what outweighs it in the present.",
        Ask::Layer(Layer::L0) => "By what signals of the body do you notice that your energy grows or falls?",
        Ask::LayerWhy(Layer::L0) => "To explore energy and body before speaking of meaning.",
        Ask::Layer(Layer::L1) => "Which actions switch on by themselves, before you have time to think?",
        Ask::LayerWhy(Layer::L1) => "To explore habitual ways and what they protect from.",
        Ask::Layer(Layer::L2) => "Which feelings come most often now, and what do you do with them?",
        Ask::LayerWhy(Layer::L2) => "To explore how feelings are recognised and where they lead.",
        Ask::Layer(Layer::L3) => "With whom is it easier for you now, with whom is it harder, and what is the difference?",
        Ask::LayerWhy(Layer::L3) => "To explore contact and roles: where there is support and where there is tension.",
        Ask::Layer(Layer::L4) => "What helps you now to see what all this is for?",
        Ask::LayerWhy(Layer::L4) => "To explore meaning and plans: what holds and what does not come together yet.",
        Ask::Changed => "What has changed in your life lately?",
        Ask::ChangedWhy => "To tell the lasting from a response to recent events.",
        Ask::Holds => "What supports you on an ordinary day?",
        Ask::HoldsWhy => "To find supports that can be counted on already now.",
        Ask::Safety => {
            "There was something I want to ask about directly: how are you now, are there thoughts of not living, and is it calm at home?"
        }
        Ask::SafetyWhy => "There is a signal worth starting with. A direct question is in place and adds no danger by itself.",
        Ask::DoSafety => "Read the part about safety and get in touch with the client without waiting for the session",
        Ask::DoSafetyGoal => "To answer the signal in person",
        Ask::DoRead => "Read the answers and choose two or three questions to start the session with",
        Ask::DoReadGoal => "To check the hypotheses with the person",
        Ask::DoPortrait => "Read the portrait and decide whether to show it to the client",
        Ask::DoPortraitGoal => "The client sees the portrait only when the specialist decides so",
    }
}

fn title(title: Title) -> &'static str {
    match title {
        Title::Head => "PsycheOS Screen: report for the specialist",
        Title::NotMedical => "Working hypotheses for the specialist, not a medical report (не медицинское заключение).",
        Title::Made => "Made",
        Title::Safety => "Safety",
        Title::NotAssessed => "No model has read the client's words for signs of danger: please read them yourself.",
        Title::SafetyNote => {
            "The answers are given as they are and enter no score. The absence of a signal says nothing about safety."
        }
        Title::Thoughts => "Thoughts of not living or of harming oneself",
        Title::Home => "Safety at home",
        Title::Signs => "Signals",
        Title::NoSigns => "the automatic check found none; it does not notice everything",
        Title::OwnWords => "The client's words",
        Title::NoOwnWords => "The client added nothing.",
        Title::Summary => "In short",
        Title::Markers => "Markers",
        Title::Resources => "What holds",
        Title::Structural => "Explanation for the specialist",
        Title::CentralAxis => "Central axis",
        Title::Organisation => "Organisation",
        Title::Layers => "Layers",
        Title::Flexibility => "Flexibility",
        Title::Synthesis => "Synthesis",
        Title::MethodNote => "Method note",
        Title::Questions => "Questions for the session",
        Title::Why => "why",
        Title::Actions => "What to do",
        Title::Profile => "Profile",
        Title::ProfileNote => {
            "Numbers from −1 to +1 show where the answers lean. They are no marks: no place on an axis is better or worse."
        }
        Title::ErrorNote => {
            "The number after ± is the standard error: how much the score could move with other questions. Random ticking gives about 0."
        }
        Title::Reliability => "Reliability of the profile (formula v3)",
        Title::ReliabilityPinned => "Reliability of the profile (formula v2)",
        Title::Answers => "Answers",
        Title::Contradictions => "Answers at both poles",
        Title::ContradictionsNote => "Ticked options that pull one axis in different directions. A reason to ask, not a mistake.",
        Title::NoContradictions => "none",
        Title::Portrait => "Portrait for the client",
        Title::PortraitNote => "The client will see this text only if the specialist releases it.",
    }
}

fn compared(compared: Compared) -> &'static str {
    match compared {
        Compared::Title => "Compared with the screening of",
        Compared::Note => {
            "The axes are compared. A shift is noted only where the difference is more than the errors of both profiles explain. It is a reason to ask what has changed, and says nothing about better or worse."
        }
        Compared::Same => "no clear difference",
        Compared::Moved => "moved toward",
    }
}
