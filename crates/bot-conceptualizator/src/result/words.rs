//! The fixed words of a result, in both languages.
use domain::{DangerCategory, DangerLevel, Locale};

use super::Place;
use crate::model::{Confidence, FlagAnswer, FlagKind, Gap, Kind, Layer, Severity};

/// Russian or English.
pub(super) const fn choose(locale: Locale, ru: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Ru => ru,
        Locale::En => en,
    }
}

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
        Layer::Energy => choose(locale, "энергия и тело", "energy and body"),
        Layer::Reflexes => choose(locale, "автоматизмы", "automatisms"),
        Layer::Affect => choose(locale, "чувства и оценки", "affect"),
        Layer::Relations => choose(locale, "отношения и роли", "relations"),
        Layer::Meaning => choose(locale, "смысл", "meaning"),
    }
}

pub(super) fn place(value: Place, locale: Locale) -> String {
    let joint = |low, high| format!("{} / {}", layer(low, locale), layer(high, locale));
    match value {
        Place::L0 => layer(Layer::Energy, locale).to_owned(),
        Place::L01 => joint(Layer::Energy, Layer::Reflexes),
        Place::L1 => layer(Layer::Reflexes, locale).to_owned(),
        Place::L12 => joint(Layer::Reflexes, Layer::Affect),
        Place::L2 => layer(Layer::Affect, locale).to_owned(),
        Place::L23 => joint(Layer::Affect, Layer::Relations),
        Place::L3 => layer(Layer::Relations, locale).to_owned(),
        Place::L34 => joint(Layer::Relations, Layer::Meaning),
        Place::L4 => layer(Layer::Meaning, locale).to_owned(),
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

/// A sign of danger as a flag.
pub(super) fn danger(category: DangerCategory, level: DangerLevel, locale: Locale) -> String {
    let what = match category {
        DangerCategory::Suicide => choose(locale, "мысли о смерти", "thoughts of death"),
        DangerCategory::SelfHarm => choose(locale, "самоповреждение", "self-harm"),
        DangerCategory::ViolenceToOthers => choose(locale, "насилие над другими", "violence to others"),
        DangerCategory::AbuseNow => choose(locale, "насилие сейчас", "violence going on"),
        DangerCategory::Psychosis => choose(locale, "голоса, которые приказывают", "voices that command"),
        DangerCategory::Overdose => choose(locale, "передозировка или отмена", "overdose or withdrawal"),
        DangerCategory::MinorInDanger => choose(locale, "ребёнок в опасности", "a child in danger"),
        DangerCategory::AskedForHelp => choose(locale, "просьба о помощи", "a call for help"),
    };
    let how = match level {
        DangerLevel::Urgent => choose(locale, "спросить прямо и сразу", "ask directly and at once"),
        DangerLevel::Elevated => choose(locale, "спросить прямо", "ask directly"),
    };
    match locale {
        Locale::Ru => format!("слова в материале, {what}: {how}"),
        Locale::En => format!("words in the material, {what}: {how}"),
    }
}
