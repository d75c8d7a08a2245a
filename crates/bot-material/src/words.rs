//! Words that every tool says alike, in both languages.
use domain::{DangerCategory, DangerLevel, Locale};

/// Russian or English.
#[must_use]
pub const fn choose(locale: Locale, ru: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Ru => ru,
        Locale::En => en,
    }
}

/// What a sign of danger is about.
#[must_use]
pub const fn danger(category: DangerCategory, locale: Locale) -> &'static str {
    match category {
        DangerCategory::Suicide => choose(locale, "мысли о смерти", "thoughts of death"),
        DangerCategory::SelfHarm => choose(locale, "самоповреждение", "self-harm"),
        DangerCategory::ViolenceToOthers => choose(locale, "насилие над другими", "violence to others"),
        DangerCategory::AbuseNow => choose(locale, "насилие сейчас", "violence going on"),
        DangerCategory::Psychosis => choose(locale, "голоса, которые приказывают", "voices that command"),
        DangerCategory::Overdose => choose(locale, "передозировка или отмена", "overdose or withdrawal"),
        DangerCategory::MinorInDanger => choose(locale, "ребёнок в опасности", "a child in danger"),
        DangerCategory::AskedForHelp => choose(locale, "просьба о помощи", "a call for help"),
    }
}

/// A sign of danger as a flag of a result.
#[must_use]
pub fn danger_flag(category: DangerCategory, level: DangerLevel, locale: Locale) -> String {
    let what = danger(category, locale);
    let how = match level {
        DangerLevel::Urgent => choose(locale, "спросить прямо и сразу", "ask directly and at once"),
        DangerLevel::Elevated => choose(locale, "спросить прямо", "ask directly"),
    };
    match locale {
        Locale::Ru => format!("слова в материале, {what}: {how}"),
        Locale::En => format!("words in the material, {what}: {how}"),
    }
}
