//! Russian.
use bot_kit::{Html, html};
use domain::ServiceId;

use super::{Label, Text, Toast};

pub(super) fn text(text: Text) -> Html {
    match text {
        Text::AddedOnTheWay => html!("Добавлено к материалу. Прочитаю вместе с остальным, когда пойдём дальше."),
        Text::AddedMeanwhile => html!("Добавлено к материалу: прочитаю, как только закончу нынешний шаг."),
        Text::NoVoice => html!(
            "Голосовые и видео я пока не слушаю. Перескажите, пожалуйста, текстом: ничего из присланного раньше не пропало."
        ),
        Text::Reading => html!("⏳ Читаю материал. Обычно это до минуты."),
        Text::AskedAgain => html!("Пробую ещё раз."),
        Text::LeftOut => html!("Присланное в последнюю минуту в этот результат не вошло."),
        Text::Resumed => html!("С возвращением. Всё на месте."),
        Text::TooManyTries => html!("Слишком много попыток подряд. Подождите десять минут и откройте ссылку ещё раз."),
        Text::Pause => html!(
            "Пауза: всё сохранено. Запуск действует сутки с того, как вы сделали его в Pro; вернитесь в это время и нажмите кнопку."
        ),
    }
}

fn tool(service: ServiceId) -> &'static str {
    match service {
        ServiceId::Screen => "Скрининг",
        ServiceId::Interpretator => "Интерпретация",
        ServiceId::Conceptualizator => "Концептуализация",
        ServiceId::Simulator => "Тренировка",
        ServiceId::ProGuide => "Справочник",
    }
}

pub(super) fn label(label: Label<'_>) -> String {
    match label {
        Label::Result { on, service, at, line } => {
            format!("{} {} {}: {line}", if on { "☑" } else { "☐" }, tool(service), at.format("%d.%m.%Y"))
        }
        Label::Back => "← Назад".into(),
        Label::KeepAsMaterial => "Это часть материала".into(),
        Label::KeepAsAnswer => "Записать как ответ".into(),
        Label::Retry => "🔄 Попробовать ещё раз".into(),
        Label::Continue => "▶️ Продолжить".into(),
        Label::Cancel => "Отменить".into(),
        Label::CancelYes => "Да, отменить".into(),
        Label::Seen => "Принято".into(),
        Label::OpenPro => "Открыть Pro".into(),
        Label::OpenResult => "📄 Открыть результат".into(),
        Label::OpenNew => "Открыть новую ссылку".into(),
    }
}

pub(super) const fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::Stale => "Эта кнопка устарела.",
        Toast::NoEarlier => "В кейсе пока нет результатов.",
        Toast::Seen => "Отмечено.",
    }
}
