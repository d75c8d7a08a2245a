//! The dialogue between the beginning and the end of a run, which are the frame's: which screen answers which event.
//!
//! One function decides what comes next ([`onward`]): what is unread is read, then hypotheses are looked for, decided one by one, red
//! flags are answered, and questions are asked where the board is empty, until the specialist has enough or nothing is left to ask.
mod assembling;
mod collecting;
mod danger;
mod deciding;
mod questions;
#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm)]
mod tests;
mod work;

use bot_kit::{BoundRun, Facts, Html, JobKind, Media, Say, Scene, Turn};
use bot_material::{
    SeenSign,
    frame::{self, Frame, OwnText, earlier, enqueue, include, settle, stale},
};
use domain::{BotId, CaseId, Locale, RunId, ServiceId};

pub use bot_material::frame::Ending;
pub use work::{Stage, Task, Work};

use crate::{
    button::{Key, Press},
    texts::Text,
    wish::{InputWish, Outcome, Want},
};

/// The bot for the working model of a case.
pub type Conceptualizator = Frame<Tool>;

/// What a chat with Conceptualizator remembers.
pub type State = frame::State<Work>;

/// The working model of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool;

impl frame::Tool for Tool {
    const DOOR: bot_gate::Tool = bot_gate::Tool::Conceptualizator;
    const SERVICE: ServiceId = ServiceId::Conceptualizator;
    const BOT: BotId = BotId::Conceptualizator;
    type Work = Work;
    type OwnKey = Press;
    type Outcome = Outcome;

    fn begin(run: RunId, case: CaseId, token: String) -> Work {
        Work::new(run, case, token)
    }

    fn stage(work: &Work) -> &'static str {
        match work.stage {
            Stage::Collecting => "collecting",
            Stage::Reading => "reading",
            Stage::Extracting => "extracting",
            Stage::Reviewing(_) => "reviewing",
            Stage::Editing(_) => "editing",
            Stage::Flagged(_) => "flagged",
            Stage::Thinking => "thinking",
            Stage::Asking => "asking",
            Stage::Offering => "offering",
            Stage::Assembling => "assembling",
            Stage::Stuck(_) => "stuck",
        }
    }

    fn text(text: OwnText<'_>, locale: Locale) -> Html {
        Text::Frame(text).html(locale)
    }

    fn help(work: &Work, locale: Locale) -> Html {
        Text::Help(work.stage).html(locale)
    }

    fn greeting(work: &Work, case_label: &str, scene: &Scene<'_>) -> Say {
        collecting::greeting(work, case_label, scene)
    }

    fn screen(work: &Work, scene: &Scene<'_>) -> Say {
        let plain = |text: Text<'_>| Say::new(text.html(scene.locale));
        match work.stage {
            Stage::Collecting => collecting::screen(work, scene),
            Stage::Reading => Say::new(frame::Text::Reading.html(scene.locale)),
            Stage::Extracting => plain(Text::Extracting),
            Stage::Reviewing(id) => deciding::card_screen(work, id, scene),
            Stage::Editing(id) => deciding::edit_screen(work, id, scene),
            Stage::Flagged(at) => deciding::flag_screen(work, at, scene),
            Stage::Thinking => plain(Text::Thinking),
            Stage::Asking => questions::screen(work, scene),
            Stage::Offering => questions::offer(work, scene),
            Stage::Assembling => plain(Text::Assembling),
            Stage::Stuck(task) => assembling::stuck_screen(work, task, scene),
        }
    }

    fn look(work: &mut Work, words: &str, locale: Locale) -> Vec<SeenSign> {
        danger::look(work, words, locale)
    }

    fn words(work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
        match work.stage {
            Stage::Editing(card) => deciding::edited(work, card, words, scene),
            Stage::Asking => questions::answer(work, words, scene),
            Stage::Collecting
            | Stage::Reading
            | Stage::Extracting
            | Stage::Reviewing(_)
            | Stage::Flagged(_)
            | Stage::Thinking
            | Stage::Offering
            | Stage::Assembling
            | Stage::Stuck(_) => collecting::words(work, words, scene),
        }
    }

    fn media(work: Work, media: Media, scene: &mut Scene<'_>) -> Turn<State> {
        collecting::media(work, media, scene)
    }

    fn pressed(work: Work, key: Key, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
        match (key, work.stage) {
            (Key::Ready, Stage::Collecting) => collecting::ready(work, scene),
            (Key::Own(Press::Checklist), Stage::Collecting) => collecting::checklist(work, scene),
            (Key::Keep, Stage::Collecting) => collecting::keep_doubted(work, scene),
            (Key::Keep, Stage::Asking) => questions::keep_doubted(work, scene),
            (Key::Earlier, Stage::Collecting) => earlier::<Self>(work, facts, scene),
            (Key::Include(artifact, on), Stage::Collecting) => include::<Self>(work, artifact, on, facts, scene),
            (Key::Own(Press::Card(id, verdict)), Stage::Reviewing(open) | Stage::Editing(open)) if id == open => {
                deciding::decided(work, id, verdict, scene)
            }
            (Key::Own(Press::AcceptAll), Stage::Reviewing(_)) => deciding::accept_all(work, scene),
            (Key::Own(Press::Flag(at, answer)), Stage::Flagged(open)) if at == open => {
                deciding::flag_answered(work, at, answer, scene)
            }
            (Key::Own(Press::Skip(at)), Stage::Asking) => questions::skipped(work, at, scene),
            (Key::Own(Press::Why(at)), Stage::Asking) => questions::why(work, at, scene),
            (Key::Own(Press::Back(at)), Stage::Asking) => questions::back(work, at, scene),
            (Key::Finish, Stage::Asking | Stage::Offering | Stage::Reviewing(_)) => questions::finish(work, scene),
            (Key::Own(Press::Ask), Stage::Offering) => questions::one_more(work, scene),
            (Key::Retry, Stage::Stuck(task)) => assembling::again(work, task, scene),
            _ => stale::<Self>(work, scene),
        }
    }

    fn answered(work: Work, what: Outcome, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
        assembling::answered(work, what, run, scene)
    }
}

/// What comes next, from wherever things stand.
fn onward(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    if work.pile.has_unread() {
        return assembling::read(work, scene);
    }
    if !work.extracted {
        if work.pile.parts().is_empty() && work.earlier.is_empty() {
            work.extracted = true;
        } else {
            return ask_worker(work, Stage::Extracting, Text::Extracting, JobKind::ConceptualizatorExtract, Want::Extract, scene);
        }
    }
    if let Some(id) = work.board.undecided(&work.later).map(|card| card.id) {
        work.stage = Stage::Reviewing(id);
        let say = deciding::card_screen(&work, id, scene);
        return settle(work, say);
    }
    if let Some(at) = work.open_flag() {
        work.stage = Stage::Flagged(at);
        let say = deciding::flag_screen(&work, at, scene);
        return settle(work, say);
    }
    if work.finishing { assembling::assemble(work, scene) } else { questions::next(work, scene) }
}

/// Has the worker do something with everything there is, and says that it does.
fn ask_worker(mut work: Work, stage: Stage, text: Text<'_>, kind: JobKind, want: Want, scene: &mut Scene<'_>) -> Turn<State> {
    work.stage = stage;
    work.serial += 1;
    let payload = serde_json::to_value(InputWish::of(&work, want, scene.locale)).unwrap_or_default();
    enqueue(work, text.html(scene.locale), kind, payload, scene)
}
