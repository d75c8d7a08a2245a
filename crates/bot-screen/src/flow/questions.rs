//! The questions: one message, edited from question to question. The engine says which question comes next; the same answers
//! always lead to the same question, so a doubled tap and a way back and forth end where they should.
use std::collections::BTreeSet;

use bot_kit::{BoundRun, Effect, Job, JobKind, Keyboard, RunStatus, Say, Scene, Turn};
use domain::{Locale, RunId};
use serde::{Deserialize, Serialize};

use super::{Place, Step, screen, with_help};
use crate::{
    bank::{QuestionId, bank},
    button::{Button, Key, QuestionKey},
    collected::{HomeSafety, LifeThoughts},
    engine::{self, Answer, Answers, Next},
    texts::{Label, Text, Toast},
    wording::{self, Words, WordsReady},
};

/// How many boxes stand in a row.
const TICKS_IN_ROW: usize = 4;

/// The phase of the closing questions, after the three of the bank.
pub(super) const CLOSING_PHASE: u8 = 4;

/// What a client has answered so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Which run.
    pub run: RunId,
    /// The model abroad was allowed.
    pub ai_allowed: bool,
    /// The answered questions, in order.
    pub answers: Answers,
    /// Answers taken back by "Back"; their ticks return when the question does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<Answer>,
    /// A model's words for questions that were shown with them or may still come.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub words: Words,
    /// Questions for which words were asked for.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub asked_for: BTreeSet<QuestionId>,
    /// Thoughts of not living.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thoughts: Option<LifeThoughts>,
    /// Safety at home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<HomeSafety>,
}

/// A question on the screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asking {
    /// What was answered before it.
    pub form: Form,
    /// Which question.
    pub question: QuestionId,
    /// 1–3.
    pub phase: u8,
    /// What is ticked.
    pub draft: Draft,
}

/// What is ticked under the question on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Options from 0, ascending.
    pub ticked: Vec<u8>,
    /// "None of these fits"; then nothing else is ticked.
    pub none_fits: bool,
}

impl Form {
    /// Nothing is answered yet.
    pub(super) fn new(run: RunId, ai_allowed: bool) -> Self {
        Self {
            run,
            ai_allowed,
            answers: Answers::default(),
            taken_back: Vec::new(),
            words: Words::new(),
            asked_for: BTreeSet::new(),
            thoughts: None,
            home: None,
        }
    }

    /// The progress to be kept with the run.
    pub(super) fn progress(&self, phase: u8) -> Effect {
        Effect::KeepProgress {
            run: self.run,
            phase,
            question: u32::try_from(self.answers.0.len()).unwrap_or(u32::MAX),
            answers: super::closing::value(self),
        }
    }

    /// Where the engine leads: the next question, or the closing ones.
    fn next(mut self) -> Place {
        match engine::next_step(&self.answers) {
            Next::Ask(question, phase) => {
                let taken_back = self.taken_back.iter().position(|answer| answer.question == question);
                let draft = taken_back.map(|at| Draft::of(&self.taken_back.remove(at))).unwrap_or_default();
                Place::Asking(Asking { form: self, question, phase, draft })
            }
            Next::Enough => Place::Thoughts(self),
        }
    }

    /// The last answered question again, with its ticks; `None` when there is none.
    pub(super) fn back(mut self) -> Option<Place> {
        let last = self.answers.0.pop()?;
        self.taken_back.retain(|answer| answer.question != last.question);
        self.taken_back.push(last);
        Some(self.next())
    }
}

impl Draft {
    fn of(answer: &Answer) -> Self {
        Self { ticked: answer.ticked.clone(), none_fits: answer.none_fits }
    }

    fn is_empty(&self) -> bool {
        self.ticked.is_empty() && !self.none_fits
    }

    fn tick(&mut self, option: u8, on: bool) {
        self.ticked.retain(|other| *other != option);
        if on {
            self.none_fits = false;
            self.ticked.push(option);
            self.ticked.sort_unstable();
        }
    }

    fn none_fits(&mut self, on: bool) {
        self.none_fits = on;
        if on {
            self.ticked.clear();
        }
    }
}

/// The first question.
pub(super) fn first(form: Form) -> Place {
    form.next()
}

/// The question with its options and boxes.
pub(super) fn say(asking: &Asking, run: &BoundRun, locale: Locale) -> Say {
    let question = bank().question(asking.question);
    let options: Vec<&str> = question.options.iter().map(|option| option.text(locale)).collect();
    let text = Text::Question {
        number: asking.form.answers.0.len() + 1,
        left: engine::about_left(&asking.form.answers),
        question: asking.form.words.get(&asking.question).map_or_else(|| question.text(locale), String::as_str),
        options: &options,
    };
    let of = |key| Button::Of { run: run.run, key: Key::Question { question: asking.question, key } };
    let boxes: Vec<(String, Button)> = (0..options.len())
        .filter_map(|at| u8::try_from(at).ok())
        .map(|at| {
            let on = asking.draft.ticked.contains(&at);
            (Label::Tick(usize::from(at) + 1, on).text(locale), of(QuestionKey::Tick(at, !on)))
        })
        .collect();
    let mut keys = boxes.chunks(TICKS_IN_ROW).fold(Keyboard::none(), |keys, row| keys.row(row.to_vec()));
    let none = asking.draft.none_fits;
    keys = keys.key(Label::NoneFits(none).text(locale), of(QuestionKey::NoneFits(!none)));
    let mut way = vec![(Label::Skip.text(locale), of(QuestionKey::Skip)), (Label::Next.text(locale), of(QuestionKey::Next))];
    if !asking.form.answers.0.is_empty() {
        way.insert(0, (Label::Back.text(locale), of(QuestionKey::Back)));
    }
    Say::new(text.html(locale)).keys(with_help(keys.row(way), locale))
}

/// A key of the question on the screen; `None` for a key of another question or another screen.
pub(super) fn pressed(mut asking: Asking, key: &Key, run: &BoundRun, scene: &mut Scene<'_>) -> Option<Step> {
    let locale = scene.locale;
    let key = match key {
        Key::Question { question, key } if *question == asking.question => *key,
        Key::Question { .. }
        | Key::Consent(_)
        | Key::Thoughts(_)
        | Key::ThoughtsBack
        | Key::Home(_)
        | Key::HomeBack
        | Key::NoWords
        | Key::WordsBack => return None,
    };
    let turn = match key {
        QuestionKey::Tick(option, on) => {
            let known = usize::from(option) < bank().question(asking.question).options.len();
            if known {
                asking.draft.tick(option, on);
            }
            shown(Place::Asking(asking), run, locale)
        }
        QuestionKey::NoneFits(on) => {
            asking.draft.none_fits(on);
            shown(Place::Asking(asking), run, locale)
        }
        QuestionKey::Next if asking.draft.is_empty() => Turn::to(Place::Asking(asking)).toast(Toast::TickFirst.text(locale)),
        QuestionKey::Next => answer(asking, false, run, scene),
        QuestionKey::Skip => answer(asking, true, run, scene),
        QuestionKey::Back => back(asking, run, locale),
    };
    Some(turn.into())
}

fn shown(place: Place, run: &BoundRun, locale: Locale) -> Turn<Place> {
    let say = screen(&place, Some(run), locale);
    Turn::to(place).show(say)
}

/// Keeps the answer and goes where the engine leads.
fn answer(asking: Asking, skipped: bool, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<Place> {
    let Asking { mut form, question, phase, draft } = asking;
    let draft = if skipped { Draft::default() } else { draft };
    form.answers.0.push(Answer { question, ticked: draft.ticked, skipped, none_fits: draft.none_fits });
    let progress = form.progress(phase);
    let (place, job) = words_ahead(form.next(), run, scene);
    shown(place, run, scene.locale).and(progress).and_all(job.map(Effect::Enqueue))
}

/// Asks for the words of questions that may come next, where the client allowed a model. Nothing waits for them.
fn words_ahead(place: Place, run: &BoundRun, scene: &mut Scene<'_>) -> (Place, Option<Job>) {
    let Place::Asking(mut asking) = place else { return (place, None) };
    let wish = wording::wish(&asking.form.answers, asking.question, &asking.form.asked_for, scene.locale);
    let Some(wish) = wish.filter(|_| asking.form.ai_allowed) else { return (Place::Asking(asking), None) };
    asking.form.asked_for.extend(wish.questions.iter().copied());
    let about = Some((run.run, run.case));
    let job = Job { job: scene.id(), kind: JobKind::ScreenWording, about, payload: super::closing::value(&wish) };
    (Place::Asking(asking), Some(job))
}

/// Keeps words that have arrived for questions nobody has seen yet: what was read once is not changed under the reader's eyes.
pub(super) fn words_arrived(place: Place, ready: WordsReady, run: Option<&BoundRun>) -> Place {
    let Place::Asking(mut asking) = place else { return place };
    let is_open = run.is_some_and(|run| matches!(run.status, RunStatus::Issued | RunStatus::Active));
    if is_open && asking.form.run == ready.run {
        let was_seen = |question: &QuestionId, asking: &Asking| {
            *question == asking.question
                || asking.form.answers.has(*question)
                || asking.form.taken_back.iter().any(|answer| answer.question == *question)
        };
        let fresh: Words = ready.words.into_iter().filter(|(question, _)| !was_seen(question, &asking)).collect();
        asking.form.words.extend(fresh);
    }
    Place::Asking(asking)
}

/// To the question before; what is ticked here is not lost.
fn back(asking: Asking, run: &BoundRun, locale: Locale) -> Turn<Place> {
    let mut form = asking.form.clone();
    if !asking.draft.is_empty() {
        let Asking { question, draft, .. } = asking.clone();
        form.taken_back.retain(|answer| answer.question != question);
        form.taken_back.push(Answer { question, ticked: draft.ticked, skipped: false, none_fits: draft.none_fits });
    }
    match form.back() {
        Some(Place::Asking(before)) => {
            let progress = before.form.progress(before.phase);
            shown(Place::Asking(before), run, locale).and(progress)
        }
        Some(place) => shown(place, run, locale),
        None => shown(Place::Asking(asking), run, locale),
    }
}
