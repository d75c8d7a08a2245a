use bot_kit::{Command, Effect, Event, FileKind, JobKind, KeptArtifact, KeptFile, Media, RunStatus};
use bot_material::frame::testing::{self, RUN, bound, says};
use domain::{ArtifactId, CaseId, FileId, Locale, ServiceId};
use uuid::Uuid;

use super::*;
use crate::{
    ask::{ClientTurn, DebriefAsk, MAX_LINE_CHARS, fallback_debrief},
    cases::find_number,
    debrief::{By, Debrief, DebriefInput, compose},
    engine::{Fit, Goal, Layer, LineId, MAX_LINES, MoveReading},
    wish::{DebriefWish, LineWish},
};

type Chat = testing::Chat<Tool>;

fn answer(fit: Fit) -> Outcome {
    let reading = MoveReading::usual(fit, Layer::L2);
    Outcome::Turn(Box::new(ClientTurn { reading, words: "Да…".into(), explanation: "Похоже, так.".into() }), Vec::new())
}

fn begun(mode: Mode) -> Chat {
    let mut chat = Chat::opened();
    chat.press(Key::Own(Press::Mode(mode)));
    chat.press(Key::Own(Press::Client(3)));
    chat.press(Key::Own(Press::Goal(Goal::CrisisSupport)));
    chat
}

fn spoken(mode: Mode, lines: &[Fit]) -> Chat {
    let mut chat = begun(mode);
    for fit in lines {
        chat.say("Я вас слышу.");
        chat.answer(answer(*fit));
    }
    chat
}

fn jobs(effects: &[Effect]) -> Vec<JobKind> {
    effects.iter().filter_map(|effect| if let Effect::Enqueue(job) = effect { Some(job.kind) } else { None }).collect()
}

fn shown(effects: &[Effect]) -> String {
    says(effects).iter().map(|say| say.html.visible()).collect::<Vec<_>>().join("\n")
}

fn wish<T: serde::de::DeserializeOwned>(effects: &[Effect]) -> T {
    let job = effects.iter().find_map(|effect| if let Effect::Enqueue(job) = effect { Some(job) } else { None }).unwrap();
    serde_json::from_value(job.payload.clone()).unwrap()
}

fn debriefed(wish: &DebriefWish) -> Outcome {
    let debrief = Debrief::of(&wish.client, &wish.session, &wish.spoken).unwrap();
    let ask = DebriefAsk { run: RUN, locale: Locale::Ru, case: &wish.client, debrief: &debrief };
    let text = fallback_debrief(&ask);
    let content = compose(&DebriefInput {
        run: RUN,
        context: CaseId(Uuid::from_u128(101)),
        made_at: chrono::DateTime::UNIX_EPOCH,
        correlation: "test",
        locale: Locale::Ru,
        case: &wish.client,
        session: &wish.session,
        debrief: &debrief,
        text: &text,
        by: By::Template,
        signs: &wish.signs,
        flags: &wish.flags,
    });
    let file = KeptFile {
        file: FileId(Uuid::from_u128(8)),
        kind: FileKind::Course,
        name: "course.png".into(),
        mime: "image/png",
        bytes: vec![0],
    };
    let kept = KeptArtifact {
        artifact: ArtifactId(Uuid::from_u128(7)),
        run: RUN,
        case: CaseId(Uuid::from_u128(101)),
        service: ServiceId::Simulator,
        risk: None,
        txt: String::new(),
        files: vec![file],
        content,
    };
    Outcome::Result(Box::new(kept), serde_json::json!({ "tsi": 0.5 }))
}

/// A chat in every stage.
fn stages() -> Vec<(&'static str, Chat)> {
    let own = || {
        let mut chat = Chat::opened();
        chat.press(Key::Own(Press::Mode(Mode::Training)));
        chat.press(Key::Own(Press::Own));
        chat
    };
    let reading = || {
        let mut chat = own();
        chat.say("Берёт все замены и к вечеру лежит.");
        chat.press(Key::Ready);
        chat
    };
    let making = || {
        let mut chat = reading();
        chat.answer(Outcome::Read(bot_material::WasRead { files: Vec::new(), signs: Vec::new(), assessed: true }));
        chat
    };
    let confirming = || {
        let mut chat = making();
        chat.answer(Outcome::Client(Some((Box::new(find_number(8).unwrap().clone()), Vec::new()))));
        chat
    };
    let answering = || {
        let mut chat = spoken(Mode::Training, &[Fit::Matches]);
        chat.say("И ещё.");
        chat
    };
    let outside = || {
        let mut chat = spoken(Mode::Practice, &[Fit::Matches]);
        chat.say("Я сама не хочу жить.");
        chat
    };
    let debriefing = || {
        let mut chat = spoken(Mode::Training, &[Fit::Matches, Fit::Ahead, Fit::Escalates]);
        chat.press(Key::Finish);
        let stamp = chat.version;
        chat.press(Key::Own(Press::EndYes { stamp }));
        chat
    };
    let stuck = || {
        let mut chat = debriefing();
        chat.answer(Outcome::Failed);
        chat
    };
    let mut clients = Chat::opened();
    clients.press(Key::Own(Press::Mode(Mode::Practice)));
    let mut goal = clients.clone();
    goal.press(Key::Own(Press::Client(1)));
    vec![
        ("mode", Chat::opened()),
        ("clients", clients),
        ("goal", goal),
        ("collecting", own()),
        ("reading", reading()),
        ("making", making()),
        ("confirming", confirming()),
        ("begun", begun(Mode::Training)),
        ("active", spoken(Mode::Practice, &[Fit::Matches, Fit::Ahead])),
        ("answering", answering()),
        ("outside", outside()),
        ("debriefing", debriefing()),
        ("stuck", stuck()),
    ]
}

#[test]
fn every_event_in_every_stage_is_answered_and_loses_nothing_that_was_said() {
    let keys = [
        Press::Mode(Mode::Training),
        Press::Modes,
        Press::Clients,
        Press::Client(2),
        Press::Client(99),
        Press::Own,
        Press::Accept,
        Press::MakeAnew,
        Press::Goal(Goal::AffectWork),
        Press::Hint,
        Press::Now,
        Press::Lines(0),
        Press::Lines(200),
        Press::Rewind(LineId(1)),
        Press::Rewind(LineId(99)),
        Press::Pause,
        Press::EndYes { stamp: -1 },
        Press::IntoRole,
        Press::Profile,
        Press::Picture,
    ];
    for (stage, chat) in stages() {
        for (name, event) in testing::events::<Tool>(&keys) {
            let mut chat = chat.clone();
            let before = chat.work().clone();
            let effects = chat.turn(event);
            assert!(!effects.is_empty(), "{stage}: {name} is answered with nothing");
            if let frame::State::Going(after) = &chat.state {
                assert!(after.spoken.len() >= before.spoken.len(), "{stage}: {name}");
                assert!(after.lines() >= before.lines(), "{stage}: {name}");
            }
        }
    }
}

#[test]
fn a_line_is_sent_once_and_the_answer_moves_the_engine() {
    let mut chat = begun(Mode::Training);
    let effects = chat.say("  Похоже, вам сейчас пусто. ");
    let line: LineWish = wish(&effects);
    assert_eq!((line.line.as_str(), line.turn, line.said.len()), ("Похоже, вам сейчас пусто.", 1, 0));
    let effects = chat.answer(answer(Fit::Matches));
    let words = shown(&effects);
    assert!(words.contains("Вымышленный клиент") && words.contains("зелёный") && words.contains("реплика 1 из 60"), "{words}");
    let second: LineWish = wish(&chat.say("Я рядом."));
    assert_eq!((second.turn, second.said.len(), second.now == line.now), (2, 1, false));
}

#[test]
fn in_practice_nothing_of_the_engine_is_shown_before_the_debrief() {
    let engine = ["🟢", "🟡", "🔴", "зелёный", "жёлтый", "красный", "напряжение", "TSI", "Похоже, так"];
    let mut chat = begun(Mode::Practice);
    for fit in Fit::ALL {
        let mut seen = shown(&chat.say("Я вас слышу."));
        let effects = chat.answer(answer(fit));
        seen += &shown(&effects);
        for key in [Press::Now, Press::Lines(0), Press::Hint] {
            let effects = chat.press(Key::Own(key));
            seen += &shown(&effects);
            seen += &says(&effects).iter().flat_map(|say| say.keyboard.keys()).map(|key| key.label.clone()).collect::<String>();
        }
        for word in engine {
            assert!(!seen.contains(word), "{fit:?}: {word} in {seen}");
        }
    }
}

#[test]
fn role_lines_raise_no_alarm_and_ones_own_distress_leaves_the_role_and_tells_nobody() {
    let mut chat = begun(Mode::Training);
    let effects = chat.say("Вы думаете о том, чтобы убить себя?");
    assert_eq!(jobs(&effects), [JobKind::SimulatorLine]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::RaiseDanger(_) | Effect::Tell { .. })));
    chat.answer(answer(Fit::Matches));
    let effects = chat.say("Я сама не хочу жить.");
    assert!(jobs(&effects).is_empty());
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::RaiseDanger(_) | Effect::Tell { .. } | Effect::AlertOperator { .. }))
    );
    assert!(shown(&effects).contains("112") && chat.work().outside);
    // Outside the role nothing goes to the client, until the specialist comes back.
    assert!(jobs(&chat.say("Не знаю.")).is_empty());
    chat.press(Key::Own(Press::IntoRole));
    assert!(chat.work().unsaid.is_none());
    assert_eq!(jobs(&chat.say("Продолжим.")), [JobKind::SimulatorLine]);
    // Before a session, too.
    let mut early = Chat::opened();
    assert!(shown(&early.say("Я хочу умереть.")).contains("112"));
}

#[test]
fn the_answer_that_comes_while_the_role_is_left_waits() {
    let mut chat = begun(Mode::Training);
    chat.say("Я рядом.");
    chat.say("Мне самой не хочется жить.");
    let effects = chat.answer(answer(Fit::Matches));
    assert!(!shown(&effects).contains("Вымышленный клиент"), "{}", shown(&effects));
    assert_eq!(chat.work().lines(), 1);
    assert!(shown(&chat.press(Key::Own(Press::IntoRole))).contains("Да…"));
}

#[test]
fn words_that_come_while_the_client_answers_are_kept_and_said_with_a_key() {
    let mut chat = begun(Mode::Training);
    chat.say("Я рядом.");
    assert!(jobs(&chat.say("И не спешу.")).is_empty());
    chat.say("Совсем.");
    chat.answer(answer(Fit::Matches));
    let line: LineWish = wish(&chat.press(Key::Keep));
    assert_eq!(line.line, "И не спешу.\nСовсем.");
}

#[test]
fn a_line_that_was_not_counted_can_be_sent_again_and_numbers_are_untouched() {
    let mut chat = spoken(Mode::Training, &[Fit::Matches]);
    let before = chat.work().session.clone();
    chat.say("Побудем с этим.");
    for outcome in [Outcome::NotCounted, Outcome::Failed] {
        let effects = chat.answer(outcome);
        assert!(shown(&effects).contains("не посчитана"));
        assert_eq!((&chat.work().session, chat.work().stage), (&before, Stage::Active));
        let line: LineWish = wish(&chat.press(Key::Retry));
        assert_eq!(line.line, "Побудем с этим.");
    }
    chat.answer(answer(Fit::Matches));
    assert_eq!(chat.work().lines(), 2);
    let too_long = "а".repeat(MAX_LINE_CHARS + 1);
    assert!(jobs(&chat.say(&too_long)).is_empty());
}

#[test]
fn going_back_keeps_both_ways() {
    let mut chat = spoken(Mode::Training, &[Fit::Matches, Fit::Escalates]);
    chat.press(Key::Own(Press::Rewind(LineId(2))));
    chat.say("Иначе.");
    chat.answer(answer(Fit::StabilizesL0));
    let work = chat.work();
    let session = work.session.as_ref().unwrap();
    assert_eq!((session.branches().len(), work.way().len(), work.spoken.len()), (2, 2, 3));
    // A line of the other branch is not one to go back to from here.
    let before = session.clone();
    chat.press(Key::Own(Press::Rewind(LineId(2))));
    assert_eq!(chat.work().session, Some(before));
}

#[test]
fn two_lines_end_without_a_debrief_and_what_was_held_is_free() {
    let mut chat = spoken(Mode::Training, &[Fit::Matches, Fit::Matches]);
    chat.press(Key::Finish);
    let old = chat.version;
    chat.say("И ещё одно слово.");
    let effects = chat.press(Key::Own(Press::EndYes { stamp: old }));
    assert!(
        !effects.iter().any(|effect| matches!(effect, Effect::GiveUp { .. })),
        "a client who is about to answer is not cut off"
    );
    chat.answer(Outcome::NotCounted);
    chat.press(Key::Finish);
    let stamp = chat.version;
    let effects = chat.press(Key::Own(Press::EndYes { stamp }));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::GiveUp { run } if *run == RUN)));
    assert!(jobs(&effects).is_empty() && matches!(chat.state, frame::State::Over { how: Ending::GivenUp, .. }));
}

#[test]
fn who_taps_finish_again_and_again_may_answer_any_of_the_questions() {
    let mut chat = spoken(Mode::Training, &[Fit::Matches, Fit::Matches, Fit::Matches]);
    chat.press(Key::Finish);
    let first = chat.version;
    chat.press(Key::Finish);
    chat.press(Key::Finish);
    let effects = chat.press(Key::Own(Press::EndYes { stamp: first }));
    assert_eq!(jobs(&effects), [JobKind::SimulatorDebrief]);
    let again = chat.press(Key::Own(Press::EndYes { stamp: first }));
    assert!(jobs(&again).is_empty(), "it ends once");
}

#[test]
fn the_sixtieth_line_ends_the_session_and_the_debrief_begins() {
    let mut chat = begun(Mode::Practice);
    for number in 1..=MAX_LINES {
        chat.say("Я вас слышу.");
        let effects = chat.answer(answer(Fit::Matches));
        assert_eq!(jobs(&effects).contains(&JobKind::SimulatorDebrief), number == MAX_LINES, "{number}");
    }
    assert_eq!(chat.work().stage, Stage::Debriefing);
}

#[test]
fn the_debrief_is_kept_charged_and_entered_in_the_profile() {
    let (_, mut chat) = stages().into_iter().find(|(name, _)| *name == "stuck").unwrap();
    let wish: DebriefWish = wish(&chat.press(Key::Retry));
    let effects = chat.answer(debriefed(&wish));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::KeepArtifact(_))));
    assert!(effects.iter().any(
        |effect| matches!(effect, Effect::KeepTraining { specialist, .. } if *specialist == bound(RunStatus::Active).specialist)
    ));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::SendFile { .. })));
    // How danger was dealt with stands first.
    let first = shown(&effects);
    assert!(first.starts_with("Безопасность\n🔴 "), "{first}");
    assert!(matches!(chat.state, frame::State::Over { how: Ending::Done, .. }));
}

#[test]
fn signs_in_the_material_of_ones_own_client_are_shown_and_the_material_is_forgotten() {
    let mut chat = Chat::opened();
    chat.press(Key::Own(Press::Mode(Mode::Training)));
    chat.press(Key::Own(Press::Own));
    let effects = chat.say("Клиентка сказала: не хочу жить.");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::RaiseDanger(_))));
    chat.press(Key::Ready);
    chat.answer(Outcome::Read(bot_material::WasRead { files: Vec::new(), signs: Vec::new(), assessed: true }));
    chat.answer(Outcome::Client(Some((Box::new(find_number(8).unwrap().clone()), Vec::new()))));
    chat.press(Key::Own(Press::Accept));
    assert!(!serde_json::to_string(&chat.state).unwrap().contains("не хочу жить"));
}

#[test]
fn no_client_in_whom_nobody_is_recognised_leaves_the_material_and_the_library() {
    let (_, mut chat) = stages().into_iter().find(|(name, _)| *name == "making").unwrap();
    let effects = chat.answer(Outcome::Client(None));
    assert!(shown(&effects).contains("не получилось"));
    assert_eq!((chat.work().stage, chat.work().pile.pieces.len()), (Stage::Collecting, 1));
    for _ in 1..5 {
        assert_eq!(jobs(&chat.press(Key::Own(Press::MakeAnew))), [JobKind::SimulatorCase]);
        chat.answer(Outcome::Client(None));
    }
    assert!(jobs(&chat.press(Key::Own(Press::MakeAnew))).is_empty());
}

#[test]
fn pictures_and_voice_are_answered_with_what_helps() {
    let mut chat = begun(Mode::Training);
    for media in bot_kit::every_media() {
        assert!(jobs(&chat.turn(Event::Media(media))).is_empty());
    }
    let effects = chat.turn(Event::Media(Media::Voice));
    assert!(shown(&effects).contains("текстом"));
    let effects = chat.turn(Event::Command(Command::Sos));
    assert!(shown(&effects).contains("112"));
}
