//! Russian.
use bot_kit::{FileKind, Html, html, shorten};
use bot_material::{
    CHARS, PIECES, Refused,
    frame::OwnText,
    words::{counted, danger, unreadable_document},
};
use domain::{DangerLevel, Locale};

use super::{Label, Text, Toast};
use crate::{
    flow::{Ending, Stage, Task},
    model::{Card, FlagAnswer, QUESTIONS, Severity, Status},
    result::{confidence, flag_kind, gap_words, kind, layer, severity},
};

const RU: Locale = Locale::Ru;

/// Every message.
pub(super) fn text(text: &Text<'_>) -> Html {
    match *text {
        Text::Greeting { label } => html!(
            "<b>Conceptualizator · {}</b>\n\nПришлите записи по кейсу: заметки текстом в нескольких сообщениях, документы TXT, DOCX или PDF. \
             Прежние результаты кейса можно включить кнопкой. Можно начать и без записей, с вопросов.\n\nДальше: гипотезы по одной, красные \
             флаги, вопросы туда, где в модели пусто, и рабочая модель с целями и письмом клиенту.\n\nИмена лучше не писать. Это не \
             медицинское заключение.",
            label
        ),
        Text::Collected { count, earlier, .. } if count.is_zero() && earlier == 0 => {
            html!("Материала пока нет. Пришлите записи или начните с вопросов.")
        }
        Text::Collected { count, chars, earlier } => {
            html!("Материал: {}. Всего знаков: {}. Это всё?", counted(count, earlier, Locale::Ru), chars)
        }
        Text::Accepted { count, earlier } if count.is_zero() && earlier == 0 => html!("Начинаем с вопросов."),
        Text::Accepted { count, earlier } => html!("Материал принят: {}.", counted(count, earlier, Locale::Ru)),
        Text::Checklist => html!(
            "<b>Что стоит описать</b>\n\n• Энергия и тело: сон, силы, боль, напряжение, аппетит.\n• Автоматизмы: что происходит само, \
             замирание, избегание, привычные ходы.\n• Чувства и оценки: что злит, пугает, успокаивает, к чему тянет.\n• Отношения и роли: кто \
             рядом, на чём держится связь, что ждут другие.\n• Смысл: ради чего, кем себя считает, что впереди.\n\nИ ещё: что уже помогало, что \
             меняется, что было в последний раз."
        ),
        Text::Refused(Refused::TooLarge { .. }) => html!(
            "Файл больше 5 МБ, его не прочитать. Разделите его или вставьте нужное место текстом. Остальной материал на месте."
        ),
        Text::Refused(Refused::TooMany) => html!(
            "В одном материале помещается {} сообщений. Это не добавлено, остальное на месте: можно нажать «Готово».",
            PIECES
        ),
        Text::Refused(Refused::TooLong) => html!(
            "Вместе получается больше {} знаков. Это не добавлено, остальное на месте. Пришлите короче, самое важное.",
            CHARS
        ),
        Text::NoPictures => {
            html!("Картинки разбирает Интерпретатор, его результат можно включить сюда. Здесь помогут текст и документы.")
        }
        Text::OnlyThese => html!("Здесь помогут текст и документы TXT, DOCX или PDF."),
        Text::Extracting => html!("⏳ Ищу гипотезы в материале. Обычно это до минуты."),
        Text::Thinking => html!("⏳ Обдумываю ответ."),
        Text::Assembling => html!("⏳ Собираю модель: устройство, цели, письмо. Обычно это две-три минуты; чат можно закрыть."),
        Text::Frame(OwnText::ChooseEarlier) => {
            html!("<b>Прежние результаты кейса</b>\n\nБез отметки они не учитываются. Отмеченные войдут в материал.")
        }
        Text::Unreadable { number, code } => html!("Файл №{} не прочитан: {}", number, unreadable_document(code, Locale::Ru)),
        Text::Card { card, open } => card_text(card, open),
        Text::AskWords => html!("Напишите гипотезу своими словами, одним сообщением. Или оставьте как есть кнопкой."),
        Text::WordsTooLong { at_most } => html!("Получилось длиннее {} знаков. Скажите короче: одно-два предложения.", at_most),
        Text::Decided { card, status } => {
            let mark = match status {
                Some(Status::Accepted | Status::Edited) => "✅",
                Some(Status::Rejected) => "❌",
                Some(Status::Proposed) | None => "⏭",
            };
            html!("{} {}", mark, shorten(&card.formulation, 200))
        }
        Text::AllAccepted => html!("✅ Остальные гипотезы приняты."),
        Text::Flag(flag) => {
            let mark = if flag.severity == Severity::Critical { "🔴" } else { "🚩" };
            html!(
                "{} <b>Красный флаг: {}, {}</b>\n\n{}\n\nПрежде чем предлагать цели, на это нужно ответить.",
                mark,
                flag_kind(flag.kind, RU),
                severity(flag.severity, RU),
                shorten(&flag.text, 400)
            )
        }
        Text::FlagAnswered { flag, answer } => {
            let said = match answer {
                FlagAnswer::Checked => "проверено",
                FlagAnswer::NotApplicable => "не относится",
                FlagAnswer::WillCheck => "будет проверено",
            };
            html!("🚩 {} — {}.", shorten(&flag.text, 200), said)
        }
        Text::Question { number, question } => {
            html!("<i>Вопрос {}, всего не больше {}</i>\n\n<b>{}</b>", number, QUESTIONS, question)
        }
        Text::WhyAsked { why } => html!("Зачем: {}", why),
        Text::Skipped { question } => html!("⏭ {}", shorten(question, 200)),
        Text::Offer { gaps: [] } => html!("<b>Модель заполнена.</b> Её можно собирать."),
        Text::Offer { gaps } => {
            let head = html!("<b>Вопросов больше нет.</b> Модель можно собрать; в результате будет сказано, чего не хватает:");
            gaps.iter().fold(head, |html, gap| html.line(&html!("• {}", gap_words(*gap, RU))))
        }
        Text::NothingToAsk => html!("Больше вопросов нет. Можно добавить материал сообщением или собрать модель."),
        Text::NothingHeld => {
            html!("Пока не из чего собирать: примите хотя бы одну гипотезу или ответьте на вопрос своими словами.")
        }
        Text::Finishing => html!("Хорошо, собираем из того, что есть."),
        Text::Stuck(Task::Reading) => {
            html!("Сейчас материал прочитать не удалось. Он сохранён, ничего не списано. Попробуйте ещё раз чуть позже.")
        }
        Text::Stuck(Task::Extract) => {
            html!("Сейчас найти гипотезы не удалось. Материал сохранён, ничего не списано. Попробуйте ещё раз чуть позже.")
        }
        Text::Stuck(Task::Result) => {
            html!("Сейчас собрать модель не удалось. Доска и ответы сохранены, ничего не списано. Попробуйте ещё раз чуть позже.")
        }
        Text::Frame(OwnText::Danger { category, level, contacts }) => {
            let what = danger(category, Locale::Ru);
            let head = match level {
                DangerLevel::Urgent => html!("<b>⚠️ Сначала безопасность: {}</b>", what),
                DangerLevel::Elevated => html!("<b>Сначала безопасность: {}</b>", what),
            };
            head.paragraph(&html!(
                "Такие слова есть в материале. Прежде модели это выясняют прямым вопросом.\n\n• Спросите клиента прямо о мыслях, намерении, \
                 средствах и о том, кто рядом.\n• Если опасность сейчас, не оставляйте клиента без помощи:\n{}\n\nИнструмент не оценивает \
                 опасность, и отсутствие такой отметки ничего не значит.",
                contacts
            ))
        }
        Text::DangerFlag(category) => {
            html!("В материале есть слова о безопасности: {}. Спросите об этом прямо.", danger(category, Locale::Ru))
        }
        Text::Frame(OwnText::Done) => {
            html!("Готово. Модель сохранена в кейсе, файлы выше. Письмо клиенту отдаётся из Pro, когда вы решите.")
        }
        Text::Frame(OwnText::File(FileKind::Docx)) => html!("Модель, DOCX"),
        Text::Frame(OwnText::File(FileKind::Json)) => html!("Данные, JSON"),
        Text::Frame(OwnText::File(FileKind::Portrait)) => html!("Письмо клиенту, DOCX: сначала прочитайте сами"),
        Text::Frame(OwnText::File(FileKind::Board)) => html!("Доска, PNG"),
        Text::Frame(OwnText::File(FileKind::Txt | FileKind::Profile | FileKind::Course)) => html!("Модель, TXT"),
        Text::Frame(OwnText::TellReady { label }) => html!("Модель кейса готова: «{}».", label),
        Text::Frame(OwnText::AskCancel) => html!("Отменить? Присланное здесь не сохранится, удержанные звёзды вернутся."),
        Text::Frame(OwnText::Over(Ending::Done)) => html!("Эта модель собрана, результат в кейсе. Новая запускается из Pro."),
        Text::Frame(OwnText::Over(Ending::GivenUp)) => html!("Отменено, звёзды возвращены. Начать заново можно из Pro."),
        Text::Frame(OwnText::Over(Ending::Closed)) => html!("Этот запуск закрыт, ничего не списано. Начать заново можно из Pro."),
        Text::Frame(OwnText::Over(Ending::Expired)) => {
            html!("Время этого запуска вышло, ничего не списано. Начать заново можно из Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Failed)) => {
            html!("Не получилось по нашей вине, ничего не списано. Начать заново можно из Pro.")
        }
        Text::Frame(OwnText::Busy) => html!(
            "Сейчас здесь собирается другая модель, и её материал пропал бы. Закончите или отмените её, потом откройте новую ссылку."
        ),
        Text::Frame(OwnText::OpenAgain) => html!("Прошлый запуск закончился. Откройте ссылку ещё раз."),
        Text::Frame(OwnText::TooFewStars(offer)) => html!(
            "Концептуализация стоит {} ★, свободно {} ★. Пополните баланс в Pro и откройте ссылку ещё раз: она действует.",
            offer.price.0,
            offer.available.0
        ),
        Text::Help(stage) => help(stage),
        Text::Frame(OwnText::Privacy) => html!(
            "Присланное хранится зашифрованным вместе с кейсом, файлы не хранятся: из них берётся только текст. Обрабатывает модель компании \
             Anthropic (США), без имён и номеров. Подробности: /privacy в Pro."
        ),
        Text::Frame(OwnText::YourData) => html!("Выгрузить или удалить данные кейса можно в Pro. Отменить этот запуск: /cancel."),
        Text::Frame(OwnText::Money) => {
            html!("Звёзды удержаны с открытия ссылки и спишутся, только когда модель готова. Баланс и вопросы об оплате в Pro.")
        }
        Text::Frame(OwnText::InPro) => html!("Это делается в Pro. Здесь собирается модель кейса."),
    }
}

fn card_text(card: &Card, open: usize) -> Html {
    let layers: Vec<&str> = card.layers.iter().map(|one| layer(*one, RU)).collect();
    let mut html = html!(
        "<i>Гипотеза {} · {} · {}</i>\n\n<b>{}</b>\n\nУверенность: {}",
        card.id.to_string(),
        kind(card.kind, RU),
        layers.join(", "),
        shorten(&card.formulation, 400),
        confidence(card.confidence, RU)
    );
    for (name, quotes) in [("За", &card.evidence_for), ("Против", &card.evidence_against)] {
        for quote in quotes.iter().take(3) {
            html = html.line(&html!("{}: «{}»", name, shorten(quote, 250)));
        }
    }
    for (name, text) in [("Чему служит", &card.function), ("Чем поддерживается", &card.maintained_by)]
    {
        if !text.trim().is_empty() {
            html = html.line(&html!("{}: {}", name, shorten(text, 250)));
        }
    }
    for other in card.alternatives.iter().take(2) {
        html = html.line(&html!("Иначе: {}", shorten(other, 250)));
    }
    if open > 1 { html.paragraph(&html!("<i>Осталось решить: {}</i>", open)) } else { html }
}

fn help(stage: Stage) -> Html {
    match stage {
        Stage::Collecting => html!(
            "Пришлите записи текстом или документом; сообщений может быть несколько. «Что стоит описать?» подскажет, чего не хватает. Когда всё \
             здесь, нажмите «Готово». Отменить: /cancel."
        ),
        Stage::Reading | Stage::Extracting | Stage::Thinking | Stage::Assembling => {
            html!("Сейчас работа идёт сама. Присланное в это время добавится к материалу. Отменить: /cancel.")
        }
        Stage::Reviewing(_) | Stage::Editing(_) => {
            html!(
                "Гипотезу можно принять, сказать своими словами, отклонить или отложить. Решаете вы: модель собирается только из принятых."
            )
        }
        Stage::Flagged(_) => html!(
            "На красный флаг отвечают одним из трёх: проверено, будет проверено, не относится. Без ответа цели не предлагаются."
        ),
        Stage::Asking => html!(
            "Ответьте своими словами, пропустите или спросите, зачем вопрос. Закончить можно в любой момент: в результате будет сказано, чего не \
             хватает."
        ),
        Stage::Offering => html!("Можно собрать модель, вернуться к отложенному или добавить материал сообщением."),
        Stage::Stuck(_) => html!("Всё сохранено. Нажмите «Попробовать ещё раз» или отмените: /cancel."),
    }
}

/// Every key.
pub(super) fn label(label: &Label) -> String {
    match *label {
        Label::Ready => "✅ Готово".into(),
        Label::Skip => "Пропустить".into(),
        Label::FromNothing => "▶️ Начать с вопросов".into(),
        Label::Checklist => "❔ Что стоит описать?".into(),
        Label::Earlier(0) => "📚 Включить прежние результаты".into(),
        Label::Earlier(count) => format!("📚 Прежние результаты: {count}"),
        Label::Accept => "✅ Принять".into(),
        Label::Edit => "✏️ Править".into(),
        Label::Reject => "❌ Отклонить".into(),
        Label::Later => "⏭ Позже".into(),
        Label::AcceptAll(count) => format!("✅ Принять все ({count})"),
        Label::Checked => "Проверено".into(),
        Label::NotApplicable => "Не относится".into(),
        Label::WillCheck => "Проверю".into(),
        Label::Why => "Зачем это?".into(),
        Label::BackToQuestion => "← К прошлому вопросу".into(),
        Label::Finish => "Закончить и собрать модель".into(),
        Label::Assemble => "🧩 Собрать модель".into(),
        Label::OneMore => "Вернуться к отложенному".into(),
    }
}

/// Every line over the chat.
pub(super) fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::Noted => "Записано.",
    }
}
