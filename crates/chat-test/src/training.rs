//! What the worker would do for Simulator, in memory.
use bot_kit::{FileKind, Job, JobKind, RunStatus};
use bot_material::{Part, ReadingWish};
use bot_simulator::{
    ask::{self, DebriefAsk, Fault, LineAsk, OwnCaseAsk},
    debrief::{By, Debrief, DebriefInput, compose},
    wish::{ClientWish, DebriefWish, LineWish, Outcome, Ready},
};
use domain::RunId;

use crate::{
    Memory,
    replies::{NoAnswer, Replies, reading},
};

/// Nothing describes pictures here.
type Describe = fn(&str, usize) -> Result<Vec<String>, Vec<Fault>>;

impl Memory {
    /// A job of Simulator with the replies that have come; `None`: another one is waited for.
    pub(crate) fn training(&mut self, run: RunId, job: &Job, replies: &mut Replies<'_>) -> Option<Ready> {
        let over = self.runs.get(&run)?.status != RunStatus::Active;
        let payload = job.payload.clone();
        Some(match job.kind {
            JobKind::SimulatorReading => {
                let wish: ReadingWish = serde_json::from_value(payload).ok()?;
                let what = match (over, reading(&wish, replies, None::<Describe>)?) {
                    (false, Some(read)) => Outcome::Read(read),
                    (true, _) | (false, None) => Outcome::Failed,
                };
                Ready { run, serial: wish.serial, what }
            }
            JobKind::SimulatorCase => {
                let wish: ClientWish = serde_json::from_value(payload).ok()?;
                let mut material: Vec<String> = wish.parts.iter().map(text_of).collect();
                let kept = self.runs.values().filter_map(|row| row.artifact.as_ref());
                material.extend(
                    kept.filter(|(id, ..)| wish.earlier.contains(id)).map(|(_, content, _)| content.summary.one_liner.clone()),
                );
                let material: Vec<&str> = material.iter().map(String::as_str).collect();
                let asked = OwnCaseAsk { run, locale: wish.locale, material: &material };
                let what = match replies.ask(|reply| ask::read_own_case(reply, &asked))? {
                    Ok(case) => Outcome::Client(Some((Box::new(case), Vec::new()))),
                    Err(NoAnswer::Away) => Outcome::Failed,
                    Err(NoAnswer::Refused) => Outcome::Client(None),
                    Err(NoAnswer::Unusable(reply)) => {
                        Outcome::Client(ask::mend_own_case(&reply, &asked).map(|(case, flags)| (Box::new(case), flags)))
                    }
                };
                Ready { run, serial: wish.serial, what }
            }
            JobKind::SimulatorLine => {
                let wish: LineWish = serde_json::from_value(payload).ok()?;
                let LineWish { locale, client, goal, now, turn, said, line, serial } = &wish;
                let asked = LineAsk { run, locale: *locale, case: client, goal: *goal, now, turn: *turn, said, line };
                let what = match replies.ask(|reply| ask::read_turn(reply, &asked))? {
                    Ok(turn) => Outcome::Turn(Box::new(turn), Vec::new()),
                    Err(NoAnswer::Away | NoAnswer::Refused) => Outcome::NotCounted,
                    Err(NoAnswer::Unusable(reply)) => ask::mend_turn(&reply, &asked)
                        .map_or(Outcome::NotCounted, |mended| Outcome::Turn(Box::new(mended.turn), mended.flags)),
                };
                Ready { run, serial: *serial, what }
            }
            _ => {
                let wish: DebriefWish = serde_json::from_value(payload).ok()?;
                let serial = wish.serial;
                Ready { run, serial, what: self.debrief(run, &wish, replies)? }
            }
        })
    }

    fn debrief(&mut self, run: RunId, wish: &DebriefWish, replies: &mut Replies<'_>) -> Option<Outcome> {
        let case = self.runs.get(&run)?.case;
        let debrief = Debrief::of(&wish.client, &wish.session, &wish.spoken)?;
        let asked = DebriefAsk { run, locale: wish.locale, case: &wish.client, debrief: &debrief };
        let (text, by) = match replies.ask(|reply| ask::read_debrief(reply, &asked))? {
            Ok(text) => (text, By::Model),
            Err(NoAnswer::Away | NoAnswer::Refused) => (ask::fallback_debrief(&asked), By::Template),
            Err(NoAnswer::Unusable(reply)) => match ask::mend_debrief(&reply, &asked) {
                Some(mended) => (mended.text, By::Model),
                None => (ask::fallback_debrief(&asked), By::Template),
            },
        };
        let input = DebriefInput {
            run,
            context: case,
            made_at: self.now,
            correlation: "story",
            locale: wish.locale,
            case: &wish.client,
            session: &wish.session,
            debrief: &debrief,
            text: &text,
            by,
            signs: &wish.signs,
            flags: &wish.flags,
        };
        let (content, record) = (compose(&input), serde_json::to_value(input.record()).ok()?);
        let (txt, risk) = (content.summary.one_liner.clone(), wish.signs.iter().map(|sign| sign.level).min());
        let kept = self.kept(run, case, content, txt, risk, &[FileKind::Course, FileKind::Txt, FileKind::Docx, FileKind::Json]);
        Some(Outcome::Result(kept, record))
    }
}

fn text_of(part: &Part) -> String {
    match part {
        Part::Words(text) | Part::Document { text, .. } => text.clone(),
        Part::Picture { description, .. } => description.clone(),
    }
}
