//! What the files of a result hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{Cursor, Read};

use domain::{
    CaseId, Locale, RunId, ServiceId,
    artifact::{Action, Artifact, CONTRACT_VERSION, Marker, Meta, SessionQuestion, Summary, When, Who},
};
use psycheos_report::{
    ReportError,
    docx::{self, Block, Document, Line, Tone},
    json, png, txt,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().to_owned(), content)
        })
        .collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let found = parts(bytes).into_iter().find(|(part, _)| part == name);
    String::from_utf8(found.unwrap_or_else(|| panic!("{name} is missing")).1).unwrap()
}

fn main_part(document: &Document) -> String {
    part(&docx::document(document).unwrap(), "word/document.xml")
}

fn of_blocks(blocks: Vec<Block>) -> Document {
    Document { title: "Отчёт".into(), blocks, footer: "низ".into(), ..Document::default() }
}

/// A PNG of one pixel.
fn picture() -> Vec<u8> {
    const DATA: [u8; 67] = [
        137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 58, 126, 155, 85, 0,
        0, 0, 10, 73, 68, 65, 84, 120, 218, 99, 248, 15, 0, 1, 1, 1, 0, 28, 176, 140, 153, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66,
        96, 130,
    ];
    DATA.to_vec()
}

fn artifact(raw: Value) -> Artifact {
    let Value::Object(raw) = raw else { panic!("raw is an object") };
    Artifact {
        meta: Meta {
            service_id: ServiceId::Screen,
            artifact_version: CONTRACT_VERSION.into(),
            context_id: CaseId(Uuid::from_u128(1)),
            run_id: RunId(Uuid::from_u128(0x00ab_cdef_0123)),
            created_at: "2026-03-01T09:30:00Z".parse().unwrap(),
            language: Locale::Ru,
            correlation_id: "c".into(),
        },
        summary: Summary {
            one_liner: "Суть одной строкой.".into(),
            risk_flags: vec![],
            resource_flags: vec!["умеет ждать".into()],
        },
        markers: vec![Marker { name: "mode".into(), value: "power_saving".into() }],
        questions_for_session: vec![
            SessionQuestion { q: "Второй?".into(), why: "потом".into(), priority: 2 },
            SessionQuestion { q: "Первый?".into(), why: "сначала".into(), priority: 1 },
        ],
        actions: vec![Action {
            who: Who::Therapist, what: "Прочесть".into(), when: When::Pre, goal: "понять".into()
        }],
        raw,
    }
}

fn screening() -> Artifact {
    let mut artifact = artifact(json!({
        "notes": "Заметка о методе.",
        "safety": {
            "thoughts": "recently", "home": "no_answer",
            "signs": [{ "category": "abuse_now", "level": "urgent", "source": "lexicon" }]
        },
        "own_words": "=СУММА(A1)\nСтрашно <b>дома</b>",
        "structural": { "by": "template", "text": { "central_axis": "Ось импульса.", "synthesis": "Вместе." } },
        "portrait": { "by": "model", "text": { "text": "Вы бережёте силы." } },
        "portrait_locale": "en",
        "answers": [
            { "question": "P1_01", "text": "Вопрос один", "ticked": [{ "number": 2, "text": "-вариант" }], "skipped": false,
              "none_fits": false, "contradicts": ["A3"] },
            { "question": "P1_02", "text": "Вопрос два", "ticked": [], "skipped": true, "none_fits": false, "contradicts": [] }
        ],
        "contradictions": [
            { "axis": "A3", "negative": [{ "question": "P1_01", "number": 1, "text": "сразу" }],
              "positive": [{ "question": "P1_02", "number": 2, "text": "жду" }] }
        ],
        "engine": { "v2": {} }
    }));
    artifact.summary.risk_flags = vec!["срочно: насилие или угроза дома".into()];
    artifact
}

/// Texts in the order in which they stand.
fn assert_in_order(text: &str, expected: &[&str]) {
    let mut from = 0;
    for piece in expected {
        let at = text.get(from..).unwrap().find(piece).unwrap_or_else(|| panic!("«{piece}» is missing or out of order"));
        from += at + piece.len();
    }
}

#[test]
fn a_document_is_a_word_file_with_its_texts_escaped() {
    let xml = main_part(&Document {
        title: "<Отчёт> & \"кавычки\"".into(),
        subtitle: "под\u{0}заголовок".into(),
        ..of_blocks(vec![
            Block::Heading(1, "Раздел".into()),
            Block::Paragraph("первый\n\nвторой".into()),
            Block::Numbered(vec!["раз".into()]),
            Block::Quote("</w:t><w:br/>".into()),
        ])
    });
    assert_in_order(
        &xml,
        &["&lt;Отчёт&gt; &amp; ", "подзаголовок", "Раздел", "первый", "второй", "раз", "&lt;/w:t&gt;&lt;w:br/&gt;"],
    );
    assert!(!xml.contains("<Отчёт>") && !xml.contains('\u{0}'));
}

#[test]
fn a_text_that_looks_like_markup_stays_text() {
    let like_markup = r#"<wp:docPr id="1" name="Figure" /><w:trHeight w:val="1" w:hRule="auto" />"#;
    let xml = main_part(&of_blocks(vec![
        Block::Paragraph(like_markup.into()),
        Block::Table { head: vec![like_markup.into()], rows: vec![], widths: vec![100] },
    ]));
    assert_eq!(xml.matches("<w:tblHeader />").count(), 1);
    assert_eq!(xml.matches("<wp:docPr").count(), 0);
}

#[test]
fn a_cell_never_begins_like_a_formula_in_a_table_or_a_box() {
    let xml = main_part(&of_blocks(vec![
        Block::Table { head: vec!["=head".into()], rows: vec![vec!["+cell".into()]], widths: vec![100] },
        Block::Callout {
            tone: Tone::Plain,
            title: "@title".into(),
            lines: vec![Line::plain("-line"), Line::named("=label", "x")],
        },
        Block::Quote("=quote".into()),
    ]));
    for begun in ["=head", "+cell", "@title", "-line", "=label", "=quote"] {
        assert!(!xml.contains(&format!(">{begun}")), "{begun}");
        assert!(xml.contains(&format!("'{begun}")) || xml.contains(&format!("&apos;{begun}")), "{begun}");
    }
}

#[test]
fn the_head_of_a_table_is_repeated_and_short_rows_are_filled_up() {
    let table = Block::Table {
        head: vec!["а".into(), "б".into()],
        rows: vec![vec!["1".into()], vec!["1".into(), "2".into(), "3".into()]],
        widths: vec![50, 50],
    };
    let xml = main_part(&of_blocks(vec![table.clone(), table]));
    assert_eq!(xml.matches("<w:tblHeader />").count(), 2);
    assert_eq!(xml.matches("<w:tr>").count(), 6);
    assert_eq!(xml.matches("<w:tc>").count(), 12);
}

#[test]
fn each_numbered_list_begins_with_one() {
    let list = || Block::Numbered(vec!["раз".into(), "два".into()]);
    let bytes = docx::document(&of_blocks(vec![list(), Block::Bullets(vec!["а".into()]), list()])).unwrap();
    let xml = part(&bytes, "word/document.xml");
    let ids: Vec<&str> = xml.split("<w:numId w:val=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids, ["3", "3", "2", "4", "4"]);
    let numbering = part(&bytes, "word/numbering.xml");
    for own in ["3", "4"] {
        assert!(numbering.contains(&format!("<w:abstractNumId w:val=\"{own}\" />")), "list {own} shares its numbers");
    }
}

#[test]
fn a_picture_is_embedded_and_described() {
    let block = |alt: &str| Block::Picture { png: picture(), width_px: 480, height_px: 600, alt: alt.into() };
    let bytes = docx::document(&of_blocks(vec![block("первая \"картинка\""), block("вторая")])).unwrap();
    let xml = part(&bytes, "word/document.xml");
    assert_in_order(&xml, &["descr=\"первая &quot;картинка&quot;\"", "descr=\"вторая\""]);
    assert_eq!(png::dimensions(&picture()), Ok((1, 1)));
    assert!(parts(&bytes).iter().any(|(name, content)| name.starts_with("word/media/") && *content == picture()));
    // Without the rule LibreOffice cuts a picture down to the height of one line.
    let styles = part(&bytes, "word/styles.xml");
    assert_eq!(styles.matches("<w:spacing ").count(), styles.matches("w:lineRule=\"auto\"").count());
    let broken = Block::Picture { png: b"GIF89a".to_vec(), width_px: 1, height_px: 1, alt: String::new() };
    assert_eq!(docx::document(&of_blocks(vec![broken])), Err(ReportError::Picture));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = docx::from_artifact(&screening(), Some(&picture()));
    let first = docx::document(&document).unwrap();
    // Other documents in between, here and in another thread, change nothing.
    docx::document(&docx::from_artifact(&artifact(json!({})), Some(&picture()))).unwrap();
    let elsewhere = std::thread::spawn(move || docx::document(&document).unwrap()).join().unwrap();
    assert!(first == elsewhere);
}

#[test]
fn a_file_has_no_active_content_and_no_outside_links() {
    let bytes = docx::document(&docx::from_artifact(&screening(), Some(&picture()))).unwrap();
    for (name, content) in parts(&bytes) {
        assert!(!["vba", "activeX", "embeddings", "webextensions", "customXml"].iter().any(|bad| name.contains(bad)), "{name}");
        if name.ends_with(".png") {
            continue;
        }
        let text = String::from_utf8(content).unwrap();
        assert!(!text.contains("TargetMode=\"External\""), "{name}");
        for bad in ["HYPERLINK", "DDE", "INCLUDE", "macro", "w:object"] {
            assert!(!text.contains(bad), "{bad} in {name}");
        }
    }
}

#[test]
fn safety_stands_first_and_apart_then_the_clients_own_words() {
    let document = docx::from_artifact(&screening(), None);
    let [Block::Callout { tone: Tone::Attention, lines, .. }, Block::Heading(2, _), Block::Quote(words), ..] =
        document.blocks.as_slice()
    else {
        panic!("the box and the words do not stand first");
    };
    assert_eq!(words, "=СУММА(A1)\nСтрашно <b>дома</b>");
    let said: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        said,
        [
            "срочно: насилие или угроза дома",
            "недавно",
            "клиент предпочитает не отвечать",
            "срочно: насилие или угроза дома (в словах клиента)",
            "Ответы приведены как есть и в расчёт не входят. Отсутствие сигнала ничего не говорит о безопасности.",
        ]
    );
}

#[test]
fn calm_answers_about_safety_are_shown_without_alarm_and_an_answer_alone_can_be_a_sign() {
    let tone_of = |thoughts: &str, home: &str| {
        let raw = json!({ "safety": { "thoughts": thoughts, "home": home, "signs": [] } });
        match docx::from_artifact(&artifact(raw), None).blocks.first() {
            Some(Block::Callout { tone, lines, .. }) => {
                // "Nothing was seen" never stands beside an answer that is a sign.
                assert_eq!(lines.iter().any(|line| line.text == "сигналов не замечено"), *tone == Tone::Plain);
                (*tone, lines.first().unwrap().text.clone())
            }
            _ => panic!("no box"),
        }
    };
    assert_eq!(tone_of("never", "safe"), (Tone::Plain, "никогда".to_owned()));
    assert_eq!(tone_of("past", "no_answer").0, Tone::Plain);
    assert_eq!(tone_of("now", "safe").0, Tone::Attention);
    assert_eq!(tone_of("never", "not_always").0, Tone::Attention);
    // A code from elsewhere is shown as it is, and loudly.
    assert_eq!(tone_of("often", "safe"), (Tone::Attention, "often".to_owned()));
}

#[test]
fn a_screening_is_shown_whole() {
    let text = txt::document(&docx::from_artifact(&screening(), Some(&picture())));
    assert_in_order(
        &text,
        &[
            "Скрининг перед первой встречей",
            "01.03.2026 · запуск 00abcdef0123",
            "Не медицинское заключение",
            "> Страшно <b>дома</b>",
            "Суть одной строкой.",
            "умеет ждать",
            "Режим: сбережение сил",
            "[Профиль:",
            "Центральная ось",
            "Ось импульса.",
            "Первый?",
            "сначала",
            "Второй?",
            "Прочесть",
            "специалист, до встречи",
            "2) -вариант",
            "↔ тянет в обе стороны: импульс",
            "пропущено",
            "быстрый отклик:",
            "• сразу",
            "пауза, удержание:",
            "• жду",
            "> Вы бережёте силы.",
            "Заметка о методе.",
            "v2",
        ],
    );
}

#[test]
fn an_artifact_with_nothing_of_its_own_still_makes_a_document() {
    let bare = artifact(Value::Object(Map::new()));
    let document = docx::from_artifact(&bare, None);
    let text = txt::document(&document);
    assert!(text.contains("Суть одной строкой.") && text.contains("Первый?"));
    assert!(!text.contains("БЕЗОПАСНОСТЬ") && !text.contains("ПОРТРЕТ"));
    assert!(docx::document(&document).is_ok());
    // Fields of a shape nobody expects are left out and break nothing.
    let text = txt::document(&docx::from_artifact(&artifact(json!({ "safety": {} })), None));
    assert!(!text.contains("сигналов не замечено"), "nothing was asked, so nothing can be said");
    let odd = json!({ "safety": 1, "own_words": [], "structural": "x", "answers": {}, "contradictions": 2, "portrait": [], "engine": "e" });
    assert!(docx::document(&docx::from_artifact(&artifact(odd), None)).is_ok());
}

#[test]
fn the_clients_portrait_holds_the_portrait_alone_in_the_clients_language() {
    let document = docx::portrait(&screening()).unwrap();
    assert_eq!(document.blocks, [Block::Paragraph("Вы бережёте силы.".into())]);
    assert_eq!(document.title, "A sketch from your answers");
    assert_eq!(docx::portrait(&artifact(json!({ "portrait": { "text": { "text": "  " } } }))), None);
    assert_eq!(docx::portrait(&artifact(json!({}))), None);
}

#[test]
fn json_reads_back_as_the_same_artifact() {
    let artifact = screening();
    assert_eq!(serde_json::from_slice::<Artifact>(&json::artifact(&artifact).unwrap()).unwrap(), artifact);
}

#[test]
fn the_files_properties_name_no_person() {
    let core = part(&docx::document(&docx::from_artifact(&screening(), None)).unwrap(), "docProps/core.xml");
    assert!(core.contains("2026-03-01T09:30:00Z") && core.contains(">PsycheOS<") && !core.contains("unknown"));
}

#[test]
fn a_question_with_nothing_ticked_says_so() {
    let raw = json!({ "answers": [{ "text": "Вопрос", "ticked": [], "skipped": false, "none_fits": false, "contradicts": [] }] });
    assert!(txt::document(&docx::from_artifact(&artifact(raw), None)).contains("ничего не отмечено"));
}
