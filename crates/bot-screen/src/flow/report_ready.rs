//! The worker's answer: the report of a run, whatever the client's chat is doing by now.
use bot_kit::{BoundRun, ConsoleButton, Effect, KeptArtifact, Keyboard, MessageKind, RunStatus, Say, Scene, Turn};
use domain::{DangerSource, RunId, lexicon::Sign};

use super::{
    State,
    danger::{self, Noticed},
};
use crate::{
    texts::{Label, Opening, Text},
    wording::WordsReady,
};

/// What the worker answers Screen with.
#[derive(Debug, Clone, PartialEq)]
pub enum Ready {
    /// What became of a report.
    Report(ReportReady),
    /// Words for questions that are still to come.
    Words(WordsReady),
}

impl Ready {
    /// The run it is about.
    #[must_use]
    pub fn run(&self) -> RunId {
        match self {
            Self::Report(ready) => ready.run(),
            Self::Words(ready) => ready.run,
        }
    }
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum ReportReady {
    /// It is written.
    Written {
        /// Of which run.
        run: RunId,
        /// The result.
        kept: Box<KeptArtifact>,
        /// Signs of danger that only a model has seen in the client's words.
        noticed: Vec<Sign>,
    },
    /// It could not be written.
    Failed {
        /// Of which run.
        run: RunId,
    },
}

impl ReportReady {
    /// The run it is about.
    #[must_use]
    pub fn run(&self) -> RunId {
        match self {
            Self::Written { run, .. } | Self::Failed { run } => *run,
        }
    }
}

/// Keeps the report, or gives the run up. A run that is over meanwhile, or was answered before, is left alone. The client is
/// told nothing of it: what a report says reaches the client through the specialist. A sign of danger that only a model has seen in
/// the client's words is handled as any other: the words to the client, the notice to the specialist, the row.
pub(super) fn answered(state: State, ready: ReportReady, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Turn<State> {
    let turn = Turn::to(state);
    let Some(run) = run.filter(|run| run.run == ready.run()) else { return turn };
    match (ready, run.status) {
        (ReportReady::Written { .. }, RunStatus::Canceled | RunStatus::Completed) => turn,
        (
            ReportReady::Written { kept, noticed, .. },
            RunStatus::Issued | RunStatus::Active | RunStatus::Failed | RunStatus::Expired,
        ) => {
            let label = Label::OpenResult.text(run.specialist_locale);
            let keys = Keyboard::none().key(label, ConsoleButton::OpenResult(kept.artifact));
            let say = tell(run, Text::TellReady { label: &run.case_label }, MessageKind::Result, keys);
            let turn = notify(turn.and(Effect::KeepArtifact(kept)), run, say);
            // One notice, of the most serious: the report names them all.
            match noticed.first() {
                Some(sign) => {
                    let noticed = Noticed { sign: *sign, source: DangerSource::Model, opening: Opening::Answered };
                    danger::answer(turn, noticed, Some(run), scene)
                }
                None => turn,
            }
        }
        (ReportReady::Failed { .. }, RunStatus::Canceled | RunStatus::Completed | RunStatus::Failed) => turn,
        (ReportReady::Failed { .. }, RunStatus::Issued | RunStatus::Active | RunStatus::Expired) => {
            let text = Text::TellFailed { label: &run.case_label };
            let say = tell(run, text, MessageKind::Notice, danger::case_key(run));
            notify(turn.and(Effect::FailRun { run: run.run }), run, say)
        }
    }
}

fn tell(run: &BoundRun, text: Text<'_>, kind: MessageKind, keys: Keyboard) -> Say {
    Say::new(text.html(run.specialist_locale)).kind(kind).about(run.case).keys(keys)
}

fn notify(turn: Turn<State>, run: &BoundRun, say: Say) -> Turn<State> {
    match run.notify {
        true => turn.and(Effect::Tell { specialist: run.specialist, say }),
        false => turn,
    }
}
