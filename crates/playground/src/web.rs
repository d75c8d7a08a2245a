//! The page and what it asks for, on 127.0.0.1 only.

use std::net::{Ipv4Addr, TcpListener};

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use test_kit::SERVICES;

use crate::http;
use crate::people::{self, OWNERS};
use crate::rows::Rows;
use crate::stack::View;

/// The page: path, content type, content.
const ASSETS: [(&str, &str, &str); 10] = [
    ("/", "text/html; charset=utf-8", include_str!("../page/index.html")),
    ("/icon.svg", "image/svg+xml", include_str!("../page/icon.svg")),
    ("/style.css", "text/css; charset=utf-8", include_str!("../page/style.css")),
    ("/main.js", JAVASCRIPT, include_str!("../page/main.js")),
    ("/dom.js", JAVASCRIPT, include_str!("../page/dom.js")),
    ("/text.js", JAVASCRIPT, include_str!("../page/text.js")),
    ("/message.js", JAVASCRIPT, include_str!("../page/message.js")),
    ("/phone.js", JAVASCRIPT, include_str!("../page/phone.js")),
    ("/rows.js", JAVASCRIPT, include_str!("../page/rows.js")),
    ("/tg.js", JAVASCRIPT, include_str!("../page/tg.js")),
];
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The running server of the page.
pub(crate) struct Page {
    pub port: u16,
    pub handle: ServerHandle,
}

struct Site {
    view: View,
    rows: Rows,
    http: reqwest::Client,
}

/// Serves the page at `port`, or at a free one when that is taken.
///
/// # Errors
/// No port is free.
pub(crate) fn start(port: u16, view: View) -> Result<Page> {
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => listener,
        Err(error) => {
            println!("port {port} is taken ({error}): using another one");
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port for the page")?
        }
    };
    let port = listener.local_addr()?.port();
    let site = Data::new(Site { rows: Rows::new(view.database_url.clone()), http: http::client()?, view });
    let server = HttpServer::new(move || {
        let headers = DefaultHeaders::new()
            .add((header::CONTENT_SECURITY_POLICY, "default-src 'self'; frame-ancestors 'none'"))
            .add((header::CACHE_CONTROL, "no-cache"))
            .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
        let mut app = App::new().app_data(Data::clone(&site)).app_data(web::PayloadConfig::new(60 << 20)).wrap(headers);
        for (path, kind, content) in ASSETS {
            app = app.route(path, web::get().to(move || async move { HttpResponse::Ok().content_type(kind).body(content) }));
        }
        app.route("/api/setup", web::get().to(setup))
            .route("/api/rows", web::get().to(rows))
            .route("/api/services/{name}/{verb}", web::post().to(service))
            .route("/control/{rest:.*}", web::route().to(control))
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .listen(listener)?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(Page { port, handle })
}

/// Another site's page may make a browser send requests here, but cannot hide that it did.
fn is_own(request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let host = header("host").unwrap_or_default();
    let local = host.starts_with("127.0.0.1:") || host.starts_with("localhost:");
    local && header("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none")
}

async fn setup(site: Data<Site>) -> HttpResponse {
    let view = &site.view;
    let bots = |bot: &test_kit::BotIdentity| json!({ "id": bot.bot, "username": bot.username, "title": people::title(&bot.bot) });
    let telegram = if view.telegram_url.is_some() { "стенд" } else { "настоящий" };
    let claude = if view.real_claude { "настоящий" } else { "стенд" };
    HttpResponse::Ok().json(json!({
        "bots": view.setting.bots.iter().map(bots).collect::<Vec<_>>(),
        "people": OWNERS,
        "invite": view.invite,
        "bridge": view.telegram_url.is_none(),
        "started": view.telegram_url,
        "mode": format!("Telegram: {telegram} · Claude: {claude}"),
    }))
}

async fn rows(site: Data<Site>) -> HttpResponse {
    let mut state = match site.rows.look().await {
        Ok(state) => state,
        Err(_) => return HttpResponse::ServiceUnavailable().json(json!({ "error": "the database is away" })),
    };
    let mut services = site.view.services.lock().await;
    let look = |name: &&str| {
        let up = if *name == "psycheos-cron" {
            "idle"
        } else if services.is_running(name) {
            "up"
        } else {
            "down"
        };
        let note = services.pid(name).map(|pid| format!("pid {pid}"));
        json!({ "name": name, "state": up, "note": note })
    };
    state["services"] = SERVICES.iter().map(look).collect::<Value>();
    state["uptime_secs"] = json!(site.view.started.elapsed().as_secs());
    HttpResponse::Ok().json(state)
}

/// `kill` (SIGKILL) or `restart` of a service.
async fn service(site: Data<Site>, request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    if !is_own(&request) {
        return HttpResponse::Forbidden().finish();
    }
    let (name, verb) = path.into_inner();
    let mut services = site.view.services.lock().await;
    let done = match verb.as_str() {
        "kill" => services.kill(&name).await,
        "restart" => services.restart(&name).await,
        _ => return HttpResponse::NotFound().finish(),
    };
    match done {
        Ok(()) => HttpResponse::Ok().json(json!({})),
        Err(error) => HttpResponse::BadRequest().json(json!({ "error": error.to_string() })),
    }
}

/// Hands a request on to the stand-in's control API, so that the page has one origin. Answers are streamed: one of them is the
/// stream of events.
async fn control(site: Data<Site>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let Some(base) = site.view.telegram_url.as_ref().filter(|_| is_own(&request)) else {
        return HttpResponse::NotFound().finish();
    };
    let Ok(method) = reqwest::Method::from_bytes(request.method().as_str().as_bytes()) else {
        return HttpResponse::MethodNotAllowed().finish();
    };
    let mut onward = site.http.request(method, format!("{base}{}", request.uri())).body(body);
    for name in ["content-type", "last-event-id"] {
        if let Some(value) = request.headers().get(name) {
            onward = onward.header(name, value.as_bytes());
        }
    }
    let Ok(answer) = onward.send().await else {
        return HttpResponse::BadGateway().json(json!({ "error": "the stand-in is away" }));
    };
    let status =
        actix_web::http::StatusCode::from_u16(answer.status().as_u16()).unwrap_or(actix_web::http::StatusCode::BAD_GATEWAY);
    let mut reply = HttpResponse::build(status);
    if let Some(kind) = answer.headers().get("content-type") {
        reply.insert_header(("content-type", kind.as_bytes()));
    }
    reply.streaming(answer.bytes_stream())
}
