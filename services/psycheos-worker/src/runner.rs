//! One job: prepare, perform under a heartbeat, record behind the fence.
use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use bot_kit::{JobKind, KeptArtifact};
use bot_pro::guide::{Knowledge, Outcome};
use bot_screen::{Ready, ReportReady, wording::WordsReady};
use claude::Claude;
use db::{
    DbError, PgConn,
    jobs::{self, ClaimedJob},
};
use domain::lexicon::Sign;
use futures_util::FutureExt;
use telemetry::{metrics, span};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use turn::{Answer, Made, Shell};

use crate::{
    LEASE,
    asking::Desk,
    broadcast::{self, Announced},
    conceptualizator,
    export::{self, Archives},
    finance_picture, guide, interpretator,
    outcome::Worked,
    own_picture::{self, Picture},
    people_files::Files,
    screen_report, screen_rewrite, screen_wording, simulator,
    tools::Bench,
    training_picture,
};

/// The kinds of jobs this worker knows.
pub const KINDS: &[&str] = &[
    JobKind::ScreenReport.as_str(),
    screen_rewrite::KIND,
    JobKind::ScreenWording.as_str(),
    JobKind::InterpretatorReading.as_str(),
    JobKind::InterpretatorQuestions.as_str(),
    JobKind::InterpretatorResult.as_str(),
    JobKind::ConceptualizatorReading.as_str(),
    JobKind::ConceptualizatorExtract.as_str(),
    JobKind::ConceptualizatorStep.as_str(),
    JobKind::ConceptualizatorResult.as_str(),
    JobKind::SimulatorReading.as_str(),
    JobKind::SimulatorCase.as_str(),
    JobKind::SimulatorLine.as_str(),
    JobKind::SimulatorDebrief.as_str(),
    JobKind::TrainingPicture.as_str(),
    JobKind::FinancePicture.as_str(),
    JobKind::Export.as_str(),
    JobKind::GuideAnswer.as_str(),
    JobKind::Broadcast.as_str(),
];

/// What a job made, to be recorded behind its fence.
pub enum Product {
    /// Screen's report, and the signs of danger that only a model saw.
    Report(Box<KeptArtifact>, Vec<Sign>),
    /// The same, written anew.
    Rewrite(Box<KeptArtifact>),
    /// Words for Screen's next questions.
    Words(WordsReady),
    /// An answer to Interpretator.
    Interpretator(bot_interpretator::wish::Ready),
    /// An answer to Conceptualizator.
    Conceptualizator(bot_conceptualizator::wish::Ready),
    /// An answer to Simulator.
    Simulator(bot_simulator::wish::Ready),
    /// A picture for a specialist.
    Picture(Picture),
    /// A case or an account, to be taken along.
    Archives(Archives),
    /// A message to all specialists, put into the outbox.
    Announced(Announced),
    /// What came of a question to the guide.
    Guide(bot_pro::guide::Ready),
}

/// Runs jobs. Cloning shares it.
#[derive(Clone)]
pub struct Runner {
    /// The shell around the bots.
    pub shell: Shell,
    /// Claude.
    pub claude: Claude,
    /// People's files.
    pub files: Files,
    /// What the guide knows.
    pub knowledge: Arc<Knowledge>,
}

/// Why the work on a job ended before it was done.
enum Broken {
    /// The lease was lost: somebody else has the job, and nothing may be written.
    Lost,
    /// The service is to end: the job is given back as it was.
    Stopped,
}

impl Runner {
    /// Runs a job to its end, or to where it must be put back. Failures are written into its row.
    pub async fn run(&self, job: ClaimedJob, stop: &CancellationToken) {
        let span = span::process_job(&job.kind, job.attempt, job.about(), job.traceparent.as_deref());
        metrics::job_claimed(job.waited);
        let began = Instant::now();
        let outcome = self.run_once(&job, stop).instrument(span.clone()).await;
        if !matches!(outcome, Ended::Done | Ended::Moot) {
            span::failed(&span, outcome.as_str());
        }
        metrics::job_worked(&job.kind, outcome.as_str(), began.elapsed());
    }

    async fn run_once(&self, job: &ClaimedJob, stop: &CancellationToken) -> Ended {
        db::death_point("job_claimed");
        let work = AssertUnwindSafe(self.work(job)).catch_unwind();
        let result = tokio::select! {
            result = work => Ok(result),
            broken = self.beat(job, stop) => Err(broken),
        };
        let settled = match result {
            Err(Broken::Lost) => {
                tracing::warn!(job = %job.job, "lease lost, work stopped");
                Ok(Ended::Lost)
            }
            Err(Broken::Stopped) => self.put_back(job, Duration::ZERO, "worker_stopped", true).await,
            Ok(Err(_)) => self.fail(job, "panic").await,
            Ok(Ok(Err(DbError::Away(reason) | DbError::Conflict(reason)))) => {
                tracing::warn!(job = %job.job, reason, "database away during a job");
                self.put_back(job, Duration::from_secs(2), "db_away", true).await
            }
            Ok(Ok(Err(error))) => {
                tracing::error!(job = %job.job, code = error.code(), reason = %error, "job failed");
                self.fail(job, error.code()).await
            }
            Ok(Ok(Ok(worked))) => self.record(job, worked).await,
        };
        settled.unwrap_or_else(|error| {
            // The lease runs out, and whoever claims the job next finds its finished steps.
            tracing::error!(job = %job.job, code = error.code(), reason = %error, "a job's end could not be written");
            Ended::Lost
        })
    }

    async fn work(&self, job: &ClaimedJob) -> Result<Worked<Product>, DbError> {
        if job.exhausted {
            return Ok(Worked::Retry { code: "attempts_exhausted" });
        }
        let desk = Desk { pool: &self.shell.pool, keys: &self.shell.keys, claude: &self.claude };
        match JobKind::parse(&job.kind) {
            Some(JobKind::ScreenReport) => match screen_report::prepare(&desk, job).await? {
                Some(input) => {
                    Ok(screen_report::perform(&desk, job, input).await?.map(|(kept, new)| Product::Report(Box::new(kept), new)))
                }
                None => Ok(Worked::Moot),
            },
            Some(JobKind::ScreenRewrite) => match screen_report::prepare(&desk, job).await? {
                Some(input) => {
                    Ok(screen_report::perform(&desk, job, input).await?.map(|(kept, _)| Product::Rewrite(Box::new(kept))))
                }
                None => Ok(Worked::Moot),
            },
            Some(JobKind::ScreenWording) => Ok(screen_wording::perform(&desk, job).await?.map(Product::Words)),
            Some(JobKind::FinancePicture) => Ok(finance_picture::perform(&self.shell, job).await?.map(Product::Picture)),
            Some(JobKind::Export) => Ok(export::perform(&self.shell, job).await?.map(Product::Archives)),
            Some(JobKind::Broadcast) => Ok(broadcast::perform(&self.shell, job).await?.map(Product::Announced)),
            Some(JobKind::GuideAnswer) => Ok(guide::perform(&desk, job, &self.knowledge).await?.map(Product::Guide)),
            Some(JobKind::TrainingPicture) => Ok(training_picture::perform(&self.shell, job).await?.map(Product::Picture)),
            Some(
                kind @ (JobKind::InterpretatorReading
                | JobKind::InterpretatorQuestions
                | JobKind::InterpretatorResult
                | JobKind::ConceptualizatorReading
                | JobKind::ConceptualizatorExtract
                | JobKind::ConceptualizatorStep
                | JobKind::ConceptualizatorResult
                | JobKind::SimulatorReading
                | JobKind::SimulatorCase
                | JobKind::SimulatorLine
                | JobKind::SimulatorDebrief),
            ) => match Bench::of(&desk, &self.files, job).await? {
                None => Ok(Worked::Moot),
                Some(bench) if interpretator::is_ours(kind) => {
                    Ok(interpretator::perform(&bench, kind).await?.map(Product::Interpretator))
                }
                Some(bench) if simulator::is_ours(kind) => Ok(simulator::perform(&bench, kind).await?.map(Product::Simulator)),
                Some(bench) => Ok(conceptualizator::perform(&bench, kind).await?.map(Product::Conceptualizator)),
            },
            None => Err(DbError::Corrupt("a kind of job that is not known")),
        }
    }

    /// Extends the lease until it is lost or the service is to end.
    async fn beat(&self, job: &ClaimedJob, stop: &CancellationToken) -> Broken {
        loop {
            tokio::select! {
                () = stop.cancelled() => return Broken::Stopped,
                () = tokio::time::sleep(LEASE / 3) => {}
            }
            let beat = async { jobs::heartbeat(&mut *self.shell.pool.get().await?, &[job.job], job.lease, LEASE).await };
            match beat.await {
                Ok(ours) if ours.is_empty() => return Broken::Lost,
                Ok(_) => {}
                // The lease outlives two beats that fail.
                Err(error) => tracing::warn!(job = %job.job, code = error.code(), "a heartbeat failed"),
            }
        }
    }

    async fn record(&self, job: &ClaimedJob, worked: Worked<Product>) -> Result<Ended, DbError> {
        match worked {
            Worked::Made(product) => {
                db::death_point("job_made");
                self.finish(job, End::Made(product)).await
            }
            Worked::Moot => self.finish(job, End::Moot).await,
            Worked::Wait { after, code } => self.later(job, after, code, true).await,
            Worked::Retry { code } => self.fail(job, code).await,
        }
    }

    /// Another attempt later, or, when none is left, the end: the run fails, what was held is released, people are told.
    async fn fail(&self, job: &ClaimedJob, code: &'static str) -> Result<Ended, DbError> {
        if job.attempt < job.max_attempts && !job.exhausted {
            let after = queue::backoff(job.attempt, Duration::from_secs(2), Duration::from_secs(120), rand::random());
            return self.later(job, after, code, false).await;
        }
        tracing::error!(job = %job.job, code, "job given up");
        self.finish(job, End::Failed(code)).await
    }

    /// Another attempt; whoever waits for a short answer is told that it takes longer.
    async fn later(&self, job: &ClaimedJob, after: Duration, code: &str, keep_attempt: bool) -> Result<Ended, DbError> {
        if job.kind != JobKind::GuideAnswer.as_str() {
            return self.put_back(job, after, code, keep_attempt).await;
        }
        let mut tx = self.shell.pool.begin().await?;
        if !jobs::release(&mut tx, job.job, job.lease, after, code, keep_attempt).await? {
            tx.rollback().await?;
            return Ok(Ended::Lost);
        }
        let made = guide::tell(&self.shell, &mut tx, job, Outcome::Longer).await?;
        tx.commit().await?;
        self.shell.wake(&made);
        Ok(Ended::again(keep_attempt))
    }

    async fn put_back(&self, job: &ClaimedJob, after: Duration, code: &str, keep_attempt: bool) -> Result<Ended, DbError> {
        let mut conn = self.shell.pool.get().await?;
        let ours = jobs::release(&mut conn, job.job, job.lease, after, code, keep_attempt).await?;
        Ok(if ours { Ended::again(keep_attempt) } else { Ended::Lost })
    }

    /// One transaction: the fence, what was made, the job's end. It runs as a task of its own, so that nothing can cut it
    /// short.
    async fn finish(&self, job: &ClaimedJob, end: End) -> Result<Ended, DbError> {
        let (shell, job) = (self.shell.clone(), job.clone());
        let finishing = async move {
            let ended = end.ended();
            let mut tx = shell.pool.begin().await?;
            if !jobs::finish(&mut tx, job.job, job.lease, end.code()).await? {
                metrics::fenced_out("jobs", 1);
                tracing::warn!(job = %job.job, "fenced out");
                tx.rollback().await?;
                return Ok(Ended::Lost);
            }
            if let Some(code) = end.code() {
                db::alerts::insert(&mut tx, "job_failed", Some(code)).await?;
            }
            let made = end.record(&shell, &mut tx, &job).await?;
            db::death_point("finish_before_commit");
            tx.commit().await?;
            db::death_point("finish_after_commit");
            shell.wake(&made);
            Ok(ended)
        };
        tokio::spawn(finishing.in_current_span())
            .await
            .unwrap_or(Err(DbError::Wrong("the finishing transaction panicked".into())))
    }
}

/// How the work on a job ended, for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Done,
    Moot,
    Failed,
    Retried,
    Waited,
    Lost,
}

impl Ended {
    /// Put back: an attempt that was none, or one that failed.
    fn again(keep_attempt: bool) -> Self {
        if keep_attempt { Self::Waited } else { Self::Retried }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Moot => "moot",
            Self::Failed => "failed",
            Self::Retried => "retried",
            Self::Waited => "waited",
            Self::Lost => "lost",
        }
    }
}

/// How a job ends for good.
enum End {
    /// It made something.
    Made(Product),
    /// There was nothing to do any more.
    Moot,
    /// It is given up.
    Failed(&'static str),
}

impl End {
    fn ended(&self) -> Ended {
        match self {
            Self::Made(_) => Ended::Done,
            Self::Moot => Ended::Moot,
            Self::Failed(_) => Ended::Failed,
        }
    }

    fn code(&self) -> Option<&'static str> {
        match self {
            Self::Made(_) | Self::Moot => None,
            Self::Failed(code) => Some(code),
        }
    }

    /// Writes what came of the job: an answer to the chat it belongs to, or a message of its own.
    async fn record(self, shell: &Shell, conn: &mut PgConn, job: &ClaimedJob) -> Result<Made, DbError> {
        let answer = match self {
            Self::Made(Product::Picture(picture)) => {
                own_picture::record(shell, conn, job, picture).await?;
                return Ok(Made::message());
            }
            Self::Made(Product::Archives(archives)) => {
                export::record(shell, conn, job, archives).await?;
                return Ok(Made::message());
            }
            Self::Failed(_) if job.kind == JobKind::Export.as_str() => {
                export::failed(shell, conn, job).await?;
                return Ok(Made::message());
            }
            Self::Made(Product::Announced(announced)) => {
                broadcast::record(shell, conn, job, announced).await?;
                return Ok(Made::message());
            }
            Self::Made(Product::Guide(ready)) => return guide::record(shell, conn, job, ready.what).await,
            Self::Failed(_) if job.kind == JobKind::GuideAnswer.as_str() => {
                return guide::record(shell, conn, job, Outcome::Away).await;
            }
            Self::Made(Product::Rewrite(kept)) => {
                screen_rewrite::record(shell, conn, job, Some(*kept)).await?;
                return Ok(Made::message());
            }
            Self::Moot | Self::Failed(_) if job.kind == screen_rewrite::KIND => {
                screen_rewrite::record(shell, conn, job, None).await?;
                return Ok(Made::message());
            }
            Self::Made(Product::Report(kept, noticed)) => {
                Some(Answer::Screen(Ready::Report(ReportReady::Written { run: kept.run, kept, noticed })))
            }
            Self::Made(Product::Words(words)) => Some(Answer::Screen(Ready::Words(words))),
            Self::Made(Product::Interpretator(ready)) => Some(Answer::Interpretator(ready)),
            Self::Made(Product::Conceptualizator(ready)) => Some(Answer::Conceptualizator(ready)),
            Self::Made(Product::Simulator(ready)) => Some(Answer::Simulator(ready)),
            Self::Failed(_) if job.kind == JobKind::ScreenReport.as_str() => {
                job.run.map(|run| Answer::Screen(Ready::Report(ReportReady::Failed { run })))
            }
            Self::Failed(_) if JobKind::parse(&job.kind).is_some_and(interpretator::is_ours) => {
                interpretator::failed(shell, conn, job).await?.map(Answer::Interpretator)
            }
            Self::Failed(_) if JobKind::parse(&job.kind).is_some_and(conceptualizator::is_ours) => {
                conceptualizator::failed(shell, conn, job).await?.map(Answer::Conceptualizator)
            }
            Self::Failed(_) if JobKind::parse(&job.kind).is_some_and(simulator::is_ours) => {
                simulator::failed(shell, conn, job).await?.map(Answer::Simulator)
            }
            Self::Failed(_) | Self::Moot => None,
        };
        match (answer, job.conversation) {
            (Some(answer), Some((_, chat))) => shell.answer(conn, chat, job, answer).await,
            _ => Ok(Made::default()),
        }
    }
}
