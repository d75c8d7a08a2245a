use bot_kit::{BotNames, Command, Effect, Event, IdSource, KeyAction, MessageKind, Person, Say, Scene, Specialist, Turn};
use chrono::DateTime;
use domain::{ChatId, Locale, TelegramId, UserId};
use uuid::Uuid;

use crate::{Door, Tool, door, texts::Text};

const TOOLS: [Tool; 3] = [Tool::Interpretator, Tool::Conceptualizator, Tool::Simulator];

struct NoIds;

impl IdSource for NoIds {
    fn id(&mut self) -> Uuid {
        panic!("the door makes nothing")
    }
    fn token(&mut self) -> Uuid {
        panic!("the door makes nothing")
    }
}

fn specialist(blocked: bool) -> Specialist {
    Specialist {
        user_id: UserId(Uuid::from_u128(1)),
        blocked,
        chosen_locale: None,
        country: Some("RU".into()),
        notify: true,
        invitation_days: 7,
        full_name: "Анна".into(),
    }
}

fn turn(tool: Tool, event: Event, specialist: Option<&Specialist>, locale: Locale) -> Turn<Door> {
    let name = |name: &str| name.to_owned();
    let bots = BotNames {
        pro: name("psy_pro_bot"),
        screen: name("s"),
        interpretator: name("i"),
        conceptualizator: name("c"),
        simulator: name("t"),
    };
    let person = Person {
        telegram_id: TelegramId(7),
        chat_id: ChatId(7),
        username: None,
        full_name: "Кто-то".into(),
        language_code: None,
    };
    let scene = Scene {
        now: DateTime::UNIX_EPOCH,
        locale,
        person: &person,
        specialist,
        is_admin: false,
        bots: &bots,
        version: 1,
        ids: &mut NoIds,
    };
    door::step(tool, Door::Closed, event, &scene)
}

/// The only message of a turn.
fn answer(tool: Tool, event: Event, specialist: Option<&Specialist>, locale: Locale) -> Say {
    let turn = turn(tool, event, specialist, locale);
    match turn.effects.as_slice() {
        [Effect::Show(say)] => say.clone(),
        other => panic!("one message is expected: {other:?}"),
    }
}

fn events() -> Vec<Event> {
    let mut events = vec![
        Event::Opened { token: None },
        Event::Opened { token: Some("0123456789abcdef0123456789abcdef".into()) },
        Event::Said("здравствуйте".into()),
        Event::Pressed { data: "k:x".into() },
    ];
    events.extend(bot_kit::every_media().map(Event::Media));
    let commands = [Command::Help, Command::Privacy, Command::Export, Command::DeleteMe, Command::PaySupport, Command::Terms];
    events.extend(commands.map(Event::Command));
    events.extend([Command::Cancel, Command::Menu, Command::Pause, Command::Stop, Command::Unknown].map(Event::Command));
    events
}

fn leads_to_pro(say: &Say) -> bool {
    say.keyboard.keys().any(|key| key.action == KeyAction::Url("https://t.me/psy_pro_bot".into()))
}

#[test]
fn whoever_comes_is_led_back_to_pro_in_both_languages() {
    let known = specialist(false);
    for event in events() {
        for &locale in Locale::ALL {
            for specialist in [None, Some(&known)] {
                let says = TOOLS.map(|tool| answer(tool, event.clone(), specialist, locale));
                assert!(says.iter().all(leads_to_pro), "{event:?}");
            }
        }
    }
}

#[test]
fn each_bot_names_its_own_tool() {
    let hello = || Event::Opened { token: None };
    let texts = TOOLS.map(|tool| answer(tool, hello(), None, Locale::Ru).html.visible());
    for (text, name) in texts.iter().zip(["Interpretator", "Conceptualizator", "Simulator"]) {
        assert!(text.starts_with(name), "{text}");
    }
}

#[test]
fn a_blocked_specialist_reads_one_calm_sentence_on_every_action() {
    let blocked = specialist(true);
    for event in events() {
        let say = answer(Tool::Simulator, event.clone(), Some(&blocked), Locale::Ru);
        assert_eq!(say.html, Text::Blocked.html(Locale::Ru, None), "{event:?}");
        assert!(say.keyboard.rows.is_empty());
    }
}

#[test]
fn a_call_for_help_is_answered_with_contacts_even_to_a_blocked_specialist() {
    let blocked = specialist(true);
    for event in [Event::Command(Command::Sos), Event::Said("я хочу умереть".into())] {
        for specialist in [None, Some(&blocked)] {
            let say = answer(Tool::Simulator, event.clone(), specialist, Locale::Ru);
            assert!(say.html.visible().contains("112"), "{}", say.html.visible());
            assert_eq!(say.kind, MessageKind::Danger);
        }
    }
}
