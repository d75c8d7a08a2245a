//! The guide's conversation: one question at work, a few that wait their turn, and what was said before.
use bot_kit::{Effect, Html, Job, JobKind, Keyboard, MESSAGE_UNITS, MessageKind, Say, Scene, Turn, split_text};
use domain::{JobId, OutboxId, lexicon};
use serde::{Deserialize, Serialize};
use serde_json::to_value;

use super::{State, cases, country_of, main_menu};
use crate::{
    button::{Button, GuideButton},
    guide::{Answered, GuideWish, Outcome, Pair, QUESTION_CHARS, Ready, remember},
    texts::{
        Text,
        guide::{GuideLabel, GuideText},
    },
};

/// Questions that are taken at a time: one at work, the others wait.
const TAKEN: usize = 3;

/// A conversation with the guide. It ends, and is forgotten, with any button or command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// What was asked and answered, the latest pairs.
    history: Vec<Pair>,
    /// The question at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Asked>,
    /// Questions that wait their turn. Without one at work the model could not be asked: they are asked again when the specialist wants.
    #[serde(default)]
    waiting: Vec<Waiting>,
    /// Emergency contacts were shown.
    #[serde(default)]
    warned: bool,
}

/// A question at work.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    /// Only its answer counts.
    job: JobId,
    question: String,
    /// Our message that becomes the answer.
    message: OutboxId,
    /// It was said that it takes longer.
    #[serde(default)]
    told: bool,
}

/// A question that waits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Waiting {
    question: String,
    /// Our message that becomes the answer.
    message: OutboxId,
}

impl std::fmt::Debug for Asked {
    /// Not the question: it is the specialist's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asked[{}]", self.job)
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Waiting[{}]", self.question.len())
    }
}

impl State {
    /// The job whose answer this chat waits for.
    pub(super) fn question_at_work(&self) -> Option<JobId> {
        let Self::Guide(talk) = self else { return None };
        talk.asked.as_ref().map(|asked| asked.job)
    }

    /// The conversation, if this is one; else the state as it was.
    fn into_talk(self) -> Result<Talk, Self> {
        if let Self::Guide(talk) = self {
            return Ok(*talk);
        }
        Err(self)
    }
}

/// Whoever leaves the guide takes the open question back: nothing of it is worked on or kept any more.
pub(super) fn left(at_work: Option<JobId>, turn: Turn<State>) -> Turn<State> {
    let gone = at_work.filter(|_| turn.state.question_at_work() != at_work);
    turn.and_all(gone.map(|job| Effect::DropJob { job }))
}

fn to(talk: Talk) -> Turn<State> {
    Turn::to(State::Guide(Box::new(talk)))
}

fn say(text: GuideText, scene: &Scene<'_>) -> Say {
    Say::new(text.html(scene.locale))
}

fn way_out(scene: &Scene<'_>) -> Keyboard {
    Keyboard::none().key(GuideLabel::Leave.text(scene.locale), Button::Guide(GuideButton::Leave))
}

/// A new conversation; an open one is over with it.
pub(super) fn enter(scene: &Scene<'_>) -> Turn<State> {
    to(Talk::default()).show(say(GuideText::Intro, scene).keys(way_out(scene)))
}

/// The conversation is over.
pub(super) fn canceled(scene: &Scene<'_>) -> Turn<State> {
    Turn::to(State::Idle).show(say(GuideText::Left, scene).keys(main_menu(scene)))
}

/// A button of the guide.
pub(super) fn pressed(state: State, button: GuideButton, scene: &mut Scene<'_>) -> Turn<State> {
    match button {
        GuideButton::Enter => enter(scene),
        // A message of its own, so that the answer whose key was pressed keeps its words.
        GuideButton::Leave => Turn::to(State::Idle).say(Say::new(Text::MainMenu.html(scene.locale)).keys(main_menu(scene))),
        GuideButton::Again => match state.into_talk() {
            Ok(talk) if talk.asked.is_some() => {
                let at_work = GuideText::AtWork.html(scene.locale).visible();
                to(talk).toast(at_work)
            }
            Ok(talk) if !talk.waiting.is_empty() => next(talk, scene),
            Ok(_) | Err(_) => cases::stale(scene),
        },
    }
}

/// A text: a question. It is asked at once, or waits its turn.
pub(super) fn said(mut talk: Talk, text: &str, scene: &mut Scene<'_>) -> Turn<State> {
    let question = text.trim();
    if question.is_empty() {
        return needs_words(talk, scene);
    }
    if question.chars().count() > QUESTION_CHARS {
        return to(talk).say(say(GuideText::TooLong, scene).keys(way_out(scene)));
    }
    let danger = contacts_first(&mut talk, question, scene);
    let at_work = talk.asked.is_some();
    let turn = if talk.waiting.len() + usize::from(at_work) >= TAKEN {
        to(talk).say(say(GuideText::Full, scene).keys(way_out(scene)))
    } else {
        let message: OutboxId = scene.id();
        let waits = Waiting { question: question.to_owned(), message };
        if at_work {
            talk.waiting.push(waits);
            to(talk).say(say(GuideText::Waits, scene).kind(MessageKind::Progress).with_id(message))
        } else {
            asked_now(talk, waits, scene)
        }
    };
    turn.after(danger)
}

/// Words of danger in a question, the first time: people and numbers stand before any answer. Nobody is told, and the question is
/// answered like any other.
fn contacts_first(talk: &mut Talk, question: &str, scene: &Scene<'_>) -> Option<Effect> {
    if talk.warned || lexicon::signs(question).is_none() {
        return None;
    }
    talk.warned = true;
    let contacts = GuideText::Danger.html(scene.locale);
    let contacts = contacts.paragraph(&Text::Sos { country: country_of(scene) }.html(scene.locale));
    Some(Effect::Say(Say::new(contacts)))
}

/// Asks a question that came when none was at work. One that could not be asked before stands in front of it, below everything.
fn asked_now(mut talk: Talk, new: Waiting, scene: &mut Scene<'_>) -> Turn<State> {
    if talk.waiting.is_empty() {
        let said = say(GuideText::Searching, scene).kind(MessageKind::Progress).with_id(new.message);
        return begin(talk, new, Effect::Say(said), scene);
    }
    let mut first = talk.waiting.remove(0);
    first.message = scene.id();
    let searching = say(GuideText::Searching, scene).kind(MessageKind::Progress).with_id(first.message);
    let waits = say(GuideText::Waits, scene).kind(MessageKind::Progress).with_id(new.message);
    talk.waiting.push(new);
    begin(talk, first, Effect::Say(searching), scene).say(waits)
}

/// Asks the question that waits longest; our word about it becomes the word that it is at work.
fn next(mut talk: Talk, scene: &mut Scene<'_>) -> Turn<State> {
    if talk.waiting.is_empty() {
        return to(talk);
    }
    let first = talk.waiting.remove(0);
    let searching = say(GuideText::Searching, scene).kind(MessageKind::Progress);
    let message = first.message;
    begin(talk, first, Effect::Edit { message, say: searching }, scene)
}

fn begin(mut talk: Talk, question: Waiting, said: Effect, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(owner) = scene.specialist.map(|specialist| specialist.user_id) else { return to(talk) };
    let Waiting { question, message } = question;
    let job: JobId = scene.id();
    let wish = GuideWish { owner, locale: scene.locale, history: talk.history.clone(), question: question.clone() };
    let payload = to_value(wish).unwrap_or_default();
    talk.asked = Some(Asked { job, question, message, told: false });
    to(talk).and(said).and(Effect::Enqueue(Job { job, kind: JobKind::GuideAnswer, about: None, payload }))
}

/// Anything but words.
pub(super) fn needs_words(talk: Talk, scene: &Scene<'_>) -> Turn<State> {
    to(talk).say(say(GuideText::NeedsWords, scene).keys(way_out(scene)))
}

/// The worker's answer. One to a question nobody waits for shows nothing: its asker has left, or asks something else now.
pub(super) fn answered(state: State, ready: Ready, scene: &mut Scene<'_>) -> Turn<State> {
    match state.into_talk() {
        Ok(talk) if talk.asked.as_ref().is_some_and(|asked| asked.job == ready.job) => came(talk, ready.what, scene),
        Ok(talk) => to(talk),
        Err(state) => Turn::to(state),
    }
}

fn came(mut talk: Talk, what: Outcome, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(asked) = talk.asked.take() else { return to(talk) };
    let message = asked.message;
    let edit = |text: GuideText, keys: Keyboard, scene: &Scene<'_>| Effect::Edit { message, say: say(text, scene).keys(keys) };
    match what {
        Outcome::Longer => {
            let word = say(GuideText::Longer, scene).kind(MessageKind::Progress);
            let said = (!asked.told).then_some(Effect::Edit { message, say: word });
            talk.asked = Some(Asked { told: true, ..asked });
            to(talk).and_all(said)
        }
        Outcome::Answered(found) => {
            let parts = parts_of(&found, message, scene);
            remember(&mut talk.history, Pair { question: found.question, answer: found.answer });
            next(talk, scene).after(parts)
        }
        Outcome::Outside => {
            let said = edit(GuideText::Outside, way_out(scene), scene);
            next(talk, scene).after([said])
        }
        Outcome::Unusable => {
            let said = edit(GuideText::Unusable, way_out(scene), scene);
            next(talk, scene).after([said])
        }
        Outcome::Away => {
            talk.waiting.insert(0, Waiting { question: asked.question, message });
            let again = Keyboard::none().key(GuideLabel::Again.text(scene.locale), Button::Guide(GuideButton::Again));
            let keys = again.key(GuideLabel::Leave.text(scene.locale), Button::Guide(GuideButton::Leave));
            to(talk).and(edit(GuideText::Away, keys, scene))
        }
    }
}

/// The answer: our message becomes its first part, the others follow. Of a client the guide says where that is worked on.
fn parts_of(found: &Answered, message: OutboxId, scene: &Scene<'_>) -> Vec<Effect> {
    let mut parts: Vec<Html> = split_text(&found.answer, MESSAGE_UNITS).iter().map(|part| Html::text(part)).collect();
    if let Some(tool) = found.tool {
        parts.push(GuideText::ForClients { tool }.html(scene.locale));
    }
    let mut said: Vec<Say> = bot_kit::as_messages(parts).into_iter().map(Say::new).collect();
    if let Some(last) = said.pop() {
        said.push(last.keys(way_out(scene)));
    }
    let mut said = said.into_iter();
    let first = said.next().map(|say| Effect::Edit { message, say });
    first.into_iter().chain(said.map(Effect::Say)).collect()
}

#[cfg(test)]
pub(super) fn every_talk() -> Vec<Talk> {
    let id = |n| uuid::Uuid::from_u128(n);
    let asked =
        Asked { job: JobId(id(300)), question: "Что такое слой?".into(), message: OutboxId(id(301)), told: false };
    let waiting = vec![Waiting { question: "А ось?".into(), message: OutboxId(id(302)) }];
    let history =
        vec![Pair { question: "Что такое L0?".into(), answer: "Слой энергии и тела.".into() }; 10];
    vec![
        Talk::default(),
        Talk { history, asked: Some(asked.clone()), waiting: waiting.clone(), warned: true },
        Talk { asked: Some(asked), ..Talk::default() },
        Talk { waiting, ..Talk::default() },
    ]
}
