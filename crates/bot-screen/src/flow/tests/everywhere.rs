//! What holds in every place.
use super::*;
use crate::collected::{HomeSafety, LifeThoughts};

#[test]
fn every_place_answers_every_event() {
    for &locale in Locale::ALL {
        let chats = everywhere(locale);
        for (name, event) in events() {
            for (place, mut chat) in chats.clone() {
                let effects = chat.send(event.clone());
                let answered =
                    effects.iter().any(|effect| matches!(effect, Effect::Say(_) | Effect::Show(_) | Effect::AnswerPress { .. }));
                assert!(answered, "{place} is silent on {name}");
            }
        }
    }
}

#[test]
fn help_is_reachable_in_every_place_by_command_and_by_button() {
    for call in ["/sos", "button"] {
        for (place, mut chat) in everywhere(Locale::Ru) {
            let bound = chat.run.is_some();
            let effects = match call {
                "button" => chat.press_data(&Button::Help.encode()),
                command => chat.say(command),
            };
            assert!(chat.last().contains("112"), "{place}: {}", chat.last());
            assert_eq!(raised(&effects).len(), usize::from(bound), "{place}");
            assert_eq!(told(&effects).len(), usize::from(bound), "{place}");
        }
    }
}

#[test]
fn every_screen_carries_the_help_button() {
    for &locale in Locale::ALL {
        for (place, mut chat) in everywhere(locale) {
            chat.send(Event::Opened { token: None });
            let keys: Vec<_> = chat.seen.last().unwrap().keyboard.keys().map(|key| key.label.clone()).collect();
            assert!(keys.contains(&Label::HelpNow.text(locale)), "{place}: {keys:?}");
        }
    }
}

#[test]
fn nothing_but_agreeing_leads_to_a_question() {
    for (name, event) in events() {
        let mut chat = Chat::invited(Locale::Ru);
        let effects = chat.send(event);
        let asks = matches!(chat.state.place, Place::Asking(_) | Place::Thoughts(_) | Place::Home(_) | Place::OwnWords(_));
        assert!(!asks, "{name}");
        assert_eq!(grants(&effects), 0, "{name}");
    }
}

#[test]
fn words_of_danger_are_heard_in_every_place() {
    for (place, mut chat) in everywhere(Locale::Ru) {
        let bound = chat.run.is_some();
        let effects = chat.say("я хочу умереть");
        assert_eq!(raised(&effects).len(), usize::from(bound), "{place}");
        assert!(
            chat.seen.iter().any(|say| say.html.visible().contains("112") && say.kind == bot_kit::MessageKind::Danger),
            "{place}"
        );
        if !bound {
            assert!(!chat.last().contains("отправлено уведомление"), "nobody is told: {}", chat.last());
        }
    }
}

#[test]
fn a_pause_loses_nothing_and_goes_on_where_it_stopped() {
    for (place, mut chat) in everywhere(Locale::Ru) {
        let before = chat.state.clone();
        chat.say("/pause");
        assert_eq!(chat.state.place, before.place, "{place}");
        if before.place.goes_on() {
            chat.press(Label::Continue);
            assert_eq!(chat.state.place, before.place, "{place}");
        }
    }
}

#[test]
fn whoever_comes_back_by_the_same_link_is_where_they_were() {
    for (place, mut chat) in everywhere(Locale::Ru) {
        let Some(run) = chat.run.clone() else { continue };
        let before = chat.state.place.clone();
        chat.open(run);
        if before.goes_on() {
            assert_eq!(chat.state.place, before, "{place}");
        }
    }
}

#[test]
fn clinical_messages_are_protected_and_go_with_the_case() {
    let mut chat = Chat::own_words(Locale::Ru);
    chat.say("Мне трудно начать разговор");
    let run = chat.run.clone().unwrap();
    for say in &chat.seen {
        assert_eq!(say.case, Some(run.case), "{}", say.html.visible());
        assert!(say.protect, "{}", say.html.visible());
    }
}

#[test]
fn every_safety_answer_has_its_own_way() {
    let levels: Vec<_> = LifeThoughts::ALL.iter().filter(|answer| answer.level().is_some()).collect();
    assert_eq!(levels, [&LifeThoughts::Recently, &LifeThoughts::Now]);
    let levels: Vec<_> = HomeSafety::ALL.iter().filter(|answer| answer.level().is_some()).collect();
    assert_eq!(levels, [&HomeSafety::NotAlways, &HomeSafety::NotNow]);
}
