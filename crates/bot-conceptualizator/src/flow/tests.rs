//! Every event in every stage, and the rules that hold for all of them.
use bot_kit::{Command, Effect, Event, MessageKind, PassCheck, RunStatus};
use bot_material::{
    FileRead, PIECES, WasRead,
    frame::testing::{self, TOKEN, bound, says},
};
use domain::{DangerCategory, Locale, RunId, Stars};
use uuid::Uuid;

use super::{Ending, Stage, State, Task, Tool};
use crate::{
    ask::Found,
    button::{Key, Press, Verdict},
    material::{Asked, Reply},
    model::{
        Board, Card, Change, Confidence, Direction, Flag, FlagAnswer, FlagKind, Kind, Layer, QUESTIONS, Severity, Status, next,
    },
    wish::{InputWish, Outcome, Ready, Want},
};

type Chat = testing::Chat<Tool>;

/// Chats in each stage.
trait Stages: Sized {
    /// What the worker is asked for in a turn.
    fn want(effects: &[Effect]) -> Option<Want>;
    /// Words for the question that is wanted.
    fn question(&mut self, effects: &[Effect]) -> Vec<Effect>;
    fn collected() -> Self;
    fn reading() -> Self;
    fn extracting() -> Self;
    fn reviewing() -> Self;
    fn editing() -> Self;
    fn flagged() -> Self;
    fn thinking() -> (Self, Vec<Effect>);
    fn asking() -> Self;
    /// Every question passed over, until there is none.
    fn offering() -> Self;
    fn assembling() -> Self;
    fn stuck() -> Self;
}

impl Stages for Chat {
    fn want(effects: &[Effect]) -> Option<Want> {
        let job = effects.iter().find_map(|effect| if let Effect::Enqueue(job) = effect { Some(job) } else { None })?;
        serde_json::from_value::<InputWish>(job.payload.clone()).ok().map(|wish| wish.want)
    }

    fn question(&mut self, effects: &[Effect]) -> Vec<Effect> {
        let Some(Want::Question(ask)) = Self::want(effects) else { panic!("{effects:?}") };
        let asked = Asked {
            direction: ask.direction,
            card: ask.card,
            question: "Что здесь главное?".into(),
            why: "Пусто.".into(),
            answer: None,
        };
        self.answer(Outcome::Question(Box::new(asked)))
    }

    fn collected() -> Self {
        let mut chat = Self::opened();
        chat.say("Засыпает под утро, днём нет сил.");
        chat
    }

    fn reading() -> Self {
        let mut chat = Self::collected();
        chat.press(Key::Ready);
        chat
    }

    fn extracting() -> Self {
        let mut chat = Self::reading();
        chat.answer(Outcome::Read(WasRead { files: Vec::new(), signs: Vec::new(), assessed: true }));
        chat
    }

    fn reviewing() -> Self {
        let mut chat = Self::extracting();
        let flags = vec![Flag {
            kind: FlagKind::Clinical,
            severity: Severity::Critical,
            text: "Проверить сон.".into(),
            danger: false,
            answer: None,
        }];
        chat.answer(Outcome::Extracted(Found { cards: vec![card(1), card(2)], marks: Vec::new(), flags }));
        chat
    }

    fn editing() -> Self {
        let mut chat = Self::reviewing();
        chat.press(Key::Own(Press::Card(1, Verdict::Edit)));
        chat
    }

    fn flagged() -> Self {
        let mut chat = Self::reviewing();
        chat.press(Key::Own(Press::AcceptAll));
        chat
    }

    fn thinking() -> (Self, Vec<Effect>) {
        let mut chat = Self::flagged();
        let effects = chat.press(Key::Own(Press::Flag(0, FlagAnswer::WillCheck)));
        (chat, effects)
    }

    fn asking() -> Self {
        let (mut chat, effects) = Self::thinking();
        chat.question(&effects);
        chat
    }

    fn offering() -> Self {
        let mut chat = Self::asking();
        while chat.work().stage == Stage::Asking {
            let at = u8::try_from(chat.work().dialogue.len() - 1).unwrap();
            let effects = chat.press(Key::Own(Press::Skip(at)));
            if chat.work().stage == Stage::Thinking {
                chat.question(&effects);
            }
        }
        chat
    }

    fn assembling() -> Self {
        let mut chat = Self::asking();
        chat.press(Key::Finish);
        chat
    }

    fn stuck() -> Self {
        let mut chat = Self::assembling();
        chat.answer(Outcome::Failed);
        chat
    }
}

fn card(number: u32) -> Card {
    Card {
        id: 0,
        kind: Kind::Structural,
        layers: vec![Layer::L0],
        formulation: format!("Предположение {number}."),
        confidence: Confidence::Weak,
        evidence_for: vec!["днём нет сил".into()],
        evidence_against: Vec::new(),
        alternatives: Vec::new(),
        function: String::new(),
        maintained_by: String::new(),
        status: Status::Proposed,
        since: 0,
    }
}

fn stages() -> Vec<(&'static str, Chat)> {
    let mut over = Chat::collected();
    over.run = Some(bound(RunStatus::Expired));
    vec![
        ("door", Chat::new()),
        ("opened", Chat::opened()),
        ("collected", Chat::collected()),
        ("reading", Chat::reading()),
        ("extracting", Chat::extracting()),
        ("reviewing", Chat::reviewing()),
        ("editing", Chat::editing()),
        ("flagged", Chat::flagged()),
        ("thinking", Chat::thinking().0),
        ("asking", Chat::asking()),
        ("offering", Chat::offering()),
        ("assembling", Chat::assembling()),
        ("stuck", Chat::stuck()),
        ("over", over),
    ]
}

fn events() -> Vec<(String, Event<Ready>)> {
    testing::events::<Tool>(&[
        Press::Checklist,
        Press::Card(1, Verdict::Accept),
        Press::Card(1, Verdict::Edit),
        Press::Card(1, Verdict::Reject),
        Press::Card(1, Verdict::Later),
        Press::Card(9, Verdict::Accept),
        Press::AcceptAll,
        Press::Flag(0, FlagAnswer::Checked),
        Press::Flag(9, FlagAnswer::Checked),
        Press::Skip(0),
        Press::Skip(9),
        Press::Why(0),
        Press::Back(0),
        Press::Ask,
    ])
}

#[test]
fn every_event_is_answered_in_every_stage_and_nothing_of_the_material_or_the_board_is_lost() {
    for locale in [Locale::Ru, Locale::En] {
        for (stage, chat) in stages() {
            for (event, happened) in events() {
                let mut chat = Chat { locale, ..chat.clone() };
                let kept = |state: &State| match state {
                    State::Going(work) => (work.pile.pieces.len(), work.board.cards.len(), work.flags.len()),
                    State::Door | State::Over { .. } => (0, 0, 0),
                };
                let before = kept(&chat.state);
                let effects = chat.turn(happened);
                let toast = effects.iter().any(|effect| matches!(effect, Effect::AnswerPress { .. }));
                assert!(toast || !says(&effects).is_empty(), "{stage} is silent to {event}");
                if matches!(chat.state, State::Going(_)) {
                    let after = kept(&chat.state);
                    assert!(after.0 >= before.0 && after.1 >= before.1 && after.2 >= before.2, "{stage}, {event}");
                } else {
                    assert!(stage == "door" || stage == "over", "{stage} ended by {event}");
                }
                assert!(!effects.iter().any(|effect| matches!(effect, Effect::GiveUp { .. })), "{stage} given up by {event}");
            }
        }
    }
}

#[test]
fn a_sign_of_danger_is_told_first_once_and_becomes_a_flag_that_must_be_answered() {
    for (stage, chat) in stages().into_iter().filter(|(stage, _)| !matches!(*stage, "door" | "over")) {
        let mut chat = chat;
        let effects = chat.say("Клиент сказал: не хочу жить.");
        let [Effect::RaiseDanger(danger), Effect::Say(say), ..] = effects.as_slice() else { panic!("{stage}: {effects:?}") };
        assert_eq!((danger.category, say.kind), (DangerCategory::Suicide, MessageKind::Danger), "{stage}");
        assert!(chat.work().flags.iter().any(|flag| flag.danger && flag.severity == Severity::Critical), "{stage}");
        let again = chat.say("Повторил: не хочу жить.");
        assert!(!again.iter().any(|effect| matches!(effect, Effect::RaiseDanger(_))), "{stage} tells it twice");
    }
}

#[test]
fn no_target_is_proposed_before_every_red_flag_is_answered() {
    let mut chat = Chat::reviewing();
    let effects = chat.press(Key::Own(Press::Card(1, Verdict::Accept)));
    assert_eq!(Chat::want(&effects), None);
    // Finishing puts off what is not decided; the flag stays.
    let effects = chat.press(Key::Finish);
    assert_eq!((Chat::want(&effects), chat.work().stage), (None, Stage::Flagged(0)));
    chat.say("Ещё слово о сне.");
    let effects = chat.press(Key::Own(Press::Flag(0, FlagAnswer::NotApplicable)));
    assert_eq!(chat.work().stage, Stage::Reading, "what came meanwhile is read first: {effects:?}");
    let effects = chat.answer(Outcome::Read(WasRead { files: Vec::new(), signs: Vec::new(), assessed: true }));
    assert_eq!(Chat::want(&effects), Some(Want::Result));
}

#[test]
fn what_the_specialist_says_to_a_hypothesis_is_kept() {
    let mut chat = Chat::reviewing();
    chat.press(Key::Own(Press::Card(1, Verdict::Edit)));
    chat.say("Своими словами.");
    assert_eq!(chat.work().stage, Stage::Reviewing(2));
    // A key of a hypothesis that is past changes nothing.
    chat.press(Key::Own(Press::Card(1, Verdict::Reject)));
    chat.press(Key::Own(Press::Card(2, Verdict::Reject)));
    let cards: Vec<(Status, &str)> =
        chat.work().board.cards.iter().map(|card| (card.status, card.formulation.as_str())).collect();
    assert_eq!(cards, [(Status::Edited, "Своими словами."), (Status::Rejected, "Предположение 2.")]);
}

#[test]
fn an_answer_changes_the_board_and_what_changed_is_decided_before_the_next_question() {
    let mut chat = Chat::asking();
    let effects = chat.say("Можно выбирать, когда закрыть чат.");
    assert_eq!(Chat::want(&effects), Some(Want::Changes));
    let managed = Card { kind: Kind::Managerial, layers: vec![Layer::L3], ..card(3) };
    let changed = Card { function: "Бережёт.".into(), ..card(1) };
    chat.answer(Outcome::Changed(vec![Change { of: None, card: managed }, Change { of: Some(1), card: changed }]));
    assert_eq!(chat.work().stage, Stage::Reviewing(1), "a changed one is decided anew");
    chat.press(Key::Own(Press::Card(1, Verdict::Accept)));
    let effects = chat.press(Key::Own(Press::Card(3, Verdict::Accept)));
    let Some(Want::Question(ask)) = Chat::want(&effects) else { panic!("{effects:?}") };
    assert_eq!(ask, next(&chat.work().board, &chat.work().asked()).unwrap());
}

#[test]
fn back_opens_the_question_before_and_keeps_the_board() {
    let mut chat = Chat::asking();
    let effects = chat.press(Key::Own(Press::Skip(0)));
    chat.question(&effects);
    assert_eq!(chat.work().dialogue.len(), 2);
    chat.press(Key::Own(Press::Back(1)));
    assert_eq!((chat.work().dialogue.len(), &chat.work().dialogue[0].answer), (1, &None));
    let effects = chat.say("Теперь отвечу.");
    assert_eq!(Chat::want(&effects), Some(Want::Changes));
    assert_eq!(chat.work().dialogue[0].answer, Some(Reply::Said("Теперь отвечу.".into())));
}

#[test]
fn twenty_questions_at_most_and_the_last_one_leads_to_a_result() {
    // Each answer brings one more weak hypothesis of a kind that leaves a gap, so that there is always something to ask.
    let mut chat = Chat::asking();
    let kinds = [Kind::Functional, Kind::Dynamic, Kind::Managerial, Kind::Structural];
    let mut number = 0;
    loop {
        number += 1;
        assert!(number <= QUESTIONS, "it never ends");
        let effects = if number % 3 == 0 {
            let at = u8::try_from(chat.work().dialogue.len() - 1).unwrap();
            chat.press(Key::Own(Press::Skip(at)))
        } else {
            chat.say(&format!("Ответ {number}, сказанный словами."));
            let kind = kinds[number % kinds.len()];
            chat.answer(Outcome::Changed(vec![Change { of: None, card: Card { kind, ..card(10) } }]));
            let Stage::Reviewing(id) = chat.work().stage else { panic!("{:?}", chat.work().stage) };
            chat.press(Key::Own(Press::Card(id, Verdict::Accept)))
        };
        match chat.work().stage {
            Stage::Thinking => {
                chat.question(&effects);
            }
            Stage::Asking => {}
            Stage::Offering => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(chat.work().dialogue.len() <= QUESTIONS);
    let effects = chat.press(Key::Finish);
    assert_eq!(Chat::want(&effects), Some(Want::Result));
}

#[test]
fn every_direction_is_reached_in_a_dialogue_where_everything_is_passed_over() {
    let chat = Chat::offering();
    let asked: Vec<Direction> = chat.work().asked().iter().map(|ask| ask.direction).collect();
    for direction in
        [Direction::Control, Direction::Function, Direction::Level, Direction::Dynamics, Direction::Safety, Direction::Evidence]
    {
        assert!(asked.contains(&direction), "{direction:?} in {asked:?}");
    }
    let mut dominant = Chat::extracting();
    let cards = vec![Card { confidence: Confidence::Dominant, ..card(1) }, Card { kind: Kind::Managerial, ..card(2) }];
    dominant.answer(Outcome::Extracted(Found { cards, marks: Vec::new(), flags: Vec::new() }));
    let effects = dominant.press(Key::Own(Press::AcceptAll));
    let Some(Want::Question(ask)) = Chat::want(&effects) else { panic!("{effects:?}") };
    assert_eq!(ask.direction, Direction::Alternatives);
}

#[test]
fn from_nothing_the_first_question_comes_at_once_and_nothing_can_be_assembled_from_nothing() {
    let mut chat = Chat::opened();
    let effects = chat.press(Key::Ready);
    assert_eq!((chat.work().stage, Chat::want(&effects)), (Stage::Asking, None));
    chat.press(Key::Finish);
    assert_eq!(chat.work().stage, Stage::Asking);
    assert_eq!(chat.work().board, Board::default());
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_rest_goes_on() {
    let mut chat = Chat::collected();
    chat.turn(Event::Media(bot_kit::every_media()[1].clone()));
    assert_eq!(chat.work().pile.pieces.len(), 2);
    chat.press(Key::Ready);
    let unread = FileRead::Unreadable { code: "encrypted".into() };
    let effects = chat.answer(Outcome::Read(WasRead { files: vec![(1, unread)], signs: Vec::new(), assessed: true }));
    assert!(says(&effects)[0].html.visible().contains("Файл №2") && chat.work().stage == Stage::Extracting);
    for number in 0..PIECES {
        chat.say(&format!("часть {number}."));
    }
    assert_eq!(chat.work().pile.pieces.len(), PIECES);
}

#[test]
fn who_has_no_run_reads_only_the_door_and_a_run_that_ended_elsewhere_is_over() {
    let mut chat = Chat { specialist: None, ..Chat::new() };
    for (name, event) in events() {
        let effects = chat.turn(event);
        assert_eq!(chat.state, State::Door, "{name}");
        assert!(effects.iter().all(|effect| matches!(effect, Effect::Say(_) | Effect::Show(_))), "{name}: {effects:?}");
    }
    for (status, how) in [
        (RunStatus::Completed, Ending::Done),
        (RunStatus::Canceled, Ending::Closed),
        (RunStatus::Expired, Ending::Expired),
        (RunStatus::Failed, Ending::Failed),
    ] {
        let mut chat = Chat { run: Some(bound(status)), ..Chat::asking() };
        chat.say("Ещё слово.");
        assert_eq!(chat.state, State::Over { run: RunId(Uuid::from_u128(100)), how });
    }
    let mut chat = Chat { pass: PassCheck::TooFewStars(bot_kit::Offer { price: Stars(90), available: Stars(1) }), ..Chat::new() };
    chat.turn(Event::Opened { token: Some(TOKEN.into()) });
    assert_eq!(chat.state, State::Door);
}

#[test]
fn giving_up_asks_once_and_an_answer_of_the_worker_comes_too_late() {
    let mut chat = Chat::assembling();
    chat.turn(Event::Command(Command::Cancel));
    let stamp = chat.version;
    let effects = chat.press(Key::CancelYes { stamp });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::GiveUp { .. })));
    let late = Ready { run: RunId(Uuid::from_u128(100)), serial: 9, what: Outcome::Failed };
    assert!(chat.turn(Event::Answered(late)).is_empty());
    assert!(matches!(chat.state, State::Over { how: Ending::GivenUp, .. }));
    let mut stuck = Chat::stuck();
    assert_eq!(stuck.work().stage, Stage::Stuck(Task::Result));
    let effects = stuck.press(Key::Retry);
    assert_eq!(Chat::want(&effects), Some(Want::Result));
}
