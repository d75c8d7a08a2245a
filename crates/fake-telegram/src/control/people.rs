//! Routes by which a page acts for a person.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Json, Query, ServiceConfig};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer;
use crate::FakeTelegram;
use crate::markup::Target;
use crate::model::Person;
use crate::person_files::{FileKind, PersonFile};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/people", web::get().to(list_people))
        .route("/people", web::post().to(create_person))
        .route("/send", web::post().to(send))
        .route("/edit", web::post().to(edit))
        .route("/press", web::post().to(press))
        .route("/upload", web::post().to(upload))
        .route("/pay", web::post().to(pay))
        .route("/block", web::post().to(block))
        .route("/unblock", web::post().to(unblock))
        .route("/deactivate", web::post().to(deactivate))
        .route("/update", web::post().to(push_update));
}

type Telegram = Data<FakeTelegram>;

async fn list_people(telegram: Telegram) -> HttpResponse {
    HttpResponse::Ok().json(telegram.people())
}

async fn create_person(telegram: Telegram, person: Json<Person>) -> HttpResponse {
    let person = person.into_inner();
    telegram.create_person(person.clone());
    HttpResponse::Ok().json(person)
}

/// `text`, or `message`: fields of any other content.
#[derive(Deserialize)]
struct Send {
    bot: String,
    user: i64,
    #[serde(default)]
    text: String,
    message: Option<Map<String, Value>>,
}

async fn send(telegram: Telegram, body: Json<Send>) -> HttpResponse {
    let Json(body) = body;
    answer(match body.message {
        Some(fields) => telegram.send_other(&body.bot, body.user, fields),
        None => telegram.send_text(&body.bot, body.user, &body.text),
    })
}

#[derive(Deserialize)]
struct Edit {
    bot: String,
    user: i64,
    message_id: i64,
    text: String,
}

async fn edit(telegram: Telegram, body: Json<Edit>) -> HttpResponse {
    answer(telegram.edit_text(&body.bot, body.user, body.message_id, &body.text))
}

/// One of `data`, `label`, `row` with `col`; `stale` presses `data` the keyboard lost.
#[derive(Deserialize)]
struct Press {
    bot: String,
    user: i64,
    message_id: i64,
    data: Option<String>,
    label: Option<String>,
    #[serde(default)]
    row: usize,
    #[serde(default)]
    col: usize,
    #[serde(default)]
    stale: bool,
}

async fn press(telegram: Telegram, body: Json<Press>) -> HttpResponse {
    let Json(Press { bot, user, message_id, data, label, row, col, stale }) = body;
    answer(match (data, label) {
        (Some(data), _) if stale => telegram.press_stale(&bot, user, message_id, &data),
        (Some(data), _) => telegram.press(&bot, user, message_id, &Target::Data(data)),
        (None, Some(label)) => telegram.press(&bot, user, message_id, &Target::Label(label)),
        (None, None) => telegram.press(&bot, user, message_id, &Target::At { row, col }),
    })
}

/// What is known about an upload; its bytes are the body.
#[derive(Deserialize)]
struct Upload {
    bot: String,
    user: i64,
    kind: FileKind,
    #[serde(default)]
    file_name: String,
    mime_type: Option<String>,
    #[serde(default)]
    caption: String,
    album: Option<String>,
    declared_size: Option<u64>,
    #[serde(default)]
    secs: u32,
}

async fn upload(telegram: Telegram, query: Query<Upload>, bytes: Bytes) -> HttpResponse {
    let Query(Upload { bot, user, kind, file_name, mime_type, caption, album, declared_size, secs }) = query;
    let file = PersonFile { kind, file_name, mime_type, bytes, caption, album, declared_size, secs };
    answer(telegram.send_file(&bot, user, file))
}

/// `payer` is the chat's own person unless it is given.
#[derive(Deserialize)]
struct Pay {
    bot: String,
    chat: i64,
    message_id: i64,
    payer: Option<i64>,
}

async fn pay(telegram: Telegram, body: Json<Pay>) -> HttpResponse {
    let payer = body.payer.unwrap_or(body.chat);
    answer(telegram.pay(&body.bot, body.chat, body.message_id, payer).await)
}

#[derive(Deserialize)]
struct Pair {
    bot: String,
    user: i64,
}

async fn block(telegram: Telegram, body: Json<Pair>) -> HttpResponse {
    answer(telegram.block(&body.bot, body.user))
}

async fn unblock(telegram: Telegram, body: Json<Pair>) -> HttpResponse {
    answer(telegram.unblock(&body.bot, body.user))
}

#[derive(Deserialize)]
struct Who {
    user: i64,
}

async fn deactivate(telegram: Telegram, body: Json<Who>) -> HttpResponse {
    answer(telegram.deactivate(body.user))
}

#[derive(Deserialize)]
struct Push {
    bot: String,
    chat: i64,
    kind: String,
    content: Value,
}

async fn push_update(telegram: Telegram, body: Json<Push>) -> HttpResponse {
    let Json(body) = body;
    let pushed = telegram.push_update(&body.bot, &body.kind, body.chat, body.content);
    answer(pushed.map(|id| json!({ "update_id": id })))
}
