//! How long answers take.
use std::{future::Future, time::Instant};

use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use telemetry::metrics;

/// Measures how long answers took, by the route that was asked for: never by an address, which anybody can make up.
pub(crate) fn timed<S>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<S::Response, actix_web::Error>> + use<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = actix_web::Error>,
{
    let began = Instant::now();
    let answered = service.call(request);
    async move {
        let answer = answered.await?;
        let route = answer.request().match_pattern().unwrap_or_else(|| "none".to_owned());
        metrics::answered(&route, answer.status().as_u16(), began.elapsed());
        Ok(answer)
    }
}
