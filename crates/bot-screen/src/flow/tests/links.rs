//! Coming in, and consent.
use bot_kit::{Consent, ConsentScope};

use super::*;
use crate::texts::consent;

fn grant_in(effects: &[Effect]) -> &Consent {
    effects.iter().find_map(|effect| if let Effect::GrantConsent(consent) = effect { Some(consent) } else { None }).unwrap()
}

#[test]
fn a_good_link_shows_the_consent_and_asks_nothing() {
    let chat = Chat::invited(Locale::Ru);
    let text = chat.last();
    assert!(text.contains("Анна Петрова") && text.contains("не человек") && text.contains("112"), "{text}");
    assert!(matches!(chat.state.place, Place::Consent { .. }));
}

#[test]
fn a_link_that_does_not_open_says_so_and_leaves_everything_as_it_is() {
    let table = [
        (PassCheck::Own, Text::OwnLink),
        (PassCheck::Taken, Text::LinkTaken),
        (PassCheck::Unavailable, Text::LinkUnavailable),
        (PassCheck::TooManyTries, Text::TooManyTries),
    ];
    for (pass, text) in table {
        for mut chat in [Chat::new(Locale::Ru), Chat::asked(Locale::Ru)] {
            let before = chat.state.clone();
            chat.pass = pass.clone();
            let effects = chat.send(Event::Opened { token: Some("x".into()) });
            assert_eq!(chat.last(), text.html(Locale::Ru).visible());
            assert_eq!((chat.state.clone(), effects.len()), (before, 1));
        }
    }
}

#[test]
fn without_a_link_the_person_is_told_where_one_comes_from() {
    let mut chat = Chat::new(Locale::En);
    chat.send(Event::Opened { token: None });
    assert!(chat.last().contains("ask your specialist"), "{}", chat.last());
}

#[test]
fn a_blocked_specialist_reads_one_sentence_but_is_heard_in_danger() {
    let mut chat = Chat::new(Locale::Ru);
    chat.specialist = Some(Specialist {
        user_id: UserId(Uuid::from_u128(1)),
        blocked: true,
        chosen_locale: None,
        country: None,
        notify: true,
        invitation_days: 7,
        full_name: "Кто-то".into(),
    });
    chat.pass = PassCheck::Own;
    for event in [Event::Opened { token: Some("x".into()) }, Event::Said("привет".into()), Event::Command(Command::Help)] {
        chat.send(event);
        assert_eq!(chat.last(), Text::Blocked.html(Locale::Ru).visible());
    }
    chat.say("/sos");
    assert!(chat.last().contains("112"));
}

#[test]
fn consent_waits_for_the_two_it_needs_and_names_exactly_what_was_ticked() {
    let mut chat = Chat::invited(Locale::Ru);
    let effects = chat.press(Label::Agree);
    assert_eq!(toasts(&effects), [Toast::TwoNeeded.text(Locale::Ru)]);
    chat.press(Label::Scope(ConsentScope::HealthData, false));
    chat.press(Label::Scope(ConsentScope::AiAbroad, false));
    assert_eq!(grants(&chat.press(Label::Agree)), 0);
    chat.press(Label::Scope(ConsentScope::PassToSpecialist, false));
    chat.press(Label::Scope(ConsentScope::AiAbroad, true));
    let effects = chat.press(Label::Agree);
    let consent = grant_in(&effects);
    assert_eq!(consent.scopes, [ConsentScope::HealthData, ConsentScope::PassToSpecialist]);
    assert_eq!(consent.document_sha256, consent::document_sha256(Locale::Ru));
    assert_eq!(consent.document_version, consent::DOCUMENT_VERSION);
    let Place::Asking(asking) = &chat.state.place else { panic!("{:?}", chat.state.place) };
    assert!(!asking.form.ai_allowed);
}

#[test]
fn the_model_abroad_is_allowed_only_by_its_own_tick() {
    let mut chat = Chat::invited(Locale::Ru);
    let effects = chat.consent(true);
    assert!(grant_in(&effects).scopes.contains(&ConsentScope::AiAbroad));
    let Place::Asking(asking) = &chat.state.place else { panic!("{:?}", chat.state.place) };
    assert!(asking.form.ai_allowed);
}

#[test]
fn agreeing_on_an_older_message_does_not_grant_what_it_did_not_show() {
    let mut chat = Chat::invited(Locale::Ru);
    chat.press(Label::Scope(ConsentScope::HealthData, false));
    chat.press(Label::Scope(ConsentScope::PassToSpecialist, false));
    let agree = chat.key(Label::Agree);
    chat.press(Label::Scope(ConsentScope::AiAbroad, false));
    let effects = chat.press_data(&agree);
    assert_eq!(grants(&effects), 0);
    assert_eq!(toasts(&effects), [Toast::LookAgain.text(Locale::Ru)]);
}

#[test]
fn agreeing_twice_grants_once_and_leaves_the_document_in_the_chat() {
    let mut chat = Chat::invited(Locale::Ru);
    chat.press(Label::Scope(ConsentScope::HealthData, false));
    chat.press(Label::Scope(ConsentScope::PassToSpecialist, false));
    let agree = chat.key(Label::Agree);
    assert_eq!(grants(&chat.press_data(&agree)), 1);
    let place = chat.state.place.clone();
    let effects = chat.press_data(&agree);
    assert_eq!(chat.state.place, place);
    assert_eq!(effects.len(), 1, "only a line over the chat: {effects:?}");
}

#[test]
fn declining_is_one_tap_and_keeps_nothing_but_that() {
    let mut chat = Chat::invited(Locale::Ru);
    chat.say("я хочу умереть");
    let effects = chat.press(Label::Decline);
    assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::Decline { .. })).count(), 1);
    assert_eq!(told(&effects).len(), 1);
    assert!(chat.state.signs.is_empty());
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::GrantConsent(_) | Effect::KeepProgress { .. })));
}

#[test]
fn a_person_under_18_is_stopped_with_the_line_for_minors_first() {
    let mut chat = Chat::invited(Locale::Ru);
    let effects = chat.press(Label::Underage);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Decline { .. })));
    let text = chat.last();
    let (minors, general) = (text.find("8-800-2000-122").unwrap(), text.find("112").unwrap());
    assert!(minors < general, "{text}");
    chat.say("я передумал, мне 18");
    assert!(matches!(chat.state.place, Place::Over { .. }));
}

#[test]
fn a_link_of_another_run_begins_with_its_own_consent_and_forgets_the_answers() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.press(Label::Tick(1, false));
    chat.press(Label::Next);
    let old = chat.key(Label::Next);
    chat.open(run_of(500));
    assert_eq!(
        chat.state,
        State::at(Place::Consent { run: RunId(Uuid::from_u128(500)), scopes: super::super::Scopes::default() })
    );
    assert!(is_stale(&chat.press_data(&old), Locale::Ru));
}

#[test]
fn an_old_consent_grants_nothing_for_another_run() {
    let mut chat = Chat::invited(Locale::Ru);
    chat.press(Label::Scope(ConsentScope::HealthData, false));
    chat.press(Label::Scope(ConsentScope::PassToSpecialist, false));
    let agree = chat.key(Label::Agree);
    chat.open(run_of(500));
    assert_eq!(grants(&chat.press_data(&agree)), 0);
    assert!(matches!(chat.state.place, Place::Consent { .. }));
}

#[test]
fn a_button_of_another_run_is_out_of_date_even_for_the_same_question() {
    let mut chat = Chat::asked(Locale::Ru);
    let old = chat.key(Label::Tick(1, false));
    chat.open(run_of(500));
    chat.consent(false);
    let before = chat.state.clone();
    assert!(is_stale(&chat.press_data(&old), Locale::Ru));
    assert_eq!(chat.state, before);
}

#[test]
fn a_run_that_was_erased_takes_the_answers_along() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.press(Label::Tick(1, false));
    chat.run = None;
    chat.say("привет");
    assert_eq!(chat.state, State::default());
}
