//! The fixed words of a result, in both languages.
pub(super) use bot_material::words::choose;
use domain::Locale;

use super::Place;
use crate::model::{Confidence, FlagAnswer, FlagKind, Gap, Kind, Layer, Severity};

/// A kind of hypothesis.
pub(crate) fn kind(value: Kind, locale: Locale) -> &'static str {
    match value {
        Kind::Structural => choose(locale, "как устроено", "how it is built"),
        Kind::Functional => choose(locale, "чему служит", "what it is for"),
        Kind::Dynamic => choose(locale, "чем поддерживается", "what keeps it going"),
        Kind::Managerial => choose(locale, "на что влиять", "what can be influenced"),
    }
}

pub(crate) fn layer(value: Layer, locale: Locale) -> &'static str {
    match value {
        Layer::L0 => choose(locale, "энергия и тело", "energy and body"),
        Layer::L1 => choose(locale, "автоматизмы", "automatisms"),
        Layer::L2 => choose(locale, "чувства и оценки", "affect"),
        Layer::L3 => choose(locale, "отношения и роли", "relations"),
        Layer::L4 => choose(locale, "смысл", "meaning"),
    }
}

pub(super) fn place(value: Place, locale: Locale) -> String {
    let joint = |low, high| format!("{} / {}", layer(low, locale), layer(high, locale));
    match value {
        Place::L0 => layer(Layer::L0, locale).to_owned(),
        Place::L01 => joint(Layer::L0, Layer::L1),
        Place::L1 => layer(Layer::L1, locale).to_owned(),
        Place::L12 => joint(Layer::L1, Layer::L2),
        Place::L2 => layer(Layer::L2, locale).to_owned(),
        Place::L23 => joint(Layer::L2, Layer::L3),
        Place::L3 => layer(Layer::L3, locale).to_owned(),
        Place::L34 => joint(Layer::L3, Layer::L4),
        Place::L4 => layer(Layer::L4, locale).to_owned(),
    }
}

pub(crate) fn confidence(value: Confidence, locale: Locale) -> &'static str {
    match value {
        Confidence::Weak => choose(locale, "слабая", "weak"),
        Confidence::Working => choose(locale, "рабочая", "working"),
        Confidence::Dominant => choose(locale, "ведущая", "dominant"),
        Confidence::Conditional => choose(locale, "при условии", "conditional"),
    }
}

pub(crate) fn flag_kind(value: FlagKind, locale: Locale) -> &'static str {
    match value {
        FlagKind::Clinical => choose(locale, "здоровье и безопасность", "health and safety"),
        FlagKind::Architectural => choose(locale, "сама модель", "the model itself"),
        FlagKind::Procedural => choose(locale, "рамка работы", "how the work is done"),
    }
}

pub(crate) fn severity(value: Severity, locale: Locale) -> &'static str {
    match value {
        Severity::Warning => choose(locale, "обратите внимание", "to be known"),
        Severity::Stop => choose(locale, "прежде целей", "before targets"),
        Severity::Critical => choose(locale, "прежде всего", "before all else"),
    }
}

pub(super) fn flag_answer(value: Option<FlagAnswer>, locale: Locale) -> &'static str {
    match value {
        Some(FlagAnswer::Checked) => choose(locale, "проверено", "checked"),
        Some(FlagAnswer::NotApplicable) => choose(locale, "не относится", "does not apply"),
        Some(FlagAnswer::WillCheck) => choose(locale, "будет проверено", "will be checked"),
        None => choose(locale, "без ответа", "not answered"),
    }
}

/// What is missing, in words.
pub(crate) fn gap_words(gap: Gap, locale: Locale) -> String {
    match gap {
        Gap::NoKind(missing) => {
            format!("{}: {}", choose(locale, "нет гипотезы", "no hypothesis about"), kind(missing, locale))
        }
        Gap::OneLayer => choose(locale, "всё на одном слое", "everything is on one layer").to_owned(),
        Gap::NoAlternative => {
            choose(locale, "у ведущей гипотезы нет альтернативы", "the dominant hypothesis has no alternative").to_owned()
        }
        Gap::NoFunction => choose(locale, "не названо, чему это служит", "what it is for is not named").to_owned(),
        Gap::NoLoop => choose(locale, "не описано, чем это поддерживается", "what keeps it going is not described").to_owned(),
        Gap::OpenFlag => choose(locale, "красный флаг без ответа", "a red flag is not answered").to_owned(),
    }
}
