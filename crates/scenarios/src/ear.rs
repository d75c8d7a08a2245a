//! A stand-in for whoever listens to what services say of themselves: a collector of traces, Sentry, a watch from outside. It answers
//! every request with 200 and keeps its body in memory.
use std::sync::{Arc, Mutex};

use anyhow::Result;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span,
};
use prost::Message as _;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// Path and body of a request.
pub type Request = (String, Vec<u8>);

/// What was heard. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Ear {
    heard: Arc<Mutex<Vec<Request>>>,
    port: u16,
}

/// A span that was exported.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The service that made it.
    pub service: String,
    /// The trace it belongs to.
    pub trace: String,
    /// Its own id.
    pub id: String,
    /// The span it is part of; empty for the first.
    pub parent: String,
    /// Its name.
    pub name: String,
    /// Names and values of its attributes.
    pub attributes: Vec<(String, String)>,
    /// Links to other traces.
    pub links: Vec<String>,
}

impl Ear {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// No free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let ear = Self { heard: Arc::default(), port: listener.local_addr()?.port() };
        let listening = ear.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let listening = listening.clone();
                // Whoever breaks off is not heard to the end.
                tokio::spawn(async move { listening.listen(stream).await });
            }
        });
        Ok(ear)
    }

    /// Its address, without a path.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its address as Sentry's settings want it.
    #[must_use]
    pub fn dsn(&self) -> String {
        format!("http://public@127.0.0.1:{}/1", self.port)
    }

    async fn listen(&self, stream: TcpStream) -> Result<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let mut first = String::new();
            if stream.read_line(&mut first).await? == 0 {
                return Ok(());
            }
            let mut length = 0;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await?;
                if line.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = line.split_once(':')
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse()?;
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await?;
            let path = first.split_whitespace().nth(1).unwrap_or_default().to_owned();
            if let Ok(mut heard) = self.heard.lock() {
                heard.push((path, body));
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await?;
        }
    }

    /// Paths and bodies of everything that came.
    #[must_use]
    pub fn everything(&self) -> Vec<Request> {
        self.heard.lock().map(|heard| heard.clone()).unwrap_or_default()
    }

    /// The spans that were exported so far.
    #[must_use]
    pub fn spans(&self) -> Vec<Heard> {
        let bodies = self.everything();
        let requests = bodies.iter().filter(|(path, _)| path == "/v1/traces");
        let decoded = requests.filter_map(|(_, body)| ExportTraceServiceRequest::decode(body.as_slice()).ok());
        decoded
            .flat_map(|request| request.resource_spans)
            .flat_map(|resource| {
                let of = resource.resource.map(|resource| resource.attributes).unwrap_or_default();
                let service = read(&of).into_iter().find(|(name, _)| name == "service.name").map(|(_, value)| value);
                let spans = resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
                spans.map(|span| heard(service.clone().unwrap_or_default(), &span)).collect::<Vec<_>>()
            })
            .collect()
    }
}

fn heard(service: String, span: &Span) -> Heard {
    Heard {
        service,
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        name: span.name.clone(),
        attributes: read(&span.attributes),
        links: span.links.iter().map(|link| hex(&link.trace_id)).collect(),
    }
}

fn read(attributes: &[opentelemetry_proto::tonic::common::v1::KeyValue]) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::StringValue(text) => text.clone(),
        other => format!("{other:?}"),
    };
    let value = |one: &opentelemetry_proto::tonic::common::v1::KeyValue| {
        one.value.as_ref().and_then(|any| any.value.as_ref()).map(text).unwrap_or_default()
    };
    attributes.iter().map(|one| (one.key.clone(), value(one))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
