//! What a model is sent: fixed instructions, and people's words that cannot leave their fences.
use bot_kit::{RenderedPrompt, prompt::canary};
use bot_material::{
    Part,
    reply::{Fault, Why},
};
use domain::Locale;
use psycheos_bot_conceptualizator::{
    ask::{
        check_prompts, extract_prompt, model_prompt, our_asked, question_prompt, read_changes, read_extract, read_question,
        repair_request, step_prompt,
    },
    material::{Input, Reply},
    model::{Ask, Confidence, Direction},
};
use serde_json::{Value, json};

use crate::{injections::injections, input};

const ASK: Ask = Ask { direction: Direction::Function, card: Some(1) };

fn all(of: &Input) -> [RenderedPrompt; 4] {
    [extract_prompt(of), step_prompt(of), question_prompt(of, ASK), model_prompt(of)]
}

/// Everything outside the fences of a prompt.
fn outside(prompt: &RenderedPrompt) -> String {
    let mut out = String::new();
    let mut rest = prompt.user.as_str();
    while let Some((before, after)) = rest.split_once("<material") {
        out.push_str(before);
        rest = after.split_once("</material>").unwrap().1;
    }
    out + rest
}

#[test]
fn no_attempt_in_notes_documents_answers_or_on_the_board_leaves_its_fence() {
    check_prompts().unwrap();
    let with = |text: &str| {
        let mut of = input(Locale::Ru);
        of.parts = vec![Part::Words(text.into()), Part::Document { text: text.into(), truncated: false }];
        of.dialogue[0].answer = Some(Reply::Said(text.into()));
        of.dialogue[0].question = text.into();
        of.board.cards[0].formulation = text.into();
        of
    };
    let plain = all(&with("просто слова"));
    for one in injections() {
        for (attacked, plain) in all(&with(&one.text)).iter().zip(&plain) {
            assert_eq!((&attacked.system, &attacked.schema), (&plain.system, &plain.schema), "{}", one.id);
            assert_eq!(outside(attacked), outside(plain), "{}", one.id);
        }
        let of = with(&one.text);
        assert!(read_extract(&one.text, &of, true).is_err() && read_changes(&one.text, &of, true).is_err(), "{}", one.id);
        assert!(read_question(&one.text, &of).is_err(), "{}", one.id);
    }
}

#[test]
fn a_model_gets_no_ids() {
    let of = input(Locale::Ru);
    for prompt in all(&of) {
        assert!(!prompt.user.contains(&of.run.to_string()) && !prompt.user.contains(&of.case.to_string()));
    }
    let repair = repair_request(&model_prompt(&of), "x", &[Fault::new("leading", Why::TooShort)]);
    assert!(repair.user.contains("leading: слишком коротко"));
}

fn found(quote: &str) -> Value {
    json!({
        "hypotheses": [{
            "kind": "structural", "layers": ["L1", "L0", "L0"], "formulation": "Возможно, тело держится до ночи.", "confidence": "dominant",
            "evidence_for": [quote], "evidence_against": [], "alternatives": [], "function": "", "maintained_by": "",
        }],
        "marks": [{ "layer": "L0", "tension": "high", "density": "sparse" }, { "layer": "L0", "tension": "low", "density": "rich" }],
        "flags": [{ "kind": "clinical", "severity": "stop", "text": "Уточнить, как давно нарушен сон." }],
    })
}

#[test]
fn a_quotation_that_is_not_in_the_material_is_refused_by_code() {
    let of = input(Locale::Ru);
    for (quote, held) in [
        ("Засыпает под утро", true),
        ("засыпает под утро, днем нет сил", true),
        ("закрывает чат после девяти", true),
        ("Засыпает под утра", true),
        ("не спит с детства", false),
        ("днём много сил", false),
        ("нет сил днём", false),
    ] {
        let reply = found(quote).to_string();
        let read = read_extract(&reply, &of, false);
        assert_eq!(read.is_ok(), held, "{quote}: {read:?}");
        if !held {
            assert!(read.unwrap_err().iter().any(|fault| fault.why == Why::NotInMaterial), "{quote}");
            // Mended, the hypothesis that rests on nothing is left out.
            assert_eq!(read_extract(&reply, &of, true).unwrap().cards, [], "{quote}");
        }
    }
}

#[test]
fn what_is_found_comes_in_order_and_once() {
    let mut two = found("днём нет сил");
    let again = two["hypotheses"][0].clone();
    two["hypotheses"].as_array_mut().unwrap().push(again);
    let read = read_extract(&two.to_string(), &input(Locale::Ru), false).unwrap();
    assert_eq!((read.cards[0].layers.len(), read.marks.len(), read.flags.len()), (2, 1, 1));
    assert_eq!(
        [read.cards[0].confidence, read.cards[1].confidence],
        [Confidence::Dominant, Confidence::Working],
        "one dominant at most"
    );
}

#[test]
fn forbidden_words_are_refused_in_every_text_of_the_board() {
    let of = input(Locale::Ru);
    for field in ["formulation", "function", "maintained_by"] {
        let mut bad = found("днём нет сил");
        bad["hypotheses"][0][field] = json!("У клиента депрессия, это видно.");
        let faults = read_extract(&bad.to_string(), &of, false).unwrap_err();
        assert!(faults.iter().any(|fault| fault.why == Why::Forbidden { rule: "diagnosis" }), "{field}");
    }
    let mut bad = found("днём нет сил");
    bad["flags"][0]["text"] = json!("Риск низкий, всё безопасно.");
    assert!(read_extract(&bad.to_string(), &of, false).is_err());
    // The flag stays, as serious as it was, in words of ours.
    let kept = read_extract(&bad.to_string(), &of, true).unwrap().flags;
    let before = read_extract(&found("днём нет сил").to_string(), &of, true).unwrap().flags;
    assert_eq!((kept.len(), kept[0].severity, kept[0].kind), (1, before[0].severity, before[0].kind));
    assert!(kept[0].text.contains("проверить") && !kept[0].text.contains("Риск"));
    let mark = canary(of.run.0.as_bytes());
    let mut told = found("днём нет сил");
    told["hypotheses"][0]["formulation"] = json!(format!("Возможно, {mark} здесь."));
    assert_eq!(read_extract(&told.to_string(), &of, true), Err(vec![Fault::new("", Why::Leaked)]));
}

#[test]
fn a_question_is_one_and_ours_are_good_questions_too() {
    let of = input(Locale::Ru);
    let reply = |question: &str| json!({ "question": question, "why": "Пусто там, где функция." }).to_string();
    assert!(read_question(&reply("От чего это бережёт?"), &of).is_ok());
    for bad in ["Расскажите.", "Что это? А зачем?", "У него депрессия, да?"] {
        assert!(read_question(&reply(bad), &of).is_err(), "{bad}");
    }
    for locale in [Locale::Ru, Locale::En] {
        let mut of = input(locale);
        for direction in Direction::ALL {
            let mut seen = std::collections::BTreeSet::new();
            of.dialogue.clear();
            for _ in 0..3 {
                let asked = our_asked(Ask { direction, card: None }, &of);
                let reply = json!({ "question": asked.question, "why": asked.why }).to_string();
                assert!(direction == Direction::Safety || read_question(&reply, &of).is_ok(), "{}", asked.question);
                seen.insert(asked.question.clone());
                of.dialogue.push(asked);
            }
            assert!(direction == Direction::Safety || seen.len() == 3, "{direction:?} repeats itself");
        }
    }
}
