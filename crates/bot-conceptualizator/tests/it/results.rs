//! The three layers, and the artifact.
use bot_kit::{MESSAGE_UNITS, utf16_units};
use bot_material::{SeenSign, reply::Why};
use domain::{DangerCategory, DangerLevel, DangerSource, Locale};
use psycheos_bot_conceptualizator::{
    model::{Confidence, Gap, Kind, Layer},
    result::{
        Payload, Place, Version, Written, chat_board, chat_summary, compose, letter_of, read_letter, read_model, read_targets,
    },
};
use serde_json::{Value, json};

use crate::{card, input};

fn model() -> Value {
    json!({
        "leading": "Возможно, день держится на мобилизации, и вечером тело не успевает остановиться.", "layer": "L1",
        "layer_reason": "Автоматическое «держаться» управляет и сном, и разговором.",
        "loops": [["не спит", "днём нет сил", "держится дольше"]],
        "cost": { "energetic": "Сил хватает только на работу.", "social": "Дома мало слов.", "semantic": "Своё откладывается." },
        "evidence_for": ["днём нет сил"], "evidence_against": ["закрывает чат после девяти"],
        "limits": "Неизвестно, как устроены смены и что было раньше.",
    })
}

fn targets() -> Value {
    let target = |place: &str| {
        json!({
            "place": place, "direction": "Чтобы вечером тело замечало усталость.", "rationale": "Без сил остальное не сдвинется.",
            "criterion": "Клиент замечает первые признаки.",
        })
    };
    json!({
        "targets": [target("L3"), target("L0"), target("L1/L2")], "sequence": "Сначала силы, потом отношения.",
        "agenda": ["Поговорить о вечерах.", "Выяснить, что было иначе."],
    })
}

fn letter() -> Value {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../chat-test/replies/письмо.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn written(of: &psycheos_bot_conceptualizator::material::Input) -> Written {
    Written {
        model: read_model(&model().to_string(), of).unwrap(),
        targets: read_targets(&targets().to_string(), of).unwrap(),
        letter: Some(read_letter(&letter().to_string(), of).unwrap()),
    }
}

#[test]
fn targets_come_bottom_up_whatever_order_they_were_written_in() {
    let read = read_targets(&targets().to_string(), &input(Locale::Ru)).unwrap();
    let order: Vec<(u8, Place)> = read.targets.iter().map(|target| (target.priority, target.place)).collect();
    assert_eq!(order, [(1, Place::L0), (2, Place::L12), (3, Place::L3)]);
}

/// Paths of every text of a reply.
fn texts(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, inner)| texts(inner, &format!("{path}/{name}"), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, inner)| texts(inner, &format!("{path}/{at}"), found)),
        Value::String(_) if !path.ends_with("/layer") && !path.ends_with("/place") => found.push(path.to_owned()),
        _ => {}
    }
}

#[test]
fn the_wording_policy_reads_every_text_of_all_three_layers() {
    let of = input(Locale::Ru);
    type Read<'a> = Box<dyn Fn(&str) -> Vec<Why> + 'a>;
    let why = |faults: Vec<bot_material::reply::Fault>| faults.into_iter().map(|fault| fault.why).collect::<Vec<_>>();
    let readers: [(Value, Read<'_>); 3] = [
        (model(), Box::new(|reply| read_model(reply, &of).err().map(why).unwrap_or_default())),
        (targets(), Box::new(|reply| read_targets(reply, &of).err().map(why).unwrap_or_default())),
        (letter(), Box::new(|reply| read_letter(reply, &of).err().map(why).unwrap_or_default())),
    ];
    for (good, read) in &readers {
        assert_eq!(read(&good.to_string()), [], "{good}");
        let mut fields = Vec::new();
        texts(good, "", &mut fields);
        for field in fields {
            let mut bad = good.clone();
            let place = bad.pointer_mut(&field).unwrap();
            *place = json!(format!("{} Это депрессия.", place.as_str().unwrap()));
            let found = read(&bad.to_string());
            let wanted = if field.contains("evidence") { Why::NotInMaterial } else { Why::Forbidden { rule: "diagnosis" } };
            assert!(found.contains(&wanted), "{field}: {found:?}");
        }
    }
}

#[test]
fn a_letter_is_of_its_length_speaks_to_the_client_and_knows_no_terms_and_no_words_of_the_material() {
    let of = input(Locale::Ru);
    let refused = |change: &dyn Fn(String) -> String| {
        let mut bad = letter();
        bad["text"] = json!(change(bad["text"].as_str().unwrap().to_owned()));
        read_letter(&bad.to_string(), &of).is_err()
    };
    assert!(refused(&|text| text.split_whitespace().take(60).collect::<Vec<_>>().join(" ")), "too short");
    assert!(refused(&|text| format!("{text} {text}")), "too long");
    assert!(refused(&|text| format!("{text} Ваш паттерн привязанности понятен.")), "terms");
    assert!(refused(&|text| format!("{text} Вам нужно бросить работу, вы должны отдохнуть.")), "directives");
    let mut said = of.clone();
    said.parts.push(bot_material::Part::Words("Жена говорит, что его как будто совсем нет рядом по вечерам.".into()));
    let mut bad = letter();
    let told = format!("{} Жена говорит, что его как будто совсем нет рядом по вечерам.", bad["text"].as_str().unwrap());
    bad["text"] = json!(told);
    assert!(read_letter(&bad.to_string(), &said).is_err(), "the client's words told back");
}

#[test]
fn an_artifact_keeps_the_contract_names_gaps_and_keeps_the_letter_apart() {
    for locale in [Locale::Ru, Locale::En] {
        let mut of = input(locale);
        of.signs =
            vec![SeenSign { category: DangerCategory::Suicide, level: DangerLevel::Urgent, source: DangerSource::Lexicon }];
        let artifact = compose(&of, &written(&input(Locale::Ru)), None);
        artifact.validate().unwrap();
        assert_eq!(artifact.summary.risk_flags.len(), 1);
        let kept = Payload::from_raw(&artifact.raw).unwrap();
        assert_eq!(kept.board, of.board);
        assert!(kept.gaps.contains(&Gap::NoKind(Kind::Functional)) && !kept.gaps.contains(&Gap::NoLoop));
        let letter = letter_of(&artifact.raw).unwrap();
        assert!(letter.letter && letter.text.starts_with("Вы долго"));
        assert!(!serde_json::to_string(&artifact.raw["sections"]).unwrap().contains("Вы долго держите"), "the letter is apart");
        let messages = chat_summary(&artifact, locale);
        assert!(messages.iter().all(|html| utf16_units(&html.visible()) <= MESSAGE_UNITS));
        assert!(messages[0].visible().starts_with('⚠'));
        assert_eq!(chat_board(&of.board, locale).visible().lines().count(), 6);
    }
}

#[test]
fn a_second_version_says_what_changed() {
    let of = input(Locale::Ru);
    let first = compose(&of, &written(&of), None);
    let version = Version::of(&first).unwrap();
    let same = compose(&of, &written(&of), Some(&version));
    assert!(same.raw["comparison"]["note"].as_str().unwrap().contains("ничего существенного"));
    let mut later = of.clone();
    later.board.cards[0].confidence = Confidence::Dominant;
    later.board.cards.remove(1);
    later.board.cards.push(card(3, Kind::Dynamic, &[Layer::L2], Confidence::Weak));
    let mut other = written(&of);
    other.model.layer = Layer::L2;
    let changed = compose(&later, &other, Some(&version));
    let lines = changed.raw["comparison"]["lines"].as_array().unwrap();
    let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("добавилось")) && lines.iter().any(|line| line.starts_with("ушло")));
    assert!(
        lines.iter().any(|line| line.contains("рабочая → ведущая")) && lines.iter().any(|line| line.starts_with("ведущий слой"))
    );
}
