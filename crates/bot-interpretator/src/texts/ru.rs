//! Russian.
use bot_kit::{FileKind, Html, html, plural_ru};
use bot_material::{CHARS, Count, PIECES, Refused, frame::OwnText, words::danger};
use domain::{DangerLevel, Locale};

use super::{Label, Text, Toast};
use crate::flow::{Ending, Stage, Task};

/// Every message.
pub(super) fn text(text: &Text<'_>) -> Html {
    match *text {
        Text::Greeting { label } => html!(
            "<b>Interpretator · {}</b>\n\nПришлите сон, рисунок или фото проективной методики. Подойдут текст, фото, альбом, картинка \
             файлом, документы TXT, DOCX и PDF. Можно несколькими сообщениями, подписи тоже считаются.\n\nНапример: «Сон клиента: иду по \
             старому дому, лестница рушится, внизу вода. Проснулась с тревогой, снится третий раз».\n\nИмена лучше не писать. На выходе \
             гипотезы и вопросы для встречи, не ответ о том, что образ «значит». Это не медицинское заключение.",
            label
        ),
        Text::Collected(count) if count.is_zero() => {
            html!("Материала пока нет. Пришлите текст, фото или файл.")
        }
        Text::Collected(count) => html!("Материал: {}. Это всё?", counted(count)),
        Text::Accepted(count) => html!("Материал принят: {}.", counted(count)),
        Text::Refused(Refused::TooLarge { picture: true }) => {
            html!("Картинка больше 10 МБ, её не прочитать. Сожмите её или отправьте как фото. Остальной материал на месте.")
        }
        Text::Refused(Refused::TooLarge { picture: false }) => html!(
            "Файл больше 5 МБ, его не прочитать. Разделите его или вставьте нужное место текстом. Остальной материал на месте."
        ),
        Text::Refused(Refused::TooMany) => html!(
            "В одной интерпретации помещается {} сообщений. Это не добавлено, остальное на месте: можно нажать «Готово».",
            PIECES
        ),
        Text::Refused(Refused::TooLong) => html!(
            "Вместе получается больше {} знаков. Это не добавлено, остальное на месте. Пришлите короче, самое важное.",
            CHARS
        ),
        Text::OnlyThese => html!("Здесь помогут текст, фото, картинки и документы TXT, DOCX или PDF."),
        Text::Preparing => html!("⏳ Подбираю несколько уточняющих вопросов."),
        Text::Interpreting => html!("⏳ Собираю гипотезы и вопросы. Обычно это одна-две минуты; чат можно закрыть."),
        Text::Frame(OwnText::ChooseEarlier) => html!(
            "<b>Прежние результаты кейса</b>\n\nБез отметки они не учитываются. Отмеченные будут известны при интерпретации."
        ),
        Text::Unreadable { number, code } => html!("Файл №{} не прочитан: {}", number, unreadable(code)),
        Text::Description { number: None } => html!("<b>Что видно на изображении</b>"),
        Text::Description { number: Some(number) } => html!("<b>Что видно на изображении {}</b>", number),
        Text::IsItRight => html!(
            "Это описание, без толкования. Если что-то увидено не так, напишите словами: поправка важнее описания. Всё верно — нажмите кнопку."
        ),
        Text::DescriptionKept => html!("Описание принято."),
        Text::CorrectionKept => html!("Поправка записана. Можно добавить ещё или идти дальше."),
        Text::Question { number, of, question } => html!("<i>Вопрос {} из {}</i>\n\n<b>{}</b>", number, of, question),
        Text::QuestionsDone => html!("Спасибо, ответы записаны."),
        Text::Stuck(Task::Reading) => {
            html!("Сейчас материал прочитать не удалось. Он сохранён, ничего не списано. Попробуйте ещё раз чуть позже.")
        }
        Text::Stuck(Task::Result) => html!(
            "Сейчас интерпретацию сделать не удалось. Материал и ответы сохранены, ничего не списано. Попробуйте ещё раз чуть позже."
        ),
        Text::Frame(OwnText::Danger { category, level, contacts }) => {
            let what = danger(category, Locale::Ru);
            let head = match level {
                DangerLevel::Urgent => html!("<b>⚠️ Сначала безопасность: {}</b>", what),
                DangerLevel::Elevated => html!("<b>Сначала безопасность: {}</b>", what),
            };
            head.paragraph(&html!(
                "Такие слова есть в материале. Они могут быть частью образа, а могут быть о жизни: это выясняют прямым вопросом, не \
                 толкованием.\n\n• Спросите клиента прямо о мыслях, намерении, средствах и о том, кто рядом.\n• Если опасность сейчас, \
                 не оставляйте клиента без помощи:\n{}\n\nИнструмент не оценивает опасность, и отсутствие такой отметки ничего не значит.",
                contacts
            ))
        }
        Text::Frame(OwnText::Done) => {
            html!("Готово. Результат сохранён в кейсе, файлы выше. Новая интерпретация запускается из Pro.")
        }
        Text::Frame(OwnText::File(FileKind::Docx)) => html!("Отчёт, DOCX"),
        Text::Frame(OwnText::File(FileKind::Json)) => html!("Данные, JSON"),
        Text::Frame(OwnText::File(
            FileKind::Txt | FileKind::Profile | FileKind::Portrait | FileKind::Board | FileKind::Course,
        )) => {
            html!("Отчёт, TXT")
        }
        Text::Frame(OwnText::TellReady { label }) => html!("Интерпретация готова: «{}».", label),
        Text::Frame(OwnText::AskCancel) => {
            html!("Отменить интерпретацию? Присланное здесь не сохранится, удержанные звёзды вернутся.")
        }
        Text::Frame(OwnText::Over(Ending::Done)) => {
            html!("Эта интерпретация закончена, результат в кейсе. Новая запускается из Pro.")
        }
        Text::Frame(OwnText::Over(Ending::GivenUp)) => {
            html!("Интерпретация отменена, звёзды возвращены. Новую можно начать из Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Closed)) => {
            html!("Эта интерпретация закрыта, ничего не списано. Новую можно начать из Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Expired)) => {
            html!("Время этой интерпретации вышло, ничего не списано. Новую можно начать из Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Failed)) => {
            html!("Интерпретация не получилась по нашей вине, ничего не списано. Новую можно начать из Pro.")
        }
        Text::Frame(OwnText::Busy) => html!(
            "Сейчас здесь идёт другая интерпретация, и её материал пропал бы. Закончите или отмените её, потом откройте новую ссылку."
        ),
        Text::Frame(OwnText::OpenAgain) => html!("Прошлая интерпретация закончилась. Откройте ссылку ещё раз."),
        Text::Frame(OwnText::TooFewStars(offer)) => html!(
            "Интерпретация стоит {} ★, свободно {} ★. Пополните баланс в Pro и откройте ссылку ещё раз: она действует.",
            offer.price.0,
            offer.available.0
        ),
        Text::Help(stage) => help(stage),
        Text::Frame(OwnText::Privacy) => html!(
            "Присланное хранится зашифрованным вместе с кейсом, файлы не хранятся: из них берётся только текст или описание. Обрабатывает \
             модель компании Anthropic (США), без имён и номеров. Подробности: /privacy в Pro."
        ),
        Text::Frame(OwnText::YourData) => {
            html!("Выгрузить или удалить данные кейса можно в Pro. Отменить эту интерпретацию: /cancel.")
        }
        Text::Frame(OwnText::Money) => {
            html!("Звёзды удержаны с открытия ссылки и спишутся, только когда результат готов. Баланс и вопросы об оплате в Pro.")
        }
        Text::Frame(OwnText::InPro) => html!("Это делается в Pro. Здесь идёт интерпретация."),
    }
}

fn help(stage: Stage) -> Html {
    match stage {
        Stage::Collecting => html!(
            "Пришлите сон словами, рисунок или фото, документ TXT, DOCX или PDF. Сообщений может быть несколько; когда всё здесь, нажмите \
             «Готово». Отменить: /cancel."
        ),
        Stage::Reading | Stage::Preparing | Stage::Interpreting => {
            html!("Сейчас работа идёт сама. Присланное в это время добавится к материалу. Отменить: /cancel.")
        }
        Stage::Describing => html!("Сверьте описание с изображением. Неточное поправьте словами, верное подтвердите кнопкой."),
        Stage::Asking => html!(
            "Вопросы о чувствах, теле, фигурах и повторах помогают не додумывать за клиента. Можно ответить словами, пропустить или \
             отметить, что спросите у клиента."
        ),
        Stage::Stuck(_) => html!("Материал сохранён. Нажмите «Попробовать ещё раз» или отмените: /cancel."),
    }
}

fn counted(count: Count) -> Html {
    let word = |n: usize, one, few, many| {
        let number = i64::try_from(n).unwrap_or(i64::MAX);
        (n > 0).then(|| html!("{} {}", n, plural_ru(number, one, few, many)))
    };
    let words = [
        word(count.texts, "текст", "текста", "текстов"),
        word(count.pictures, "изображение", "изображения", "изображений"),
        word(count.documents, "документ", "документа", "документов"),
    ];
    words.into_iter().flatten().reduce(|all, one| all.then(&html!(", {}", one))).unwrap_or_default()
}

fn unreadable(code: &str) -> &'static str {
    match code {
        "empty" => "он пустой.",
        "too_large" => "он слишком большой. Картинка до 10 МБ, документ до 5 МБ.",
        "too_many_pages" => "в нём больше 50 страниц. Пришлите нужные.",
        "too_many_pixels" => "в картинке слишком много точек. Уменьшите её или отправьте как фото.",
        "not_supported" => "это не TXT, DOCX, PDF, JPEG, PNG или WebP.",
        "encrypted" => "он открывается только с паролем. Пришлите без пароля.",
        "no_text" => "в нём нет текста. Если это скан, отправьте страницы как фото.",
        "damaged" => "он повреждён. Сохраните его заново и пришлите ещё раз.",
        "zip_bomb" | "dtd" => "его устройство небезопасно. Вставьте текст сообщением.",
        "gone" => "Telegram больше не отдаёт его. Пришлите ещё раз.",
        "not_described" => "изображение не удалось описать. Опишите его словами, пожалуйста.",
        _ => "он оказался слишком сложным. Вставьте текст сообщением или пришлите файл проще.",
    }
}

/// Every key.
pub(super) fn label(label: &Label) -> String {
    match *label {
        Label::Ready => "✅ Готово".into(),
        Label::Skip => "Пропустить".into(),
        Label::More => "➕ Добавить ещё".into(),
        Label::Earlier(0) => "📚 Учесть прежние результаты".into(),
        Label::Earlier(count) => format!("📚 Прежние результаты: {count}"),
        Label::Right => "Всё верно".into(),
        Label::Onward => "Дальше".into(),
        Label::DontKnow => "Не знаю".into(),
        Label::AskClient => "Спрошу клиента".into(),
        Label::Finish => "Завершить и интерпретировать".into(),
    }
}

/// Every line over the chat.
pub(super) fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::SendMore => "Пришлите следующее сообщение или файл.",
        Toast::NothingYet => "Сначала пришлите текст, фото или файл.",
    }
}
