//! Spans on their way to a collector (OTLP over HTTP).
use std::time::Duration;

use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider},
};

/// What is not exported yet when a process is killed is lost, so it is little.
const EVERY: Duration = Duration::from_millis(500);
/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where spans go, and how many.
pub(crate) struct Export<'a> {
    /// Base address of the collector; without one spans are made, for their ids, and go nowhere.
    pub endpoint: Option<&'a str>,
    /// Share of traces that are kept, 0 to 1.
    pub ratio: f64,
    /// Name of the service.
    pub service: &'static str,
    /// Where it runs.
    pub environment: &'a str,
}

/// The maker of spans.
///
/// # Errors
/// When the collector's address is none.
pub(crate) fn start(export: &Export<'_>) -> Result<(SdkTracerProvider, SdkTracer), &'static str> {
    let resource = Resource::builder_empty()
        .with_service_name(export.service)
        .with_attributes([
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.namespace", "psycheos"),
            KeyValue::new("deployment.environment.name", export.environment.to_owned()),
        ])
        .build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(export.ratio)));
    let mut builder = SdkTracerProvider::builder().with_resource(resource).with_sampler(sampler);
    if let Some(endpoint) = export.endpoint {
        let address = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let exporter = SpanExporter::builder().with_http().with_endpoint(address).with_timeout(PATIENCE).build();
        let exporter = exporter.map_err(|_| "is no address of a collector")?;
        let config = BatchConfigBuilder::default().with_scheduled_delay(EVERY).build();
        builder = builder.with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(config).build());
    }
    let provider = builder.build();
    let tracer = provider.tracer("psycheos");
    Ok((provider, tracer))
}
