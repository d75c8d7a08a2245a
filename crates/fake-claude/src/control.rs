//! The control side: prepared answers, faults, holding, the log.
use actix_web::{
    HttpResponse, Scope,
    web::{self, Data, Json, Query},
};
use serde::Deserialize;
use serde_json::json;

use crate::state::{Canned, Fault, State};

pub(crate) fn scope() -> Scope {
    web::scope("/control")
        .route("/answers", web::post().to(answers))
        .route("/faults", web::post().to(faults))
        .route("/heal", web::post().to(heal))
        .route("/hold", web::post().to(hold))
        .route("/release", web::post().to(release))
        .route("/log", web::get().to(log))
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

async fn release(state: Data<State>) -> HttpResponse {
    state.release();
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

async fn status(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "waiting": state.waiting() }))
}
