//! The HTTP side.
use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::StatusCode,
    web::{self, Data},
};
use anyhow::Context as _;
use serde_json::{Value, json};

use crate::{
    control,
    invent::Inventor,
    state::{FaultKind, State},
};

const BODY_LIMIT: usize = 32 << 20;

pub(crate) fn start(listen: SocketAddr, state: Arc<State>) -> anyhow::Result<(ServerHandle, SocketAddr)> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::from(Arc::clone(&state)))
            .app_data(web::JsonConfig::default().limit(BODY_LIMIT))
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .route("/v1/messages", web::post().to(messages))
            .service(control::scope())
    })
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

fn error(status: u16, kind: &str, message: &str) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .json(json!({ "type": "error", "error": { "type": kind, "message": message } }))
}

async fn messages(request: HttpRequest, body: web::Bytes, state: Data<State>) -> HttpResponse {
    if request.headers().get("x-api-key").is_none_or(|key| key.is_empty()) {
        return error(401, "authentication_error", "x-api-key header is required");
    }
    if request.headers().get("anthropic-version").is_none() {
        return error(400, "invalid_request_error", "anthropic-version: header is required");
    }
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return error(400, "invalid_request_error", "The request body is not valid JSON.");
    };
    let model = body.get("model").and_then(Value::as_str).unwrap_or_default().to_owned();
    let complete = !model.is_empty() && body.get("max_tokens").is_some_and(Value::is_u64);
    let Some(turns) = body.get("messages").and_then(Value::as_array).filter(|turns| complete && !turns.is_empty()) else {
        return error(400, "invalid_request_error", "model, max_tokens and messages are required");
    };
    let system = texts(body.get("system").unwrap_or(&Value::Null));
    let user = turns.iter().map(|turn| texts(turn.get("content").unwrap_or(&Value::Null))).collect::<Vec<_>>().join("\n");
    state.pass().await;
    tokio::time::sleep(state.latency).await;
    let all = format!("{system}\n{user}");
    let mut stop_reason = "end_turn";
    let fault = state.take_fault(&all);
    let kind = fault.as_ref().map(|fault| fault.kind);
    let outcome = kind.map_or_else(|| "answered".to_owned(), |kind| format!("{kind:?}"));
    state.note(&model, &system, &user, &outcome);
    match kind {
        Some(FaultKind::RateLimited) => {
            let after = fault.and_then(|fault| fault.retry_after).unwrap_or(1);
            let mut response = error(429, "rate_limit_error", "This request would exceed your rate limit.");
            if let Ok(value) = after.to_string().parse() {
                response.headers_mut().insert(actix_web::http::header::RETRY_AFTER, value);
            }
            return response;
        }
        Some(FaultKind::Overloaded) => return error(529, "overloaded_error", "Overloaded"),
        Some(FaultKind::ServerError) => return error(500, "api_error", "Internal server error"),
        Some(FaultKind::Timeout) => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            return error(500, "api_error", "Internal server error");
        }
        Some(FaultKind::Garbage) => return HttpResponse::Ok().content_type("application/json").body("{\"content\": [<html>"),
        Some(FaultKind::Huge) => return HttpResponse::Ok().content_type("application/json").body(vec![b' '; 5 << 20]),
        Some(FaultKind::Truncation) => stop_reason = "max_tokens",
        Some(FaultKind::Refusal) => stop_reason = "refusal",
        Some(FaultKind::Nonsense) | None => {}
    }
    let mut text = answer(&state, &body, &all);
    if kind == Some(FaultKind::Truncation) {
        text.truncate(text.char_indices().nth(40).map_or(text.len(), |(at, _)| at));
    }
    if kind == Some(FaultKind::Nonsense) {
        text = json!({ "weather": "sunny", "layers": 7 }).to_string();
    }
    let read = tokens(&system);
    let (cached, fresh) = if state.is_cached(&system) { (read, 0) } else { (0, read) };
    HttpResponse::Ok().json(json!({
        "id": "msg_fake", "type": "message", "role": "assistant", "model": model,
        "content": [{ "type": "text", "text": text }],
        "stop_reason": stop_reason, "stop_sequence": null,
        "usage": { "input_tokens": tokens(&user), "output_tokens": tokens(&text),
                   "cache_read_input_tokens": cached, "cache_creation_input_tokens": fresh },
    }))
}

fn answer(state: &State, body: &Value, all: &str) -> String {
    match state.take_answer(all) {
        Some(Value::String(text)) => text,
        Some(document) => document.to_string(),
        None => match body.pointer("/output_config/format/schema") {
            Some(schema) => Inventor::new(all).document(schema).to_string(),
            None => Inventor::new(all).paragraph(40),
        },
    }
}

/// All text of a content, which is a text or a list of blocks.
fn texts(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            blocks.iter().filter_map(|block| block.get("text").and_then(Value::as_str)).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(4)
}
