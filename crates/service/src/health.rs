//! The internal port: `/livez` says that the process runs, `/readyz` that it can work. A service may serve more there, for
//! callers inside.
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

/// How much an internal port is given.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// HTTP threads.
    pub workers: usize,
    /// Seconds that open requests get to end.
    pub drain_secs: u64,
}

/// Serves `/livez` and `/readyz` until the returned handle stops it.
///
/// # Errors
/// When the address cannot be bound.
pub fn serve_health(addr: SocketAddr, health: Health) -> anyhow::Result<ServerHandle> {
    serve_internal(addr, health, Share { workers: 1, drain_secs: 1 }, |_| {})
}

/// Serves `/livez`, `/readyz` and `routes` until the returned handle stops it. Everything else is 404.
///
/// # Errors
/// When the address cannot be bound.
pub fn serve_internal(
    addr: SocketAddr,
    health: Health,
    share: Share,
    routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> anyhow::Result<ServerHandle> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(health.clone()))
            .route("/livez", web::get().to(livez))
            .route("/readyz", web::get().to(readyz))
            .configure(&routes)
    })
    .workers(share.workers)
    .disable_signals()
    .shutdown_timeout(share.drain_secs)
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
