//! A result as sections of a document, in its language: any file that shows them needs to know nothing of the tool.
use domain::Locale;
use serde_json::{Value, json};

use super::{
    Interpretation,
    words::{self, choose},
};
use crate::material::{Answered, Input, Reply};

/// The sections, in order.
pub(super) fn sections(input: &Input, found: &Interpretation) -> Vec<Value> {
    let locale = input.locale;
    let mut sections = vec![image(found, locale)];
    sections.extend(found.hypotheses.iter().enumerate().flat_map(|(at, _)| hypothesis(found, at, locale)));
    sections.push(tension(found, locale));
    sections.push(unknown(found, locale));
    sections.extend(answers(&input.answers, locale));
    sections.push(sources(input, found, locale));
    sections
}

fn image(found: &Interpretation, locale: Locale) -> Value {
    let head = [choose(locale, "Элемент", "Element"), choose(locale, "Место", "Place")];
    let rows: Vec<[&str; 2]> = found
        .key_elements
        .iter()
        .map(|element| [element.element.as_str(), words::prominence(element.prominence, locale)])
        .collect();
    json!({
        "heading": choose(locale, "Что есть в образе", "What is in the image"),
        "paragraphs": [found.summary],
        "table": { "head": head, "rows": rows, "widths": [70, 30] },
    })
}

fn hypothesis(found: &Interpretation, at: usize, locale: Locale) -> Option<Value> {
    let one = found.hypotheses.get(at)?;
    let number = at + 1;
    let heading = match locale {
        Locale::Ru => format!("Гипотеза {number}"),
        Locale::En => format!("Hypothesis {number}"),
    };
    let note = match locale {
        Locale::Ru => format!(
            "уверенность: {}; где проверять: {}; режим: {}",
            words::confidence(one.confidence, locale),
            words::layer(one.layer, locale),
            words::mode(one.mode, locale)
        ),
        Locale::En => format!(
            "confidence: {}; where to check: {}; mode: {}",
            words::confidence(one.confidence, locale),
            words::layer(one.layer, locale),
            words::mode(one.mode, locale)
        ),
    };
    let quotes = one.evidence.iter().map(|quote| format!("«{quote}»")).collect::<Vec<_>>().join("\n");
    let rows = [
        [choose(locale, "Опирается на слова", "Rests on the words"), quotes.as_str()],
        [choose(locale, "Границы", "Limits"), &one.limits],
        [choose(locale, "Иначе можно понять так", "Other readings"), &one.alternatives.join("\n")],
        [choose(locale, "Что её опровергнет", "What would refute it"), &one.refuted_by],
    ]
    .map(|[name, text]| [name.to_owned(), text.to_owned()]);
    let head = [choose(locale, "О гипотезе", "About it"), choose(locale, "По материалу", "From the material")];
    Some(json!({
        "heading": heading,
        "note": note,
        "paragraphs": [one.text],
        "table": { "head": head, "rows": rows, "widths": [28, 72] },
    }))
}

fn tension(found: &Interpretation, locale: Locale) -> Value {
    let mut bullets: Vec<String> = found.domains.iter().map(|domain| words::domain(*domain, locale).to_owned()).collect();
    bullets.extend(found.patterns.iter().map(|coping| {
        let (name, how) = (words::pattern(coping.pattern, locale), words::clarity(coping.confidence, locale));
        format!("{name} ({how}): {}", coping.note)
    }));
    json!({
        "heading": choose(locale, "Где напряжение", "Where the tension is"),
        "paragraphs": [found.tension],
        "bullets": bullets,
    })
}

fn unknown(found: &Interpretation, locale: Locale) -> Value {
    let uncertainty = &found.uncertainty;
    let named = |name: &str, texts: &[String]| texts.iter().map(|text| format!("{name}: {text}")).collect::<Vec<_>>();
    let mut bullets = named(choose(locale, "не хватает", "missing"), &uncertainty.data_gaps);
    bullets.extend(named(choose(locale, "двояко", "ambiguous"), &uncertainty.ambiguities));
    bullets.extend(named(choose(locale, "осторожно", "careful"), &uncertainty.cautions));
    let level = words::level(uncertainty.level, locale);
    json!({
        "heading": choose(locale, "Границы этого результата", "Limits of this result"),
        "paragraphs": [
            match locale {
                Locale::Ru => format!("Неопределённость: {level}. Это предположения по материалу, который принёс специалист. Образ знает только \
                                       сам клиент: без его слов ни одно предположение не верно."),
                Locale::En => format!("Uncertainty: {level}. These are suppositions from the material the specialist brought. Only the client \
                                       knows the image: without the client's word no supposition is true."),
            },
        ],
        "bullets": bullets,
    })
}

fn answers(answers: &[Answered], locale: Locale) -> Option<Value> {
    if answers.is_empty() {
        return None;
    }
    let row = |answered: &Answered| {
        let answer = match &answered.answer {
            Reply::Said(text) => text.as_str(),
            Reply::DontKnow => choose(locale, "не знаю", "do not know"),
            Reply::AskClient => choose(locale, "спрошу клиента", "will ask the client"),
            Reply::Skipped => choose(locale, "пропущено", "passed over"),
        };
        [answered.question.clone(), answer.to_owned()]
    };
    let rows: Vec<[String; 2]> = answers.iter().map(row).collect();
    Some(json!({
        "heading": choose(locale, "Уточнения специалиста", "The specialist's answers"),
        "table": {
            "head": [choose(locale, "Вопрос", "Question"), choose(locale, "Ответ", "Answer")],
            "rows": rows,
            "widths": [50, 50],
        },
    }))
}

fn sources(input: &Input, found: &Interpretation, locale: Locale) -> Value {
    let what = words::material_type(found.material_type, locale);
    let how = words::completeness(found.completeness, locale);
    let mut paragraphs = vec![match locale {
        Locale::Ru => format!("Материал: {what}; {how}. Частей: {}.", input.parts.len()),
        Locale::En => format!("Material: {what}; {how}. Parts: {}.", input.parts.len()),
    }];
    if !input.earlier.is_empty() {
        let dates: Vec<String> = input
            .earlier
            .iter()
            .map(|earlier| format!("{} {}", earlier.service, earlier.created_at.format("%d.%m.%Y")))
            .collect();
        paragraphs.push(match locale {
            Locale::Ru => format!("Учтены прежние результаты: {}.", dates.join(", ")),
            Locale::En => format!("Earlier results that were known: {}.", dates.join(", ")),
        });
    }
    json!({ "heading": choose(locale, "На чём основано", "What it is based on"), "paragraphs": paragraphs })
}
