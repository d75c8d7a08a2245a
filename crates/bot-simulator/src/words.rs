//! The words of engine terms, in both languages: neutral ones, that every report of the tool shares.
pub(crate) use bot_material::words::choose;
use domain::Locale;

use crate::engine::{
    Fit, Goal, Layer, Pattern, RiskEnquiry, SessionState, Signal, Variable,
    risk::{Asked, Verdict},
    tsi::Band,
};

/// A layer's name (theory.md).
#[must_use]
pub const fn layer(value: Layer, locale: Locale) -> &'static str {
    match value {
        Layer::L0 => choose(locale, "энергия и тело", "energy and body"),
        Layer::L1 => choose(locale, "рефлексы и автоматизмы", "reflexes and automatisms"),
        Layer::L2 => choose(locale, "оценка и аффект", "appraisal and affect"),
        Layer::L3 => choose(locale, "отношения и роли", "relations and roles"),
        Layer::L4 => choose(locale, "смысл и идентичность", "meaning and identity"),
    }
}

/// What a line of a class does.
#[must_use]
pub const fn fit(value: Fit, locale: Locale) -> &'static str {
    match value {
        Fit::Matches => choose(locale, "встречает клиента", "meets the client"),
        Fit::Ahead => choose(locale, "опережает клиента", "goes ahead of the client"),
        Fit::IgnoresDominant => choose(locale, "проходит мимо главного", "passes by what matters"),
        Fit::StabilizesL0 => choose(locale, "возвращает опору телу", "steadies the body"),
        Fit::TightensControl => choose(locale, "забирает ведение", "takes over the lead"),
        Fit::Escalates => choose(locale, "разогревает", "heats up"),
    }
}

/// A signal's colour.
#[must_use]
pub const fn signal(value: Signal, locale: Locale) -> &'static str {
    match value {
        Signal::Green => choose(locale, "зелёный", "green"),
        Signal::Yellow => choose(locale, "жёлтый", "yellow"),
        Signal::Red => choose(locale, "красный", "red"),
    }
}

/// What two signals in a row mean.
#[must_use]
pub const fn pattern(value: Pattern, locale: Locale) -> &'static str {
    match value {
        Pattern::HeightenedSensitivity => choose(locale, "чувствительность повышена", "heightened sensitivity"),
        Pattern::Cascade => choose(locale, "каскад дестабилизации", "destabilisation cascade"),
        Pattern::ContactRestored => choose(locale, "контакт восстановлен", "contact restored"),
    }
}

/// A state's name.
#[must_use]
pub const fn state(value: SessionState, locale: Locale) -> &'static str {
    match value {
        SessionState::Contact => choose(locale, "контакт", "contact"),
        SessionState::Clarification => choose(locale, "прояснение", "clarification"),
        SessionState::Work => choose(locale, "работа", "work"),
        SessionState::Crisis => choose(locale, "кризис", "crisis"),
        SessionState::Stabilisation => choose(locale, "стабилизация", "stabilisation"),
        SessionState::Closing => choose(locale, "завершение", "closing"),
        SessionState::Debrief => choose(locale, "разбор", "debrief"),
    }
}

/// A goal's name.
#[must_use]
pub const fn goal(value: Goal, locale: Locale) -> &'static str {
    match value {
        Goal::ContactStabilization => choose(locale, "устойчивый контакт", "contact that holds"),
        Goal::DiagnosticClarification => choose(locale, "прояснение картины", "clarification"),
        Goal::SymptomWork => choose(locale, "работа с жалобой", "work with a complaint"),
        Goal::RegulatoryConflict => choose(locale, "конфликт регуляции", "conflict of regulation"),
        Goal::CognitiveRestructuring => choose(locale, "работа с убеждениями", "work with beliefs"),
        Goal::AffectWork => choose(locale, "работа с чувствами", "work with feelings"),
        Goal::CrisisSupport => choose(locale, "поддержка в кризисе", "support in a crisis"),
        Goal::TherapyTermination => choose(locale, "завершение встреч", "ending the sessions"),
    }
}

/// A hidden variable's name.
#[must_use]
pub const fn variable(value: Variable, locale: Locale) -> &'static str {
    match value {
        Variable::Tension => choose(locale, "напряжение", "tension"),
        Variable::CognitiveAccess => choose(locale, "доступ к мышлению", "access to thinking"),
        Variable::Uncertainty => choose(locale, "неопределённость", "uncertainty"),
        Variable::Trust => choose(locale, "доверие", "trust"),
        Variable::Defense => choose(locale, "защита", "defence"),
    }
}

/// What of a danger a line asks about.
#[must_use]
pub const fn enquiry(value: RiskEnquiry, locale: Locale) -> &'static str {
    match value {
        RiskEnquiry::Indirect => choose(locale, "касание темы", "touching on it"),
        RiskEnquiry::Direct => choose(locale, "прямой вопрос", "a plain question"),
        RiskEnquiry::Plan => choose(locale, "есть ли план", "whether there is a plan"),
        RiskEnquiry::Means => choose(locale, "есть ли доступ к опасному", "access to what is dangerous"),
        RiskEnquiry::ProtectiveFactors => choose(locale, "что удерживает", "what holds the person"),
        RiskEnquiry::SafetyPlan => choose(locale, "план безопасности", "a safety plan"),
        RiskEnquiry::Referral => choose(locale, "кому передать", "a referral"),
    }
}

/// A band of TSI.
#[must_use]
pub const fn band(value: Band, locale: Locale) -> &'static str {
    match value {
        Band::HighStability => choose(locale, "высокая устойчивость", "high stability"),
        Band::Functional => choose(locale, "рабочая устойчивость", "functional"),
        Band::Unstable => choose(locale, "неустойчиво", "unstable"),
        Band::CascadeRisk => choose(locale, "близко к каскаду", "near a cascade"),
    }
}

/// What the debrief says of how danger was dealt with. It speaks of the specialist's work, never of a person's danger.
#[must_use]
pub const fn verdict(value: Verdict, locale: Locale) -> &'static str {
    match value {
        Verdict::NotCalledFor => choose(
            locale,
            "В словах этого клиента не было повода для прямого вопроса о безопасности.",
            "The client's words gave no occasion for a plain question about safety.",
        ),
        Verdict::NotAsked => choose(
            locale,
            "В словах клиента был знак опасности, и прямого вопроса о нём не прозвучало. Это главное, что стоит взять из \
             этой тренировки.",
            "There was a sign of danger in the client's words, and no plain question was asked about it. This is the main \
             thing to take from this session.",
        ),
        Verdict::Incomplete => choose(
            locale,
            "Прямой вопрос прозвучал; часть того, что нужно было выяснить или согласовать, осталась.",
            "The plain question was asked; part of what had to be learned or agreed was left.",
        ),
        Verdict::Complete => choose(
            locale,
            "Прямой вопрос прозвучал, и всё нужное выяснено и согласовано.",
            "The plain question was asked, and everything needed was learned and agreed.",
        ),
        Verdict::CompleteAndOvertaken => choose(
            locale,
            "Прямой вопрос прозвучал и снял сомнение; план безопасности или направление после этого были лишними.",
            "The plain question was asked and settled the doubt; a safety plan or a referral after it was more than needed.",
        ),
    }
}

/// Whether danger was asked about.
#[must_use]
pub fn asked(value: Asked, locale: Locale) -> String {
    match (value, locale) {
        (Asked::Never, Locale::Ru) => "О безопасности не спросили.".to_owned(),
        (Asked::Never, Locale::En) => "Safety was not asked about.".to_owned(),
        (Asked::Indirectly, Locale::Ru) => "Темы безопасности коснулись, прямо не назвали.".to_owned(),
        (Asked::Indirectly, Locale::En) => "Safety was touched on, not named.".to_owned(),
        (Asked::Directly(turn), Locale::Ru) => format!("Прямой вопрос о безопасности: реплика {turn}."),
        (Asked::Directly(turn), Locale::En) => format!("A plain question about safety: line {turn}."),
    }
}
