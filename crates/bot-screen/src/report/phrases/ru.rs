//! Russian.
use domain::{DangerCategory, DangerLevel, DangerSource};

use super::{Ask, Compared, Line, Name, Phrase, Title, Value};
use crate::{
    collected::{HomeSafety, LifeThoughts},
    engine::{Axis, Horizontal, Intensity, Layer, Pole, Rigid, Sureness},
};

pub(super) fn text(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::Language => "русский",
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
        Name::Axis(Axis::A1) => "активация",
        Name::Axis(Axis::A2) => "неопределённость",
        Name::Axis(Axis::A3) => "импульс",
        Name::Axis(Axis::A4) => "горизонт времени",
        Name::Tendency(axis, pole) => tendency(axis, pole),
        Name::Seen(axis, pole) => seen(axis, pole),
        Name::Resource(axis, pole) => resource(axis, pole),
        Name::ToClient(axis, pole) => to_client(axis, pole),
        Name::Layer(Layer::L0) => "энергия и тело",
        Name::Layer(Layer::L1) => "рефлексы и автоматизмы",
        Name::Layer(Layer::L2) => "оценка и аффект",
        Name::Layer(Layer::L3) => "отношения и роли",
        Name::Layer(Layer::L4) => "смысл и идентичность",
        Name::LayerAbout(Layer::L0) => "силы, сон, усталость, напряжение в теле",
        Name::LayerAbout(Layer::L1) => "привычные действия, вход в дело, переключение, остановка",
        Name::LayerAbout(Layer::L2) => "чувства, раздражение, тревога, короткие пути к облегчению",
        Name::LayerAbout(Layer::L3) => "контакт, роли, ожидания от других людей",
        Name::LayerAbout(Layer::L4) => "мысли, планы, смысл, представление о себе",
        Name::LayerToClient(Layer::L0) => "О том, как вам живётся, многое рассказывает тело: силы, сон, напряжение.",
        Name::LayerToClient(Layer::L1) => {
            "Многое видно по вашим привычным действиям: как вы начинаете, переключаетесь, останавливаетесь."
        }
        Name::LayerToClient(Layer::L2) => {
            "Чувства у вас отзываются заметно и, возможно, первыми подсказывают, что для вас важно."
        }
        Name::LayerToClient(Layer::L3) => {
            "Многое у вас связано с людьми: с тем, как складывается общение и чего вы от него ждёте."
        }
        Name::LayerToClient(Layer::L4) => "Вам, похоже, важно думать, понимать и складывать происходящее в целое.",
    }
}

fn tendency(axis: Axis, pole: Pole) -> &'static str {
    match (axis, pole) {
        (Axis::A1, Pole::Negative) => "снижение темпа, сбережение сил",
        (Axis::A1, Pole::Positive) => "мобилизация, ускорение",
        (Axis::A2, Pole::Negative) => "закрытие, опора на известное",
        (Axis::A2, Pole::Positive) => "открытость, исследование",
        (Axis::A3, Pole::Negative) => "быстрый отклик",
        (Axis::A3, Pole::Positive) => "пауза, удержание",
        (Axis::A4, Pole::Negative) => "опора на ближайшее, облегчение сейчас",
        (Axis::A4, Pole::Positive) => "удержание будущего",
        (Axis::A1 | Axis::A2 | Axis::A3 | Axis::A4, Pole::Neutral) => "без явного перевеса",
    }
}

fn seen(axis: Axis, pole: Pole) -> &'static str {
    match (axis, pole) {
        (Axis::A1, Pole::Negative) => "медленный вход в дела, отдых до нагрузки, а не после неё, экономия на необязательном",
        (Axis::A1, Pole::Positive) => "быстрый вход в дела, собранность, занятость и тогда, когда можно отдыхать",
        (Axis::A2, Pole::Negative) => "выбор знакомых путей, ожидание ясных условий, желание заранее знать, чего ждать",
        (Axis::A2, Pole::Positive) => "интерес к новому, пробные шаги, прямые вопросы там, где что-то неясно",
        (Axis::A3, Pole::Negative) => "быстрый ответ словом или действием, чувства, заметные сразу, решения по первому движению",
        (Axis::A3, Pole::Positive) => "пауза перед ответом, сдержанность, чувства, которые дольше остаются внутри",
        (Axis::A4, Pole::Negative) => {
            "внимание к тому, что облегчает состояние сейчас, короткие планы, выбор близкого результата"
        }
        (Axis::A4, Pole::Positive) => "планы надолго вперёд, готовность потерпеть ради результата, деление большого на шаги",
        (Axis::A1 | Axis::A2 | Axis::A3 | Axis::A4, Pole::Neutral) => "ответы, которые меняются от ситуации к ситуации",
    }
}

fn resource(axis: Axis, pole: Pole) -> &'static str {
    match (axis, pole) {
        (Axis::A1, Pole::Negative) => "умеет беречь силы",
        (Axis::A1, Pole::Positive) => "умеет собираться",
        (Axis::A2, Pole::Negative) => "умеет опираться на известное",
        (Axis::A2, Pole::Positive) => "умеет пробовать новое",
        (Axis::A3, Pole::Negative) => "умеет откликаться сразу",
        (Axis::A3, Pole::Positive) => "умеет делать паузу",
        (Axis::A4, Pole::Negative) => "умеет находить облегчение в настоящем",
        (Axis::A4, Pole::Positive) => "умеет держать в уме будущее",
        (Axis::A1, Pole::Neutral) => "темп меняется от ситуации к ситуации",
        (Axis::A2, Pole::Neutral) => "отношение к неясному меняется от ситуации к ситуации",
        (Axis::A3, Pole::Neutral) => "бывают и быстрый отклик, и пауза",
        (Axis::A4, Pole::Neutral) => "видит и ближнее, и дальнее",
    }
}

fn to_client(axis: Axis, pole: Pole) -> &'static str {
    match (axis, pole) {
        (Axis::A1, Pole::Negative) => {
            "Похоже, вы бережёте силы: сбавляете темп и включаетесь тогда, когда чувствуете, что их хватит."
        }
        (Axis::A1, Pole::Positive) => "Похоже, в трудный момент вы собираетесь и ускоряетесь, даже если устали.",
        (Axis::A1, Pole::Neutral) => "Темп у вас, похоже, бывает разным: иногда вы собираетесь, иногда бережёте силы.",
        (Axis::A2, Pole::Negative) => "Когда впереди неясность, вам, похоже, ближе знакомое: сначала понять, чего ждать.",
        (Axis::A2, Pole::Positive) => "Неясность, похоже, чаще будит в вас интерес: вы готовы пробовать и узнавать по ходу дела.",
        (Axis::A2, Pole::Neutral) => {
            "С неясным вы, похоже, обходитесь по-разному: где-то ищете опору в знакомом, где-то пробуете новое."
        }
        (Axis::A3, Pole::Negative) => "Ваш отклик, похоже, быстрый: чувства и слова появляются сразу.",
        (Axis::A3, Pole::Positive) => "Прежде чем ответить, вы, похоже, делаете паузу и многое удерживаете внутри.",
        (Axis::A3, Pole::Neutral) => "Иногда вы, похоже, отвечаете сразу, а иногда даёте себе время.",
        (Axis::A4, Pole::Negative) => {
            "Вам, похоже, важно, чтобы полегче стало уже сейчас, и ближайшее для вас понятнее далёкого."
        }
        (Axis::A4, Pole::Positive) => "Вы, похоже, держите в уме будущее и ради него готовы потерпеть.",
        (Axis::A4, Pole::Neutral) => "Ближнее и дальнее, похоже, для вас сменяют друг друга: всё зависит от того, о чём речь.",
    }
}

fn value(value: Value) -> &'static str {
    match value {
        Value::Intensity(Intensity::Low) => "слабо",
        Value::Intensity(Intensity::Moderate) => "умеренно",
        Value::Intensity(Intensity::High) => "сильно",
        Value::Intensity(Intensity::Extreme) => "очень сильно",
        Value::Sureness(Sureness::Low) => "низкая",
        Value::Sureness(Sureness::Medium) => "средняя",
        Value::Sureness(Sureness::High) => "высокая",
        Value::Rigid(Rigid::Low) => "ответы подвижны",
        Value::Rigid(Rigid::Medium) => "ответы отчасти повторяются",
        Value::Rigid(Rigid::High) => "ответы повторяют один способ",
        Value::Horizontal(Horizontal::Coherent) => "согласованно",
        Value::Horizontal(Horizontal::Polarized) => "собрано на одном полюсе",
        Value::Horizontal(Horizontal::Conflictive) => "тянет в разные стороны",
        Value::Category(DangerCategory::Suicide) => "мысли о том, чтобы не жить",
        Value::Category(DangerCategory::SelfHarm) => "причинение себе вреда",
        Value::Category(DangerCategory::ViolenceToOthers) => "насилие по отношению к другим",
        Value::Category(DangerCategory::AbuseNow) => "насилие или угроза дома",
        Value::Category(DangerCategory::Psychosis) => "голоса или необычные переживания",
        Value::Category(DangerCategory::Overdose) => "передозировка или отмена вещества",
        Value::Category(DangerCategory::MinorInDanger) => "несовершеннолетний в опасности",
        Value::Category(DangerCategory::AskedForHelp) => "просьба о помощи",
        Value::Level(DangerLevel::Urgent) => "срочно",
        Value::Level(DangerLevel::Elevated) => "требует внимания",
        Value::Source(DangerSource::Lexicon) => "в словах клиента",
        Value::Source(DangerSource::Option) => "в ответе на вопрос",
        Value::Source(DangerSource::Model) => "отмечено моделью",
        Value::Source(DangerSource::Button) => "кнопка помощи",
        Value::Thoughts(LifeThoughts::Never) => "никогда",
        Value::Thoughts(LifeThoughts::Past) => "в прошлом",
        Value::Thoughts(LifeThoughts::Recently) => "недавно",
        Value::Thoughts(LifeThoughts::Now) => "сейчас",
        Value::Thoughts(LifeThoughts::NoAnswer) | Value::Home(HomeSafety::NoAnswer) => "клиент предпочитает не отвечать",
        Value::Home(HomeSafety::Safe) => "да",
        Value::Home(HomeSafety::NotAlways) => "не всегда",
        Value::Home(HomeSafety::NotNow) => "сейчас нет",
        Value::NoneFits => "ничего не подходит",
        Value::AskedAs => "прозвучало так",
        Value::Skipped => "пропущено",
        Value::ByModel => "текст модели, прошёл проверку",
        Value::ByTemplate => "готовые формулировки",
    }
}

fn line(line: Line) -> &'static str {
    match line {
        Line::Central => {
            "Заметнее других ось «{}»: {}. В жизни это может быть видно так: {}. Это предположение для проверки на встрече."
        }
        Line::CentralNone => {
            "Ни одна из осей заметно не выделяется: ответы расходятся или их мало. Главное предположение лучше искать в разговоре."
        }
        Line::AxisLeans => "Ось «{}»: {}.",
        Line::AxesEven => "Без явного перевеса: {}. Здесь ответы меняются от ситуации к ситуации или их пока мало.",
        Line::VerticalThrough => "Ось «{}», судя по ответам, проходит сразу через несколько слоёв.",
        Line::Compressed => {
            "Несколько осей сразу собраны к сбережению и закрытию: возможно, сейчас важнее восстановление, чем перемены."
        }
        Line::Loudest => "Громче других отвечает слой «{}»: {}.",
        Line::AlsoLoud => "Заметны также: {}.",
        Line::Quiet => "Тише обычного звучат: {}. Возможно, эти темы отодвинуты или пока не к месту.",
        Line::LayersEven => "Слои отвечают примерно поровну, ни один не выходит вперёд.",
        Line::LayersApart => "Внутри слоя ответы тянут в разные стороны или собраны на одном полюсе: {}.",
        Line::FlexLow => {
            "Ответы меняются от ситуации к ситуации: похоже, регуляция подвижна. Стоит проверить, сам ли человек выбирает способ или его выбирает обстановка."
        }
        Line::FlexMedium => {
            "Часть способов повторяется в разных ситуациях. Стоит проверить, где они помогают, а где хочется поступать иначе."
        }
        Line::FlexHigh => {
            "Один и тот же способ повторяется во многих ситуациях. Стоит проверить, насколько легко он меняется и что происходит, когда он не срабатывает."
        }
        Line::FlexFew => "Ответов пока слишком мало, чтобы предполагать что-то о подвижности. Об этом лучше спросить на встрече.",
        Line::Synthesis => "В целом можно предположить: {}. Предположение стоит сверить с тем, как это описывает сам человек.",
        Line::BothSides => {
            "На обоих полюсах есть ответы по осям: {}. Это может говорить о разных ситуациях, а не об ошибке в ответах."
        }
        Line::MethodTemplate => {
            "Текст собран по ответам анкеты из готовых формулировок, без разговора с человеком. Надёжность профиля: {}. Это рабочие предположения, не диагноз и не медицинское заключение."
        }
        Line::PortraitOpening => {
            "Спасибо, что нашли время на эти вопросы. Ниже не оценка, а набросок по вашим ответам: что-то может оказаться похожим, а что-то нет."
        }
        Line::PortraitEven => {
            "Ваши ответы разные, и общего рисунка в них пока не видно. Так бывает, когда многое зависит от обстановки."
        }
        Line::PortraitClosing => {
            "У каждого из этих способов есть своё место и своя польза. Это только предположения: вы знаете себя лучше. Что из этого похоже на вас, а что нет, можно обсудить со специалистом."
        }
        Line::OneLiner => "Ось «{}»: {}; громче других слой «{}». Предположение, надёжность профиля: {}.",
        Line::OneLinerEven => "Оси без явного перевеса; громче других слой «{}». Предположение, надёжность профиля: {}.",
        Line::OneLinerNone => "Ответов мало или они расходятся, профиль не выделяется. Надёжность профиля: {}.",
    }
}

fn ask(ask: Ask) -> &'static str {
    match ask {
        Ask::Axis(Axis::A1) => "Когда сил мало, а дело не ждёт, как вы понимаете, что пора собраться, а что пора сбавить темп?",
        Ask::AxisWhy(Axis::A1) => "Проверить, как меняется активация и подходит ли она к ситуации.",
        Ask::Axis(Axis::A2) => "Вспомните недавний случай, когда исход был неясен. Что помогло это выдержать, а что мешало?",
        Ask::AxisWhy(Axis::A2) => "Проверить, как человек обходится с неопределённостью: что его закрывает, а что открывает.",
        Ask::Axis(Axis::A3) => "Вспомните случай, когда вас задели. Что произошло в первую минуту, а что потом?",
        Ask::AxisWhy(Axis::A3) => "Проверить, где рождается отклик и где появляется пауза.",
        Ask::Axis(Axis::A4) => "Когда вы выбираете между облегчением сейчас и тем, что важно потом, на что вы опираетесь?",
        Ask::AxisWhy(Axis::A4) => "Проверить, как держится будущее и что перевешивает в настоящем.",
        Ask::Layer(Layer::L0) => "По каким сигналам тела вы замечаете, что сил становится меньше или больше?",
        Ask::LayerWhy(Layer::L0) => "Исследовать слой энергии и тела прежде, чем говорить о смысле.",
        Ask::Layer(Layer::L1) => "Какие действия включаются у вас сами, раньше, чем вы успеваете подумать?",
        Ask::LayerWhy(Layer::L1) => "Исследовать привычные способы и то, от чего они берегут.",
        Ask::Layer(Layer::L2) => "Какие чувства сейчас приходят чаще всего и что вы с ними делаете?",
        Ask::LayerWhy(Layer::L2) => "Исследовать, как чувства узнаются и куда они ведут.",
        Ask::Layer(Layer::L3) => "С кем рядом вам сейчас легче, с кем труднее и в чём разница?",
        Ask::LayerWhy(Layer::L3) => "Исследовать контакт и роли: где есть опора, а где напряжение.",
        Ask::Layer(Layer::L4) => "Что сейчас помогает вам понимать, ради чего вы всё это делаете?",
        Ask::LayerWhy(Layer::L4) => "Исследовать смысл и планы: что держит и что пока не складывается.",
        Ask::Changed => "Что изменилось в вашей жизни за последнее время?",
        Ask::ChangedWhy => "Отделить устойчивое от ответа на недавние события.",
        Ask::Holds => "Что поддерживает вас в обычный день?",
        Ask::HoldsWhy => "Найти опоры, на которые можно рассчитывать уже сейчас.",
        Ask::Safety => {
            "В анкете было то, о чём мне важно спросить прямо: как вы сейчас, есть ли мысли о том, чтобы не жить, и спокойно ли дома?"
        }
        Ask::SafetyWhy => "Есть сигнал, с которого стоит начать. Прямой вопрос уместен и сам по себе опасности не добавляет.",
        Ask::DoSafety => "Прочитать раздел о безопасности и связаться с клиентом, не дожидаясь встречи",
        Ask::DoSafetyGoal => "Ответить на сигнал лично",
        Ask::DoRead => "Прочитать ответы и выбрать два-три вопроса для начала встречи",
        Ask::DoReadGoal => "Сверить предположения с самим человеком",
        Ask::DoPortrait => "Прочитать портрет и решить, показывать ли его клиенту",
        Ask::DoPortraitGoal => "Клиент видит портрет только по решению специалиста",
    }
}

fn title(title: Title) -> &'static str {
    match title {
        Title::Head => "PsycheOS Screen: отчёт для специалиста",
        Title::NotMedical => "Рабочие предположения для специалиста, не медицинское заключение.",
        Title::Made => "Составлено",
        Title::Safety => "Безопасность",
        Title::NotAssessed => "Моделью слова клиента на признаки опасности не проверены: прочитайте их сами.",
        Title::SafetyNote => {
            "Ответы приведены как есть и в расчёт не входят. Отсутствие сигнала ничего не говорит о безопасности."
        }
        Title::Thoughts => "Мысли о том, чтобы не жить или навредить себе",
        Title::Home => "Безопасно ли дома",
        Title::Signs => "Сигналы",
        Title::NoSigns => "автоматическая проверка сигналов не нашла; она замечает не всё",
        Title::OwnWords => "Слова клиента",
        Title::NoOwnWords => "Клиент ничего не добавил.",
        Title::Summary => "Коротко",
        Title::Markers => "Метки",
        Title::Resources => "Что держит",
        Title::Structural => "Пояснение для специалиста",
        Title::CentralAxis => "Центральная ось",
        Title::Organisation => "Организация",
        Title::Layers => "Слои",
        Title::Flexibility => "Подвижность",
        Title::Synthesis => "Синтез",
        Title::MethodNote => "О методе",
        Title::Questions => "Вопросы для встречи",
        Title::Why => "зачем",
        Title::Actions => "Что сделать",
        Title::Profile => "Профиль",
        Title::ProfileNote => "Числа от −1 до +1 показывают наклон ответов. Это не баллы: лучшего или худшего места на оси нет.",
        Title::ErrorNote => {
            "Число после ± — стандартная ошибка: насколько оценка могла бы сдвинуться при других вопросах. Случайные отметки дают около 0."
        }
        Title::Reliability => "Надёжность профиля (формула v3)",
        Title::ReliabilityPinned => "Надёжность профиля (формула v2)",
        Title::Answers => "Ответы",
        Title::Contradictions => "Ответы на обоих полюсах",
        Title::ContradictionsNote => "Отмеченные варианты, которые тянут одну ось в разные стороны. Повод спросить, а не ошибка.",
        Title::NoContradictions => "нет",
        Title::Portrait => "Портрет для клиента",
        Title::PortraitNote => "Клиент увидит этот текст, только если специалист его откроет.",
    }
}

fn compared(compared: Compared) -> &'static str {
    match compared {
        Compared::Title => "По сравнению со скринингом от",
        Compared::Note => {
            "Сравниваются оси. Сдвиг отмечен, только когда разница больше, чем объясняют погрешности обоих профилей. Это повод спросить, что изменилось, а не вывод о том, стало ли лучше."
        }
        Compared::Same => "без заметной разницы",
        Compared::Moved => "сдвиг в сторону",
    }
}
