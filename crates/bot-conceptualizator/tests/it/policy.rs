//! The decision policy as a table: what the board holds, and what is asked next.
use proptest::prelude::*;
use psycheos_bot_conceptualizator::model::{
    Ask, Board, Card, Confidence, Direction, Flag, FlagAnswer, FlagKind, Gap, Kind, Layer, QUESTIONS, Severity, Status, next,
    readiness,
};

use crate::{board, card};

use Confidence::{Dominant, Weak, Working};
use Direction::{Alternatives, Control, Dynamics, Evidence, Function, Level, Safety};
use Kind::{Dynamic, Functional, Managerial, Structural};
use Layer::{L0 as Energy, L2 as Affect, L3 as Relations};

fn with_alternative(mut card: Card) -> Card {
    card.alternatives = vec!["Может быть иначе.".into()];
    card
}

fn with_function(mut card: Card) -> Card {
    card.function = "Бережёт.".into();
    card
}

fn with_loop(mut card: Card) -> Card {
    card.maintained_by = "Одно ведёт к другому и обратно.".into();
    card
}

/// What is said of a board, its cards, what was asked so far, and what is asked next.
type Row = (&'static str, Vec<Card>, Vec<Direction>, Option<Direction>);

#[test]
fn the_first_rule_that_holds_decides_what_is_asked_next() {
    let managed = || card(9, Managerial, &[Relations], Working);
    let table: Vec<Row> = vec![
        ("доска пуста: один вопрос, чтобы начать", vec![], vec![], Some(Level)),
        ("есть гипотезы, но не на что влиять", vec![card(1, Structural, &[Energy], Working)], vec![], Some(Control)),
        ("у ведущей нет альтернативы", vec![card(1, Functional, &[Energy], Dominant), managed()], vec![], Some(Alternatives)),
        (
            "пять гипотез, и ни одна не говорит, как устроено",
            vec![
                card(1, Functional, &[Energy], Working),
                card(2, Functional, &[Affect], Working),
                card(3, Dynamic, &[Affect], Working),
                card(4, Dynamic, &[Relations], Working),
                managed(),
            ],
            vec![],
            Some(Level),
        ),
        (
            "устройство названо, а чему служит, нет",
            vec![card(1, Structural, &[Energy], Working), managed()],
            vec![],
            Some(Function),
        ),
        ("всё на одном слое", vec![with_function(card(1, Structural, &[Relations], Working)), managed()], vec![], Some(Level)),
        (
            "не описано, чем поддерживается",
            vec![with_function(card(1, Structural, &[Energy], Working)), managed()],
            vec![],
            Some(Dynamics),
        ),
        (
            "о безопасности не спрошено",
            vec![with_loop(with_function(card(1, Structural, &[Energy], Working))), managed()],
            vec![Control],
            Some(Safety),
        ),
        (
            "остались слабые: самая старая",
            vec![with_loop(with_function(card(1, Structural, &[Energy], Weak))), card(2, Functional, &[Affect], Weak), managed()],
            vec![Safety],
            Some(Evidence),
        ),
        (
            "слабых нет, но нет устройства",
            vec![with_loop(card(1, Functional, &[Energy], Working)), managed()],
            vec![Safety],
            Some(Level),
        ),
        (
            "нет функциональной",
            vec![with_loop(with_function(card(1, Structural, &[Energy], Working))), managed()],
            vec![Safety],
            Some(Function),
        ),
        (
            "нет динамической",
            vec![
                with_loop(with_function(card(1, Structural, &[Energy], Working))),
                card(2, Functional, &[Affect], Working),
                managed(),
            ],
            vec![Safety],
            Some(Dynamics),
        ),
        (
            "всё есть: вопросов нет",
            vec![
                with_alternative(with_loop(with_function(card(1, Structural, &[Energy], Dominant)))),
                card(2, Functional, &[Affect], Working),
                card(3, Dynamic, &[Affect], Working),
                managed(),
            ],
            vec![Safety],
            None,
        ),
        (
            "о том же спрошено трижды: это оставляют",
            vec![card(1, Structural, &[Energy], Working)],
            vec![Control, Control, Control],
            Some(Function),
        ),
        ("двадцать вопросов: дальше результат", vec![], vec![Level; QUESTIONS], None),
    ];
    for (what, cards, asked, direction) in table {
        let asked: Vec<Ask> = asked.into_iter().map(|direction| Ask { direction, card: None }).collect();
        assert_eq!(next(&board(&cards), &asked).map(|ask| ask.direction), direction, "{what}");
    }
}

#[test]
fn a_question_about_a_card_names_the_oldest_one() {
    let cards = [
        card(4, Structural, &[Energy], Working),
        card(5, Structural, &[Affect], Working),
        card(6, Managerial, &[Relations], Working),
    ];
    let ask = next(&board(&cards), &[]).unwrap();
    assert_eq!((ask.direction, ask.card), (Function, Some(4)));
    // What brought nothing is not asked again: the next card is.
    let then = next(&board(&cards), &[ask]).unwrap();
    assert_eq!((then.direction, then.card), (Function, Some(5)));
}

#[test]
fn what_the_specialist_did_not_accept_does_not_count() {
    for status in [Status::Proposed, Status::Rejected] {
        let mut open = card(1, Structural, &[Energy], Working);
        open.status = status;
        assert_eq!(next(&board(&[open]), &[]).map(|ask| ask.direction), Some(Level));
    }
    let mut edited = card(1, Structural, &[Energy], Working);
    edited.status = Status::Edited;
    assert_eq!(next(&board(&[edited]), &[]).map(|ask| ask.direction), Some(Control));
}

#[test]
fn readiness_names_everything_that_is_missing() {
    let flag =
        |answer| Flag {
            kind: FlagKind::Clinical, severity: Severity::Stop, text: "Проверить.".into(), danger: false, answer
        };
    let empty = readiness(&Board::default(), &[flag(None)]).gaps;
    for gap in [Gap::NoKind(Structural), Gap::NoKind(Managerial), Gap::OneLayer, Gap::NoFunction, Gap::NoLoop, Gap::OpenFlag] {
        assert!(empty.contains(&gap), "{gap:?}");
    }
    let mut cards = vec![
        with_alternative(with_loop(with_function(card(1, Structural, &[Energy], Dominant)))),
        card(2, Functional, &[Affect], Working),
        card(3, Dynamic, &[Affect], Working),
        card(4, Managerial, &[Relations], Working),
    ];
    assert!(readiness(&board(&cards), &[flag(Some(FlagAnswer::WillCheck))]).is_ready());
    assert_eq!(readiness(&board(&cards), &[flag(None)]).gaps, [Gap::OpenFlag]);
    cards[0].alternatives.clear();
    assert_eq!(readiness(&board(&cards), &[]).gaps, [Gap::NoAlternative]);
}

fn any_card() -> impl Strategy<Value = Card> {
    let kind = prop::sample::select(Kind::ALL.to_vec());
    let layers = prop::sample::subsequence(Layer::ALL.to_vec(), 1..=3);
    let confidence = prop::sample::select(Confidence::ALL.to_vec());
    let status = prop::sample::select(Status::ALL.to_vec());
    (kind, layers, confidence, status, any::<[bool; 3]>()).prop_map(
        |(kind, layers, confidence, status, [other, function, circle])| {
            let mut card = card(0, kind, &layers, confidence);
            card.status = status;
            if other {
                card = with_alternative(card);
            }
            if function {
                card = with_function(card);
            }
            if circle { with_loop(card) } else { card }
        },
    )
}

proptest! {
    /// Whatever is on the board, and whatever answers change nothing: the dialogue ends, within its bound, and asks about safety.
    #[test]
    fn every_dialogue_ends_and_asks_about_safety(cards in prop::collection::vec(any_card(), 0..12)) {
        let mut numbered = cards;
        for (id, card) in (1..).zip(&mut numbered) {
            card.id = id;
        }
        let board = board(&numbered);
        let mut asked = Vec::new();
        while let Some(ask) = next(&board, &asked) {
            if let Some(id) = ask.card {
                prop_assert!(board.card(id).is_some_and(Card::is_held));
            }
            prop_assert!(ask.card.is_none() || !asked.contains(&ask), "the same card is asked about twice");
            asked.push(ask);
            prop_assert!(asked.len() <= QUESTIONS);
        }
        let asked: Vec<Direction> = asked.iter().map(|ask| ask.direction).collect();
        let full = asked.len() == QUESTIONS;
        prop_assert!(full || asked.contains(&Direction::Safety));
        // A model that is ready is asked nothing but safety and what is weak.
        if readiness(&board, &[]).is_ready() {
            prop_assert!(asked.iter().all(|direction| matches!(direction, Direction::Safety | Direction::Evidence | Direction::Function)));
        }
    }

    /// Cards keep their numbers, and there are never too many.
    #[test]
    fn a_board_never_gives_a_number_twice(cards in prop::collection::vec(any_card(), 0..60)) {
        let mut board = Board::default();
        for card in cards {
            board.propose(card, 1);
        }
        let mut ids: Vec<u32> = board.cards.iter().map(|card| card.id).collect();
        let before = ids.len();
        ids.dedup();
        prop_assert_eq!(ids.len(), before);
        prop_assert!(before <= 24);
    }
}
