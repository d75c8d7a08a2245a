//! The HTTP server: routes of the Bot API and of the control API.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev};
use futures_util::{StreamExt, stream};

use crate::FakeTelegram;
use crate::calls::{How, Reply};
use crate::control;
use crate::error::ApiError;
use crate::params::Params;

/// Bytes a request with files may have.
const BODY_LIMIT: usize = 52 << 20;

/// A second handle on a connection's socket, to close it without an answer.
struct Socket(TcpStream);

/// Starts the server on a listener of the caller.
pub(crate) fn start(listener: TcpListener, telegram: FakeTelegram) -> anyhow::Result<dev::Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(telegram.clone()))
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .app_data(web::JsonConfig::default().limit(BODY_LIMIT))
            .service(control::scope())
            .route("/file/bot{token}/{path:.+}", web::get().to(download))
            .route("/bot{token}/{method}", web::route().to(call))
            .default_service(web::route().to(nothing))
    });
    let server = server
        .on_connect(|io, extensions| {
            let stream = io.downcast_ref::<actix_web::rt::net::TcpStream>();
            let copy = stream.and_then(|s| s.as_fd().try_clone_to_owned().ok());
            if let Some(fd) = copy {
                extensions.insert(Socket(TcpStream::from(fd)));
            }
        })
        .workers(1)
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

async fn nothing() -> HttpResponse {
    answer_error(&ApiError::custom(404, "Not Found"))
}

fn answer_error(error: &ApiError) -> HttpResponse {
    plain(&Reply::error(error))
}

fn plain(reply: &Reply) -> HttpResponse {
    let mut response = builder(reply);
    response.body(reply.body.clone())
}

fn builder(reply: &Reply) -> actix_web::HttpResponseBuilder {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.content_type(reply.content_type);
    if let Some(secs) = reply.retry_after {
        response.insert_header(("Retry-After", secs.to_string()));
    }
    response
}

async fn call(
    request: HttpRequest,
    path: Path<(String, String)>,
    body: Result<Bytes, actix_web::Error>,
    telegram: Data<FakeTelegram>,
) -> HttpResponse {
    let (token, method) = path.into_inner();
    let Ok(body) = body else {
        return answer_error(&ApiError::too_large());
    };
    let Some(bot) = telegram.engine.read(|state| state.bot_by_token(&token)) else {
        return answer_error(&ApiError::unauthorized());
    };
    let content_type = request.headers().get("content-type");
    let content_type = content_type.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let reply = match Params::read(request.query_string(), content_type, &body) {
        Ok(params) => telegram.engine.call(bot, &method, params).await,
        Err(error) => Reply::error(&error),
    };
    deliver(&request, reply).await
}

/// Gives the answer the way the fault wants it.
async fn deliver(request: &HttpRequest, reply: Reply) -> HttpResponse {
    match reply.how {
        How::Plain => plain(&reply),
        How::Never(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            hang_up(request);
            plain(&reply)
        }
        How::Slow(ms) => {
            let mut response = builder(&reply);
            response.insert_header(("Content-Length", reply.body.len().to_string()));
            let pieces: Vec<Bytes> = reply.body.chunks(16).map(|piece| reply.body.slice_ref(piece)).collect();
            let slow = stream::iter(pieces).then(move |piece| async move {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                Ok::<_, std::io::Error>(piece)
            });
            response.no_chunking(reply.body.len() as u64).streaming(slow)
        }
        How::Broken => {
            let half = reply.body.slice(..reply.body.len() / 2);
            // The pause lets the first half leave before the connection breaks.
            let cut = stream::once(async {
                tokio::task::yield_now().await;
                Err(std::io::Error::other("cut by a fault"))
            });
            let pieces = stream::iter([Ok(half)]).chain(cut);
            let mut response = builder(&reply);
            response.no_chunking(reply.body.len() as u64).streaming(pieces)
        }
    }
}

/// Closes the connection of a request without an answer.
fn hang_up(request: &HttpRequest) {
    if let Some(Socket(stream)) = request.conn_data::<Socket>() {
        // A client that has left already needs no closing.
        drop(stream.shutdown(Shutdown::Both));
    }
}

/// `/file/bot<token>/<path>`.
async fn download(request: HttpRequest, path: Path<(String, String)>, telegram: Data<FakeTelegram>) -> HttpResponse {
    let (token, path) = path.into_inner();
    let Some(bot) = telegram.engine.read(|state| state.bot_by_token(&token)) else {
        return answer_error(&ApiError::custom(404, "Not Found"));
    };
    let reply = telegram.engine.download(bot, &path).await;
    deliver(&request, reply).await
}
