//! Structured logs. What may be logged stands in docs/LOGGING.md: ids and our own words, never a person's.
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging to standard output: one JSON object a line, or plain lines with `LOG_FORMAT=text`. `RUST_LOG` filters.
/// A panic is logged with its place only, for its message may hold what a person wrote.
#[allow(clippy::disallowed_methods, reason = "logging starts before settings are read")]
pub fn start_logs(service: &'static str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    // A second start, as in tests, keeps the first.
    let _ = if std::env::var("LOG_FORMAT").is_ok_and(|format| format == "text") {
        registry.with(tracing_subscriber::fmt::layer().with_target(false)).try_init()
    } else {
        registry.with(tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false)).try_init()
    };
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(service, place, "panic");
    }));
    tracing::info!(service, version = env!("CARGO_PKG_VERSION"), "starting");
}
