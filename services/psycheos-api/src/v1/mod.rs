//! `/v1`: HTTP for other programs, with service keys. Described in `docs/API.md`, and by itself at `/v1/openapi.json`.
//!
//! A route is a type that reads what is sent and says what to do in one transaction ([`call::Call`]); keys, scopes, pace, sizes,
//! errors and the audit log are the same for all.
use std::sync::Arc;

use actix_web::web;
use bot_kit::BotNames;
use db::{Keyring, Pool, wake::Waker};

mod artifacts;
mod auth;
mod call;
mod links;
mod openapi;
mod problem;
mod usage;

pub use openapi::{artifact_schema, document};

use crate::timing::timed;
use call::{Call, get, post};
use problem::{Problem, RequestId};

/// What the handlers share.
#[derive(Clone)]
pub struct V1 {
    /// The database.
    pub pool: Pool,
    /// Keys of sealed fields.
    pub keys: Keyring,
    /// Usernames of the bots.
    pub bots: Arc<BotNames>,
    /// Wakes the sender.
    pub waker: Waker,
    /// The runtime the transactions run on: each is a task of its own, so that a client that hangs up does not cut it short.
    pub runtime: tokio::runtime::Handle,
}

impl V1 {
    /// Adds the routes to a port.
    pub fn serve(&self, routes: &mut web::ServiceConfig) {
        routes.service(
            web::scope("/v1")
                .wrap_fn(timed)
                .app_data(web::Data::new(self.clone()))
                .service(posted::<links::Issue>("/links/issue"))
                .service(posted::<links::Verify>("/links/verify"))
                .service(posted::<usage::Reserve>("/usage/reserve"))
                .service(posted::<usage::Commit>("/usage/commit"))
                .service(posted::<usage::Cancel>("/usage/cancel"))
                .service(posted::<artifacts::Submit>("/artifacts/submit"))
                .service(asked::<artifacts::List>("/artifacts"))
                .service(asked::<artifacts::Get>("/artifacts/{artifact_id}"))
                .configure(openapi::serve)
                .default_service(web::to(async || Problem::NotFound.response(&RequestId::new()))),
        );
    }
}

fn posted<C: Call>(path: &str) -> actix_web::Resource {
    resource(path, "POST").route(web::post().to(post::<C>))
}

fn asked<C: Call>(path: &str) -> actix_web::Resource {
    resource(path, "GET").route(web::get().to(get::<C>))
}

/// A route that answers every other method with the one it takes.
fn resource(path: &str, allowed: &'static str) -> actix_web::Resource {
    let other = move || async move { Problem::MethodNotAllowed(allowed).response(&RequestId::new()) };
    web::resource(path).default_service(web::to(other))
}
