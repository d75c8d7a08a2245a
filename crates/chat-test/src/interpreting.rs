//! What the worker would do for the specialists' tools, and for Interpretator, in memory.
use bot_conceptualizator::Conceptualizator;
use bot_interpretator::{
    Interpretator, ask,
    material::{Earlier, Input},
    result,
    wish::{InputWish, Outcome, Ready},
};
use bot_kit::{Event, FileKind, Job, JobKind, RunStatus};
use bot_material::ReadingWish;
use bot_simulator::Simulator;
use domain::{BotId, CaseId, RunId};
use uuid::Uuid;

use crate::{
    Memory,
    replies::{NoAnswer, Replies, Said, reading},
};

/// Whether a job is a tool's.
fn is_ours(job: &Job) -> bool {
    is_interpretator(job) || is_conceptualizator(job) || is_simulator(job)
}

fn is_interpretator(job: &Job) -> bool {
    matches!(job.kind, JobKind::InterpretatorReading | JobKind::InterpretatorQuestions | JobKind::InterpretatorResult)
}

fn is_conceptualizator(job: &Job) -> bool {
    matches!(
        job.kind,
        JobKind::ConceptualizatorReading
            | JobKind::ConceptualizatorExtract
            | JobKind::ConceptualizatorStep
            | JobKind::ConceptualizatorResult
    )
}

fn is_simulator(job: &Job) -> bool {
    matches!(job.kind, JobKind::SimulatorReading | JobKind::SimulatorCase | JobKind::SimulatorLine | JobKind::SimulatorDebrief)
}

/// What a tool's job answers.
enum Answer {
    Interpretator(Ready),
    Conceptualizator(bot_conceptualizator::wish::Ready),
    Simulator(bot_simulator::wish::Ready),
}

impl Memory {
    /// Claude answers the oldest question that waits.
    pub(crate) fn claude_says(&mut self, reply: &str) {
        let waiting = self.jobs.iter().find(|(.., job)| is_ours(job)).map(|(.., job)| job.job.0);
        let waiting = waiting.or_else(|| self.questions.first().map(|(_, job)| job.job.0));
        if let Some(id) = waiting {
            self.replies.entry(id).or_default().push(Said::Words(reply.to_owned()));
        }
    }

    /// Every job of a tool that can end with the replies that have come, and those that follow from it.
    pub(crate) fn interpret(&mut self, ever: Option<&Said>) {
        let mut from = 0;
        while let Some(at) = self.jobs.iter().skip(from).position(|(.., job)| is_ours(job)).map(|at| at + from) {
            let Some((chat, run, job)) = self.jobs.get(at).cloned() else { return };
            let come = self.replies.get(&job.job.0).cloned().unwrap_or_default();
            let mut replies = Replies { come: come.iter(), ever: ever.cloned() };
            let answer = if is_interpretator(&job) {
                self.interpretation(run, &job, &mut replies).map(Answer::Interpretator)
            } else if is_simulator(&job) {
                self.training(run, &job, &mut replies).map(Answer::Simulator)
            } else {
                self.conceptualization(run, &job, &mut replies).map(Answer::Conceptualizator)
            };
            let Some(answer) = answer else {
                from = at + 1;
                continue;
            };
            self.jobs.remove(at);
            self.replies.remove(&job.job.0);
            if let Some(person) = (0..self.people.len()).find(|at| self.id_of(*at) == chat) {
                match answer {
                    Answer::Interpretator(ready) => {
                        self.turn::<Interpretator>(person, BotId::Interpretator, Event::Answered(ready), None);
                    }
                    Answer::Conceptualizator(ready) => {
                        self.turn::<Conceptualizator>(person, BotId::Conceptualizator, Event::Answered(ready), None);
                    }
                    Answer::Simulator(ready) => {
                        self.turn::<Simulator>(person, BotId::Simulator, Event::Answered(ready), None);
                    }
                }
            }
            from = 0;
        }
    }

    fn interpretation(&mut self, run: RunId, job: &Job, replies: &mut Replies<'_>) -> Option<Ready> {
        let row = self.runs.get(&run)?;
        let (case, over) = (row.case, row.status != RunStatus::Active);
        if job.kind == JobKind::InterpretatorReading {
            let wish: ReadingWish = serde_json::from_value(job.payload.clone()).ok()?;
            let describe = |reply: &str, count| ask::read_vision(reply, count, wish.locale);
            let what = match (over, reading(&wish, replies, Some(describe))?) {
                (false, Some(read)) => Outcome::Read(read),
                (true, _) | (false, None) => Outcome::Failed,
            };
            return Some(Ready { run, serial: wish.serial, what });
        }
        let wish: InputWish = serde_json::from_value(job.payload.clone()).ok()?;
        let serial = wish.serial;
        let earlier = wish.earlier.iter().filter_map(|id| self.earlier(id.0)).collect();
        let input = wish.into_input(run, case, self.now, "story".into(), earlier);
        let what = match job.kind {
            JobKind::InterpretatorQuestions => questions(&input, replies)?,
            _ => self.result(&input, case, replies)?,
        };
        Some(Ready { run, serial, what })
    }

    fn earlier(&self, artifact: Uuid) -> Option<Earlier> {
        let kept = self.runs.values().filter_map(|run| run.artifact.as_ref()).find(|(id, ..)| id.0 == artifact)?;
        Some(Earlier {
            service: kept.1.meta.service_id,
            created_at: kept.1.meta.created_at,
            one_liner: kept.1.summary.one_liner.clone(),
            text: kept.1.summary.one_liner.clone(),
        })
    }

    fn result(&mut self, input: &Input, case: CaseId, replies: &mut Replies<'_>) -> Option<Outcome> {
        let (interpretation, flags) = match replies.ask(|reply| result::read_interpretation(reply, input))? {
            Ok(interpretation) => (interpretation, Vec::new()),
            Err(NoAnswer::Refused | NoAnswer::Away) => return Some(Outcome::Failed),
            Err(NoAnswer::Unusable(reply)) => match result::mend(&reply, input) {
                Some(mended) => (mended.interpretation, mended.flags),
                None => return Some(Outcome::Failed),
            },
        };
        let content = result::compose(input, &interpretation, &flags);
        let (txt, risk) = (content.summary.one_liner.clone(), input.signs.iter().map(|(sign, _)| sign.level).min());
        let kinds = [FileKind::Txt, FileKind::Docx, FileKind::Json];
        Some(Outcome::Result(self.kept(input.run, case, content, txt, risk, &kinds)))
    }
}

fn questions(input: &Input, replies: &mut Replies<'_>) -> Option<Outcome> {
    let asked = replies.ask(|reply| ask::read_questions(reply, input.locale))?;
    Some(Outcome::Questions(asked.unwrap_or_else(|_| ask::fallback_questions(input))))
}
