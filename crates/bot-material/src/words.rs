//! Words that every tool says alike, in both languages.
use bot_kit::{Html, html, plural_ru};
use domain::{DangerCategory, DangerLevel, Locale};

use crate::Count;

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

/// Why a document was not read, after "file 1 was not read:"; `code` is the reader's. For tools that take no pictures.
#[must_use]
pub fn unreadable_document(code: &str, locale: Locale) -> &'static str {
    match code {
        "empty" => choose(locale, "он пустой.", "it is empty."),
        "too_large" => {
            choose(locale, "он слишком большой. Документ может быть до 5 МБ.", "it is too large. A document may have 5 MB.")
        }
        "too_many_pages" => {
            choose(locale, "в нём больше 50 страниц. Пришлите нужные.", "it has more than 50 pages. Send those you need.")
        }
        "not_supported" => choose(locale, "это не TXT, DOCX или PDF.", "it is not a TXT, DOCX or PDF."),
        "picture" | "too_many_pixels" => {
            choose(locale, "это картинка. Картинки разбирает Интерпретатор.", "it is a picture. Pictures are for Interpretator.")
        }
        "encrypted" => choose(
            locale,
            "он открывается только с паролем. Пришлите без пароля.",
            "it opens with a password only. Send it without one.",
        ),
        "no_text" => choose(
            locale,
            "в нём нет текста. Вставьте нужное место сообщением.",
            "it has no text. Paste the part you need as a message.",
        ),
        "damaged" => choose(
            locale,
            "он повреждён. Сохраните его заново и пришлите ещё раз.",
            "it is damaged. Save it anew and send it again.",
        ),
        "zip_bomb" | "dtd" => choose(
            locale,
            "его устройство небезопасно. Вставьте текст сообщением.",
            "its structure is not safe. Paste the text as a message.",
        ),
        "gone" => choose(
            locale,
            "Telegram больше не отдаёт его. Пришлите ещё раз.",
            "Telegram does not hand it out any more. Send it again.",
        ),
        _ => choose(
            locale,
            "он оказался слишком сложным. Вставьте текст сообщением или пришлите файл проще.",
            "it turned out to be too complex. Paste the text as a message or send a simpler file.",
        ),
    }
}

/// How much material there is: texts, documents, earlier results.
#[must_use]
pub fn counted(count: Count, earlier: usize, locale: Locale) -> Html {
    let word = |n: usize, ru: [&'static str; 3], en: [&'static str; 2]| {
        let number = i64::try_from(n).unwrap_or(i64::MAX);
        let name = match locale {
            Locale::Ru => plural_ru(number, ru[0], ru[1], ru[2]),
            Locale::En => en[usize::from(n != 1)],
        };
        (n > 0).then(|| html!("{} {}", n, name))
    };
    let words = [
        word(count.texts, ["текст", "текста", "текстов"], ["text", "texts"]),
        word(count.documents + count.pictures, ["документ", "документа", "документов"], ["document", "documents"]),
        word(earlier, ["прежний результат", "прежних результата", "прежних результатов"], ["earlier result", "earlier results"]),
    ];
    words.into_iter().flatten().reduce(|all, one| all.then(&html!(", {}", one))).unwrap_or_default()
}
