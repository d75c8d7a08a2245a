//! The model of a case: what is asked next, when it is ready, what of a model's replies is taken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../../test-kit/src/injections.rs"]
mod injections;
mod policy;
mod prompts;
mod results;

use bot_material::Part;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{CaseId, Locale, RunId};
use psycheos_bot_conceptualizator::{
    material::{Asked, Input, Reply},
    model::{Board, Card, Confidence, Direction, Kind, Layer, Status},
};
use uuid::Uuid;

/// A card the specialist stands behind.
fn card(id: u32, kind: Kind, layers: &[Layer], confidence: Confidence) -> Card {
    Card {
        id,
        kind,
        layers: layers.to_vec(),
        formulation: format!("Предположение номер {id}, сказанное осторожно."),
        confidence,
        evidence_for: vec!["днём нет сил".into()],
        evidence_against: Vec::new(),
        alternatives: Vec::new(),
        function: String::new(),
        maintained_by: String::new(),
        status: Status::Accepted,
        since: 0,
    }
}

fn board(cards: &[Card]) -> Board {
    Board { last: u32::try_from(cards.len()).unwrap(), cards: cards.to_vec() }
}

fn input(locale: Locale) -> Input {
    let mut one = card(1, Kind::Structural, &[Layer::L0, Layer::L1], Confidence::Working);
    one.function = "Бережёт от остановки.".into();
    one.maintained_by = "Не спит, днём нет сил, держится дольше.".into();
    Input {
        run: RunId(Uuid::from_u128(1)),
        case: CaseId(Uuid::from_u128(2)),
        made_at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000),
        correlation: "story".into(),
        locale,
        parts: vec![Part::Words("Засыпает под утро, днём нет сил. Когда злится, замолкает и уходит в телефон.".into())],
        earlier: Vec::new(),
        board: board(&[one, card(2, Kind::Managerial, &[Layer::L3], Confidence::Working)]),
        marks: Vec::new(),
        flags: Vec::new(),
        dialogue: vec![Asked {
            direction: Direction::Control,
            card: None,
            question: "На что можно повлиять?".into(),
            why: "Нечем управлять.".into(),
            answer: Some(Reply::Said("закрывает чат после девяти".into())),
        }],
        signs: Vec::new(),
        assessed: true,
    }
}
