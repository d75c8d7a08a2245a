//! Routes by which a page or a checker looks, and orders faults.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use serde::Deserialize;
use serde_json::json;

use super::answer;
use crate::FakeTelegram;
use crate::faults::Fault;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/bots", web::get().to(bots))
        .route("/chats", web::get().to(chats))
        .route("/chats/{bot}/{user}", web::get().to(messages))
        .route("/chats/{bot}/{user}/commands", web::get().to(commands))
        .route("/files/{file_id}", web::get().to(file))
        .route("/callbacks/{bot}/{id}", web::get().to(callback))
        .route("/webhook/{bot}", web::get().to(webhook))
        .route("/updates/{bot}", web::get().to(updates))
        .route("/log", web::get().to(log))
        .route("/idle", web::get().to(idle))
        .route("/faults", web::get().to(list_faults))
        .route("/faults", web::post().to(add_fault))
        .route("/faults", web::delete().to(remove_all_faults))
        .route("/faults/{id}", web::delete().to(remove_fault))
        .route("/redeliver", web::post().to(redeliver))
        .route("/limits", web::post().to(limits));
}

type Telegram = Data<FakeTelegram>;

async fn bots(telegram: Telegram) -> HttpResponse {
    HttpResponse::Ok().json(telegram.bots())
}

async fn chats(telegram: Telegram) -> HttpResponse {
    HttpResponse::Ok().json(telegram.chats())
}

async fn messages(telegram: Telegram, path: Path<(String, i64)>) -> HttpResponse {
    HttpResponse::Ok().json(telegram.messages(&path.0, path.1))
}

async fn commands(telegram: Telegram, path: Path<(String, i64)>) -> HttpResponse {
    HttpResponse::Ok().json(telegram.commands_for(&path.0, path.1))
}

async fn file(telegram: Telegram, path: Path<String>) -> HttpResponse {
    match telegram.file_bytes(&path) {
        Some(bytes) => HttpResponse::Ok().body(bytes),
        None => HttpResponse::NotFound().json(json!({ "error": "no such file" })),
    }
}

/// The answer of a press, null while there is none.
async fn callback(telegram: Telegram, path: Path<(String, String)>) -> HttpResponse {
    HttpResponse::Ok().json(telegram.callback_answer(&path.0, &path.1))
}

async fn webhook(telegram: Telegram, bot: Path<String>) -> HttpResponse {
    HttpResponse::Ok().json(telegram.webhook_info(&bot))
}

async fn updates(telegram: Telegram, bot: Path<String>) -> HttpResponse {
    HttpResponse::Ok().json(telegram.updates(&bot))
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn log(telegram: Telegram, query: Query<After>) -> HttpResponse {
    HttpResponse::Ok().json(telegram.log_after(query.after))
}

/// How long to wait for silence, real milliseconds.
#[derive(Deserialize)]
struct Wait {
    #[serde(default)]
    wait_ms: u64,
}

async fn idle(telegram: Telegram, query: Query<Wait>) -> HttpResponse {
    let idle = telegram.wait_idle(Duration::from_millis(query.wait_ms)).await;
    HttpResponse::Ok().json(json!({ "idle": idle }))
}

async fn list_faults(telegram: Telegram) -> HttpResponse {
    let rule = |(id, fault): (u64, Fault)| json!({ "id": id, "rule": fault });
    let rules: Vec<_> = telegram.faults().into_iter().map(rule).collect();
    HttpResponse::Ok().json(rules)
}

async fn add_fault(telegram: Telegram, fault: Json<Fault>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "id": telegram.add_fault(fault.into_inner()) }))
}

async fn remove_all_faults(telegram: Telegram) -> HttpResponse {
    telegram.remove_faults(None);
    HttpResponse::NoContent().finish()
}

async fn remove_fault(telegram: Telegram, id: Path<u64>) -> HttpResponse {
    telegram.remove_faults(Some(*id));
    HttpResponse::NoContent().finish()
}

#[derive(Deserialize)]
struct Redeliver {
    bot: String,
    update_id: i64,
    #[serde(default)]
    new_id: bool,
    #[serde(default = "once")]
    copies: usize,
}

fn once() -> usize {
    1
}

async fn redeliver(telegram: Telegram, body: Json<Redeliver>) -> HttpResponse {
    let ids = telegram.redeliver(&body.bot, body.update_id, body.new_id, body.copies);
    answer(ids.map(|ids| json!({ "update_ids": ids })))
}

#[derive(Deserialize)]
struct Limits {
    on: bool,
}

async fn limits(telegram: Telegram, body: Json<Limits>) -> HttpResponse {
    telegram.set_limits(body.on);
    HttpResponse::NoContent().finish()
}
