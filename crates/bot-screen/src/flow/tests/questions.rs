//! The questions and the way to the end.
use super::*;
use crate::{
    bank::{QuestionId, bank},
    collected::{Collected, HomeSafety, LifeThoughts},
    flow::{Asking, Form},
};

fn asking(chat: &Chat) -> &Asking {
    match &chat.state.place {
        Place::Asking(asking) => asking,
        other => panic!("{other:?}"),
    }
}

#[test]
fn ticks_are_absolute_so_a_doubled_tap_does_nothing() {
    let mut chat = Chat::asked(Locale::Ru);
    let on = chat.key(Label::Tick(2, false));
    chat.press_data(&on);
    chat.press_data(&on);
    assert_eq!(asking(&chat).draft.ticked, [1]);
    let other = chat.key(Label::Tick(1, false));
    chat.press_data(&other);
    assert_eq!(asking(&chat).draft.ticked, [0, 1]);
    chat.press(Label::Tick(2, true));
    assert_eq!(asking(&chat).draft.ticked, [0]);
}

#[test]
fn none_of_these_stands_alone() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.press(Label::Tick(1, false));
    chat.press(Label::NoneFits(false));
    assert!(asking(&chat).draft.ticked.is_empty() && asking(&chat).draft.none_fits);
    chat.press(Label::Tick(3, false));
    assert_eq!((asking(&chat).draft.ticked.clone(), asking(&chat).draft.none_fits), (vec![2], false));
}

#[test]
fn next_with_nothing_ticked_hints_and_stays() {
    let mut chat = Chat::asked(Locale::Ru);
    let before = chat.state.clone();
    let effects = chat.press(Label::Next);
    assert_eq!(toasts(&effects), [Toast::TickFirst.text(Locale::Ru)]);
    assert_eq!((chat.state, effects.len()), (before, 1));
}

#[test]
fn next_keeps_the_progress_edits_the_message_and_counts_once() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.press(Label::Tick(2, false));
    let next = chat.key(Label::Next);
    let effects = chat.press_data(&next);
    let kept: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::KeepProgress { phase, question, answers, .. } => Some((*phase, *question, answers.clone())),
            _ => None,
        })
        .collect();
    assert_eq!((kept.len(), kept[0].0, kept[0].1), (1, 1, 1));
    let form: Form = serde_json::from_value(kept[0].2.clone()).unwrap();
    assert_eq!(form.answers.0[0].ticked, [1]);
    assert_eq!(new_messages(&effects), 0);
    let second = asking(&chat).clone();
    assert!(is_stale(&chat.press_data(&next), Locale::Ru));
    assert_eq!(asking(&chat), &second);
}

#[test]
fn a_button_of_another_question_is_out_of_date() {
    let mut chat = Chat::asked(Locale::Ru);
    let first = asking(&chat).question;
    let tick = chat.key(Label::Tick(1, false));
    chat.press(Label::Skip);
    assert_ne!(asking(&chat).question, first);
    let effects = chat.press_data(&tick);
    assert!(is_stale(&effects, Locale::Ru));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Show(_))), "the current question is shown again");
    assert!(asking(&chat).draft.ticked.is_empty());
}

#[test]
fn an_option_the_question_does_not_have_cannot_be_ticked() {
    let mut chat = Chat::asked(Locale::Ru);
    let question = asking(&chat).question;
    let run = asking(&chat).form.run;
    let key = crate::button::QuestionKey::Tick(200, true);
    chat.press_data(&Button::Of { run, key: Key::Question { question, key } }.encode());
    assert!(asking(&chat).draft.ticked.is_empty());
}

#[test]
fn back_restores_the_ticks_and_forward_brings_back_those_left_behind() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.press(Label::Tick(2, false));
    chat.press(Label::Next);
    chat.press(Label::Tick(3, false));
    chat.press(Label::Next);
    chat.press(Label::Tick(1, false));
    let third = asking(&chat).clone();
    chat.press(Label::Back);
    assert_eq!(asking(&chat).draft.ticked, [2]);
    chat.press(Label::Back);
    assert_eq!((asking(&chat).draft.ticked.clone(), asking(&chat).form.answers.0.len()), (vec![1], 0));
    chat.press(Label::Next);
    assert_eq!(asking(&chat).draft.ticked, [2]);
    chat.press(Label::Next);
    assert_eq!(asking(&chat).draft, third.draft);
    assert_eq!(asking(&chat).form.answers, third.form.answers);
}

#[test]
fn the_first_question_has_no_way_back() {
    let mut chat = Chat::asked(Locale::Ru);
    let back = Label::Back.text(Locale::Ru);
    assert!(chat.seen.last().unwrap().keyboard.keys().all(|key| key.label != back));
    chat.press(Label::Skip);
    assert!(chat.seen.last().unwrap().keyboard.keys().any(|key| key.label == back));
}

#[test]
fn words_where_ticks_are_expected_get_a_hint_and_the_question_again() {
    let mut chat = Chat::asked(Locale::Ru);
    chat.press(Label::Tick(1, false));
    let before = chat.state.clone();
    let effects = chat.say("наверное, второе");
    assert_eq!((new_messages(&effects), effects.len()), (1, 1));
    assert!(chat.last().contains("только кнопки") && chat.last().contains("1."), "{}", chat.last());
    assert_eq!(chat.state, before);
    assert!(chat.key(Label::Tick(1, true)).contains("P1_01"));
}

#[test]
fn every_question_fits_one_message_in_both_languages() {
    for &locale in Locale::ALL {
        let run = run_of(100);
        for question in QuestionId::phase1().chain(QuestionId::nodes()) {
            let ticked: Vec<u8> = (0..bank().question(question).options.len()).filter_map(|at| u8::try_from(at).ok()).collect();
            let draft = crate::flow::Draft { ticked, none_fits: false };
            let asking = Asking { form: Form::new(run.run, false), question, phase: 1, draft };
            let say = super::super::screen(&Place::Asking(asking), Some(&run), locale);
            fits(&super::super::hinted(crate::texts::Text::QuestionHint, say, locale));
        }
    }
}

#[test]
fn answering_everything_hands_over_all_of_it_once() {
    let mut chat = Chat::invited(Locale::En);
    chat.consent(true);
    while matches!(chat.state.place, Place::Asking(_)) {
        chat.press(Label::Tick(1, false));
        chat.press(Label::Next);
    }
    chat.press(Label::Thoughts(LifeThoughts::Past));
    chat.press(Label::Home(HomeSafety::NoAnswer));
    let no_words = chat.key(Label::NoWords);
    let effects = chat.say("I am afraid to begin.");
    let collected = handed_over(&effects);
    assert_eq!(collected.own_words.as_ref().map(|words| words.0.as_str()), Some("I am afraid to begin."));
    assert_eq!((collected.thoughts, collected.home), (LifeThoughts::Past, HomeSafety::NoAnswer));
    assert_eq!((collected.locale, collected.ai_allowed), (Locale::En, true));
    assert!(collected.answers.0.len() >= 9 && collected.signs.is_empty());
    assert!(chat.last().contains("Thank you"), "{}", chat.last());
    let again = chat.press_data(&no_words);
    assert!(is_stale(&again, Locale::En) && !again.iter().any(|effect| matches!(effect, Effect::Enqueue(_))));
}

pub(super) fn handed_over(effects: &[Effect]) -> Collected {
    let complete: Vec<_> =
        effects
            .iter()
            .filter_map(|effect| {
                if let Effect::CompleteScreening { answers, results, .. } = effect { Some((answers, results)) } else { None }
            })
            .collect();
    let jobs: Vec<_> =
        effects.iter().filter_map(|effect| if let Effect::Enqueue(job) = effect { Some(job) } else { None }).collect();
    assert_eq!((complete.len(), jobs.len()), (1, 1));
    assert_eq!(complete[0].0, &jobs[0].payload);
    assert!(!complete[0].1.is_null());
    serde_json::from_value(jobs[0].payload.clone()).unwrap()
}

#[test]
fn the_closing_questions_lead_back_one_by_one() {
    let mut chat = Chat::own_words(Locale::Ru);
    chat.press(Label::Back);
    assert!(matches!(chat.state.place, Place::Home(_)));
    chat.press(Label::Back);
    assert!(matches!(chat.state.place, Place::Thoughts(_)));
    chat.press(Label::Back);
    assert!(matches!(chat.state.place, Place::Asking(_)));
    chat.press(Label::Skip);
    let Place::Thoughts(form) = &chat.state.place else { panic!("{:?}", chat.state.place) };
    assert_eq!((form.thoughts, form.home), (Some(LifeThoughts::Never), Some(HomeSafety::Safe)));
}

#[test]
fn own_words_that_are_too_long_are_not_kept() {
    let mut chat = Chat::own_words(Locale::Ru);
    let effects = chat.say(&"я".repeat(2001));
    assert!(matches!(chat.state.place, Place::OwnWords(_)));
    assert!(chat.last().contains("2001") && effects.len() == 1, "{}", chat.last());
    chat.say(&"я".repeat(2000));
    assert!(matches!(chat.state.place, Place::Done { .. }));
}
