//! The settings of what a service says of itself.
use telemetry::{Format, Settings, Telemetry};

use crate::Env;

/// Starts logs, traces, metrics and reports of faults, as `LOG_FORMAT`, `RUST_LOG`, `DEPLOYMENT_ENVIRONMENT`, `OTEL_EXPORTER_OTLP_ENDPOINT`,
/// `OTEL_TRACES_SAMPLER_ARG` and `SENTRY_DSN` say. What is wrong with them is noted in `env`. It goes on until what is returned is dropped.
#[must_use]
pub fn say(service: &'static str, env: &mut Env) -> Telemetry {
    let ratio = env.parsed("OTEL_TRACES_SAMPLER_ARG", 1.0);
    if !(0.0..=1.0).contains(&ratio) {
        env.problem("OTEL_TRACES_SAMPLER_ARG must be between 0 and 1");
    }
    let settings = Settings {
        service,
        format: if env.optional("LOG_FORMAT").as_deref() == Some("text") { Format::Text } else { Format::Json },
        filter: env.optional("RUST_LOG"),
        environment: env.optional("DEPLOYMENT_ENVIRONMENT").unwrap_or_else(|| "production".into()),
        collector: env.optional("OTEL_EXPORTER_OTLP_ENDPOINT"),
        ratio,
        sentry_dsn: env.optional("SENTRY_DSN").map(Into::into),
    };
    let (telemetry, problems) = telemetry::start(&settings);
    for problem in problems {
        env.problem(problem);
    }
    telemetry
}
