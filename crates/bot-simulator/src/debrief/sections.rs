//! A debrief as sections of a document, in its language: any file that shows them needs to know nothing of the tool.
use domain::Locale;
use serde_json::{Value, json};

use super::{AlternativeEnd, Debrief, DebriefInput, Line};
use crate::{
    engine::{Level, Variable, risk::Verdict},
    words::{self, choose},
};

/// The sections, in order. What was done about danger stands first: it is never lost behind the rest.
pub(super) fn sections(input: &DebriefInput<'_>) -> Vec<Value> {
    let (locale, debrief) = (input.locale, input.debrief);
    let mut sections = vec![risk(debrief, locale), course(input), scores(debrief, locale), layers(input)];
    sections.push(uncertainty(debrief, locale));
    sections.push(lines(debrief, locale));
    sections.push(transcript(input));
    sections.extend(alternatives(debrief, locale));
    sections.extend(others(debrief, locale));
    sections.push(learning(input));
    sections.push(limits(locale));
    sections
}

fn risk(debrief: &Debrief, locale: Locale) -> Value {
    let risk = &debrief.risk;
    let mut paragraphs = vec![words::verdict(risk.verdict, locale).to_owned()];
    let mut bullets = Vec::new();
    if risk.verdict != Verdict::NotCalledFor {
        paragraphs.push(words::asked(risk.asked, locale));
        let (covered, missing) = (choose(locale, "было", "covered"), choose(locale, "осталось", "left"));
        bullets.extend(risk.covered.iter().map(|(enquiry, turn)| match locale {
            Locale::Ru => format!("{covered}: {} (реплика {turn})", words::enquiry(*enquiry, locale)),
            Locale::En => format!("{covered}: {} (line {turn})", words::enquiry(*enquiry, locale)),
        }));
        bullets.extend(risk.missing.iter().map(|enquiry| format!("{missing}: {}", words::enquiry(*enquiry, locale))));
    }
    json!({ "heading": choose(locale, "Безопасность", "Safety"), "paragraphs": paragraphs, "bullets": bullets })
}

fn course(input: &DebriefInput<'_>) -> Value {
    let (locale, debrief) = (input.locale, input.debrief);
    let path: Vec<&str> = debrief.path.iter().map(|state| words::state(*state, locale)).collect();
    let (title, goal) = (input.case.title_in(locale), words::goal(debrief.goal, locale));
    let note = match locale {
        Locale::Ru => format!("вымышленный клиент: {title}; цель: {goal}; путь: {}", path.join(" → ")),
        Locale::En => format!("fictional client: {title}; goal: {goal}; the way: {}", path.join(" → ")),
    };
    json!({ "heading": choose(locale, "Ход беседы", "The course"), "note": note, "paragraphs": [input.text.overview] })
}

fn scores(debrief: &Debrief, locale: Locale) -> Value {
    let parts = debrief.tsi.components;
    let rows: Vec<[String; 3]> = [
        (choose(locale, "Реплики подходили клиенту", "Lines fitted the client"), parts.r_match, 0.25),
        (choose(locale, "Реплики попадали в слой клиента", "Lines met the client's layer"), parts.l_consistency, 0.20),
        (choose(locale, "Союз", "Alliance"), parts.alliance, 0.20),
        (choose(locale, "Неопределённость снижалась", "Uncertainty went down"), parts.uncertainty_modulation, 0.20),
        (choose(locale, "Ровность, то есть 1 − реактивность", "Evenness, that is 1 − reactivity"), 1.0 - parts.reactivity, 0.15),
    ]
    .into_iter()
    .map(|(name, value, weight)| [name.to_owned(), format!("{value:.2}"), format!("{weight:.2}")])
    .collect();
    let (tsi, band, cci) = (debrief.tsi.value, words::band(debrief.tsi.band, locale), debrief.cci.cci);
    let sentence = match locale {
        Locale::Ru => {
            format!("TSI {tsi:.2}: {band}. Сложность кейса CCI {cci:.2}. Числа описывают эту беседу, а не специалиста.")
        }
        Locale::En => format!(
            "TSI {tsi:.2}: {band}. Complexity of the case, CCI {cci:.2}. The numbers describe this session, not a person."
        ),
    };
    let head = [choose(locale, "Что", "What"), choose(locale, "Значение", "Value"), choose(locale, "Вес", "Weight")];
    json!({
        "heading": choose(locale, "Устойчивость ведения", "How steadily it was led"),
        "paragraphs": [sentence],
        "table": { "head": head, "rows": rows, "widths": [60, 20, 20] },
    })
}

fn layers(input: &DebriefInput<'_>) -> Value {
    let locale = input.locale;
    let row = |work: &super::LayerWork| {
        let note =
            input.text.layers.iter().find(|note| note.layer == work.layer).map(|note| note.text.clone()).unwrap_or_default();
        let counts = format!("{} / {} / {}", work.signals[0], work.signals[1], work.signals[2]);
        [words::layer(work.layer, locale).to_owned(), work.lines.to_string(), counts, note]
    };
    let rows: Vec<[String; 4]> = input.debrief.layers.iter().map(row).collect();
    let spoken = |layer| input.debrief.layers.iter().any(|work| work.layer == layer);
    let bullets: Vec<String> = input
        .text
        .layers
        .iter()
        .filter(|note| !spoken(note.layer))
        .map(|note| format!("{}: {}", words::layer(note.layer, locale), note.text))
        .collect();
    let head = [
        choose(locale, "Слой", "Layer"),
        choose(locale, "Реплик", "Lines"),
        choose(locale, "Зел. / жёл. / кр.", "Green / yellow / red"),
        choose(locale, "Как шла работа", "How it went"),
    ];
    json!({
        "heading": choose(locale, "Работа по слоям", "Work by layers"),
        "bullets": bullets,
        "table": { "head": head, "rows": rows, "widths": [22, 10, 18, 50] },
    })
}

fn uncertainty(debrief: &Debrief, locale: Locale) -> Value {
    let of = debrief.uncertainty;
    let [start, highest, end] = [of.start, of.highest, of.end].map(Level::shown);
    let (clearer, all) = (of.clearer, debrief.lines.len());
    let sentence = match locale {
        Locale::Ru => {
            format!("В начале {start}, выше всего {highest}, в конце {end} из 100. Яснее стало после реплик: {clearer} из {all}.")
        }
        Locale::En => format!(
            "At the start {start}, at most {highest}, at the end {end} of 100. Lines after which it was clearer: {clearer} \
             of {all}."
        ),
    };
    json!({ "heading": choose(locale, "Неопределённость", "Uncertainty"), "paragraphs": [sentence] })
}

/// A variable's name where there is room for six letters.
const fn short(variable: Variable, locale: Locale) -> &'static str {
    match variable {
        Variable::Tension => choose(locale, "напр.", "tens."),
        Variable::CognitiveAccess => choose(locale, "мышл.", "think."),
        Variable::Uncertainty => choose(locale, "неопр.", "unc."),
        Variable::Trust => choose(locale, "дов.", "trust"),
        Variable::Defense => choose(locale, "защ.", "def."),
    }
}

fn lines(debrief: &Debrief, locale: Locale) -> Value {
    let row = |line: &Line| {
        let step = &line.step;
        let mut signal = words::signal(step.signal, locale).to_owned();
        if let Some(pattern) = step.pattern {
            signal = format!("{signal}, {}", words::pattern(pattern, locale));
        }
        let mut row = vec![step.turn.to_string(), words::fit(step.reading.fit(), locale).to_owned(), signal];
        row.push(words::state(step.after.state, locale).to_owned());
        row.extend(Variable::ALL.map(|variable| step.after.hidden.get(variable).shown().to_string()));
        row
    };
    let rows: Vec<Vec<String>> = debrief.lines.iter().map(row).collect();
    let mut head = vec![
        "№".to_owned(),
        choose(locale, "Реплика", "Line").to_owned(),
        choose(locale, "Сигнал", "Signal").to_owned(),
        choose(locale, "Состояние", "State").to_owned(),
    ];
    head.extend(Variable::ALL.map(|variable| short(variable, locale).to_owned()));
    let [green, yellow, red] = debrief.signals;
    let names = Variable::ALL.map(|variable| words::variable(variable, locale)).join(", ");
    let sentence = match locale {
        Locale::Ru => format!("Зелёных {green}, жёлтых {yellow}, красных {red}. После реплики, от 0 до 100: {names}."),
        Locale::En => format!("Green {green}, yellow {yellow}, red {red}. After the line, 0 to 100: {names}."),
    };
    json!({
        "heading": choose(locale, "Реплики и сигналы", "Lines and signals"),
        "paragraphs": [sentence],
        "table": { "head": head, "rows": rows, "widths": [5, 18, 15, 17, 9, 9, 9, 9, 9] },
    })
}

fn transcript(input: &DebriefInput<'_>) -> Value {
    let locale = input.locale;
    let row = |line: &Line| {
        let note = input.text.notes.iter().find(|note| note.turn == line.step.turn).map(|note| note.text.as_str());
        let note = note.unwrap_or(line.explanation.as_str());
        [line.step.turn.to_string(), line.said.line.clone(), line.said.reply.clone(), note.to_owned()]
    };
    let rows: Vec<[String; 4]> = input.debrief.lines.iter().map(row).collect();
    let head = [
        "№",
        choose(locale, "Специалист", "Specialist"),
        choose(locale, "Вымышленный клиент", "Fictional client"),
        choose(locale, "Заметка", "Note"),
    ];
    json!({
        "heading": choose(locale, "Запись с заметками", "Transcript with notes"),
        "note": match locale {
            Locale::Ru => format!("первые слова клиента: {}", input.case.opening_in(locale)),
            Locale::En => format!("the client's first words: {}", input.case.opening_in(locale)),
        },
        "table": { "head": head, "rows": rows, "widths": [6, 32, 32, 30] },
    })
}

fn alternatives(debrief: &Debrief, locale: Locale) -> Option<Value> {
    if debrief.alternatives.is_empty() {
        return None;
    }
    let row = |one: &AlternativeEnd| {
        let moved = |variable| {
            let (there, here) = (one.end.hidden.get(variable), debrief.end.hidden.get(variable));
            format!("{} ({:+.0})", there.shown(), there.points() - here.points())
        };
        [
            one.turn.to_string(),
            format!("{} → {}", words::fit(one.was, locale), words::fit(one.instead, locale)),
            words::state(one.end.state, locale).to_owned(),
            format!("{:.2}", one.end.tsi),
            moved(Variable::Tension),
            moved(Variable::Trust),
        ]
    };
    let rows: Vec<[String; 6]> = debrief.alternatives.iter().map(row).collect();
    let head = [
        "№",
        choose(locale, "Другая реплика", "Another line"),
        choose(locale, "Где закончилось бы", "Where it would end"),
        "TSI",
        words::variable(Variable::Tension, locale),
        words::variable(Variable::Trust, locale),
    ];
    json!({
        "heading": choose(locale, "Другие траектории", "Other trajectories"),
        "paragraphs": [choose(
            locale,
            "Программа прошла беседу заново, сменив класс одной реплики; остальные прочитаны как были, хотя клиент ответил \
             бы иначе. Это направление, а не предсказание. В скобках разница с тем, что было.",
            "The program went through the session anew with one line of another class; the rest is read as it was, although \
             the client would have answered differently. A direction, not a prediction. In brackets the difference to what \
             was.",
        )],
        "table": { "head": head, "rows": rows, "widths": [6, 36, 20, 10, 14, 14] },
    })
    .into()
}

fn others(debrief: &Debrief, locale: Locale) -> Option<Value> {
    let sentence = |(at, way): (usize, &super::OtherWay)| {
        let (lines, state, tsi) = (way.lines.len(), words::state(way.end.state, locale), way.end.tsi);
        match locale {
            Locale::Ru => format!("Попытка {}: реплик {lines}, закончилась в состоянии «{state}», TSI {tsi:.2}.", at + 1),
            Locale::En => format!("Try {}: {lines} lines, ended in {state}, TSI {tsi:.2}.", at + 1),
        }
    };
    let bullets: Vec<String> = debrief.others.iter().enumerate().map(sentence).collect();
    (!bullets.is_empty())
        .then(|| json!({ "heading": choose(locale, "Пройденные ветви", "Branches that were tried"), "bullets": bullets }))
}

fn learning(input: &DebriefInput<'_>) -> Value {
    let locale = input.locale;
    let (strength, growth) = (choose(locale, "получилось", "went well"), choose(locale, "куда расти", "to train"));
    let mut bullets: Vec<String> = input.text.strengths.iter().map(|text| format!("{strength}: {text}")).collect();
    bullets.extend(input.text.growth.iter().map(|text| format!("{growth}: {text}")));
    json!({
        "heading": choose(locale, "Чему здесь можно научиться", "What can be learned here"),
        "bullets": bullets,
        "paragraphs": [input.text.next_step],
    })
}

fn limits(locale: Locale) -> Value {
    json!({
        "heading": choose(locale, "Границы", "Limits"),
        "paragraphs": [choose(
            locale,
            "Клиент вымышлен, и встреча с человеком устроена сложнее любой модели. Реплики классифицировала языковая модель, \
             она может ошибаться; числа следуют из этой классификации по открытым формулам. Это не медицинское заключение.",
            "The client is fictional, and meeting a person is more than any model. A language model classified the lines and \
             may be wrong; the numbers follow from its classes by open formulas. This is no medical opinion.",
        )],
    })
}
