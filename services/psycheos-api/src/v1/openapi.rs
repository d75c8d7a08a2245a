//! The description of `/v1` (OpenAPI 3.1), made from the types that are read and answered, and a page to try it.
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use actix_web::{HttpResponse, http::header::CONTENT_SECURITY_POLICY, web};
use serde_json::{Value, json};
use utoipa::{
    IntoResponses, Modify, OpenApi,
    openapi::{
        ContentBuilder, Ref, RefOr, Response, ResponseBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_swagger_ui::Config;

use super::{
    artifacts::{ArtifactPage, Format, List, Submit},
    links, problem, usage,
};

/// The page loads nothing from elsewhere and is loaded nowhere else.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "PsycheOS for other programs",
        version = "1.0",
        description = "Passes, charges and results, with a service key. Every call may be repeated: a repetition changes nothing and \
                       answers with what is there. Refusals are problem details (RFC 9457) with a stable `code`."
    ),
    servers((url = "/", description = "Where this document was loaded")),
    tags(
        (name = "links", description = "Launches of tools and the passes that open them"),
        (name = "usage", description = "Charges in two phases"),
        (name = "artifacts", description = "Results"),
    ),
    paths(
        issue_link,
        verify_link,
        reserve_usage,
        commit_usage,
        cancel_usage,
        submit_artifact,
        list_artifacts,
        get_artifact
    ),
    components(schemas(problem::Details, Format)),
    security(("service_key" = [])),
    modifiers(&ServiceKey),
)]
struct V1Document;

struct ServiceKey;

impl Modify for ServiceKey {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("psk_…")
            .description(Some("A service key, made with `psycheos-ops keys create`."));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("service_key", SecurityScheme::Http(key.build()));
    }
}

fn refusal(about: &str) -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(about).content("application/problem+json", content).build().into()
}

type Responses = std::collections::BTreeMap<String, RefOr<Response>>;

fn refusals(known: &[(&str, &str)]) -> Responses {
    known.iter().map(|(status, about)| ((*status).to_owned(), refusal(about))).collect()
}

/// What every call may be answered with.
struct Any;

impl IntoResponses for Any {
    fn responses() -> Responses {
        refusals(&[
            ("400", "`bad_request`: a field or parameter is not what the route takes; told by its place, never by its value"),
            ("401", "`unauthorized`: no key, or one that is unknown or revoked"),
            ("403", "`missing_scope`: the key may not do this"),
            ("429", "`too_many_requests`: again after `Retry-After` seconds"),
            ("500", "`internal`: a failure of ours; nothing was stored"),
            ("503", "`unavailable`: the same call again after `Retry-After` seconds"),
        ])
    }
}

/// What a call with a body may be answered with besides.
struct WithBody;

impl IntoResponses for WithBody {
    fn responses() -> Responses {
        let mut all = Any::responses();
        all.extend(refusals(&[
            ("408", "`too_slow`: the body did not come within ten seconds"),
            ("413", "`too_large`: the body is larger than the route takes"),
            ("415", "`not_json`: the body must be `application/json`"),
        ]));
        all
    }
}

macro_rules! more_refusals {
    ($($name:ident: $base:ident + [$(($status:literal, $about:literal)),+ $(,)?])*) => {$(
        struct $name;

        impl IntoResponses for $name {
            fn responses() -> Responses {
                let mut all = $base::responses();
                all.extend(refusals(&[$(($status, $about)),+]));
                all
            }
        }
    )*};
}

more_refusals! {
    Issuing: WithBody + [
        ("402", "`insufficient_stars`: an invitation of a client holds its Stars"),
        ("404", "`case_not_found`: no such case, or not this key's"),
        ("409", "`case_closed`, `pass_gone`, `run_taken`"),
        ("422", "`role_mismatch`: a client meets screen only, a specialist the other tools"),
    ]
    Charging: WithBody + [
        ("402", "`insufficient_stars`: too little is free"),
        ("404", "`run_not_found`, `operation_not_found`"),
        ("409", "`run_over`, `no_artifact`, `conflict`"),
    ]
    Submitting: WithBody + [
        ("404", "`run_not_found`: no such run of this case and tool, or not this key's"),
        ("409", "`run_not_opened`, `not_reserved`, `run_over`, `artifact_differs`"),
        ("422", "`contract`: the artifact does not keep the contract; `wording`: a text says what no result may say"),
    ]
    Listing: Any + [
        ("404", "`case_not_found`: no such case, or not this key's"),
        ("422", "`cursor`: not one that was given"),
    ]
    Getting: Any + [("404", "`artifact_not_found`: no such artifact, or not this key's")]
}

/// Makes a launch: a run and its pass.
#[utoipa::path(post, path = "/v1/links/issue", tag = "links", request_body = links::Issue,
    responses(
        (status = 200, body = links::Made, links(
            ("reserve" = (operation_id = "reserve_usage", request_body = json!({ "run_id": "{$response.body#/run_id}" }))),
        )),
        Issuing,
    ))]
#[expect(dead_code, reason = "carries the description only")]
const fn issue_link() {}

/// Checks a pass and uses it for the person who shows it.
#[utoipa::path(post, path = "/v1/links/verify", tag = "links", request_body = links::Verify,
    responses((status = 200, body = links::Verified), WithBody))]
#[expect(dead_code, reason = "carries the description only")]
const fn verify_link() {}

/// Holds the price of an operation.
#[utoipa::path(post, path = "/v1/usage/reserve", tag = "usage", request_body = usage::Reserve,
    responses(
        (status = 200, body = usage::Answer, links(
            ("commit" = (operation_id = "commit_usage", request_body = json!({ "run_id": "{$response.body#/run_id}" }))),
            ("cancel" = (operation_id = "cancel_usage",
                request_body = json!({ "run_id": "{$response.body#/run_id}", "reason": "failed" }))),
        )),
        Charging,
    ))]
#[expect(dead_code, reason = "carries the description only")]
const fn reserve_usage() {}

/// Charges what is held.
#[utoipa::path(post, path = "/v1/usage/commit", tag = "usage", request_body = usage::Commit,
    responses((status = 200, body = usage::Answer), Charging))]
#[expect(dead_code, reason = "carries the description only")]
const fn commit_usage() {}

/// Releases what is held.
#[utoipa::path(post, path = "/v1/usage/cancel", tag = "usage", request_body = usage::Cancel,
    responses((status = 200, body = usage::Answer), Charging))]
#[expect(dead_code, reason = "carries the description only")]
const fn cancel_usage() {}

/// Stores a run's result; what is held for the run is charged in the same transaction.
#[utoipa::path(post, path = "/v1/artifacts/submit", tag = "artifacts", request_body = Submit,
    responses(
        (status = 200, body = super::artifacts::Answer, links(
            ("read" = (operation_id = "get_artifact", parameters(("artifact_id" = "$response.body#/artifact_id")))),
        )),
        Submitting,
    ))]
#[expect(dead_code, reason = "carries the description only")]
const fn submit_artifact() {}

/// A case's results, newest first.
#[utoipa::path(get, path = "/v1/artifacts", tag = "artifacts", params(List),
    responses(
        (status = 200, body = ArtifactPage, links(
            ("read" = (operation_id = "get_artifact", parameters(("artifact_id" = "$response.body#/artifacts/0/artifact_id")))),
        )),
        Listing,
    ))]
#[expect(dead_code, reason = "carries the description only")]
const fn list_artifacts() {}

/// One result: an object, a text or a document.
#[utoipa::path(get, path = "/v1/artifacts/{artifact_id}", tag = "artifacts",
    params(
        ("artifact_id" = domain::ArtifactId, Path, description = "Its id."),
        ("format" = Option<Format>, Query, description = "In which form; an object unless said otherwise."),
    ),
    responses(
        (status = 200, content(
            (super::artifacts::StoredArtifact = "application/json"),
            (String = "text/plain; charset=utf-8"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        )),
        Getting,
    ))]
#[expect(dead_code, reason = "carries the description only")]
const fn get_artifact() {}

/// The whole description, as it is served.
#[must_use]
pub fn document() -> Value {
    serde_json::to_value(V1Document::openapi()).unwrap_or_default()
}

/// The artifact contract as a JSON Schema of its own (2020-12), with what it refers to beside it.
#[must_use]
pub fn artifact_schema() -> Value {
    let all = document();
    let schemas = &all["components"]["schemas"];
    let mut schema = schemas["Artifact"].clone();
    let mut needed = serde_json::Map::new();
    let mut open = referred(&schema);
    while let Some(name) = open.pop() {
        if !needed.contains_key(&name) {
            open.extend(referred(&schemas[&name]));
            needed.insert(name.clone(), schemas[&name].clone());
        }
    }
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$id"] = json!("urn:psycheos:artifact:1.0");
    schema["title"] = json!("Artifact, contract 1.0");
    schema["$defs"] = Value::Object(needed);
    let text = schema.to_string().replace("#/components/schemas/", "#/$defs/");
    serde_json::from_str(&text).unwrap_or_default()
}

/// Names of the schemas a schema refers to.
fn referred(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match value.as_str().filter(|_| name == "$ref") {
                Some(target) => target.rsplit('/').next().map(str::to_owned).into_iter().collect(),
                None => referred(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(referred).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Adds the description and the page.
pub(super) fn serve(routes: &mut web::ServiceConfig) {
    let config = Config::from("/v1/openapi.json").display_request_duration(true).validator_url("none");
    routes
        .app_data(web::Data::from(Arc::new(config)))
        .route("/openapi.json", web::get().to(described))
        .route("/docs", web::get().to(to_page))
        .route("/docs/{file:.*}", web::get().to(page));
}

async fn described() -> HttpResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document().to_string());
    HttpResponse::Ok().content_type("application/json").body(text.as_str())
}

async fn to_page() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("location", "/v1/docs/")).finish()
}

async fn page(file: web::Path<String>, config: web::Data<Config<'static>>) -> HttpResponse {
    match utoipa_swagger_ui::serve(&file, config.into_inner()) {
        Ok(Some(file)) => HttpResponse::Ok()
            .content_type(file.content_type)
            .insert_header((CONTENT_SECURITY_POLICY, PAGE_POLICY))
            .insert_header(("x-content-type-options", "nosniff"))
            .insert_header(("referrer-policy", "no-referrer"))
            .body(file.bytes.into_owned()),
        Ok(None) | Err(_) => HttpResponse::NotFound().finish(),
    }
}
