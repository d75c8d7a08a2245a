//! What a service says of itself: log lines, traces, metrics, and reports of faults. What may be said stands in docs/LOGGING.md; the list of
//! fields is [`ALLOWED`], and nothing else leaves.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::time::Duration;

use opentelemetry_sdk::trace::SdkTracerProvider;
use secrecy::{ExposeSecret as _, SecretString};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, filter_fn},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

mod export;
mod faults;
mod fields;
mod lines;
pub mod metrics;
pub mod span;

pub use fields::ALLOWED;
pub use lines::Format;

/// A client's malformed request is no fault of ours, and actix calls it an error; what we answer to requests is logged by our own handlers.
const DEFAULT_FILTER: &str = "info,actix_http=off";
/// How long the last spans may take on their way out.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What to say, and to whom.
#[derive(Debug)]
pub struct Settings {
    /// Name of the service.
    pub service: &'static str,
    /// How lines look.
    pub format: Format,
    /// Which lines are written, as `RUST_LOG` says it.
    pub filter: Option<String>,
    /// Where the service runs: `production`, `staging`.
    pub environment: String,
    /// Base address of a collector of traces.
    pub collector: Option<String>,
    /// Share of traces that are kept, 0 to 1.
    pub ratio: f64,
    /// Where faults are reported.
    pub sentry_dsn: Option<SecretString>,
}

/// Keeps telemetry going; dropped, it sends what is left.
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
    faults: Option<sentry::ClientInitGuard>,
}

/// Starts saying. A panic is logged with its place only, for its message may hold what a person wrote. What is wrong with an address is
/// returned for each; the rest works without it.
#[must_use]
pub fn start(settings: &Settings) -> (Telemetry, Vec<String>) {
    let mut problems = Vec::new();
    let export = export::Export {
        endpoint: settings.collector.as_deref(),
        ratio: settings.ratio,
        service: settings.service,
        environment: &settings.environment,
    };
    let started = export::start(&export).map_err(|why| problems.push(format!("OTEL_EXPORTER_OTLP_ENDPOINT {why}"))).ok();
    let (provider, tracer) = started.unzip();
    let release = concat!("psycheos@", env!("CARGO_PKG_VERSION"));
    let faults = settings.sentry_dsn.as_ref().and_then(|dsn| {
        let started = faults::start(dsn.expose_secret(), &settings.environment, release);
        started.map_err(|why| problems.push(format!("SENTRY_DSN {why}"))).ok()
    });

    let filter = settings.filter.as_deref().and_then(|filter| EnvFilter::try_new(filter).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(DEFAULT_FILTER));
    let ours = filter_fn(|meta| meta.is_span() && meta.target() == span::TARGET);
    let lines = lines::Lines { service: settings.service, format: settings.format }.with_filter(filter.or(ours));
    let spans = tracer.map(|tracer| {
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_level(false)
            // Lines are no part of a span: what may be in a line is decided for lines.
            .with_filter(filter_fn(|meta| meta.is_span() && meta.target() == span::TARGET))
    });
    // A second start, as in tests, keeps the first.
    let _ = tracing_subscriber::registry().with(lines).with(spans).try_init();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, code = "panic", "panic");
    }));
    metrics::start(settings.service);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "starting");
    (Telemetry { provider, faults }, problems)
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(provider) = self.provider.take() {
            // The collector may be away; that is no reason to stay.
            let _ = provider.shutdown_with_timeout(LAST_WORDS);
        }
        if let Some(faults) = self.faults.take() {
            faults.close(Some(LAST_WORDS));
        }
    }
}
