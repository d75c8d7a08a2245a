//! Signs of danger.
use bot_kit::{ConsoleButton, MessageKind};
use domain::{DangerCategory, DangerLevel, DangerSource};

use super::{questions::handed_over, *};
use crate::collected::{HomeSafety, LifeThoughts, SeenSign};

/// All of it in one turn: the row, the words to the client, the notice.
fn whole(effects: &[Effect]) -> (DangerCategory, DangerLevel, DangerSource) {
    let [Effect::RaiseDanger(danger), Effect::Say(client), Effect::Tell { say: notice, .. }, ..] = effects else {
        panic!("not whole: {effects:?}")
    };
    assert_eq!((client.kind, notice.kind), (MessageKind::Danger, MessageKind::Danger));
    let keys: Vec<_> = notice.keyboard.keys().map(|key| key.action.clone()).collect();
    let data = |button: ConsoleButton| KeyAction::Data(button.encode());
    assert_eq!(keys, [data(ConsoleButton::Acknowledge(danger.event)), data(ConsoleButton::OpenCase(danger.case))]);
    (danger.category, danger.level, danger.source)
}

#[test]
fn words_of_danger_keep_the_question_and_quote_nothing() {
    let mut chat = Chat::asked(Locale::Ru);
    let before = chat.state.place.clone();
    let effects = chat.say("я больше не могу, хочу умереть");
    assert_eq!(whole(&effects), (DangerCategory::Suicide, DangerLevel::Urgent, DangerSource::Lexicon));
    assert_eq!((chat.state.place.clone(), effects.len()), (before, 3));
    let notice = told(&effects)[0].html.visible();
    assert!(!notice.contains("умереть") && notice.contains("К-014") && notice.contains("Urgent"), "{notice}");
    for label in [Label::Continue, Label::Pause, Label::Stop] {
        let face = label.text(Locale::Ru);
        assert!(chat.seen.last().unwrap().keyboard.keys().any(|key| key.label == face), "{face}");
    }
}

#[test]
fn the_answer_never_promises_that_somebody_watches_and_never_judges() {
    for &locale in Locale::ALL {
        for words in ["хочу умереть", "раньше думал о самоубийстве"] {
            let mut chat = Chat::asked(locale);
            chat.say(words);
            let text = chat.last().to_lowercase();
            for bad in ["следим", "низкий риск", "всё будет хорошо", "we watch", "low risk", "уже едет"]
            {
                assert!(!text.contains(bad), "{text}");
            }
        }
    }
}

#[test]
fn elevated_signs_take_the_same_steps_in_softer_words() {
    let mut urgent = Chat::closing(Locale::Ru);
    let mut elevated = Chat::closing(Locale::Ru);
    let now = urgent.press(Label::Thoughts(LifeThoughts::Now));
    let recently = elevated.press(Label::Thoughts(LifeThoughts::Recently));
    assert_eq!(whole(&now), (DangerCategory::Suicide, DangerLevel::Urgent, DangerSource::Option));
    assert_eq!(whole(&recently), (DangerCategory::Suicide, DangerLevel::Elevated, DangerSource::Option));
    let text = |effects: &[Effect]| match &effects[1] {
        Effect::Say(say) => say.html.visible(),
        other => panic!("{other:?}"),
    };
    assert_ne!(text(&now), text(&recently));
    assert!(text(&recently).contains("отправлено уведомление") && text(&recently).contains("112"));
}

#[test]
fn after_a_safety_answer_of_danger_the_next_question_waits_until_the_client_goes_on() {
    let mut chat = Chat::closing(Locale::Ru);
    let effects = chat.press(Label::Thoughts(LifeThoughts::Now));
    assert!(matches!(chat.state.place, Place::Home(_)), "the answer is kept");
    let home = crate::texts::Text::Home.html(Locale::Ru).visible();
    let shown = |effects: &[Effect]| {
        effects.iter().any(|e| matches!(e, Effect::Say(say) | Effect::Show(say) if say.html.visible() == home))
    };
    assert!(!shown(&effects));
    assert!(shown(&chat.press(Label::Continue)));
}

#[test]
fn a_doubled_tap_on_a_safety_answer_tells_once() {
    let mut chat = Chat::closing(Locale::Ru);
    let now = chat.key(Label::Thoughts(LifeThoughts::Now));
    assert_eq!(raised(&chat.press_data(&now)).len(), 1);
    let again = chat.press_data(&now);
    assert!(raised(&again).is_empty() && is_stale(&again, Locale::Ru));
}

#[test]
fn answers_about_home_tell_of_violence_nearby() {
    for (answer, level) in [(HomeSafety::NotNow, DangerLevel::Urgent), (HomeSafety::NotAlways, DangerLevel::Elevated)] {
        let mut chat = Chat::closing(Locale::Ru);
        chat.press(Label::Thoughts(LifeThoughts::Never));
        let effects = chat.press(Label::Home(answer));
        assert_eq!(whole(&effects), (DangerCategory::AbuseNow, level, DangerSource::Option));
        assert!(matches!(chat.state.place, Place::OwnWords(_)));
    }
}

#[test]
fn answers_without_danger_tell_nobody() {
    for answer in [LifeThoughts::Never, LifeThoughts::Past, LifeThoughts::NoAnswer] {
        let mut chat = Chat::closing(Locale::Ru);
        let effects = chat.press(Label::Thoughts(answer));
        assert!(raised(&effects).is_empty() && told(&effects).is_empty());
    }
}

#[test]
fn own_words_of_danger_finish_the_screening_and_flag_the_report() {
    let mut chat = Chat::own_words(Locale::Ru);
    let effects = chat.say("я хочу умереть");
    whole(&effects);
    let collected = handed_over(&effects);
    let sign = SeenSign { category: DangerCategory::Suicide, level: DangerLevel::Urgent, source: DangerSource::Lexicon };
    assert_eq!(collected.signs, [sign]);
    assert_eq!(new_messages(&effects), 1, "one calm message, no thanks beside it");
}

#[test]
fn own_words_too_long_to_keep_are_still_looked_at() {
    let mut chat = Chat::own_words(Locale::Ru);
    let effects = chat.say(&format!("{} я хочу умереть", "слово ".repeat(400)));
    whole(&effects);
    assert!(matches!(chat.state.place, Place::OwnWords(_)));
}

#[test]
fn signs_seen_on_the_way_even_before_consent_reach_the_report_once() {
    let mut chat = Chat::invited(Locale::Ru);
    chat.say("хочу умереть");
    chat.say("хочу умереть");
    chat.send(Event::Opened { token: None });
    chat.consent(false);
    chat.press(Label::HelpNow);
    while matches!(chat.state.place, Place::Asking(_)) {
        chat.send(Event::Opened { token: None });
        chat.press(Label::Skip);
    }
    chat.press(Label::Thoughts(LifeThoughts::Never));
    chat.press(Label::Home(HomeSafety::Safe));
    let effects = chat.press(Label::NoWords);
    let sources: Vec<_> = handed_over(&effects).signs.iter().map(|sign| sign.source).collect();
    assert_eq!(sources, [DangerSource::Lexicon, DangerSource::Button]);
}

#[test]
fn the_help_button_pressed_twice_in_a_row_tells_once_and_answers_twice() {
    let mut chat = Chat::asked(Locale::Ru);
    assert_eq!(raised(&chat.press_data(&Button::Help.encode())).len(), 1);
    let again = chat.press_data(&Button::Help.encode());
    assert_eq!((raised(&again).len(), told(&again).len(), new_messages(&again)), (0, 0, 1));
    chat.now += TimeDelta::seconds(60);
    assert_eq!(raised(&chat.press_data(&Button::Help.encode())).len(), 1);
    assert_eq!(raised(&chat.say("я хочу умереть")).len(), 1, "words always tell");
}

#[test]
fn the_notification_setting_never_silences_danger() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.run.as_mut().unwrap().notify = false;
    assert_eq!(told(&chat.say("/sos")).len(), 1);
}
