//! The HTTP side.
use std::{any::Any, net::SocketAddr, os::fd::AsFd, sync::Arc};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::{Extensions, ServerHandle},
    rt::net::TcpStream,
    web::{self, Bytes, Data},
};
use anyhow::Context as _;
use serde_json::{Value, json};

use crate::{
    asked::{Asked, read},
    control,
    failing::{Fault, FaultKind, Socket, instead},
    invent::Inventor,
    refusal::{Refusal, request_id},
    state::State,
};

/// The largest request the API takes.
const BODY_LIMIT: usize = 32 << 20;
/// Blanks behind a huge answer.
const HUGE: usize = 5 << 20;
/// Characters that are left of an answer that is cut off.
const LEFT: usize = 40;

pub(crate) fn start(listen: SocketAddr, state: Arc<State>) -> anyhow::Result<(ServerHandle, SocketAddr)> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::from(Arc::clone(&state)))
            .app_data(web::JsonConfig::default().limit(BODY_LIMIT))
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .route("/v1/messages", web::post().to(messages))
            .service(control::scope())
    })
    .on_connect(keep_socket)
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .bind(listen)
    .with_context(|| format!("{listen} cannot be bound"))?;
    let addr = server.addrs().first().copied().context("no address was bound")?;
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok((handle, addr))
}

/// Keeps a second handle on the socket, for the fault that cuts it.
fn keep_socket(connection: &dyn Any, kept: &mut Extensions) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>()
        && let Ok(socket) = stream.as_fd().try_clone_to_owned()
    {
        kept.insert(Socket(socket.into()));
    }
}

async fn messages(request: HttpRequest, body: Result<Bytes, actix_web::Error>, state: Data<State>) -> HttpResponse {
    let Ok(body) = body else {
        let seq = state.note_refused(b"");
        return Refusal::new(413, "request_too_large", "Request exceeds the maximum size").response(seq);
    };
    let asked = match read(request.headers(), &body) {
        Ok(asked) => asked,
        Err(refusal) => return refusal.response(state.note_refused(&body)),
    };
    let seq = state.note(&asked);
    state.pass().await;
    tokio::time::sleep(state.latency).await;
    let fault = state.take_fault(&asked.text());
    state.finish(seq, fault.as_ref().map_or("answered", |fault| fault.kind.name()));
    if let Some(fault) = &fault
        && let Some(response) = instead(fault, &request, seq).await
    {
        return response;
    }
    message(&state, &asked, fault.as_ref(), seq)
}

fn message(state: &State, asked: &Asked, fault: Option<&Fault>, seq: u64) -> HttpResponse {
    let kind = fault.map(|fault| fault.kind);
    let mut stop_reason = "end_turn";
    let mut text = match kind {
        Some(FaultKind::Nonsense) => json!({ "weather": "sunny", "layers": 7 }).to_string(),
        _ => answer(state, asked, kind == Some(FaultKind::OtherLanguage)),
    };
    match kind {
        Some(FaultKind::Truncation) => (text, stop_reason) = (head(&text, LEFT), "max_tokens"),
        Some(FaultKind::ContextExceeded) => (text, stop_reason) = (head(&text, LEFT), "model_context_window_exceeded"),
        Some(FaultKind::Refusal) => stop_reason = "refusal",
        Some(FaultKind::Huge) => text.push_str(&" ".repeat(HUGE)),
        _ if tokens(&text) > asked.max_tokens => {
            (text, stop_reason) = (head(&text, asked.max_tokens.saturating_mul(4)), "max_tokens");
        }
        _ => {}
    }
    let prefix = tokens(&asked.cached_prefix);
    let (read, written) = match prefix {
        0 => (0, 0),
        prefix if state.is_cached(&asked.model, &asked.cached_prefix) => (prefix, 0),
        prefix => (0, prefix),
    };
    HttpResponse::Ok().insert_header(("request-id", request_id(seq))).json(json!({
        "id": format!("msg_fake{seq:08}"),
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": [{ "type": "text", "text": text }],
        "stop_reason": stop_reason,
        "stop_sequence": null,
        "usage": { "input_tokens": tokens(&asked.system).saturating_sub(prefix) + tokens(&asked.user) + asked.images * 1500,
                   "output_tokens": tokens(&text),
                   "cache_read_input_tokens": read, "cache_creation_input_tokens": written },
    }))
}

fn answer(state: &State, asked: &Asked, in_other_language: bool) -> String {
    let mut inventor = Inventor::new(asked, in_other_language);
    match (state.take_answer(&asked.text()), &asked.schema) {
        (Some(Value::String(text)), _) => text,
        (Some(document), _) => document.to_string(),
        (None, Some(schema)) => inventor.document(schema).to_string(),
        (None, None) => inventor.paragraph(),
    }
}

fn head(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(4)
}
