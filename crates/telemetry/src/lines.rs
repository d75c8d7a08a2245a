//! The layer that writes log lines and reports faults. Both are made of the same allowlisted fields, those of the spans around included, so
//! that every line of a job carries its run and its trace.
use std::io::Write as _;

use chrono::{SecondsFormat, Utc};
use opentelemetry::trace::TraceContextExt as _;
use serde_json::{Map, Value};
use tracing::{
    Event, Level, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use crate::{faults, fields::Fields};

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// Words, for a terminal.
    Text,
}

/// A line, before it is written.
#[derive(Debug)]
pub(crate) struct Line {
    pub level: Level,
    pub message: String,
    pub fields: Map<String, Value>,
}

/// Writes lines to standard output, and passes those of the level error on as reports.
#[derive(Debug)]
pub(crate) struct Lines {
    pub service: &'static str,
    pub format: Format,
}

impl Lines {
    fn line(&self, meta: &Metadata<'_>, own: Fields, around: Vec<Map<String, Value>>) -> Line {
        let mut fields = Map::new();
        fields.insert("service".to_owned(), Value::from(self.service));
        for span in around {
            fields.extend(span);
        }
        if own.dropped > 0 {
            fields.insert("dropped".to_owned(), Value::from(own.dropped));
        }
        fields.extend(own.kept);
        if let Some(trace) = trace_id() {
            fields.insert("trace_id".to_owned(), Value::from(trace));
        }
        Line { level: *meta.level(), message: own.message, fields }
    }
}

fn trace_id() -> Option<String> {
    let context = tracing::Span::current().context();
    let span = context.span().span_context().clone();
    span.is_valid().then(|| span.trace_id().to_string())
}

impl Line {
    #[expect(clippy::disallowed_methods, reason = "a line says when it was written; nothing is decided by it")]
    fn now() -> String {
        Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    fn written(&self, format: Format) -> String {
        match format {
            Format::Json => {
                let mut object = Map::new();
                object.insert("timestamp".to_owned(), Value::from(Self::now()));
                object.insert("level".to_owned(), Value::from(self.level.as_str()));
                object.insert("message".to_owned(), Value::from(self.message.as_str()));
                object.extend(self.fields.clone());
                Value::Object(object).to_string()
            }
            Format::Text => {
                let fields = self.fields.iter().filter(|(name, _)| *name != "trace_id");
                let words: String = fields
                    .map(|(name, value)| match value {
                        Value::String(text) => format!(" {name}={text}"),
                        other => format!(" {name}={other}"),
                    })
                    .collect();
                format!("{} {:>5} {}{words}", Self::now(), self.level.as_str(), self.message)
            }
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields::default();
        event.record(&mut own);
        let around = context.event_scope(event).map_or_else(Vec::new, |scope| {
            scope.from_root().filter_map(|span| span.extensions().get::<Fields>().map(|fields| fields.kept.clone())).collect()
        });
        let line = self.line(event.metadata(), own, around);
        if line.level == Level::ERROR {
            faults::report(&line);
        }
        // A log that cannot be written must not stop the service.
        let _ = writeln!(std::io::stdout().lock(), "{}", line.written(self.format));
    }
}
