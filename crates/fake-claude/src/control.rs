//! The control side: prepared answers, faults, holding, the log.
use actix_web::{
    HttpResponse, Scope,
    web::{self, Bytes, Data, Json, Query},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    failing::Fault,
    state::{Canned, State},
};

pub(crate) fn scope() -> Scope {
    web::scope("/control")
        .route("/answers", web::post().to(answers))
        .route("/faults", web::post().to(faults))
        .route("/heal", web::post().to(heal))
        .route("/hold", web::post().to(hold))
        .route("/release", web::post().to(release))
        .route("/log", web::get().to(log))
        .route("/saw", web::get().to(saw))
        .route("/state", web::get().to(status))
}

fn done() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "ok": true }))
}

async fn answers(state: Data<State>, canned: Json<Canned>) -> HttpResponse {
    state.add_answer(canned.into_inner());
    done()
}

async fn faults(state: Data<State>, fault: Json<Fault>) -> HttpResponse {
    state.add_fault(fault.into_inner());
    done()
}

async fn heal(state: Data<State>) -> HttpResponse {
    state.heal();
    done()
}

async fn hold(state: Data<State>) -> HttpResponse {
    state.hold();
    done()
}

#[derive(Deserialize, Default)]
struct Release {
    count: Option<usize>,
}

/// The body may be empty.
async fn release(state: Data<State>, body: Bytes) -> HttpResponse {
    let asked = if body.is_empty() { Ok(Release::default()) } else { serde_json::from_slice(&body) };
    match asked {
        Ok(Release { count: None }) => state.release(),
        Ok(Release { count: Some(count) }) => state.release_next(count),
        Err(why) => return HttpResponse::BadRequest().json(json!({ "error": why.to_string() })),
    }
    done()
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    after: u64,
}

async fn log(state: Data<State>, from: Query<From>) -> HttpResponse {
    HttpResponse::Ok().json(state.log_after(from.after))
}

#[derive(Deserialize)]
struct Sought {
    text: String,
}

async fn saw(state: Data<State>, sought: Query<Sought>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "saw": state.saw(&sought.text) }))
}

async fn status(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(state.status())
}
