//! What the worker would do for Conceptualizator, in memory.
use bot_conceptualizator::{
    ask,
    material::{Asked, Earlier, Input},
    result::{self, Version, Written},
    wish::{InputWish, Outcome, Ready, Want},
};
use bot_kit::{FileKind, Job, JobKind, RunStatus};
use bot_material::{ReadingWish, reply::Fault};
use domain::{CaseId, RunId, ServiceId};
use uuid::Uuid;

use crate::{
    Memory,
    replies::{NoAnswer, Replies, reading},
};

/// Nothing describes pictures here.
type Describe = fn(&str, usize) -> Result<Vec<String>, Vec<Fault>>;

impl Memory {
    /// A job of Conceptualizator with the replies that have come; `None`: another one is waited for.
    pub(crate) fn conceptualization(&mut self, run: RunId, job: &Job, replies: &mut Replies<'_>) -> Option<Ready> {
        let row = self.runs.get(&run)?;
        let (case, over) = (row.case, row.status != RunStatus::Active);
        if job.kind == JobKind::ConceptualizatorReading {
            let wish: ReadingWish = serde_json::from_value(job.payload.clone()).ok()?;
            let what = match (over, reading(&wish, replies, None::<Describe>)?) {
                (false, Some(read)) => Outcome::Read(read),
                (true, _) | (false, None) => Outcome::Failed,
            };
            return Some(Ready { run, serial: wish.serial, what });
        }
        let wish: InputWish = serde_json::from_value(job.payload.clone()).ok()?;
        let (serial, want) = (wish.serial, wish.want);
        let earlier = wish.earlier.iter().filter_map(|id| self.told(id.0)).collect();
        let input = wish.into_input(run, case, self.now, "story".into(), earlier);
        let what = match want {
            Want::Extract => match replies.ask(|reply| ask::read_extract(reply, &input, false))? {
                Ok(found) => Outcome::Extracted(found),
                Err(NoAnswer::Refused | NoAnswer::Away) => Outcome::Failed,
                Err(NoAnswer::Unusable(reply)) => {
                    ask::read_extract(&reply, &input, true).map_or(Outcome::Failed, Outcome::Extracted)
                }
            },
            Want::Changes => Outcome::Changed(match replies.ask(|reply| ask::read_changes(reply, &input, false))? {
                Ok(changed) => changed,
                Err(NoAnswer::Refused | NoAnswer::Away) => Vec::new(),
                Err(NoAnswer::Unusable(reply)) => ask::read_changes(&reply, &input, true).unwrap_or_default(),
            }),
            Want::Question(of) => {
                let asked = replies.ask(|reply| ask::read_question(reply, &input))?;
                let asked =
                    asked.map(|(question, why)| Asked { direction: of.direction, card: of.card, question, why, answer: None });
                Outcome::Question(Box::new(asked.unwrap_or_else(|_| ask::our_asked(of, &input))))
            }
            Want::Result => self.model(&input, case, replies)?,
        };
        Some(Ready { run, serial, what })
    }

    fn told(&self, artifact: Uuid) -> Option<Earlier> {
        let kept = self.runs.values().filter_map(|run| run.artifact.as_ref()).find(|(id, ..)| id.0 == artifact)?;
        Some(Earlier {
            artifact: kept.0,
            service: kept.1.meta.service_id,
            created_at: kept.1.meta.created_at,
            text: kept.1.summary.one_liner.clone(),
        })
    }

    fn model(&mut self, input: &Input, case: CaseId, replies: &mut Replies<'_>) -> Option<Outcome> {
        let Ok(model) = replies.ask(|reply| result::read_model(reply, input))? else { return Some(Outcome::Failed) };
        let Ok(targets) = replies.ask(|reply| result::read_targets(reply, input))? else { return Some(Outcome::Failed) };
        let letter = match replies.ask(|reply| result::read_letter(reply, input))? {
            Ok(letter) => Some(letter),
            Err(NoAnswer::Away) => return Some(Outcome::Failed),
            Err(NoAnswer::Refused | NoAnswer::Unusable(_)) => None,
        };
        let before = self.runs.values().filter(|row| row.case == case && row.service == ServiceId::Conceptualizator);
        let before = before.filter(|row| row.artifact.is_some()).max_by_key(|row| row.order);
        let before = before.and_then(|row| row.artifact.as_ref()).and_then(|(_, content, _)| Version::of(content));
        let written = Written { model, targets, letter };
        let content = result::compose(input, &written, before.as_ref());
        let mut kinds = vec![FileKind::Board, FileKind::Txt, FileKind::Docx, FileKind::Json];
        if written.letter.is_some() {
            kinds.push(FileKind::Portrait);
        }
        let (txt, risk) = (content.summary.one_liner.clone(), input.signs.iter().map(|sign| sign.level).min());
        Some(Outcome::Result(self.kept(input.run, case, content, txt, risk, &kinds)))
    }
}
