//! The spans of a trace, from an update to the message Telegram accepted.
//!
//! ```text
//! POST /webhook/{bot} ─ turn ─┬ create <kind>            (a row of jobs carries it)
//!                             │   └ process <kind> ─┬ chat <model>
//!                             │                     └ create messages ─ …
//!                             └ create messages          (rows of the outbox carry it)
//!                                 └ send <kind> ─ POST /bot{token}/<method>
//! ```
//! A row carries the span that created it as a W3C `traceparent`, so a retry, another replica, or a process that takes over after a crash
//! stays in the trace. Spans hold ids and words of ours; attribute names are those of OpenTelemetry's semantic conventions 1.36 (HTTP, database)
//! and, not stable yet, its messaging and generative-AI conventions. This module is the only place where they are written.
use std::collections::HashMap;

use domain::{BotId, CaseId, RunId, ServiceId};
use opentelemetry::{
    Context,
    propagation::TextMapPropagator as _,
    trace::{SpanContext, TraceContextExt as _},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The target of every span that is exported, and of nothing else.
pub(crate) const TARGET: &str = "psycheos::span";

/// Every attribute a span may have. A collector drops the others (deploy/observability/collector).
pub const ATTRIBUTES: &[&str] = &[
    "correlation_id",
    "context_id",
    "service_id",
    "run_id",
    "bot",
    "kind",
    "attempt",
    "action",
    "task",
    "code",
    "error.type",
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "url.template",
    "server.address",
    "db.system.name",
    "db.operation.name",
    "db.collection.name",
    "messaging.system",
    "messaging.operation.name",
    "messaging.operation.type",
    "messaging.destination.name",
    "messaging.batch.message_count",
    "gen_ai.operation.name",
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "gen_ai.response.finish_reasons",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
];

/// What a span is about, as far as it is known.
#[derive(Debug, Default, Clone, Copy)]
pub struct About<'a> {
    /// Joins everything of one launch.
    pub correlation: Option<&'a str>,
    /// The case.
    pub case: Option<CaseId>,
    /// The tool.
    pub service: Option<ServiceId>,
    /// The run.
    pub run: Option<RunId>,
}

macro_rules! span {
    ($kind:literal, $name:expr, $($fields:tt)*) => {
        tracing::info_span!(
            target: TARGET,
            "span",
            otel.name = $name,
            otel.kind = $kind,
            otel.status_code = field::Empty,
            code = field::Empty,
            $($fields)*
        )
    };
}

macro_rules! consumer {
    ($about:expr, $name:expr, $($fields:tt)*) => {
        tracing::info_span!(
            target: TARGET,
            parent: None,
            "span",
            otel.name = $name,
            otel.kind = "consumer",
            otel.status_code = field::Empty,
            code = field::Empty,
            correlation_id = $about.correlation,
            context_id = $about.case.map(field::display),
            service_id = $about.service.map(ServiceId::as_str),
            run_id = $about.run.map(field::display),
            $($fields)*
        )
    };
}

/// An update is received. The first span of most traces.
#[must_use]
pub fn webhook(bot: BotId) -> Span {
    span!(
        "server",
        "POST /webhook/{bot}",
        http.request.method = "POST",
        http.route = "/webhook/{bot}",
        http.response.status_code = field::Empty,
        bot = bot.as_str()
    )
}

/// A call of another program is received.
#[must_use]
pub fn call(action: &str) -> Span {
    span!("server", action, http.response.status_code = field::Empty, action)
}

/// Notes how a request was answered.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// A turn of a chat within a transaction: what it is about is known once the chat is open.
#[must_use]
pub fn turn(bot: BotId) -> Span {
    span!(
        "internal",
        "turn",
        db.system.name = "postgresql",
        db.operation.name = "turn",
        db.collection.name = "bot_chat_state",
        bot = bot.as_str(),
        correlation_id = field::Empty,
        context_id = field::Empty,
        service_id = field::Empty,
        run_id = field::Empty
    )
}

/// Notes what a span is about, once it is known.
pub fn concerns(span: &Span, about: About<'_>) {
    if let Some(correlation) = about.correlation {
        span.record("correlation_id", correlation);
    }
    if let Some(case) = about.case {
        span.record("context_id", field::display(case));
    }
    if let Some(service) = about.service {
        span.record("service_id", service.as_str());
    }
    if let Some(run) = about.run {
        span.record("run_id", field::display(run));
    }
}

/// A job is put into its table.
#[must_use]
pub fn create_job(kind: &str) -> Span {
    span!(
        "producer",
        format_args!("create {kind}"),
        messaging.system = "postgresql",
        messaging.operation.name = "create",
        messaging.operation.type = "create",
        messaging.destination.name = "jobs",
        kind
    )
}

/// Messages are put into the outbox.
#[must_use]
pub fn create_messages(count: usize) -> Span {
    span!(
        "producer",
        "create messages",
        messaging.system = "postgresql",
        messaging.operation.name = "create",
        messaging.operation.type = "create",
        messaging.destination.name = "outbox_messages",
        messaging.batch.message_count = count
    )
}

/// A job is worked on. Its parent is the span that created it, whichever process that was.
#[must_use]
pub fn process_job(kind: &str, attempt: i32, about: About<'_>, traceparent: Option<&str>) -> Span {
    let span = consumer!(
        about,
        format_args!("process {kind}"),
        messaging.system = "postgresql",
        messaging.operation.name = "process",
        messaging.operation.type = "process",
        messaging.destination.name = "jobs",
        kind,
        attempt
    );
    child_of(&span, traceparent);
    span
}

/// A message of the outbox is sent. Its parent is the span that created it.
#[must_use]
pub fn send_message(bot: BotId, kind: &str, attempt: i32, about: About<'_>, traceparent: Option<&str>) -> Span {
    let span = consumer!(
        about,
        format_args!("send {kind}"),
        messaging.system = "postgresql",
        messaging.operation.name = "send",
        messaging.operation.type = "process",
        messaging.destination.name = "outbox_messages",
        bot = bot.as_str(),
        kind,
        attempt
    );
    child_of(&span, traceparent);
    span
}

/// A method of Telegram's Bot API is called. The address is its template: the real one holds the bot's token.
#[must_use]
pub fn telegram(method: &str) -> Span {
    span!(
        "client",
        format_args!("POST /bot{{token}}/{method}"),
        http.request.method = "POST",
        url.template = format_args!("/bot{{token}}/{method}"),
        server.address = "api.telegram.org",
        error.type = field::Empty
    )
}

/// Claude is asked. What it is asked and what it answers is in no span.
#[must_use]
pub fn chat(model: &str) -> Span {
    span!(
        "client",
        format_args!("chat {model}"),
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = "anthropic",
        gen_ai.request.model = model,
        gen_ai.response.model = field::Empty,
        gen_ai.response.finish_reasons = field::Empty,
        gen_ai.usage.input_tokens = field::Empty,
        gen_ai.usage.output_tokens = field::Empty,
        error.type = field::Empty
    )
}

/// Notes what a reply cost and why it ended.
pub fn replied(span: &Span, model: &str, stop_reason: &str, tokens: [u64; 2]) {
    span.record("gen_ai.response.model", model);
    span.record("gen_ai.response.finish_reasons", stop_reason);
    span.record("gen_ai.usage.input_tokens", tokens[0]);
    span.record("gen_ai.usage.output_tokens", tokens[1]);
}

/// Notes that what a span is about failed, with a word of ours.
pub fn failed(span: &Span, code: &str) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", code);
    span.record("code", code);
}

/// A task of the clock's service. What it puts into the outbox belongs to its own trace, with links where a row has one of its own.
#[must_use]
pub fn task(name: &'static str) -> Span {
    tracing::info_span!(target: TARGET, parent: None, "span", otel.name = name, otel.kind = "internal", task = name)
}

/// The outcomes of several messages are written at once: linked to each of their traces.
#[must_use]
pub fn settle<'a>(traces: impl Iterator<Item = &'a str>) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        parent: None,
        "span",
        otel.name = "settle messages",
        otel.kind = "client",
        db.system.name = "postgresql",
        db.operation.name = "outbox_finish",
        db.collection.name = "outbox_messages"
    );
    for context in traces.filter_map(context_of) {
        span.add_link(context);
    }
    span
}

/// The span as a row carries it; none when traces are not sampled here.
#[must_use]
pub fn traceparent(span: &Span) -> Option<String> {
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_valid().then(|| format!("00-{}-{}-{:02x}", context.trace_id(), context.span_id(), context.trace_flags().to_u8()))
}

fn child_of(span: &Span, traceparent: Option<&str>) {
    if let Some(context) = traceparent.and_then(context_of) {
        // An error means that the span is not recorded at all.
        let _ = span.set_parent(Context::new().with_remote_span_context(context));
    }
}

fn context_of(traceparent: &str) -> Option<SpanContext> {
    let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let context = TraceContextPropagator::new().extract(&carrier);
    let context = context.span().span_context().clone();
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_collector_lets_every_attribute_through() {
        let collector = include_str!("../../../deploy/observability/collector/collector.yaml");
        for name in ATTRIBUTES {
            assert!(collector.lines().any(|line| line.trim() == format!("- {name}")), "{name}");
        }
    }

    #[test]
    fn what_a_row_carries_is_read_again() {
        let row = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let context = context_of(row).unwrap();
        assert_eq!((context.trace_id().to_string(), context.is_sampled()), ("0af7651916cd43dd8448eb211c80319c".to_owned(), true));
        for bad in ["", "00-0-0-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"] {
            assert!(context_of(bad).is_none(), "{bad}");
        }
    }
}
