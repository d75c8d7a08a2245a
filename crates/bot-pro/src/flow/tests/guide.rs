//! The conversation with the guide.
use bot_kit::{Job, JobKind, Media};
use domain::JobId;
use serde_json::from_value;

use super::*;
use crate::{
    button::GuideButton,
    guide::{Answered, GuideWish, HISTORY, Outcome, Route},
};

/// A chat that goes on.
struct Chat {
    stage: Stage,
    state: State,
}

impl Chat {
    fn new() -> Self {
        let mut chat = Self { stage: Stage::new(), state: State::Idle };
        chat.press(GuideButton::Enter);
        chat
    }

    fn on(&mut self, event: Event) -> Turn<State> {
        // As between turns in the database.
        let state = from_value(serde_json::to_value(&self.state).unwrap()).unwrap();
        let turn = self.stage.step(state, event, &Facts::default());
        self.state = turn.state.clone();
        turn
    }

    fn press(&mut self, button: GuideButton) -> Turn<State> {
        self.on(Event::Pressed { data: Button::Guide(button).encode() })
    }

    fn ask(&mut self, question: &str) -> Turn<State> {
        self.on(Event::Said(question.into()))
    }

    fn come(&mut self, job: JobId, what: Outcome) -> Turn<State> {
        self.on(Event::Answered(Ready { job, what }))
    }

    fn answer(&mut self, job: &Job) -> Turn<State> {
        let question = wish(job).question;
        let answer = format!("Ответ на вопрос «{question}».");
        self.come(job.job, Outcome::Answered(Answered { route: Route::Terms, question, answer, tool: None }))
    }
}

fn job(turn: &Turn<State>) -> Option<Job> {
    turn.effects.iter().find_map(|effect| match effect {
        Effect::Enqueue(job) if job.kind == JobKind::GuideAnswer => Some(job.clone()),
        _ => None,
    })
}

fn wish(job: &Job) -> GuideWish {
    from_value(job.payload.clone()).unwrap()
}

fn drops(turn: &Turn<State>, of: JobId) -> bool {
    has(turn, |effect| matches!(effect, Effect::DropJob { job } if *job == of))
}

#[test]
fn a_follow_up_knows_the_latest_ten_pairs_and_no_more() {
    let mut chat = Chat::new();
    for number in 1..=12 {
        let job = job(&chat.ask(&format!("вопрос {number}"))).unwrap();
        assert_eq!(wish(&job).history.len(), HISTORY.min(number - 1));
        chat.answer(&job);
    }
    let last = wish(&job(&chat.ask("вопрос 13")).unwrap());
    let asked: Vec<&str> = last.history.iter().map(|pair| pair.question.as_str()).collect();
    assert_eq!((asked[0], asked[9], asked.len()), ("вопрос 3", "вопрос 12", HISTORY));
    assert_eq!(last.history[9].answer, "Ответ на вопрос «вопрос 12».");
}

#[test]
fn a_second_question_waits_its_turn_and_a_fourth_is_not_taken() {
    let mut chat = Chat::new();
    let first = job(&chat.ask("первый")).unwrap();
    for waits in ["второй", "третий"] {
        let turn = chat.ask(waits);
        assert!(job(&turn).is_none() && said(&turn).contains("после предыдущего"));
    }
    assert!(said(&chat.ask("четвёртый")).contains("Два вопроса уже ждут"));
    let second = job(&chat.answer(&first)).unwrap();
    assert_eq!((wish(&second).question.as_str(), wish(&second).history.len()), ("второй", 1));
    let third = job(&chat.come(second.job, Outcome::Outside)).unwrap();
    assert_eq!(wish(&third).question, "третий");
    assert!(job(&chat.answer(&third)).is_none());
}

#[test]
fn whoever_leaves_takes_the_question_back_and_is_forgotten() {
    let mut events: Vec<Event> =
        super::everything::commands().into_iter().map(Event::Command).chain([Event::Opened { token: None }]).collect();
    events.extend(crate::button::every_button(named(), 4).iter().map(|button| Event::Pressed { data: button.encode() }));
    for event in events {
        let mut chat = Chat::new();
        let first = job(&chat.ask("первый")).unwrap();
        chat.answer(&first);
        let open = job(&chat.ask("второй")).unwrap();
        let stays = event == Event::Pressed { data: Button::Guide(GuideButton::Again).encode() };
        let turn = chat.on(event.clone());
        assert_eq!(drops(&turn, open.job), !stays, "{event:?}");
        assert!(stays || !serde_json::to_string(&chat.state).unwrap().contains("первый"), "{event:?}");
        let before = chat.state.clone();
        let late = chat.answer(&open);
        if !stays {
            assert_eq!((late.state, late.effects), (before, vec![]), "a late answer shows nothing: {event:?}");
        }
    }
}

#[test]
fn an_answer_to_another_question_shows_nothing() {
    let mut chat = Chat::new();
    let old = job(&chat.ask("до выхода")).unwrap();
    chat.press(GuideButton::Leave);
    chat.press(GuideButton::Enter);
    let new = job(&chat.ask("после входа")).unwrap();
    assert_eq!(chat.answer(&old).effects, vec![]);
    assert!(has(&chat.answer(&new), |effect| matches!(effect, Effect::Edit { .. })));
}

#[test]
fn a_question_that_could_not_be_asked_is_asked_again_and_those_behind_it_after_it() {
    let mut chat = Chat::new();
    let first = job(&chat.ask("первый")).unwrap();
    chat.ask("второй");
    let away = chat.come(first.job, Outcome::Away);
    assert!(job(&away).is_none() && keys(&away).contains(&Button::Guide(GuideButton::Again).encode()));
    let again = job(&chat.press(GuideButton::Again)).unwrap();
    assert_eq!(wish(&again).question, "первый");
    assert!(job(&chat.press(GuideButton::Again)).is_none(), "a doubled tap asks once");
    assert_eq!(wish(&job(&chat.answer(&again)).unwrap()).question, "второй");

    let mut chat = Chat::new();
    let first = job(&chat.ask("первый")).unwrap();
    chat.come(first.job, Outcome::Away);
    let turn = chat.ask("второй");
    let again = job(&turn).unwrap();
    assert_eq!(wish(&again).question, "первый", "another question does not push it away");
    assert_eq!(wish(&job(&chat.answer(&again)).unwrap()).question, "второй");
}

#[test]
fn it_is_said_once_that_it_takes_longer() {
    let mut chat = Chat::new();
    let open = job(&chat.ask("первый")).unwrap();
    assert!(said(&chat.come(open.job, Outcome::Longer)).contains("дольше"));
    assert_eq!(chat.come(open.job, Outcome::Longer).effects, vec![]);
    assert!(said(&chat.answer(&open)).contains("Ответ на вопрос"));
}

#[test]
fn a_long_answer_is_split_and_the_way_out_stands_under_its_end() {
    let mut chat = Chat::new();
    let open = job(&chat.ask("первый")).unwrap();
    let found = Answered {
        route: Route::Client,
        question: "в общем".into(),
        answer: "Одно <слово> & другое. ".repeat(400),
        tool: Some(ServiceId::Interpretator),
    };
    let turn = chat.come(open.job, Outcome::Answered(found));
    assert!(turn.effects.len() > 1);
    assert!(matches!(turn.effects.first(), Some(Effect::Edit { .. })));
    let Some(Effect::Say(last)) = turn.effects.last() else { panic!("{:?}", turn.effects) };
    assert!(last.html.visible().contains("Интерпретатор") && last.keyboard.keys().count() == 1);
    let next = wish(&job(&chat.ask("ещё")).unwrap());
    assert_eq!(next.history[0].question, "в общем", "of a client only the question in general terms is remembered");
}

#[test]
fn words_of_danger_bring_the_contacts_first_once_and_the_question_is_asked_all_the_same() {
    let mut chat = Chat::new();
    let turn = chat.ask("Клиентка говорит: «я больше не хочу жить». Как об этом спросить?");
    let first = &turn.effects[0];
    assert!(matches!(first, Effect::Say(say) if say.html.visible().contains("112")), "{first:?}");
    let open = job(&turn).unwrap();
    chat.answer(&open);
    let turn = chat.ask("А если он сказал, что не хочет жить?");
    assert!(job(&turn).is_some() && !said(&turn).contains("112"));
}

#[test]
fn only_words_are_questions_and_not_too_many_of_them() {
    let mut chat = Chat::new();
    for event in [Event::Media(Media::Voice), Event::Said("  ".into()), Event::Said("слово ".repeat(400))] {
        let turn = chat.on(event);
        assert!(job(&turn).is_none() && matches!(chat.state, State::Guide(_)) && speaks(&turn));
    }
}
