//! Metrics, as Prometheus reads them at `/metrics` of the internal port. Every metric of the platform stands in [`ALL`]; labels take their
//! values from closed lists: words of ours, bots, methods, codes, and never a person, a chat, a case or a text.
use std::{collections::BTreeMap, sync::LazyLock, time::Duration};

use domain::BotId;
use prometheus::{
    CounterVec, Encoder as _, HistogramOpts, HistogramVec, IntGaugeVec, Opts, Registry, TextEncoder,
    proto::{Counter, Gauge, LabelPair, Metric, MetricFamily, MetricType},
};

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How often a value fell below each of these bounds.
    Histogram(&'static [f64]),
}

/// A metric.
#[derive(Debug, Clone, Copy)]
pub struct Description {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

/// Seconds of an answer over HTTP.
const ANSWERS: Kind = Kind::Histogram(&[0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0]);
/// Seconds of work and of waiting.
const WORK: Kind = Kind::Histogram(&[0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0]);
/// Tokens of a call.
const TOKENS: Kind = Kind::Histogram(&[100.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0, 50_000.0, 100_000.0]);

/// A constant for each name, and the list of all.
macro_rules! described {
    ($($name:ident = $text:literal, $kind:expr, [$($label:literal),*], $help:literal;)*) => {
        $(
            #[doc = $help]
            pub const $name: &str = $text;
        )*
        /// Every metric there is.
        pub const ALL: &[Description] = &[
            $(Description { name: $text, kind: $kind, labels: &[$($label),*], help: $help }),*
        ];
    };
}

described! {
    BUILD_INFO = "build_info", Kind::Gauge, ["service", "version"], "Always 1: which build this is.";
    HTTP_SERVER_REQUEST_DURATION_SECONDS = "http_server_request_duration_seconds", ANSWERS, ["route", "status"], "How long requests took, by route and answer.";
    DEDUP_HITS_TOTAL = "dedup_hits_total", Kind::Counter, ["bot"], "Updates that had come before.";
    OWNERSHIP_DENIED_TOTAL = "ownership_denied_total", Kind::Counter, ["bot"], "Things asked for that are another's, or nothing.";
    CONSENT_TOTAL = "consent_total", Kind::Counter, ["result"], "Consents given, declined and withdrawn.";
    SAFETY_EVENTS_TOTAL = "safety_events_total", Kind::Counter, ["category", "source"], "Signs of danger that were noticed.";
    JOBS_TOTAL = "jobs_total", Kind::Counter, ["kind", "outcome"], "Jobs that were worked on, by what came of it.";
    JOB_RETRIES_TOTAL = "job_retries_total", Kind::Counter, ["kind"], "Attempts at jobs that failed and are made again.";
    JOB_DURATION_SECONDS = "job_duration_seconds", WORK, ["kind", "outcome"], "How long the work on a job took.";
    JOB_WAIT_SECONDS = "job_wait_seconds", WORK, [], "How long jobs waited from when they could be worked on to when they were.";
    GEN_AI_CLIENT_OPERATION_DURATION_SECONDS = "gen_ai_client_operation_duration_seconds", WORK, ["model", "outcome"], "How long Claude took.";
    GEN_AI_CLIENT_TOKEN_USAGE = "gen_ai_client_token_usage", TOKENS, ["type"], "Tokens of a call to Claude.";
    LLM_COST_USD_TOTAL = "llm_cost_usd_total", Kind::Counter, ["model"], "What Claude cost, in US dollars, by list price.";
    LLM_OUTPUT_REJECTED_TOTAL = "llm_output_rejected_total", Kind::Counter, ["reason"], "Replies of Claude that were not taken.";
    TELEGRAM_SEND_DURATION_SECONDS = "telegram_send_duration_seconds", WORK, ["bot", "method", "outcome"], "How long Telegram took.";
    TELEGRAM_429_TOTAL = "telegram_429_total", Kind::Counter, ["bot", "scope"], "Times Telegram asked to wait.";
    TELEGRAM_RETRY_AFTER_SECONDS = "telegram_retry_after_seconds", WORK, ["bot"], "How long Telegram asked to wait.";
    OUTBOX_AMBIGUOUS_TOTAL = "outbox_ambiguous_total", Kind::Counter, ["kind"], "Messages that may have arrived twice or not at all.";
    OUTBOX_WAIT_SECONDS = "outbox_wait_seconds", WORK, ["lane"], "From a message in the outbox to a message in Telegram.";
    FENCED_OUT_TOTAL = "fenced_out_total", Kind::Counter, ["queue"], "Work that was not recorded because its lease was lost.";
    DB_POOL_SIZE = "db_pool_size", Kind::Gauge, [], "Connections this process may hold.";
    DB_POOL_IN_USE = "db_pool_in_use", Kind::Gauge, [], "Connections in use.";
    DB_POOL_WAITING = "db_pool_waiting", Kind::Gauge, [], "Tasks that wait for a connection.";
    PROCESS_RESIDENT_MEMORY_BYTES = "process_resident_memory_bytes", Kind::Gauge, [], "Memory of this process.";
    PROCESS_START_TIME_SECONDS = "process_start_time_seconds", Kind::Gauge, [], "When this process started, as Unix time.";
    QUEUE_DEPTH = "queue_depth", Kind::Gauge, ["queue", "status"], "Rows of a queue by status.";
    QUEUE_OLDEST_SECONDS = "queue_oldest_seconds", Kind::Gauge, ["queue"], "Age of the oldest row that is due and that nobody has taken.";
    DEAD_LETTERS = "dead_letters", Kind::Gauge, [], "Updates that could not be handled.";
    TELEGRAM_PENDING_UPDATES = "telegram_pending_updates", Kind::Gauge, ["bot"], "Updates Telegram holds back.";
    TELEGRAM_LAST_ERROR_AGE_SECONDS = "telegram_last_error_age_seconds", Kind::Gauge, ["bot"], "How long ago Telegram last failed to deliver an update.";
    TELEGRAM_WEBHOOK_CHECKED_SECONDS = "telegram_webhook_checked_seconds", Kind::Gauge, ["bot"], "How long ago Telegram was asked about a webhook.";
    DB_CONNECTIONS = "db_connections", Kind::Gauge, ["role", "state"], "Connections of the database.";
    DB_SIZE_BYTES = "db_size_bytes", Kind::Gauge, [], "Size of the database.";
    DB_WAL_BYTES = "db_wal_bytes", Kind::Gauge, [], "Size of the write-ahead log, where this login may see it.";
    INVARIANT_VIOLATIONS = "invariant_violations", Kind::Gauge, ["id"], "What does not hold though it must.";
    INVARIANTS_CHECKED_SECONDS = "invariants_checked_seconds", Kind::Gauge, [], "How long ago the invariants were looked at.";
    LEDGER_DRIFT_STARS = "ledger_drift_stars", Kind::Gauge, [], "Stars by which wallets differ from their entries.";
    RESERVES_OPEN = "reserves_open", Kind::Gauge, [], "Reserves that are open.";
    RESERVES_OVERDUE = "reserves_overdue", Kind::Gauge, [], "Reserves that are open five minutes after their time.";
    UNMATCHED_PAYMENTS = "unmatched_payments", Kind::Gauge, [], "Payments nobody is known for.";
    STARS_RECONCILE_DRIFT = "stars_reconcile_drift", Kind::Gauge, [], "Stars of transactions that Telegram and we tell differently.";
    SAFETY_UNACKED_OLDEST_SECONDS = "safety_unacked_oldest_seconds", Kind::Gauge, [], "Age of the oldest danger notice no specialist has acknowledged.";
    CRON_LAST_OK_SECONDS = "cron_last_ok_seconds", Kind::Gauge, ["task"], "How long ago a task of the clock's service last went well.";
    PURGE_ROWS_TOTAL = "purge_rows_total", Kind::Counter, ["table"], "Rows whose time was over.";
    RESERVES_EXPIRED_TOTAL = "reserves_expired_total", Kind::Counter, [], "Reserves that were given back because their time was over.";
    VITALS_UP = "vitals_up", Kind::Gauge, [], "1 when the database answered what is asked of it here.";
}

struct Metrics {
    registry: Registry,
    counters: BTreeMap<&'static str, CounterVec>,
    gauges: BTreeMap<&'static str, IntGaugeVec>,
    histograms: BTreeMap<&'static str, HistogramVec>,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| Metrics::of(ALL));

impl Metrics {
    fn of(all: &[Description]) -> Self {
        let mut metrics =
            Self { registry: Registry::new(), counters: BTreeMap::new(), gauges: BTreeMap::new(), histograms: BTreeMap::new() };
        for one in all {
            // A metric that does not fit is missing and breaks nothing; `every_metric_is_registered` would see it.
            let _ = metrics.add(one);
        }
        metrics
    }

    fn add(&mut self, one: &Description) -> prometheus::Result<()> {
        match one.kind {
            Kind::Counter => {
                let made = CounterVec::new(Opts::new(one.name, one.help), one.labels)?;
                self.registry.register(Box::new(made.clone()))?;
                self.counters.insert(one.name, made);
            }
            Kind::Gauge => {
                let made = IntGaugeVec::new(Opts::new(one.name, one.help), one.labels)?;
                self.registry.register(Box::new(made.clone()))?;
                self.gauges.insert(one.name, made);
            }
            Kind::Histogram(bounds) => {
                let options = HistogramOpts::new(one.name, one.help).buckets(bounds.to_vec());
                let made = HistogramVec::new(options, one.labels)?;
                self.registry.register(Box::new(made.clone()))?;
                self.histograms.insert(one.name, made);
            }
        }
        Ok(())
    }

    fn count(&self, name: &str, labels: &[&str], many: f64) {
        if let Some(counter) = self.counters.get(name).and_then(|made| made.get_metric_with_label_values(labels).ok()) {
            counter.inc_by(many);
        }
    }

    fn set(&self, name: &'static str, labels: &[&str], value: i64) {
        if let Some(gauge) = self.gauges.get(name).and_then(|made| made.get_metric_with_label_values(labels).ok()) {
            gauge.set(value);
        }
    }

    fn observe(&self, name: &'static str, labels: &[&str], value: f64) {
        if let Some(histogram) = self.histograms.get(name).and_then(|made| made.get_metric_with_label_values(labels).ok()) {
            histogram.observe(value);
        }
    }
}

/// Counters whose first step must be seen: they stand at zero from the start, for each value their labels can have.
const FROM_ZERO: &[(&str, &str, &[&str])] = &[
    ("psycheos-api", CONSENT_TOTAL, &["granted", "declined", "withdrawn"]),
    (
        "psycheos-worker",
        LLM_OUTPUT_REJECTED_TOTAL,
        &["form", "language", "wording", "canary", "content", "refused", "truncated", "garbled"],
    ),
    ("psycheos-worker", FENCED_OUT_TOTAL, &["jobs"]),
    ("psycheos-sender", FENCED_OUT_TOTAL, &["outbox"]),
    (
        "psycheos-sender",
        OUTBOX_AMBIGUOUS_TOTAL,
        &["danger", "reply", "result", "notice", "reminder", "file", "invoice", "receipt"],
    ),
];

/// Says which build this is and since when it runs.
pub(crate) fn start(service: &str) {
    for (_, name, values) in FROM_ZERO.iter().filter(|(of, _, _)| *of == service) {
        values.iter().for_each(|value| METRICS.count(name, &[value], 0.0));
    }
    for bot in BotId::ALL {
        let bot = bot.as_str();
        match service {
            "psycheos-api" => {
                METRICS.count(DEDUP_HITS_TOTAL, &[bot], 0.0);
                METRICS.count(OWNERSHIP_DENIED_TOTAL, &[bot], 0.0);
            }
            "psycheos-sender" => {
                METRICS.count(TELEGRAM_429_TOTAL, &[bot, "chat"], 0.0);
                METRICS.count(TELEGRAM_429_TOTAL, &[bot, "bot"], 0.0);
            }
            _ => {}
        }
    }
    METRICS.set(BUILD_INFO, &[service, env!("CARGO_PKG_VERSION")], 1);
    METRICS.set(PROCESS_START_TIME_SECONDS, &[], now());
}

#[expect(clippy::disallowed_methods, reason = "a process says since when it runs; nothing is decided by it")]
fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// A request was answered.
pub fn answered(route: &str, status: u16, took: Duration) {
    METRICS.observe(HTTP_SERVER_REQUEST_DURATION_SECONDS, &[route, &status.to_string()], took.as_secs_f64());
}

/// An update had come before.
pub fn duplicate(bot: BotId) {
    METRICS.count(DEDUP_HITS_TOTAL, &[bot.as_str()], 1.0);
}

/// Something was asked for that is another's, or nothing.
pub fn denied(bot: BotId) {
    METRICS.count(OWNERSHIP_DENIED_TOTAL, &[bot.as_str()], 1.0);
}

/// A consent was given, declined or withdrawn.
pub fn consent(result: &'static str) {
    METRICS.count(CONSENT_TOTAL, &[result], 1.0);
}

/// A sign of danger was noticed.
pub fn danger(category: &'static str, source: &'static str) {
    METRICS.count(SAFETY_EVENTS_TOTAL, &[category, source], 1.0);
}

/// A job was claimed, this long after it could be.
pub fn job_claimed(waited: Duration) {
    METRICS.observe(JOB_WAIT_SECONDS, &[], waited.as_secs_f64());
}

/// A job was worked on.
pub fn job_worked(kind: &str, outcome: &'static str, took: Duration) {
    METRICS.count(JOBS_TOTAL, &[kind, outcome], 1.0);
    METRICS.observe(JOB_DURATION_SECONDS, &[kind, outcome], took.as_secs_f64());
    if outcome == "retried" {
        METRICS.count(JOB_RETRIES_TOTAL, &[kind], 1.0);
    }
}

/// Work was not recorded because its lease was lost.
pub fn fenced_out(queue: &'static str, many: usize) {
    METRICS.count(FENCED_OUT_TOTAL, &[queue], number(many));
}

/// Claude was asked.
pub fn asked(model: &str, outcome: &'static str, took: Duration) {
    METRICS.observe(GEN_AI_CLIENT_OPERATION_DURATION_SECONDS, &[model, outcome], took.as_secs_f64());
}

/// Tokens of a reply: what went in, came out, was read from the cache, was written to it; and what it cost.
pub fn tokens(model: &str, [input, output, read, written]: [u64; 4], usd: f64) {
    for (kind, count) in [("input", input), ("output", output), ("cache_read", read), ("cache_write", written)] {
        METRICS.observe(GEN_AI_CLIENT_TOKEN_USAGE, &[kind], number(usize::try_from(count).unwrap_or(usize::MAX)));
    }
    METRICS.count(LLM_COST_USD_TOTAL, &[model], usd.max(0.0));
}

#[expect(clippy::cast_precision_loss, reason = "what is counted stays far below 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}

/// A reply of Claude was not taken.
pub fn rejected(reason: &'static str) {
    METRICS.count(LLM_OUTPUT_REJECTED_TOTAL, &[reason], 1.0);
}

/// A method of Telegram was called.
pub fn called(bot: BotId, method: &str, outcome: &'static str, took: Duration) {
    METRICS.observe(TELEGRAM_SEND_DURATION_SECONDS, &[bot.as_str(), method, outcome], took.as_secs_f64());
}

/// A message was accepted, this long after it was put into the outbox.
pub fn sent(lane: i16, waited: Duration) {
    METRICS.observe(OUTBOX_WAIT_SECONDS, &[&lane.to_string()], waited.as_secs_f64());
}

/// Telegram asked to wait.
pub fn slowed(bot: BotId, scope: &'static str, after: Duration) {
    METRICS.count(TELEGRAM_429_TOTAL, &[bot.as_str(), scope], 1.0);
    METRICS.observe(TELEGRAM_RETRY_AFTER_SECONDS, &[bot.as_str()], after.as_secs_f64());
}

/// A message may have arrived, and nobody knows.
pub fn ambiguous(kind: &str) {
    METRICS.count(OUTBOX_AMBIGUOUS_TOTAL, &[kind], 1.0);
}

/// The state of a pool of connections.
pub fn pool(size: usize, in_use: usize, waiting: usize) {
    for (name, value) in [(DB_POOL_SIZE, size), (DB_POOL_IN_USE, in_use), (DB_POOL_WAITING, waiting)] {
        METRICS.set(name, &[], i64::try_from(value).unwrap_or(i64::MAX));
    }
}

/// A value that was read from the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Vital {
    /// Name of its metric.
    pub name: String,
    /// Values of its labels, in the order of the metric's.
    pub labels: Vec<String>,
    /// The value.
    pub value: f64,
}

/// Everything this process measured, and what was read from the database, as Prometheus reads it.
#[must_use]
pub fn render(vitals: &[Vital]) -> Vec<u8> {
    if let Some(bytes) = resident_bytes() {
        METRICS.set(PROCESS_RESIDENT_MEMORY_BYTES, &[], bytes);
    }
    let mut families = METRICS.registry.gather();
    families.extend(ALL.iter().filter_map(|one| family(one, vitals)));
    let mut out = Vec::new();
    // A family that cannot be written is one too few, and no reason to say nothing.
    let _ = TextEncoder::new().encode(&families, &mut out);
    out
}

fn family(one: &Description, vitals: &[Vital]) -> Option<MetricFamily> {
    let metrics: Vec<Metric> = vitals
        .iter()
        .filter(|vital| vital.name == one.name && vital.labels.len() == one.labels.len())
        .map(|vital| metric(one, vital))
        .collect();
    if metrics.is_empty() {
        return None;
    }
    let mut family = MetricFamily::default();
    family.set_name(one.name.to_owned());
    family.set_help(one.help.to_owned());
    family.set_field_type(if one.kind == Kind::Counter { MetricType::COUNTER } else { MetricType::GAUGE });
    family.set_metric(metrics);
    Some(family)
}

fn metric(one: &Description, vital: &Vital) -> Metric {
    let labels = one.labels.iter().zip(&vital.labels).map(|(name, value)| {
        let mut pair = LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value(value.clone());
        pair
    });
    let mut metric = Metric::from_label(labels.collect());
    if one.kind == Kind::Counter {
        let mut counter = Counter::default();
        counter.set_value(vital.value);
        metric.set_counter(counter);
    } else {
        let mut gauge = Gauge::default();
        gauge.set_value(vital.value);
        metric.set_gauge(gauge);
    }
    metric
}

/// Memory of this process in bytes, as the kernel tells it.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels there may be: each has a closed list of values.
    const LABELS: [&str; 20] = [
        "service", "version", "route", "status", "bot", "result", "category", "source", "kind", "outcome", "model", "type",
        "reason", "method", "scope", "lane", "queue", "role", "state", "id",
    ];

    #[test]
    fn metrics_labels() {
        for one in ALL {
            for label in one.labels {
                assert!(LABELS.contains(label) || ["task", "table"].contains(label), "{}: {label}", one.name);
            }
        }
    }

    #[test]
    fn every_metric_is_registered_under_a_name_of_its_kind() {
        let metrics = &*METRICS;
        let known = metrics.counters.len() + metrics.gauges.len() + metrics.histograms.len();
        assert_eq!(known, ALL.len());
        for one in ALL {
            assert_eq!(one.name.ends_with("_total"), one.kind == Kind::Counter, "{}", one.name);
            assert!(one.help.ends_with('.'), "{}", one.name);
        }
    }

    #[test]
    fn what_is_measured_and_what_is_read_are_written_together() {
        job_worked("screen_report", "done", Duration::from_millis(120));
        let vitals = [
            Vital { name: QUEUE_DEPTH.into(), labels: vec!["jobs".into(), "queued".into()], value: 3.0 },
            Vital { name: PURGE_ROWS_TOTAL.into(), labels: vec!["jobs".into()], value: 7.0 },
            Vital { name: "made_up".into(), labels: vec![], value: 1.0 },
        ];
        let text = String::from_utf8(render(&vitals)).unwrap();
        for line in [
            "jobs_total{kind=\"screen_report\",outcome=\"done\"} 1",
            "job_duration_seconds_bucket{kind=\"screen_report\",outcome=\"done\",le=\"0.25\"} 1",
            "queue_depth{queue=\"jobs\",status=\"queued\"} 3",
            "# TYPE purge_rows_total counter",
            "purge_rows_total{table=\"jobs\"} 7",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(!text.contains("made_up") && text.contains("process_resident_memory_bytes"), "{text}");
    }
}
