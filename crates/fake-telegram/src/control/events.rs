//! Events as a stream of server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Deserialize;

use crate::FakeTelegram;
use crate::journal::Event;

/// Pause after which a comment keeps the connection alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
pub(super) struct From {
    after: Option<u64>,
}

/// `GET /control/events`: all that happens from now on; with `Last-Event-ID` or `after`, from
/// the event after that one.
pub(super) async fn stream(request: HttpRequest, telegram: Data<FakeTelegram>, query: Query<From>) -> HttpResponse {
    let header = request.headers().get("last-event-id");
    let header = header.and_then(|v| v.to_str().ok()?.parse().ok());
    let engine = std::sync::Arc::clone(&telegram.engine);
    let newest = engine.read(|state| state.journal.last_event());
    let from: u64 = header.or(query.after).unwrap_or(newest);
    let news = engine.events.subscribe();
    let stopped = engine.stopped.subscribe();
    let events = stream::unfold((from, news, stopped, true), move |place| {
        let engine = std::sync::Arc::clone(&engine);
        async move {
            let (from, mut news, mut stopped, first) = place;
            if first {
                // A first line at once, so that the other side knows the stream is open.
                let hello = Bytes::from_static(b": open\n\n");
                return Some((Ok::<_, Infallible>(hello), (from, news, stopped, false)));
            }
            let fresh = tokio::select! {
                fresh = tokio::time::timeout(KEEP_ALIVE, news.wait_for(|seq| *seq > from)) => fresh.is_ok(),
                _ = stopped.wait_for(|stopped| *stopped) => return None,
            };
            if !fresh {
                let quiet = Bytes::from_static(b": quiet\n\n");
                return Some((Ok(quiet), (from, news, stopped, false)));
            }
            let events = engine.read(|state| state.journal.events_after(from));
            let last = events.last().map_or(from, |event| event.seq);
            let text: String = events.iter().map(line).collect();
            Some((Ok(Bytes::from(text)), (last, news, stopped, false)))
        }
    });
    HttpResponse::Ok().content_type("text/event-stream").insert_header(("Cache-Control", "no-cache")).streaming(events)
}

fn line(event: &Event) -> String {
    let data = serde_json::to_string(event).unwrap_or_default();
    format!("id: {}\nevent: {}\ndata: {data}\n\n", event.seq, event.kind)
}
