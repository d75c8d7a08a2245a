//! The dialogue between the beginning and the end of a run, which are the frame's: which screen answers which event.
//!
//! Whatever a specialist sends while the worker is busy is kept, in order, and belongs to the material.
mod asking;
mod collecting;
mod reading;
#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm)]
mod tests;
mod work;

use bot_kit::{BoundRun, Facts, Html, JobKind, Media, Say, Scene, Turn};
use bot_material::frame::{self, Frame, OwnText, earlier, enqueue, include, stale, to};
use domain::{BotId, CaseId, Locale, RunId, ServiceId};

pub use bot_material::frame::Ending;
pub use work::{Asked, Stage, Task, Work};

use crate::{
    button::{Key, Press},
    texts::{Text, Toast},
    wish::Outcome,
};

/// The bot for dreams and drawings.
pub type Interpretator = Frame<Tool>;

/// What a chat with Interpretator remembers.
pub type State = frame::State<Work>;

/// Dreams and drawings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool;

impl frame::Tool for Tool {
    const DOOR: bot_gate::Tool = bot_gate::Tool::Interpretator;
    const SERVICE: ServiceId = ServiceId::Interpretator;
    const BOT: BotId = BotId::Interpretator;
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
            Stage::Describing => "describing",
            Stage::Preparing => "preparing",
            Stage::Asking => "asking",
            Stage::Interpreting => "interpreting",
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
        let locale = scene.locale;
        match work.stage {
            Stage::Collecting => collecting::screen(work, scene),
            Stage::Describing => reading::short_screen(work, scene),
            Stage::Asking => asking::screen(work, scene),
            Stage::Reading => Say::new(frame::Text::Reading.html(locale)),
            Stage::Preparing => Say::new(Text::Preparing.html(locale)),
            Stage::Interpreting => Say::new(Text::Interpreting.html(locale)),
            Stage::Stuck(task) => reading::stuck_screen(work, task, scene),
        }
    }

    fn words(work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
        match work.stage {
            Stage::Collecting | Stage::Reading | Stage::Preparing | Stage::Interpreting | Stage::Stuck(_) => {
                collecting::words(work, words, scene)
            }
            Stage::Describing => reading::correction(work, words, scene),
            Stage::Asking => asking::answer(work, words, scene),
        }
    }

    fn media(work: Work, media: Media, scene: &mut Scene<'_>) -> Turn<State> {
        collecting::media(work, media, scene)
    }

    fn pressed(work: Work, key: Key, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
        match (key, work.stage) {
            (Key::Ready, Stage::Collecting) => collecting::ready(work, scene),
            (Key::Own(Press::More), Stage::Collecting) => to(work).toast(Toast::SendMore.text(scene.locale)),
            (Key::Keep, Stage::Collecting) => collecting::keep_doubted(work, scene),
            (Key::Keep, Stage::Asking) => asking::keep_doubted(work, scene),
            (Key::Earlier, Stage::Collecting) => earlier::<Self>(work, facts, scene),
            (Key::Include(artifact, on), Stage::Collecting) => include::<Self>(work, artifact, on, facts, scene),
            (Key::Own(Press::Right), Stage::Describing) => reading::confirmed(work, scene),
            (Key::Own(Press::Answer(at, choice)), Stage::Asking) => asking::chosen(work, at, choice, scene),
            (Key::Finish, Stage::Asking) => asking::finish(work, scene),
            (Key::Retry, Stage::Stuck(task)) => reading::again(work, task, scene),
            _ => stale::<Self>(work, scene),
        }
    }

    fn answered(work: Work, what: Outcome, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
        reading::answered(work, what, run, scene)
    }
}

/// Has the worker do something, and says that it does.
fn ask_worker(
    mut work: Work,
    stage: Stage,
    says: Html,
    kind: JobKind,
    payload: impl FnOnce(&Work, Locale) -> serde_json::Value,
    scene: &mut Scene<'_>,
) -> Turn<State> {
    work.stage = stage;
    work.serial += 1;
    let payload = payload(&work, scene.locale);
    enqueue(work, says, kind, payload, scene)
}
