//! What the worker would do for Interpretator, in memory. A job is tried again from its beginning with each reply of Claude that has
//! come; a reply that was used once is used again, as a durable step would be.
use bot_interpretator::{
    Interpretator, ask,
    material::{Earlier, Input},
    result,
    wish::{InputWish, Outcome, Ready},
};
use bot_kit::{Event, FileKind, Job, JobKind, KeptArtifact, KeptFile, RunStatus, danger_prompt, read_danger};
use bot_material::{FileRead, ReadingWish, WasRead};
use documents::{Hint, Limits, Read, read_here};
use domain::{BotId, CaseId, RunId, ServiceId};
use uuid::Uuid;

use crate::{Memory, memory::extension, script};

/// What came of a question to Claude.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    /// A reply.
    Words(String),
    /// Claude refuses.
    Refused,
    /// Claude cannot be reached, however often it is tried.
    Away,
}

/// Replies in their order; when they are used up, what happens to every further question.
struct Replies<'a> {
    come: std::slice::Iter<'a, Said>,
    ever: Option<Said>,
}

impl Replies<'_> {
    /// `None`: no reply has come yet.
    fn next(&mut self) -> Option<Said> {
        self.come.next().cloned().or_else(|| self.ever.clone())
    }

    /// A question and one request to mend its answer. The error is the last unusable reply, if there is one.
    fn ask<T, F>(&mut self, read: impl Fn(&str) -> Result<T, Vec<F>>) -> Option<Result<T, NoAnswer>> {
        let first = match self.next()? {
            Said::Words(words) => words,
            Said::Refused => return Some(Err(NoAnswer::Refused)),
            Said::Away => return Some(Err(NoAnswer::Away)),
        };
        if let Ok(good) = read(&first) {
            return Some(Ok(good));
        }
        Some(match self.next()? {
            Said::Words(second) => read(&second).map_err(|_| NoAnswer::Unusable(second)),
            Said::Refused => Err(NoAnswer::Unusable(first)),
            Said::Away => Err(NoAnswer::Away),
        })
    }
}

enum NoAnswer {
    Refused,
    Away,
    Unusable(String),
}

fn is_ours(job: &Job) -> bool {
    matches!(job.kind, JobKind::InterpretatorReading | JobKind::InterpretatorQuestions | JobKind::InterpretatorResult)
}

impl Memory {
    /// Claude answers the oldest question that waits.
    pub(crate) fn claude_says(&mut self, reply: &str) {
        let waiting = self.jobs.iter().find(|(.., job)| is_ours(job)).map(|(.., job)| job.job.0);
        if let Some(id) = waiting {
            self.replies.entry(id).or_default().push(Said::Words(reply.to_owned()));
        }
    }

    /// Every job of Interpretator that can end with the replies that have come, and those that follow from it.
    pub(crate) fn interpret(&mut self, ever: Option<&Said>) {
        let mut from = 0;
        while let Some(at) = self.jobs.iter().skip(from).position(|(.., job)| is_ours(job)).map(|at| at + from) {
            let Some((chat, run, job)) = self.jobs.get(at).cloned() else { return };
            let come = self.replies.get(&job.job.0).cloned().unwrap_or_default();
            let mut replies = Replies { come: come.iter(), ever: ever.cloned() };
            let Some(ready) = self.interpretation(run, &job, &mut replies) else {
                from = at + 1;
                continue;
            };
            self.jobs.remove(at);
            self.replies.remove(&job.job.0);
            if let Some(person) = (0..self.people.len()).find(|at| self.id_of(*at) == chat) {
                self.turn::<Interpretator>(person, BotId::Interpretator, Event::Answered(ready), None);
            }
            from = 0;
        }
    }

    fn interpretation(&mut self, run: RunId, job: &Job, replies: &mut Replies<'_>) -> Option<Ready> {
        let row = self.runs.get(&run)?;
        let (case, over) = (row.case, row.status != RunStatus::Active);
        if job.kind == JobKind::InterpretatorReading {
            let wish: ReadingWish = serde_json::from_value(job.payload.clone()).ok()?;
            let what = if over { Outcome::Failed } else { reading(&wish, replies)? };
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
        let files = [FileKind::Txt, FileKind::Docx, FileKind::Json].map(|kind| KeptFile {
            file: self.new_id().into(),
            kind,
            name: format!("file.{}", extension(kind)),
            mime: "text/plain",
            bytes: vec![0],
        });
        Some(Outcome::Result(Box::new(KeptArtifact {
            artifact: self.new_id().into(),
            run: input.run,
            case,
            service: ServiceId::Interpretator,
            txt: content.summary.one_liner.clone(),
            risk: input.signs.iter().map(|(sign, _)| sign.level).min(),
            files: files.into(),
            content,
        })))
    }
}

fn reading(wish: &ReadingWish, replies: &mut Replies<'_>) -> Option<Outcome> {
    let mut files = Vec::new();
    let mut pictures = Vec::new();
    for file in &wish.files {
        let bytes = script::file(&file.file).unwrap_or_default();
        match read_here(bytes, Hint::default(), &Limits::default()) {
            Ok(Read::Text { text, truncated, .. }) => files.push((file.at, FileRead::Text { text, truncated })),
            Ok(Read::Picture { .. }) => pictures.push(file.at),
            Err(why) => files.push((file.at, FileRead::Unreadable { code: why.code().to_owned() })),
        }
    }
    let captions = wish.files.iter().filter_map(|file| file.caption.as_deref());
    let texts = files.iter().filter_map(|(_, read)| match read {
        FileRead::Text { text, .. } => Some(text.as_str()),
        FileRead::Picture { .. } | FileRead::Unreadable { .. } => None,
    });
    let words: Vec<&str> = wish.words.iter().map(String::as_str).chain(captions).chain(texts).collect();
    let (signs, assessed) = if words.is_empty() {
        (Vec::new(), true)
    } else {
        let _ = danger_prompt(&words);
        match replies.next()? {
            Said::Words(reply) => read_danger(&reply, &words).map_or((Vec::new(), false), |signs| (signs, true)),
            Said::Refused | Said::Away => (Vec::new(), false),
        }
    };
    if !pictures.is_empty() {
        match replies.ask(|reply| ask::read_vision(reply, pictures.len(), wish.locale))? {
            Ok(seen) => files.extend(pictures.iter().zip(seen).map(|(at, description)| (*at, FileRead::Picture { description }))),
            Err(NoAnswer::Away) => return Some(Outcome::Failed),
            Err(NoAnswer::Refused | NoAnswer::Unusable(_)) => {
                files.extend(pictures.iter().map(|at| (*at, FileRead::Unreadable { code: "not_described".to_owned() })));
            }
        }
    }
    files.sort_by_key(|(at, _)| *at);
    Some(Outcome::Read(WasRead { files, signs, assessed }))
}

fn questions(input: &Input, replies: &mut Replies<'_>) -> Option<Outcome> {
    let asked = replies.ask(|reply| ask::read_questions(reply, input.locale))?;
    Some(Outcome::Questions(asked.unwrap_or_else(|_| ask::fallback_questions(input))))
}
