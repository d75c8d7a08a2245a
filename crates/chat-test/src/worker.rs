//! What the worker would do, in memory.
use bot_kit::{Event, FileKind, Job, JobKind, KeptArtifact, KeptFile};
use bot_screen::{
    Ready, ReportReady, Screen,
    collected::Collected,
    report::{ReportInput, Texts, compose, to_txt},
    wording::{self, Wish, WordsReady},
};
use domain::{BotId, CaseId, DangerLevel, RunId, TelegramId, artifact::Artifact};

use crate::{Memory, replies::Said, script::extension};

impl Memory {
    /// A result as the worker would keep it, with a file of each kind.
    pub(crate) fn kept(
        &mut self,
        run: RunId,
        case: CaseId,
        content: Artifact,
        txt: String,
        risk: Option<DangerLevel>,
        kinds: &[FileKind],
    ) -> Box<KeptArtifact> {
        let files = kinds.iter().map(|kind| KeptFile {
            file: self.new_id().into(),
            kind: *kind,
            name: format!("file.{}", extension(*kind)),
            mime: "text/plain",
            bytes: vec![0],
        });
        let files = files.collect();
        let (artifact, service) = (self.new_id().into(), content.meta.service_id);
        Box::new(KeptArtifact { artifact, run, case, service, risk, txt, files, content })
    }

    /// Every waiting job, with Claude refusing or away: the report is ours.
    pub(crate) fn work(&mut self, ever: &Said) {
        self.interpret(Some(ever));
        self.guide(Some(ever));
        let waiting = std::mem::take(&mut self.jobs);
        waiting.into_iter().for_each(|(chat, run, job)| self.report(chat, run, job));
    }

    /// The jobs that never ask Claude, because the client did not allow it.
    pub(crate) fn work_without_claude(&mut self) {
        let allowed = |job: &Job| job.payload.get("ai_allowed").is_none_or(|allowed| allowed == true);
        let (waiting, ours): (Vec<_>, Vec<_>) = std::mem::take(&mut self.jobs).into_iter().partition(|(.., job)| allowed(job));
        self.jobs = waiting;
        ours.into_iter().for_each(|(chat, run, job)| self.report(chat, run, job));
    }

    fn report(&mut self, chat: TelegramId, run: RunId, job: Job) {
        let Some(case) = self.runs.get(&run).map(|row| row.case) else { return };
        let Ok(collected) = serde_json::from_value::<Collected>(job.payload) else { return };
        let input = ReportInput::new(run, case, self.now, "story".into(), collected);
        let (input, _) = input.read_by_model(None);
        let content = compose(&input, &Texts::templates(&input));
        let kinds = [FileKind::Txt, FileKind::Docx, FileKind::Json, FileKind::Profile, FileKind::Portrait];
        let kept = self.kept(run, case, content.clone(), to_txt(&content), None, &kinds);
        let Some(person) = (0..self.people.len()).find(|at| self.id_of(*at) == chat) else { return };
        let answer = Ready::Report(ReportReady::Written { run, kept, noticed: Vec::new() });
        self.turn::<Screen>(person, BotId::Screen, Event::Answered(answer), None);
    }

    /// The waiting question about words for Screen's next questions is answered.
    pub(crate) fn say_words(&mut self, reply: &str) {
        let at = self.jobs.iter().position(|(.., job)| job.kind == JobKind::ScreenWording);
        let Some((chat, run, job)) = at.map(|at| self.jobs.remove(at)) else { return };
        let Ok(wish) = serde_json::from_value::<Wish>(job.payload) else { return };
        let (words, _) = wording::read(reply, &wish);
        if let (false, Some(person)) = (words.is_empty(), (0..self.people.len()).find(|at| self.id_of(*at) == chat)) {
            self.turn::<Screen>(person, BotId::Screen, Event::Answered(Ready::Words(WordsReady { run, words })), None);
        }
    }
}
