//! The control API: what people do and what can be seen, as JSON under `/control`.

mod events;
mod looks;
mod people;

use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpResponse, dev, web};
use serde::Serialize;
use serde_json::json;

/// All routes of the control API; any page may call them.
pub(crate) fn scope() -> actix_web::Scope<
    impl dev::ServiceFactory<
        dev::ServiceRequest,
        Config = (),
        Response = dev::ServiceResponse<impl actix_web::body::MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let headers = DefaultHeaders::new()
        .add(("Access-Control-Allow-Origin", "*"))
        .add(("Access-Control-Allow-Headers", "*"))
        .add(("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"));
    web::scope("/control")
        .wrap(headers)
        .configure(people::routes)
        .configure(looks::routes)
        .route("/events", web::get().to(events::stream))
        .route("/{path:.*}", web::method(actix_web::http::Method::OPTIONS).to(preflight))
}

async fn preflight() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// A result as JSON; a failure as 400 with `error`.
fn answer<T: Serialize>(result: anyhow::Result<T>) -> HttpResponse {
    match result {
        Ok(value) => HttpResponse::Ok().json(value),
        Err(error) => HttpResponse::BadRequest().json(json!({ "error": error.to_string() })),
    }
}
