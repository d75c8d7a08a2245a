//! Stopping.
use super::*;

fn withdrawals(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Withdraw { .. })).count()
}

#[test]
fn stop_asks_once_then_deletes_and_tells_only_that() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.press(Label::Tick(1, false));
    let effects = chat.say("/stop");
    assert_eq!((withdrawals(&effects), effects.len()), (0, 1));
    let effects = chat.press(Label::Withdraw);
    assert_eq!(withdrawals(&effects), 1);
    let notice = Text::TellWithdrawn { label: "К-014" }.html(Locale::En);
    assert_eq!(told(&effects).iter().map(|say| say.html.clone()).collect::<Vec<_>>(), [notice]);
    assert!(!serde_json::to_string(&chat.state).unwrap().contains("ticked"), "no answer is left: {:?}", chat.state);
}

#[test]
fn stop_pressed_twice_withdraws_once() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.say("/stop");
    let yes = chat.key(Label::Withdraw);
    assert_eq!(withdrawals(&chat.press_data(&yes)), 1);
    let again = chat.press_data(&yes);
    assert_eq!((withdrawals(&again), told(&again).len()), (0, 0));
}

#[test]
fn an_old_yes_is_asked_again_and_then_counts() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.say("/stop");
    let yes = chat.key(Label::Withdraw);
    chat.press(Label::Continue);
    let effects = chat.press_data(&yes);
    assert!(withdrawals(&effects) == 0 && is_stale(&effects, Locale::Ru));
    assert_eq!(withdrawals(&chat.press(Label::Withdraw)), 1);
}

#[test]
fn stop_said_again_leaves_the_first_question_standing() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.say("/stop");
    let yes = chat.key(Label::Withdraw);
    chat.say("/stop");
    assert_eq!(withdrawals(&chat.press_data(&yes)), 1);
}

#[test]
fn stopping_before_consent_declines() {
    let mut chat = Chat::invited(Locale::Ru);
    chat.say("/stop");
    let effects = chat.press(Label::Withdraw);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Decline { .. })) && withdrawals(&effects) == 0);
}

#[test]
fn stopping_works_wherever_there_are_answers_and_until_the_report_is_there() {
    for (place, mut chat) in everywhere(Locale::Ru) {
        if !["asking", "thoughts", "home", "own words", "done"].contains(&place) {
            continue;
        }
        chat.say("/delete_me");
        assert_eq!(withdrawals(&chat.press(Label::Withdraw)), 1, "{place}");
    }
}

#[test]
fn when_the_report_is_there_the_specialist_is_asked_to_delete_it() {
    let mut chat = Chat::done(Locale::Ru);
    chat.say("/stop");
    let late = chat.key(Label::Withdraw);
    let run = chat.run.as_mut().unwrap();
    run.status = RunStatus::Completed;
    run.notify = false;
    assert_eq!(withdrawals(&chat.press_data(&late)), 0);
    let ask = chat.key(Label::AskErasure);
    let effects = chat.press_data(&ask);
    assert_eq!(told(&effects).len(), 1, "the right to erasure is no matter of settings");
    assert_eq!(told(&chat.press_data(&ask)).len(), 0, "asked once");
}

#[test]
fn a_specialist_who_wants_no_notices_gets_none_of_a_withdrawal() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.run.as_mut().unwrap().notify = false;
    chat.say("/stop");
    let effects = chat.press(Label::Withdraw);
    assert_eq!((withdrawals(&effects), told(&effects).len()), (1, 0));
}
