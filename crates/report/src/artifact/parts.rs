//! The parts of the document. Each is empty when the artifact does not have what it shows.
use domain::{
    DangerCategory, DangerLevel, DangerSource, Locale, ServiceId,
    artifact::{Action, Artifact, When, Who},
};
use serde_json::Value;

use crate::{
    docx::{Block, Line, Tone},
    words::{self, Axis, Doing, Safety, SafetyAnswer, Section, Word},
};

type Blocks = Vec<Block>;

fn heading(word: Word, locale: Locale) -> Block {
    Block::Heading(1, word.text(locale).to_owned())
}

fn heads(words: &[Word], locale: Locale) -> Vec<String> {
    words.iter().map(|word| word.text(locale).to_owned()).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Flags, the client's answers about safety, and signs, before all else. It is loud when any of them is a sign of danger.
pub(super) fn safety(artifact: &Artifact, locale: Locale) -> Option<Block> {
    let flags = &artifact.summary.risk_flags;
    let raw = artifact.raw.get("safety");
    if flags.is_empty() && raw.is_none() {
        return None;
    }
    let mut tone = if flags.is_empty() { Tone::Plain } else { Tone::Attention };
    let signal = Word::Safety(Safety::Signal).text(locale);
    let mut lines: Vec<Line> = flags.iter().map(|flag| Line::named(signal, flag)).collect();
    if let Some(safety) = raw {
        let answers = [
            ("thoughts", Word::Safety(Safety::Thoughts), words::safety_thoughts as fn(&str) -> _),
            ("home", Word::Safety(Safety::Home), words::safety_home),
        ];
        for (name, label, read) in answers {
            let code = text(safety, name);
            let answer: Option<SafetyAnswer> = read(code);
            // A code that is not known is shown as it is, and loudly: an answer about safety is never left out.
            if answer.map_or(!code.is_empty(), SafetyAnswer::is_sign) {
                tone = Tone::Attention;
            }
            let said = answer.map_or(code, |answer| Word::SafetyIs(answer).text(locale));
            if !said.is_empty() {
                lines.push(Line::named(label.text(locale), said));
            }
        }
        let signs = list(safety, "signs");
        if !signs.is_empty() {
            tone = Tone::Attention;
        }
        let (seen, note) = match artifact.meta.service_id {
            ServiceId::Screen => (Safety::Seen, Safety::Note),
            ServiceId::Interpretator | ServiceId::Conceptualizator | ServiceId::Simulator | ServiceId::ProGuide => {
                (Safety::SeenInMaterial, Safety::NoteOfMaterial)
            }
        };
        let (seen, note) = (Word::Safety(seen).text(locale), Word::Safety(note).text(locale));
        lines.extend(signs.iter().map(|sign| Line::named(seen, self::sign(sign, locale))));
        if tone == Tone::Plain && safety.get("signs").is_some_and(Value::is_array) {
            lines.push(Line::named(seen, Word::Safety(Safety::NothingSeen).text(locale)));
        }
        if text(safety, "second_reading") == "not_assessed" {
            lines.push(Line::plain(Word::Safety(Safety::NotAssessed).text(locale)));
        }
        lines.push(Line::plain(note));
    }
    Some(Block::Callout { tone, title: Word::Safety(Safety::Title).text(locale).to_owned(), lines })
}

/// `level: category (source)`; a code that is not known is shown as it is.
fn sign(sign: &Value, locale: Locale) -> String {
    let [level, category, source] = ["level", "category", "source"].map(|name| text(sign, name));
    let said = |word: Option<Word>, code: &str| word.map_or_else(|| code.to_owned(), |word| word.text(locale).to_owned());
    let level = said(level.parse::<DangerLevel>().ok().map(Word::Level), level);
    let category = said(category.parse::<DangerCategory>().ok().map(Word::Category), category);
    let source = said(source.parse::<DangerSource>().ok().map(Word::Source), source);
    if source.is_empty() { format!("{level}: {category}") } else { format!("{level}: {category} ({source})") }
}

pub(super) fn own_words(artifact: &Artifact, locale: Locale) -> Blocks {
    match artifact.raw.get("own_words").and_then(Value::as_str) {
        Some(words) if !words.trim().is_empty() => {
            vec![Block::Heading(2, Word::OwnWords.text(locale).to_owned()), Block::Quote(words.to_owned())]
        }
        Some(_) | None => Vec::new(),
    }
}

/// One sentence, what holds, and the markers.
pub(super) fn in_short(artifact: &Artifact, locale: Locale) -> Blocks {
    let mut blocks = vec![heading(Word::InShort, locale), Block::Paragraph(artifact.summary.one_liner.clone())];
    if !artifact.summary.resource_flags.is_empty() {
        blocks.push(Block::Heading(2, Word::Resources.text(locale).to_owned()));
        blocks.push(Block::Bullets(artifact.summary.resource_flags.clone()));
    }
    if !artifact.markers.is_empty() {
        blocks.push(Block::Heading(2, Word::Markers.text(locale).to_owned()));
        let said = artifact.markers.iter().map(|marker| words::marker(&marker.name, &marker.value, locale));
        blocks.push(Block::Bullets(said.map(|(name, value)| format!("{name}: {value}")).collect()));
    }
    blocks
}

/// Who wrote a text, where `raw` says so.
fn written_by(part: &Value, locale: Locale) -> Option<Block> {
    let word = match text(part, "by") {
        "model" => Word::ByModel,
        "template" => Word::ByTemplate,
        _ => return None,
    };
    Some(Block::Note(word.text(locale).to_owned()))
}

pub(super) fn structural(artifact: &Artifact, locale: Locale) -> Blocks {
    let Some(part) = artifact.raw.get("structural") else { return Vec::new() };
    let sections = [
        ("central_axis", Section::CentralAxis),
        ("organisation", Section::Organisation),
        ("layers", Section::Layers),
        ("flexibility", Section::Flexibility),
        ("synthesis", Section::Synthesis),
        ("method_note", Section::MethodNote),
    ];
    let texts = part.get("text").unwrap_or(part);
    let said = sections.into_iter().map(|(name, section)| (section, text(texts, name))).filter(|(_, said)| !said.is_empty());
    let body: Blocks = said
        .flat_map(|(section, said)| {
            [Block::Heading(2, Word::Section(section).text(locale).to_owned()), Block::Paragraph(said.to_owned())]
        })
        .collect();
    if body.is_empty() {
        return Vec::new();
    }
    std::iter::once(heading(Word::Structural, locale)).chain(written_by(part, locale)).chain(body).collect()
}

/// The questions with their reasons, most useful first.
pub(super) fn questions(artifact: &Artifact, locale: Locale) -> Blocks {
    let mut asked: Vec<_> = artifact.questions_for_session.iter().collect();
    if asked.is_empty() {
        return Vec::new();
    }
    asked.sort_by_key(|question| question.priority);
    let numbered = asked
        .iter()
        .zip(1..)
        .map(|(question, number): (_, usize)| vec![number.to_string(), question.q.clone(), question.why.clone()]);
    let mut head = heads(&[Word::Question, Word::Why], locale);
    head.insert(0, "№".to_owned());
    vec![heading(Word::Questions, locale), Block::Table { head, rows: numbered.collect(), widths: vec![6, 54, 40] }]
}

pub(super) fn actions(artifact: &Artifact, locale: Locale) -> Blocks {
    if artifact.actions.is_empty() {
        return Vec::new();
    }
    let row = |action: &Action| {
        let who = match action.who {
            Who::Therapist => Word::Doing(Doing::Therapist),
            Who::Client => Word::Doing(Doing::Client),
        };
        let when = match action.when {
            When::Pre => Word::Doing(Doing::Pre),
            When::InSession => Word::Doing(Doing::InSession),
            When::Post => Word::Doing(Doing::Post),
        };
        vec![action.what.clone(), format!("{}, {}", who.text(locale), when.text(locale)), action.goal.clone()]
    };
    let rows = artifact.actions.iter().map(row).collect();
    let head = heads(&[Word::Doing(Doing::What), Word::Doing(Doing::Whose), Word::Doing(Doing::Goal)], locale);
    vec![heading(Word::Doing(Doing::Title), locale), Block::Table { head, rows, widths: vec![44, 22, 34] }]
}

/// Every question with what was ticked; options that pull an axis both ways are named.
pub(super) fn answers(artifact: &Artifact, locale: Locale) -> Blocks {
    let Some(rows) = artifact.raw.get("answers").and_then(Value::as_array).filter(|rows| !rows.is_empty()) else {
        return Vec::new();
    };
    let rows = rows
        .iter()
        .zip(1..)
        .map(|(row, number): (_, usize)| vec![number.to_string(), question(row, locale), answer(row, locale)]);
    let mut head = heads(&[Word::Question, Word::Answer], locale);
    head.insert(0, "№".to_owned());
    vec![heading(Word::Answers, locale), Block::Table { head, rows: rows.collect(), widths: vec![6, 42, 52] }]
}

/// The bank's question, and the words the client read instead, where there are any.
fn question(row: &Value, locale: Locale) -> String {
    let meant = text(row, "text");
    match text(row, "asked_as") {
        "" => meant.to_owned(),
        words => format!("{meant}\n({}: «{words}»)", Word::AskedAs.text(locale)),
    }
}

fn answer(row: &Value, locale: Locale) -> String {
    let is = |name: &str| row.get(name).and_then(Value::as_bool).unwrap_or(false);
    let mut lines: Vec<String> = list(row, "ticked")
        .iter()
        .map(|option| match option.get("number").and_then(Value::as_u64) {
            Some(number) => format!("{number}) {}", text(option, "text")),
            None => text(option, "text").to_owned(),
        })
        .collect();
    for (there, word) in [(is("none_fits"), Word::NoneFits), (is("skipped"), Word::Skipped)] {
        if there {
            lines.push(word.text(locale).to_owned());
        }
    }
    if lines.is_empty() {
        lines.push(Word::NothingTicked.text(locale).to_owned());
    }
    let axes: Vec<String> = list(row, "contradicts").iter().map(|axis| axis_name(axis, locale).to_lowercase()).collect();
    if !axes.is_empty() {
        lines.push(format!("↔ {}: {}", Word::PullsBothWays.text(locale), axes.join(", ")));
    }
    lines.join("\n")
}

fn axis_name(axis: &Value, locale: Locale) -> String {
    let code = axis.as_str().unwrap_or_default();
    Axis::of(code).map_or_else(|| code.to_owned(), |axis| Word::Axis(axis).text(locale).to_owned())
}

/// The axes that answers pull both ways, with the options on each side.
pub(super) fn contradictions(artifact: &Artifact, locale: Locale) -> Blocks {
    let Some(found) = artifact.raw.get("contradictions").and_then(Value::as_array).filter(|found| !found.is_empty()) else {
        return Vec::new();
    };
    let side = |contradiction: &Value, name: &str| {
        let pulls = list(contradiction, name).iter().map(|pull| format!("• {}", text(pull, "text")));
        pulls.collect::<Vec<_>>().join("\n")
    };
    let row = |contradiction: &Value| {
        let axis = contradiction.get("axis").unwrap_or(&Value::Null);
        let poles = axis.as_str().and_then(Axis::of).map(|axis| [Word::Minus(axis), Word::Plus(axis)]);
        let [minus, plus] = poles.map_or(["−", "+"], |poles| poles.map(|pole| pole.text(locale)));
        let of = |pole: &str, name: &str| format!("{pole}:\n{}", side(contradiction, name));
        vec![axis_name(axis, locale), of(minus, "negative"), of(plus, "positive")]
    };
    let head = heads(&[Word::AxisHead, Word::OnePole, Word::OtherPole], locale);
    vec![
        heading(Word::Contradictions, locale),
        Block::Note(Word::ContradictionsNote.text(locale).to_owned()),
        Block::Table { head, rows: found.iter().map(row).collect(), widths: vec![22, 39, 39] },
    ]
}

/// A tool's own sections, in words the tool has chosen: a heading, a note, paragraphs, a list, a table. What is absent or has
/// another form is left out.
pub(super) fn sections(artifact: &Artifact) -> Blocks {
    let found = artifact.raw.get("sections").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    found.iter().flat_map(section).collect()
}

fn section(section: &Value) -> Blocks {
    let texts = |name: &str| -> Vec<String> {
        list(section, name).iter().filter_map(|text| text.as_str().map(str::to_owned)).filter(|text| !text.is_empty()).collect()
    };
    let mut blocks = Vec::new();
    if !text(section, "note").is_empty() {
        blocks.push(Block::Note(text(section, "note").to_owned()));
    }
    blocks.extend(texts("paragraphs").into_iter().map(Block::Paragraph));
    let bullets = texts("bullets");
    if !bullets.is_empty() {
        blocks.push(Block::Bullets(bullets));
    }
    blocks.extend(section.get("table").and_then(table));
    if blocks.is_empty() {
        return blocks;
    }
    let heading = text(section, "heading");
    if !heading.is_empty() {
        blocks.insert(0, Block::Heading(1, heading.to_owned()));
    }
    blocks
}

/// A table whose rows have as many cells as its head; the widths are shared out evenly where they do not fit.
fn table(table: &Value) -> Option<Block> {
    let cells = |row: &Value| -> Vec<String> {
        row.as_array().into_iter().flatten().map(|cell| cell.as_str().unwrap_or_default().to_owned()).collect()
    };
    let head: Vec<String> = table.get("head").map(cells)?;
    let rows: Vec<Vec<String>> = list(table, "rows").iter().map(cells).filter(|row| row.len() == head.len()).collect();
    if head.is_empty() || rows.is_empty() {
        return None;
    }
    let widths: Vec<usize> = list(table, "widths").iter().filter_map(|width| usize::try_from(width.as_u64()?).ok()).collect();
    let fits = widths.len() == head.len() && widths.iter().sum::<usize>() == 100;
    let even = 100 / head.len();
    let widths = if fits { widths } else { vec![even; head.len()] };
    Some(Block::Table { head, rows, widths })
}

/// An earlier result of the case beside this one, in words the tool has chosen.
pub(super) fn comparison(artifact: &Artifact) -> Blocks {
    let Some(compared) = artifact.raw.get("comparison").filter(|compared| compared.is_object()) else { return Vec::new() };
    let lines: Vec<String> = list(compared, "lines").iter().filter_map(|line| line.as_str().map(str::to_owned)).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let note = text(compared, "note").to_owned();
    let title = Block::Heading(1, text(compared, "title").to_owned());
    vec![title, Block::Note(note), Block::Bullets(lines)]
}

/// The portrait's text, in any of the forms a tool may keep it in.
pub(super) fn portrait_text(artifact: &Artifact) -> Option<&str> {
    let part = artifact.raw.get("portrait")?;
    let kept = part.get("text").unwrap_or(part);
    kept.as_str().or_else(|| kept.get("text").and_then(Value::as_str)).filter(|said| !said.trim().is_empty())
}

pub(super) fn portrait(artifact: &Artifact, locale: Locale) -> Blocks {
    let Some(said) = portrait_text(artifact) else { return Vec::new() };
    vec![heading(Word::Portrait, locale), Block::Note(Word::PortraitNote.text(locale).to_owned()), Block::Quote(said.to_owned())]
}

/// The tool's notes and the versions of the formulas.
pub(super) fn method(artifact: &Artifact, locale: Locale) -> Blocks {
    let mut lines: Vec<String> = artifact.raw.get("notes").and_then(Value::as_str).map(str::to_owned).into_iter().collect();
    if let Some(engine) = artifact.raw.get("engine").and_then(Value::as_object).filter(|engine| !engine.is_empty()) {
        let versions: Vec<&str> = engine.keys().map(String::as_str).collect();
        lines.push(format!("{}: {}.", Word::Formula.text(locale), versions.join(", ")));
    }
    if lines.is_empty() {
        return Vec::new();
    }
    vec![Block::Note(format!("{}. {}", Word::Method.text(locale), lines.join(" ")))]
}
