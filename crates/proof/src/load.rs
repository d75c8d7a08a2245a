//! `make load`: so many scripted chats at once, with Telegram's limits on.
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use fake_telegram::FakeTelegram;
use serde::Serialize;
use test_kit::ADMIN;
use tokio::task::JoinSet;

use crate::{
    checker::{self, Expected, Findings},
    ground::{DATABASE, Ground, Shape},
    people::{Bell, CHATS, Lived, Patience, Practice},
    watch::{Look, Watch},
};

/// People who wait longer than this for anything have been lost; more for each chat, for a fifth of all chats share the thirty messages a
/// second of one bot, and take some forty of them each.
const LOST: Duration = Duration::from_secs(600);
const LOST_MORE: Duration = Duration::from_millis(300);
/// How long everything may take to come to rest after the last word.
const REST: Duration = Duration::from_secs(120);

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Load {
    /// Chats that were begun.
    pub chats: usize,
    /// Seconds until the last one had come to its end.
    pub seconds: f64,
    /// Why chats did not come to their end; empty when all did.
    pub lost: Vec<String>,
    /// Runs that failed so often that they were canceled.
    pub given_up: usize,
    /// Acts of all people.
    pub acts: usize,
    /// Acts that had to be repeated.
    pub repeated: usize,
    /// Milliseconds from an act to what first came of it, by bot: median, 99th of 100, longest.
    pub waited: BTreeMap<&'static str, [i64; 3]>,
    /// Milliseconds in which webhooks were answered: median, 99th of 100, longest.
    pub webhooks: [i64; 3],
    /// What was still open in the end, if anything.
    pub open: Option<String>,
    /// What the checker found.
    pub findings: Findings,
    /// Processor seconds of all services together.
    pub processor: f64,
    /// Second by second.
    pub looks: Vec<Look>,
}

/// Lives through `chats` conversations on a platform of two copies of each service.
///
/// # Errors
/// The platform does not start, or the database does not answer.
pub async fn run(folder: &Path, chats: usize) -> Result<Load> {
    let practices = chats.div_ceil(CHATS);
    let shape = Shape { durable: true, limits: true, time_scale: 1.0, practices, short_leases: false };
    let ground = Ground::start(folder, shape).await?;
    let watch = Watch::begin(ground.postgres.url(DATABASE, ADMIN), ground.telegram.clone(), ground.pids());
    let began = Instant::now();
    let lost = LOST + LOST_MORE * u32::try_from(chats).unwrap_or(u32::MAX);
    let patience = Patience { reading: Duration::ZERO, again: Duration::from_secs(30), lost };
    let lived = live(&ground.telegram, practices, patience, Duration::ZERO).await;
    let seconds = began.elapsed().as_secs_f64();
    let open = ground.drain(REST).await?;
    let processor = ground.pids().values().filter_map(|pid| crate::watch::processor(*pid)).sum();
    let looks = watch.end();
    let findings = checker::check(&ground.admin, &ground.telegram, Expected::default()).await?;
    let webhooks = spread(crate::watch::webhooks(&ground.telegram));
    ground.stop().await?;
    let mut waited: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for one in &lived {
        waited.entry(one.bot).or_default().extend(&one.waited);
    }
    Ok(Load {
        chats: lived.len(),
        seconds,
        lost: lived.iter().filter_map(|one| one.lost.clone()).collect(),
        given_up: lived.iter().filter(|one| one.given_up).count(),
        acts: lived.iter().map(|one| one.waited.len() + one.repeated).sum(),
        repeated: lived.iter().map(|one| one.repeated).sum(),
        waited: waited.into_iter().map(|(bot, times)| (bot, spread(times))).collect(),
        webhooks,
        open,
        findings,
        processor,
        looks,
    })
}

/// All practices, begun evenly over a time.
pub async fn live(telegram: &FakeTelegram, practices: usize, patience: Patience, over: Duration) -> Vec<Lived> {
    let bell = Arc::new(Bell::of(telegram.clone()));
    let mut all = JoinSet::new();
    for number in 0..practices {
        let practice =
            Practice { number, telegram: telegram.clone(), bell: Arc::clone(&bell), patience, stranger: number % 3 == 0 };
        let at = over * u32::try_from(number).unwrap_or_default() / u32::try_from(practices).unwrap_or(1).max(1);
        all.spawn(async move {
            tokio::time::sleep(at).await;
            practice.live().await
        });
    }
    all.join_all().await.concat()
}

/// Median, 99th of 100, longest.
fn spread(mut times: Vec<i64>) -> [i64; 3] {
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    [last / 2, last * 99 / 100, last].map(|at| times.get(at).copied().unwrap_or_default())
}

impl Load {
    /// Nothing was lost, nothing doubled, nothing left open.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.lost.is_empty() && self.given_up == 0 && self.open.is_none() && self.findings.is_clean()
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = &self.findings.counts;
        writeln!(f, "{} chats, all at once, {:.0} s", self.chats, self.seconds)?;
        writeln!(f, "  chats that were lost        {}", self.lost.len())?;
        self.lost.iter().try_for_each(|why| writeln!(f, "    {why}"))?;
        writeln!(f, "  runs that were given up     {}", self.given_up)?;
        writeln!(f, "  acts of people, repeated    {}, {}", self.acts, self.repeated)?;
        writeln!(f, "  updates sent, taken in      {}, {}", counts.updates_sent, counts.updates_with_effect)?;
        writeln!(f, "  messages delivered          {}", counts.deliveries)?;
        writeln!(f, "  lost, reordered, doubled    {}, {}, {}", counts.lost, counts.reordered, counts.doubled_unflagged)?;
        writeln!(f, "  doubled and flagged         {}", counts.doubled_flagged)?;
        writeln!(f, "  refused with 429            {}", self.looks.last().map_or(0, |look| look.refused))?;
        let [median, tail, worst] = self.webhooks;
        writeln!(f, "  webhook, ms                 median {median}, p99 {tail}, longest {worst}")?;
        for (bot, [median, tail, worst]) in &self.waited {
            writeln!(f, "  {:<27} median {median}, p99 {tail}, longest {worst}", format!("{bot}: act to answer, ms"))?;
        }
        let most = |of: &dyn Fn(&Look) -> i64| self.looks.iter().map(of).max().unwrap_or_default();
        let connections = most(&|look| look.connections.values().sum());
        writeln!(f, "  connections to the server   {connections} at most")?;
        writeln!(
            f,
            "  processor, per chat         {:.1} s, {:.0} ms",
            self.processor,
            1000.0 * self.processor / self.chats as f64
        )?;
        let names = self.looks.iter().flat_map(|look| look.memory.keys()).collect::<BTreeSet<_>>();
        for name in names {
            let kib = self.looks.iter().filter_map(|look| look.memory.get(name)).max().copied().unwrap_or_default();
            writeln!(f, "  {name:<27} {:.1} MiB at most", kib as f64 / 1024.0)?;
        }
        writeln!(f, "  queues over time            updates, jobs, messages")?;
        for look in self.looks.iter().step_by(self.looks.len().div_ceil(20).max(1)) {
            writeln!(f, "    {:>6.0} s                  {:>7} {:>6} {:>6}", look.at, look.updates, look.jobs, look.messages)?;
        }
        writeln!(f, "  open in the end             {}", self.open.as_deref().unwrap_or("nothing"))?;
        write!(f, "{}", self.findings)
    }
}
