//! Every event in every stage, and the rules that hold for all of them.
use bot_kit::{Attachment, Command, Effect, Event, Media, MessageKind, Page, PassCheck, ResultLine, RunStatus};
use bot_material::{
    FileRead, PIECES, ReadingWish, WasRead,
    frame::testing::{self, TOKEN, bound, says},
};
use domain::{ArtifactId, DangerCategory, Locale, RunId, ServiceId, Stars};
use uuid::Uuid;

use super::{Ending, Stage, State, Task, Tool};
use crate::{
    button::{Choice, Key, Press},
    material::Reply,
    wish::{InputWish, Outcome, Ready},
};

type Chat = testing::Chat<Tool>;

/// Chats in each stage.
trait Stages: Sized {
    fn collected() -> Self;
    fn reading() -> Self;
    fn describing() -> Self;
    fn asking() -> Self;
    fn interpreting() -> Self;
    fn stuck() -> Self;
}

impl Stages for Chat {
    fn collected() -> Self {
        let mut chat = Self::opened();
        chat.say("Сон: иду по дому, лестница рушится.");
        chat
    }

    fn reading() -> Self {
        let mut chat = Self::collected();
        chat.turn(Event::Media(photo("рис", Some("подпись"))));
        chat.press(Key::Ready);
        chat
    }

    fn describing() -> Self {
        let mut chat = Self::reading();
        chat.answer(read(&[(1, FileRead::Picture { description: "Дерево. ".repeat(80) })]));
        chat
    }

    fn asking() -> Self {
        let mut chat = Self::describing();
        chat.press(Key::Own(Press::Right));
        chat.answer(Outcome::Questions(vec!["Что чувствовалось?".into(), "Кто рядом?".into(), "Что дальше?".into()]));
        chat
    }

    fn interpreting() -> Self {
        let mut chat = Self::asking();
        chat.press(Key::Finish);
        chat
    }

    fn stuck() -> Self {
        let mut chat = Self::interpreting();
        chat.answer(Outcome::Failed);
        chat
    }
}

fn photo(file: &str, caption: Option<&str>) -> Media {
    Media::Photo(Attachment {
        file: file.into(),
        size: Some(1000),
        mime: None,
        name: None,
        caption: caption.map(str::to_owned),
        album: None,
    })
}

fn read(files: &[(usize, FileRead)]) -> Outcome {
    Outcome::Read(WasRead { files: files.to_vec(), signs: Vec::new(), assessed: true })
}

fn stages() -> Vec<(&'static str, Chat)> {
    let mut over = Chat::collected();
    over.run = Some(bound(RunStatus::Expired));
    vec![
        ("door", Chat::new()),
        ("opened", Chat::opened()),
        ("collected", Chat::collected()),
        ("reading", Chat::reading()),
        ("describing", Chat::describing()),
        ("asking", Chat::asking()),
        ("interpreting", Chat::interpreting()),
        ("stuck", Chat::stuck()),
        ("over", over),
    ]
}

fn events() -> Vec<(String, Event<Ready>)> {
    testing::events::<Tool>(&[Press::More, Press::Right, Press::Answer(0, Choice::DontKnow), Press::Answer(9, Choice::Skip)])
}

#[test]
fn every_event_is_answered_in_every_stage_and_nothing_of_the_material_is_lost() {
    for locale in [Locale::Ru, Locale::En] {
        for (stage, chat) in stages() {
            for (event, happened) in events() {
                let mut chat = Chat { locale, ..chat.clone() };
                let before = match &chat.state {
                    State::Going(work) => work.pile.pieces.len(),
                    State::Door | State::Over { .. } => 0,
                };
                let effects = chat.turn(happened);
                let toast = effects.iter().any(|effect| matches!(effect, Effect::AnswerPress { .. }));
                assert!(toast || !says(&effects).is_empty(), "{stage} is silent to {event}");
                match &chat.state {
                    State::Going(work) => assert!(work.pile.pieces.len() >= before, "{stage}, {event}"),
                    State::Door | State::Over { .. } => assert!(stage == "door" || stage == "over", "{stage} ended by {event}"),
                }
                assert!(!effects.iter().any(|effect| matches!(effect, Effect::GiveUp { .. })), "{stage} given up by {event}");
            }
        }
    }
}

#[test]
fn a_call_for_help_is_answered_in_every_stage() {
    for (stage, chat) in stages() {
        let mut chat = chat;
        let effects = chat.turn(Event::Command(Command::Sos));
        let danger = says(&effects).iter().any(|say| say.kind == MessageKind::Danger && say.html.visible().contains("112"));
        assert!(danger, "{stage}");
    }
}

#[test]
fn a_sign_of_danger_is_told_first_and_once_in_every_stage_with_material() {
    for (stage, chat) in stages().into_iter().filter(|(stage, _)| !matches!(*stage, "door" | "over")) {
        let mut chat = chat;
        let effects = chat.say("Клиентка сказала: не хочу жить.");
        let [Effect::RaiseDanger(danger), Effect::Say(say), rest @ ..] = effects.as_slice() else {
            panic!("{stage}: {effects:?}")
        };
        assert_eq!(danger.category, DangerCategory::Suicide, "{stage}");
        assert_eq!(say.kind, MessageKind::Danger, "{stage}");
        assert!(!rest.is_empty(), "{stage}: the words themselves are answered too");
        let again = chat.say("Она повторила: не хочу жить.");
        assert!(!again.iter().any(|effect| matches!(effect, Effect::RaiseDanger(_))), "{stage} tells it twice");
    }
}

#[test]
fn a_sign_in_a_document_is_told_when_it_was_read() {
    let mut chat = Chat::reading();
    let text = FileRead::Text {
        text: "Из записи: клиент сказал, что хочет умереть сегодня.".into(), truncated: false
    };
    let effects = chat.answer(read(&[(1, text)]));
    assert!(matches!(effects.first(), Some(Effect::RaiseDanger(_))), "{effects:?}");
}

#[test]
fn who_has_no_run_reads_only_the_door() {
    let mut chat = Chat { specialist: None, ..Chat::new() };
    for (name, event) in events() {
        let effects = chat.turn(event);
        assert_eq!(chat.state, State::Door, "{name}");
        let quiet = |effect: &Effect| matches!(effect, Effect::Say(_) | Effect::Show(_));
        assert!(effects.iter().all(quiet), "{name}: {effects:?}");
    }
}

#[test]
fn a_pass_that_does_not_open_leaves_everything_as_it_is() {
    for pass in [
        PassCheck::Own,
        PassCheck::Taken,
        PassCheck::Unavailable,
        PassCheck::TooManyTries,
        PassCheck::TooFewStars(bot_kit::Offer { price: Stars(60), available: Stars(59) }),
    ] {
        let mut chat = Chat { pass, ..Chat::new() };
        let effects = chat.turn(Event::Opened { token: Some(TOKEN.into()) });
        assert_eq!((chat.state.clone(), effects.len()), (State::Door, 1), "{:?}", chat.pass);
    }
}

#[test]
fn what_was_waited_for_comes_into_the_newest_message_also_after_coming_back() {
    let mut chat = Chat::interpreting();
    let effects = chat.turn(Event::Opened { token: Some(TOKEN.into()) });
    let newest = effects.iter().find_map(|effect| match effect {
        Effect::Say(say) => Some(say.id),
        _ => None,
    });
    let newest = newest.flatten().expect("the message can be edited");
    let effects = chat.answer(Outcome::Failed);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Edit { message, .. } if *message == newest)), "{effects:?}");
}

#[test]
fn another_link_does_not_take_the_place_of_what_goes_on() {
    let mut chat = Chat::collected();
    let before = chat.state.clone();
    let effects = chat.turn(Event::Opened { token: Some("f".repeat(32)) });
    assert_eq!(chat.state, before);
    assert!(says(&effects)[0].html.visible().contains("другая интерпретация"));
    // When the first one has ended, the link can be opened.
    chat.run = Some(bound(RunStatus::Completed));
    chat.turn(Event::Opened { token: Some("f".repeat(32)) });
    assert_eq!(chat.state, State::Over { run: RunId(Uuid::from_u128(100)), how: Ending::Done });
}

#[test]
fn a_question_to_the_bot_is_no_material_until_it_is_said_to_be() {
    for (words, is_question) in [
        ("?", true),
        ("Что сюда присылать?", true),
        ("а можно фото", false),
        ("Он спросил: ты где? Я проснулась.", false),
        ("Иду по дому. Почему он пуст?", false),
        ("Сон: дверь, за ней вода", false),
    ] {
        let mut chat = Chat::opened();
        chat.say(words);
        assert_eq!(chat.work().pile.pieces.is_empty(), is_question, "{words}");
        if is_question {
            chat.press(Key::Keep);
            assert_eq!(chat.work().pile.pieces.len(), 1, "{words}");
        }
    }
}

#[test]
fn pictures_of_an_album_are_counted_in_one_message() {
    let mut chat = Chat::opened();
    let album = |file: &str| {
        let Media::Photo(attachment) = photo(file, None) else { unreachable!() };
        Event::Media(Media::Photo(Attachment { album: Some("13".into()), ..attachment }))
    };
    assert!(matches!(chat.turn(album("1")).as_slice(), [Effect::Say(_)]));
    assert!(matches!(chat.turn(album("2")).as_slice(), [Effect::Edit { .. }]));
    assert!(matches!(chat.turn(album("3")).as_slice(), [Effect::Edit { .. }]));
    assert_eq!(chat.work().pile.count().pictures, 3);
}

#[test]
fn what_is_too_much_is_refused_with_a_sentence_and_the_rest_stays() {
    let mut chat = Chat::collected();
    let file = |size| {
        let Media::Photo(attachment) = photo("x", None) else { unreachable!() };
        Attachment { size: Some(size), ..attachment }
    };
    for (media, words) in [
        (Media::Photo(file(11 << 20)), "10 МБ"),
        (Media::Document(file(6 << 20)), "5 МБ"),
        (Media::Voice, "Голосовые"),
        (Media::Other, "TXT, DOCX или PDF"),
    ] {
        let effects = chat.turn(Event::Media(media));
        assert!(says(&effects)[0].html.visible().contains(words), "{words}");
        assert_eq!(chat.work().pile.pieces.len(), 1);
    }
    for number in 1..PIECES {
        chat.say(&format!("часть {number}."));
    }
    let effects = chat.say("и ещё одна часть.");
    assert_eq!(chat.work().pile.pieces.len(), PIECES);
    assert!(says(&effects)[0].html.visible().contains("20 сообщений"));
}

#[test]
fn jobs_carry_the_material_and_only_the_newest_answer_counts() {
    let mut chat = Chat::collected();
    chat.turn(Event::Media(photo("рис", Some("подпись"))));
    let effects = chat.press(Key::Ready);
    let job = effects.iter().find_map(|effect| if let Effect::Enqueue(job) = effect { Some(job) } else { None }).unwrap();
    let wish: ReadingWish = serde_json::from_value(job.payload.clone()).unwrap();
    assert_eq!((wish.files.len(), wish.words.len(), wish.files[0].at), (1, 1, 1));
    // An answer to another job, or to another run, changes nothing.
    let late = Ready { run: RunId(Uuid::from_u128(100)), serial: 9, what: Outcome::Failed };
    assert!(chat.turn(Event::Answered(late)).is_empty());
    assert_eq!(chat.work().stage, Stage::Reading);
    chat.run = Some(bound(RunStatus::Canceled));
    assert!(chat.answer(Outcome::Failed).is_empty());
}

#[test]
fn what_comes_while_the_worker_is_busy_is_read_before_the_result() {
    let mut chat = Chat::interpreting();
    chat.say("Ещё вспомнила: дом был бабушкин.");
    let effects = chat.answer(Outcome::Failed);
    assert_eq!(chat.work().stage, Stage::Stuck(Task::Result), "{effects:?}");
    let effects = chat.press(Key::Retry);
    assert_eq!(chat.work().stage, Stage::Reading);
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::Enqueue(job) if job.kind == bot_kit::JobKind::InterpretatorReading))
    );
    let effects = chat.answer(read(&[]));
    assert_eq!(chat.work().stage, Stage::Interpreting);
    let job = effects.iter().find_map(|effect| if let Effect::Enqueue(job) = effect { Some(job) } else { None }).unwrap();
    let wish: InputWish = serde_json::from_value(job.payload.clone()).unwrap();
    assert_eq!(wish.parts.len(), 3);
}

#[test]
fn answers_are_kept_as_they_were_given() {
    let mut chat = Chat::asking();
    chat.say("Страх.");
    chat.press(Key::Own(Press::Answer(1, Choice::AskClient)));
    // A key under a question that is past changes nothing.
    chat.press(Key::Own(Press::Answer(1, Choice::Skip)));
    chat.say("Что тут отвечать?");
    assert_eq!(chat.work().open_question(), Some(2));
    let effects = chat.press(Key::Keep);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Enqueue(_))));
    let answers: Vec<Reply> = chat.work().answers().into_iter().map(|answered| answered.answer).collect();
    assert_eq!(answers, [Reply::Said("Страх.".into()), Reply::AskClient, Reply::Said("Что тут отвечать?".into())]);
}

#[test]
fn earlier_results_are_known_only_when_they_are_ticked_and_are_the_cases() {
    let mut chat = Chat::collected();
    let artifact = ArtifactId(Uuid::from_u128(5));
    let line = ResultLine { artifact, service: ServiceId::Screen, created_at: chat.now, one_liner: "Строка".into() };
    chat.results = Some(Page { lines: vec![line], page: 0, pages: 1 });
    chat.press(Key::Earlier);
    assert!(chat.work().earlier.is_empty());
    chat.press(Key::Include(artifact, true));
    chat.press(Key::Include(ArtifactId(Uuid::from_u128(6)), true));
    assert_eq!(chat.work().earlier, [artifact]);
    chat.press(Key::Include(artifact, false));
    assert!(chat.work().earlier.is_empty());
}

#[test]
fn giving_up_asks_once_and_an_old_yes_asks_again() {
    let mut chat = Chat::asking();
    chat.turn(Event::Command(Command::Cancel));
    let stamp = chat.version;
    chat.say("Страх.");
    let effects = chat.press(Key::CancelYes { stamp });
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::GiveUp { .. })));
    let stamp = chat.version;
    let effects = chat.press(Key::CancelYes { stamp });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::GiveUp { .. })));
    assert!(matches!(chat.state, State::Over { how: Ending::GivenUp, .. }));
}

#[test]
fn a_question_that_is_asked_again_leaves_the_first_one_standing() {
    let mut chat = Chat::asking();
    chat.press(Key::Cancel);
    let first = chat.version;
    chat.press(Key::Cancel);
    chat.press(Key::CancelYes { stamp: -1 });
    let effects = chat.press(Key::CancelYes { stamp: first });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::GiveUp { .. })));
}

#[test]
fn a_run_that_ended_elsewhere_is_not_gone_on_with() {
    for (status, how) in [
        (RunStatus::Completed, Ending::Done),
        (RunStatus::Canceled, Ending::Closed),
        (RunStatus::Expired, Ending::Expired),
        (RunStatus::Failed, Ending::Failed),
    ] {
        let mut chat = Chat { run: Some(bound(status)), ..Chat::collected() };
        chat.say("Ещё был мост.");
        assert_eq!(chat.state, State::Over { run: RunId(Uuid::from_u128(100)), how });
    }
    // Its case was erased: nothing is left.
    let mut chat = Chat { run: None, ..Chat::collected() };
    chat.say("Ещё был мост.");
    assert_eq!(chat.state, State::Door);
}

#[test]
fn a_stamp_of_now_gives_up_and_the_material_is_forgotten() {
    let mut chat = Chat::reading();
    chat.press(Key::Cancel);
    let stamp = chat.version;
    chat.press(Key::CancelYes { stamp });
    let kept = serde_json::to_string(&chat.state).unwrap();
    assert!(!kept.contains("лестница"), "{kept}");
}
