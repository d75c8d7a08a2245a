//! The fixed words of a result, in both languages.
pub(super) use bot_material::words::choose;
use domain::Locale;

use super::{
    Clarity, Completeness, Confidence, Domain, Layer, Level, MaterialType, Mode, Pattern, Prominence, SessionAsk, mend::ours,
};

/// A summary that always fits.
pub(super) const fn our_summary(locale: Locale) -> &'static str {
    choose(
        locale,
        "По этому материалу собраны гипотезы для проверки в работе с клиентом; они ниже, каждая со словами, на которые опирается.",
        "Hypotheses to be checked with the client were drawn from this material; each stands below with the words it rests on.",
    )
}

/// What is said of tension when nothing else can be.
pub(super) const fn our_tension(locale: Locale) -> &'static str {
    choose(
        locale,
        "О напряжении по этому материалу сказать нельзя: его стоит уточнить на встрече.",
        "Nothing can be said of tension from this material: it is to be asked about in the session.",
    )
}

/// Questions for the session that always fit.
pub(super) fn our_questions(locale: Locale) -> Vec<SessionAsk> {
    match locale {
        Locale::Ru => vec![
            ours("Что в этом образе для вас самое живое?", "Начать с того, что важно самому клиенту."),
            ours("Что вы чувствуете, когда рассказываете о нём сейчас?", "Узнать чувство от клиента, не угадывая его."),
            ours("С чем в вашей жизни это сейчас перекликается?", "Проверить связь с жизнью, не предлагая её."),
        ],
        Locale::En => vec![
            ours("What is the most vivid part of this image for you?", "Begins with what matters to the client."),
            ours("What do you feel as you tell it now?", "Hears the feeling from the client instead of guessing it."),
            ours("What in your life does it remind you of now?", "Checks a link to life without offering one."),
        ],
    }
}

pub(super) fn material_type(value: MaterialType, locale: Locale) -> &'static str {
    match value {
        MaterialType::Dream => choose(locale, "сон", "dream"),
        MaterialType::Drawing => choose(locale, "рисунок", "drawing"),
        MaterialType::ImageSeries => choose(locale, "серия изображений", "series of images"),
        MaterialType::Mixed => choose(locale, "смешанный материал", "mixed material"),
    }
}

pub(super) fn completeness(value: Completeness, locale: Locale) -> &'static str {
    match value {
        Completeness::Sufficient => choose(locale, "достаточно для гипотез", "enough for hypotheses"),
        Completeness::Partial => choose(locale, "есть пробелы", "with gaps"),
        Completeness::Fragmentary => choose(locale, "отрывочно, данных мало", "fragments, little to go by"),
    }
}

pub(super) fn prominence(value: Prominence, locale: Locale) -> &'static str {
    match value {
        Prominence::Central => choose(locale, "в центре", "central"),
        Prominence::Secondary => choose(locale, "рядом", "secondary"),
        Prominence::Background => choose(locale, "фон", "background"),
    }
}

pub(super) fn confidence(value: Confidence, locale: Locale) -> &'static str {
    match value {
        Confidence::Low => choose(locale, "низкая", "low"),
        Confidence::Medium => choose(locale, "средняя", "medium"),
        Confidence::High => choose(locale, "высокая", "high"),
    }
}

pub(super) fn layer(value: Layer, locale: Locale) -> &'static str {
    match value {
        Layer::L0 => choose(locale, "энергия и тело", "energy and body"),
        Layer::L1 => choose(locale, "рефлексы и автоматизмы", "reflexes and automatisms"),
        Layer::L2 => choose(locale, "оценка и аффект", "appraisal and affect"),
        Layer::L3 => choose(locale, "отношения и роли", "relations and roles"),
        Layer::L4 => choose(locale, "смысл и идентичность", "meaning and identity"),
    }
}

pub(super) fn mode(value: Mode, locale: Locale) -> &'static str {
    match value {
        Mode::Exploration => choose(locale, "исследование", "exploration"),
        Mode::Defense => choose(locale, "защита", "defense"),
        Mode::PowerSaving => choose(locale, "сбережение сил", "saving power"),
        Mode::GoalPursuit => choose(locale, "движение к цели", "towards a goal"),
        Mode::SocialAlignment => choose(locale, "согласование с другими", "alignment with others"),
        Mode::Play => choose(locale, "игра", "play"),
    }
}

pub(super) fn domain(value: Domain, locale: Locale) -> &'static str {
    match value {
        Domain::Safety => choose(locale, "безопасность и защита", "safety and protection"),
        Domain::Connection => choose(locale, "связь и принадлежность", "connection and belonging"),
        Domain::Autonomy => choose(locale, "самостоятельность и контроль", "autonomy and control"),
        Domain::Change => choose(locale, "перемены и неизвестность", "change and uncertainty"),
        Domain::Identity => choose(locale, "кто я и что остаётся", "identity and continuity"),
        Domain::Meaning => choose(locale, "смысл и цель", "meaning and purpose"),
        Domain::Resources => choose(locale, "силы и ресурсы", "strength and resources"),
    }
}

pub(super) fn pattern(value: Pattern, locale: Locale) -> &'static str {
    match value {
        Pattern::Distancing => choose(locale, "дистанция", "distance"),
        Pattern::ControlSeeking => choose(locale, "поиск контроля", "search for control"),
        Pattern::SymbolicRepair => choose(locale, "починка в образе", "repair in the image"),
        Pattern::AffectModulation => choose(locale, "громче или тише чувства", "louder or quieter feelings"),
        Pattern::Fragmentation => choose(locale, "части отдельно", "parts apart"),
        Pattern::Idealization => choose(locale, "всё хорошее", "all good"),
        Pattern::Externalization => choose(locale, "вынесено наружу", "put outside"),
        Pattern::Other => choose(locale, "другое", "another way"),
    }
}

pub(super) fn clarity(value: Clarity, locale: Locale) -> &'static str {
    match value {
        Clarity::Tentative => choose(locale, "возможно", "perhaps"),
        Clarity::Moderate => choose(locale, "скорее да", "rather"),
        Clarity::Clear => choose(locale, "видно ясно", "clearly"),
    }
}

pub(super) fn level(value: Level, locale: Locale) -> &'static str {
    match value {
        Level::Low => choose(locale, "низкая", "low"),
        Level::Moderate => choose(locale, "средняя", "moderate"),
        Level::High => choose(locale, "высокая", "high"),
    }
}
