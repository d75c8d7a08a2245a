//! HTTP to the Messages API.
use std::{
    fmt,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use reqwest::{
    Client, Response, Url,
    header::{HeaderMap, HeaderValue},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    answer::{Answer, Received, read},
    failure::{Failure, is_spending_limit, of_status},
    request::{BETA, Request},
};

/// The version of the API this client speaks.
const VERSION: &str = "2023-06-01";
/// Time for a connection to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// A longer body is no answer of ours.
const LARGEST_BODY: usize = 2 * 1024 * 1024;
/// As much of the body of an error is looked at.
const LARGEST_ERROR: usize = 64 * 1024;

/// Where and as whom to ask.
#[derive(Debug, Clone)]
pub struct ClaudeConfig {
    /// `https://api.anthropic.com`, or a stand-in.
    pub base_url: String,
    /// The key.
    pub api_key: SecretString,
    /// Time for a whole call, from the request to the last byte of the answer.
    pub timeout: Duration,
}

/// Why there is no client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The base URL is none of HTTP.
    #[error("the base URL of Claude is no http or https URL")]
    BadUrl,
    /// The key is empty or holds characters that no key has.
    #[error("the key of Claude is no key")]
    BadKey,
    /// The process has not installed a rustls provider.
    #[error("no rustls provider is installed")]
    NoProvider,
    /// The HTTP client cannot be built.
    #[error("the HTTP client of Claude cannot be built")]
    NoClient,
}

/// The client. Cloning shares its connections. It follows no redirects and uses no proxy.
#[derive(Clone)]
pub struct Claude {
    http: Client,
    url: Url,
    api_key: SecretString,
}

impl fmt::Debug for Claude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claude({})", self.url)
    }
}

impl Claude {
    /// A client; nothing is connected yet.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn new(config: ClaudeConfig) -> Result<Self, ConfigError> {
        let url = format!("{}/v1/messages", config.base_url.trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|_| ConfigError::BadUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ConfigError::BadUrl);
        }
        key_header(&config.api_key).ok_or(ConfigError::BadKey)?;
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // The builder would panic.
            return Err(ConfigError::NoProvider);
        }
        let http = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(config.timeout)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|_| ConfigError::NoClient)?;
        Ok(Self { http, url, api_key: config.api_key })
    }

    /// Asks once, and returns an answer of the form that was asked for.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn ask(&self, request: &Request) -> Result<Answer, Failure> {
        let began = Instant::now();
        let response = self.send(request).await?;
        let status = response.status();
        if !status.is_success() {
            return Err(failure_of_response(response).await);
        }
        let request_id = request_id(response.headers());
        let body = read_at_most(response, LARGEST_BODY).await?;
        let latency_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        read(Received { body, request_id, latency_ms }, &request.reply)
    }

    async fn send(&self, request: &Request) -> Result<Response, Failure> {
        let mut call = self.http.post(self.url.clone()).header("anthropic-version", VERSION);
        if let Some(key) = key_header(&self.api_key) {
            call = call.header("x-api-key", key);
        }
        if let Some(beta) = BETA {
            call = call.header("anthropic-beta", beta);
        }
        call.json(&request.body()).send().await.map_err(|error| failure_of_transport(&error))
    }
}

/// The key as a header that prints as "Sensitive".
fn key_header(key: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(key.expose_secret()).ok().filter(|value| !value.is_empty())?;
    value.set_sensitive(true);
    Some(value)
}

/// What the service calls the request, if it looks like such a name.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("request-id")?.to_str().ok()?;
    let plain = id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (plain && !id.is_empty()).then(|| id.to_owned())
}

async fn failure_of_response(response: Response) -> Failure {
    let status = response.status().as_u16();
    let after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    if status == 429 && after.is_none() {
        let body = read_at_most(response, LARGEST_ERROR).await.unwrap_or_default();
        if is_spending_limit(&body) {
            return Failure::Rejected { status };
        }
    }
    of_status(status, after.map(Duration::from_secs))
}

/// The whole body. A longer one than `limit` bytes is garbled, and is not read to its end.
async fn read_at_most(response: Response, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| failure_of_transport(&error))?;
        if body.len() + chunk.len() > limit {
            return Err(Failure::Garbled);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn failure_of_transport(error: &reqwest::Error) -> Failure {
    // A connection that is not made in time is a service that is away.
    if error.is_timeout() && !error.is_connect() { Failure::TimedOut } else { Failure::Unreachable }
}
