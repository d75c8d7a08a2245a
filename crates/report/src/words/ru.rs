//! Russian.
use domain::{DangerCategory, DangerLevel, DangerSource, ServiceId};

use super::{Asked, Axis, Band, Degree, Doing, Half, Layer, Marker, Mode, Picture, Safety, SafetyAnswer, Section, Word};

pub(super) fn text(word: Word) -> &'static str {
    match word {
        Word::Title(service) => title(service),
        Word::TrainingNotice => "Учебная беседа с вымышленным клиентом. Не медицинское заключение и не оценка специалиста.",
        Word::Notice => "Рабочие предположения для проверки с клиентом. Не медицинское заключение и не диагноз.",
        Word::Footer => "PsycheOS · не медицинское заключение",
        Word::Run => "запуск",
        Word::Safety(safety) => self::safety(safety),
        Word::SafetyIs(answer) => self::answer(answer),
        Word::Level(DangerLevel::Urgent) => "срочно",
        Word::Level(DangerLevel::Elevated) => "требует внимания",
        Word::Category(category) => self::category(category),
        Word::Source(DangerSource::Lexicon) => "в словах клиента",
        Word::Source(DangerSource::Option) => "в ответе на вопрос",
        Word::Source(DangerSource::Model) => "отмечено моделью",
        Word::Source(DangerSource::Button) => "кнопка помощи",
        Word::OwnWords => "Слова клиента",
        Word::InShort => "Коротко",
        Word::Resources => "Опоры",
        Word::Markers => "Ориентиры",
        Word::Marker(Marker::Mode) => "Режим",
        Word::Marker(Marker::Layer) => "Слой, который звучит громче",
        Word::Marker(Marker::Uncertainty) => "Неуверенность вывода",
        Word::Marker(Marker::Tsi) => "TSI, устойчивость беседы",
        Word::Marker(Marker::TsiBand) => "Полоса TSI",
        Word::Marker(Marker::Cci) => "CCI, сложность кейса",
        Word::Marker(Marker::RiskCompetence) => "Вопрос о безопасности",
        Word::Band(Band::High) => "высокая устойчивость",
        Word::Band(Band::Functional) => "рабочая устойчивость",
        Word::Band(Band::Unstable) => "неустойчиво",
        Word::Band(Band::CascadeRisk) => "близко к каскаду",
        Word::Asked(Asked::NotCalledFor) => "повода не было",
        Word::Asked(Asked::Never) => "прямо не задан",
        Word::Asked(Asked::Incomplete) => "задан, выяснено не всё",
        Word::Asked(Asked::Complete) => "задан, всё выяснено",
        Word::Asked(Asked::Overtaken) => "задан, дальше было лишнее",
        Word::Mode(mode) => self::mode(mode),
        Word::Degree(Degree::Low) => "низкая",
        Word::Degree(Degree::Medium) => "средняя",
        Word::Degree(Degree::High) => "высокая",
        Word::NoLean => "без явного перевеса",
        Word::Structural => "Как это устроено сейчас",
        Word::Section(section) => self::section(section),
        Word::Questions => "Вопросы для встречи",
        Word::Question => "Вопрос",
        Word::Why => "Зачем",
        Word::Doing(doing) => self::doing(doing),
        Word::Answers => "Ответы",
        Word::Answer => "Ответ",
        Word::AskedAs => "прозвучало так",
        Word::Skipped => "пропущено",
        Word::NoneFits => "ничего не подходит",
        Word::NothingTicked => "ничего не отмечено",
        Word::PullsBothWays => "тянет в обе стороны",
        Word::Contradictions => "Ответы на обоих полюсах",
        Word::ContradictionsNote => {
            "Отмеченные варианты, которые тянут одну ось в разные стороны. Повод спросить, а не ошибка клиента."
        }
        Word::AxisHead => "Ось",
        Word::OnePole => "Один полюс",
        Word::OtherPole => "Другой полюс",
        Word::Portrait => "Портрет для клиента",
        Word::PortraitNote => "Клиент увидит этот текст, только если вы его откроете.",
        Word::PortraitTitle => "Набросок по вашим ответам",
        Word::PortraitNotice => {
            "Не оценка, не диагноз и не медицинское заключение: предположения, которые можно обсудить на встрече."
        }
        Word::ByModel => "текст модели, прошёл проверку",
        Word::ByTemplate => "готовые формулировки",
        Word::Method => "О методе",
        Word::Formula => "Расчёт, формула",
        Word::Picture(picture) => self::picture(picture),
        Word::Axis(axis) => self::axis(axis),
        Word::AxisLines(axis, half) => axis_lines(axis, half),
        Word::Minus(Axis::A1) => "сбережение сил",
        Word::Plus(Axis::A1) => "мобилизация",
        Word::Minus(Axis::A2) => "опора на известное",
        Word::Plus(Axis::A2) => "исследование",
        Word::Minus(Axis::A3) => "быстрый отклик",
        Word::Plus(Axis::A3) => "пауза, удержание",
        Word::Minus(Axis::A4) => "облегчение сейчас",
        Word::Plus(Axis::A4) => "удержание будущего",
        Word::Layer(layer) => self::layer(layer),
        Word::LayerLines(layer, half) => layer_lines(layer, half),
    }
}

fn title(service: ServiceId) -> &'static str {
    match service {
        ServiceId::Screen => "Скрининг перед первой встречей",
        ServiceId::Interpretator => "Интерпретация",
        ServiceId::Conceptualizator => "Концептуализация",
        ServiceId::Simulator => "Тренировка",
        ServiceId::ProGuide => "Гид",
    }
}

fn doing(doing: Doing) -> &'static str {
    match doing {
        Doing::Title => "Что сделать",
        Doing::What => "Что",
        Doing::Whose => "Кто и когда",
        Doing::Goal => "Для чего",
        Doing::Therapist => "специалист",
        Doing::Client => "клиент",
        Doing::Pre => "до встречи",
        Doing::InSession => "на встрече",
        Doing::Post => "после встречи",
    }
}

fn picture(picture: Picture) -> &'static str {
    match picture {
        Picture::Alt => "Профиль: четыре оси и карта слоёв. Те же выводы даны словами ниже.",
        Picture::How => "Точка — куда склоняются ответы",
        Picture::Errors => ", отрезок — погрешность",
        Picture::Map => "Карта: слои и оси",
        Picture::ToMinus => "к левому полюсу",
        Picture::ToPlus => "к правому полюсу",
        Picture::Note => "Оба полюса уместны в своё время, лучшего места на оси нет.",
        Picture::NoteRest => "Это гипотеза для проверки на встрече, не диагноз.",
    }
}

fn safety(safety: Safety) -> &'static str {
    match safety {
        Safety::Title => "Сначала: безопасность",
        Safety::Note => "Ответы приведены как есть и в расчёт не входят. Отсутствие сигнала ничего не говорит о безопасности.",
        Safety::Signal => "Сигнал",
        Safety::Thoughts => "Мысли о том, чтобы не жить или навредить себе",
        Safety::Home => "Безопасно ли дома",
        Safety::Seen => "Замечено в ответах",
        Safety::SeenInMaterial => "Замечено в материале",
        Safety::NoteOfMaterial => {
            "Образ это или жизнь, выясняют прямым вопросом. Отсутствие сигнала ничего не говорит о безопасности."
        }
        Safety::NotAssessed => "Моделью слова клиента на признаки опасности не проверены: прочитайте их сами.",
        Safety::NothingSeen => "сигналов не замечено",
    }
}

fn answer(answer: SafetyAnswer) -> &'static str {
    match answer {
        SafetyAnswer::Never => "никогда",
        SafetyAnswer::Past => "в прошлом",
        SafetyAnswer::Recently => "недавно",
        SafetyAnswer::Now => "сейчас",
        SafetyAnswer::Safe => "да",
        SafetyAnswer::NotAlways => "не всегда",
        SafetyAnswer::NotNow => "сейчас нет",
        SafetyAnswer::NoAnswer => "клиент предпочитает не отвечать",
    }
}

fn category(category: DangerCategory) -> &'static str {
    match category {
        DangerCategory::Suicide => "мысли о том, чтобы не жить",
        DangerCategory::SelfHarm => "причинение себе вреда",
        DangerCategory::ViolenceToOthers => "насилие по отношению к другим",
        DangerCategory::AbuseNow => "насилие или угроза дома",
        DangerCategory::Psychosis => "голоса или необычные переживания",
        DangerCategory::Overdose => "передозировка или отмена вещества",
        DangerCategory::MinorInDanger => "несовершеннолетний в опасности",
        DangerCategory::AskedForHelp => "просьба о помощи",
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Exploration => "исследование",
        Mode::Defense => "защита",
        Mode::PowerSaving => "сбережение сил",
        Mode::GoalPursuit => "движение к цели",
        Mode::SocialAlignment => "настройка на других",
        Mode::Play => "игра",
    }
}

fn section(section: Section) -> &'static str {
    match section {
        Section::CentralAxis => "Центральная ось",
        Section::Organisation => "Организация",
        Section::Layers => "Слои",
        Section::Flexibility => "Подвижность",
        Section::Synthesis => "Синтез",
        Section::MethodNote => "Как это читать",
    }
}

fn axis(axis: Axis) -> &'static str {
    match axis {
        Axis::A1 => "Активация",
        Axis::A2 => "Неопределённость",
        Axis::A3 => "Импульс",
        Axis::A4 => "Горизонт времени",
    }
}

fn axis_lines(axis: Axis, half: Half) -> &'static str {
    match (axis, half) {
        (Axis::A1, Half::First) => "",
        (Axis::A1, Half::Second) => "Активация",
        (Axis::A2, Half::First) => "Неопреде-",
        (Axis::A2, Half::Second) => "лённость",
        (Axis::A3, Half::First) => "",
        (Axis::A3, Half::Second) => "Импульс",
        (Axis::A4, Half::First) => "Горизонт",
        (Axis::A4, Half::Second) => "времени",
    }
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::L0 => "энергия и тело",
        Layer::L1 => "рефлексы и автоматизмы",
        Layer::L2 => "оценка и аффект",
        Layer::L3 => "отношения и роли",
        Layer::L4 => "смысл и идентичность",
    }
}

fn layer_lines(layer: Layer, half: Half) -> &'static str {
    match (layer, half) {
        (Layer::L0, Half::First) => "Энергия",
        (Layer::L0, Half::Second) => "и тело",
        (Layer::L1, Half::First) => "Рефлексы",
        (Layer::L1, Half::Second) => "и автоматизмы",
        (Layer::L2, Half::First) => "Оценка",
        (Layer::L2, Half::Second) => "и аффект",
        (Layer::L3, Half::First) => "Отношения",
        (Layer::L3, Half::Second) => "и роли",
        (Layer::L4, Half::First) => "Смысл и",
        (Layer::L4, Half::Second) => "идентичность",
    }
}
