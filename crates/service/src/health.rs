//! The internal port: `/livez` says that the process runs, `/readyz` that it can work, `/metrics` what it measured. A service may serve more
//! there, for callers inside.
use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use anyhow::Context as _;
use db::Pool;
use telemetry::metrics::{self, Vital};

/// Stops the health server.
pub type HealthHandle = ServerHandle;

/// How long a service may take to find out whether it can work.
const READY: Duration = Duration::from_millis(500);

type Look = dyn Fn() -> BoxFuture<Vec<Vital>> + Send + Sync;

/// A future on the heap that may move between threads.
type BoxFuture<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;

/// What `/readyz` and `/metrics` ask.
#[derive(Clone)]
pub struct Health {
    pool: Pool,
    look: Arc<Look>,
}

impl Health {
    /// Ready when the database answers within half a second and has every migration of this build.
    #[must_use]
    pub fn of(pool: Pool) -> Self {
        Self { pool, look: Arc::new(|| Box::pin(async { Vec::new() })) }
    }

    /// The same, and with `/metrics` goes what `look` reads from the tables.
    #[must_use]
    pub fn with_vitals<F>(self, look: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Vec<Vital>> + Send + 'static,
    {
        Self { look: Arc::new(move || Box::pin(look())), ..self }
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

/// Serves `/livez`, `/readyz` and `/metrics` until the returned handle stops it.
///
/// # Errors
/// When the address cannot be bound.
pub fn serve_health(addr: SocketAddr, health: Health) -> anyhow::Result<ServerHandle> {
    serve_internal(addr, health, Share { workers: 1, drain_secs: 1 }, |_| {})
}

/// Serves `/livez`, `/readyz`, `/metrics` and `routes` until the returned handle stops it. Everything else is 404.
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
            .route("/metrics", web::get().to(measured))
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
    match tokio::time::timeout(READY, db::check_ready(&health.pool)).await {
        Ok(Ok(())) => HttpResponse::Ok().body("ready"),
        Ok(Err(why)) => HttpResponse::ServiceUnavailable().body(why.to_string()),
        Err(_) => HttpResponse::ServiceUnavailable().body("the database takes longer than half a second"),
    }
}

async fn measured(health: web::Data<Health>) -> HttpResponse {
    health.pool.measure();
    let vitals = (health.look)().await;
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics::render(&vitals))
}
