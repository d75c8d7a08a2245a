//! The internal port: `/livez` says that the process runs, `/readyz` that it can work.
use std::{net::SocketAddr, sync::Arc};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use anyhow::Context as _;

/// Stops the health server.
pub type HealthHandle = ServerHandle;

type Check = dyn Fn() -> futures::BoxFuture<Result<(), String>> + Send + Sync;

/// Boxed futures, as a check returns them.
pub mod futures {
    /// A future on the heap that may move between threads.
    pub type BoxFuture<T> = std::pin::Pin<Box<dyn std::future::Future<Output = T> + Send>>;
}

/// What `/readyz` asks.
#[derive(Clone)]
pub struct Health {
    check: Arc<Check>,
}

impl Health {
    /// Ready when `check` says so; its error is a short sentence for the operator.
    pub fn new(check: impl Fn() -> futures::BoxFuture<Result<(), String>> + Send + Sync + 'static) -> Self {
        Self { check: Arc::new(check) }
    }
}

/// Serves `/livez` and `/readyz` until the returned handle stops it.
///
/// # Errors
/// When the address cannot be bound.
pub fn serve_health(addr: SocketAddr, health: Health) -> anyhow::Result<ServerHandle> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(health.clone()))
            .route("/livez", web::get().to(livez))
            .route("/readyz", web::get().to(readyz))
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .bind(addr)
    .with_context(|| format!("INTERNAL_ADDR {addr} cannot be bound"))?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

async fn livez() -> HttpResponse {
    HttpResponse::Ok().body("ok")
}

async fn readyz(health: web::Data<Health>) -> HttpResponse {
    match (health.check)().await {
        Ok(()) => HttpResponse::Ok().body("ready"),
        Err(why) => HttpResponse::ServiceUnavailable().body(why),
    }
}
