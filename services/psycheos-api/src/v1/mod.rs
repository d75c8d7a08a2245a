//! `/v1`: HTTP for other programs, with service keys. Described in `docs/API.md`.
//!
//! A route is a type that reads its body and says what to do in one transaction ([`call::Call`]); keys, scopes, sizes, errors
//! and the audit log are the same for all.
use actix_web::{HttpRequest, HttpResponse, web};
use db::Pool;

mod auth;
mod call;
mod problem;
mod usage;

use call::{Call, post};
use problem::{Problem, RequestId};

/// What the handlers share.
#[derive(Clone)]
pub struct V1 {
    /// The database.
    pub pool: Pool,
    /// The runtime the transactions run on: each is a task of its own, so that a client that hangs up does not cut it short.
    pub runtime: tokio::runtime::Handle,
}

impl V1 {
    /// Adds the routes to a port.
    pub fn serve(&self, routes: &mut web::ServiceConfig) {
        routes.service(
            web::scope("/v1")
                .app_data(web::Data::new(self.clone()))
                .service(route::<usage::Reserve>("/usage/reserve"))
                .service(route::<usage::Commit>("/usage/commit"))
                .service(route::<usage::Cancel>("/usage/cancel"))
                .default_service(web::to(async || Problem::NotFound.response(&RequestId::new()))),
        );
    }
}

fn route<C: Call>(path: &str) -> actix_web::Resource {
    web::resource(path).route(web::post().to(post::<C>)).default_service(web::to(other_method))
}

async fn other_method(_: HttpRequest) -> HttpResponse {
    Problem::MethodNotAllowed.response(&RequestId::new())
}
