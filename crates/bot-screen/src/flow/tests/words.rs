//! Words of a model for the last questions.
use super::*;
use crate::{
    bank::{QuestionId, bank},
    flow::Asking,
    wording::{Wish, Words, WordsReady},
};

fn asking(chat: &Chat) -> Option<&Asking> {
    match &chat.state.place {
        Place::Asking(asking) => Some(asking),
        _ => None,
    }
}

/// What was asked of the worker.
fn wishes(effects: &[Effect]) -> Vec<Wish> {
    let jobs = effects.iter().filter_map(|effect| match effect {
        Effect::Enqueue(job) if job.kind == bot_kit::JobKind::ScreenWording => Some(job.payload.clone()),
        _ => None,
    });
    jobs.map(|payload| serde_json::from_value(payload).unwrap()).collect()
}

/// Skips until words are wished for; skipping leads through all phases.
fn until_wished(chat: &mut Chat) -> Option<Wish> {
    while asking(chat).is_some() {
        let effects = chat.press(Label::Skip);
        if let Some(wish) = wishes(&effects).pop() {
            return Some(wish);
        }
    }
    None
}

fn words_for(questions: &[QuestionId]) -> Words {
    questions.iter().map(|question| (*question, format!("Иначе: {}", bank().question(*question).text(Locale::Ru)))).collect()
}

fn arrive(chat: &mut Chat, words: Words) -> Vec<Effect> {
    let run = chat.run.as_ref().unwrap().run;
    chat.send(Event::Answered(Ready::Words(WordsReady { run, words })))
}

fn asked(ai: bool) -> Chat {
    let mut chat = Chat::new(Locale::Ru);
    chat.open(run_of(100));
    chat.consent(ai);
    chat.press(Label::Tick(1, false));
    chat.press(Label::Next);
    chat
}

#[test]
fn words_are_asked_for_ahead_and_shown_when_their_question_comes() {
    let mut chat = asked(true);
    let wish = until_wished(&mut chat).unwrap();
    let on_screen = asking(&chat).unwrap().question;
    assert!(!wish.questions.contains(&on_screen) && wish.questions.iter().all(|question| question.as_node().is_some()));
    assert_eq!(asking(&chat).unwrap().form.answers.nodes_asked(), 5, "the last of phase 2 is on the screen");
    assert!(arrive(&mut chat, words_for(&wish.questions)).is_empty(), "nothing is said when words arrive");
    chat.press(Label::Skip);
    let next = asking(&chat).unwrap().question;
    assert!(wish.questions.contains(&next), "what is passed over changes nothing, so the likeliest one comes");
    assert!(chat.seen.last().unwrap().html.visible().contains("Иначе: "));
    let options: Vec<&str> = bank().question(next).options.iter().map(|option| option.text(Locale::Ru)).collect();
    let shown = chat.seen.last().unwrap().html.visible();
    assert!(options.iter().all(|option| shown.contains(option)), "options stay word for word: {shown}");
}

#[test]
fn nobody_waits_for_words_and_what_was_read_is_not_changed() {
    let mut chat = asked(true);
    let wish = until_wished(&mut chat).unwrap();
    chat.press(Label::Skip);
    let on_screen = asking(&chat).unwrap().question;
    let shown = chat.seen.last().unwrap().html.visible();
    assert!(shown.contains(bank().question(on_screen).text(Locale::Ru)), "the bank's words when no others are there");
    arrive(&mut chat, words_for(&wish.questions));
    assert!(!asking(&chat).unwrap().form.words.contains_key(&on_screen));
    chat.press(Label::Tick(1, false));
    assert!(!chat.seen.last().unwrap().html.visible().contains("Иначе: "), "the question on the screen keeps its words");
    chat.press(Label::Next);
    chat.press(Label::Back);
    assert!(!chat.seen.last().unwrap().html.visible().contains("Иначе: "));
}

#[test]
fn each_question_is_asked_about_once_and_nothing_without_the_consent() {
    let mut chat = asked(true);
    let mut asked_about = Vec::new();
    while let Some(wish) = until_wished(&mut chat) {
        asked_about.extend(wish.questions);
    }
    let different: std::collections::BTreeSet<QuestionId> = asked_about.iter().copied().collect();
    assert_eq!(different.len(), asked_about.len());
    assert!(asked_about.len() >= 3);
    assert_eq!(until_wished(&mut asked(false)), None, "without the consent to a model nothing is asked");
    let mut silent = Chat::new(Locale::Ru);
    silent.open(run_of(100));
    silent.consent(true);
    assert_eq!(until_wished(&mut silent), None, "who ticks nothing has nothing to come closer to");
}

#[test]
fn words_for_another_run_or_a_finished_one_are_left_alone() {
    let mut chat = asked(true);
    let wish = until_wished(&mut chat).unwrap();
    let before = chat.state.clone();
    let run = RunId(Uuid::from_u128(4711));
    chat.send(Event::Answered(Ready::Words(WordsReady { run, words: words_for(&wish.questions) })));
    assert_eq!(chat.state, before);
    chat.run.as_mut().unwrap().status = RunStatus::Canceled;
    arrive(&mut chat, words_for(&wish.questions));
    assert_eq!(chat.state, before);
}

#[test]
fn the_report_names_the_words_a_client_read() {
    let mut chat = asked(true);
    let wish = until_wished(&mut chat).unwrap();
    arrive(&mut chat, words_for(&wish.questions));
    while asking(&chat).is_some() {
        chat.press(Label::Skip);
    }
    chat.press(Label::Thoughts(crate::collected::LifeThoughts::Never));
    chat.press(Label::Home(crate::collected::HomeSafety::Safe));
    let effects = chat.press(Label::NoWords);
    let collected = effects.iter().find_map(|effect| match effect {
        Effect::CompleteScreening { answers, .. } => Some(answers.clone()),
        _ => None,
    });
    let collected: crate::collected::Collected = serde_json::from_value(collected.unwrap()).unwrap();
    assert!(!collected.reworded.is_empty());
    assert!(collected.reworded.keys().all(|question| collected.answers.has(*question)), "only of questions that came");
}

#[test]
fn a_client_gets_a_copy_of_everything_answered_and_nobody_else_does() {
    let mut chat = Chat::own_words(Locale::Ru);
    chat.say("Мне снится <дом> & сад");
    assert!(matches!(chat.state.place, Place::Done { .. }), "{:?}", chat.state.place);
    let effects = chat.say("/export");
    let said: Vec<&Say> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Say(say) => Some(say),
            _ => None,
        })
        .collect();
    assert!(said.len() >= 2 && said.iter().all(|say| say.protect && say.case.is_some()), "{said:?}");
    let text: String = said.iter().map(|say| say.html.visible()).collect();
    for part in ["1. ", "17. ", "пропущено", "Никогда", "Да, безопасно", "Мне снится <дом> & сад"]
    {
        assert!(text.contains(part), "no «{part}» in {text}");
    }
    chat.own = None;
    let nothing = chat.say("/export");
    assert!(!format!("{nothing:?}").contains("снится"));
    let mut outside = Chat::new(Locale::Ru);
    outside.own = None;
    assert_eq!(outside.say("/export").len(), 1);
}
