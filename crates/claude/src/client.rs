//! HTTP to the Messages API.
use std::{
    fmt,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use reqwest::{Client, redirect};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    answer::{Answer, Failure, read, status_failure},
    request::Request,
};

/// The version of the API this client speaks.
const VERSION: &str = "2023-06-01";
/// A longer body is no answer of ours.
const LARGEST_BODY: usize = 2 * 1024 * 1024;

/// Where and as whom to ask.
#[derive(Debug, Clone)]
pub struct ClaudeConfig {
    /// `https://api.anthropic.com`, or a stand-in.
    pub base_url: String,
    /// The key.
    pub api_key: SecretString,
    /// Time for a whole call.
    pub timeout: Duration,
}

/// The client. Cloning shares its connections.
#[derive(Clone)]
pub struct Claude {
    http: Client,
    url: String,
    api_key: SecretString,
}

impl fmt::Debug for Claude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claude({})", self.url)
    }
}

impl Claude {
    /// A client that follows no redirects.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(config: ClaudeConfig) -> Result<Self, &'static str> {
        let http = Client::builder()
            .connect_timeout(Duration::from_secs(3))
            .timeout(config.timeout)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|_| "the HTTP client cannot be built")?;
        let url = format!("{}/v1/messages", config.base_url.trim_end_matches('/'));
        Ok(Self { http, url, api_key: config.api_key })
    }

    /// Asks, and returns an answer of the form that was asked for.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn ask(&self, request: &Request) -> Result<Answer, Failure> {
        let began = Instant::now();
        let response = self
            .http
            .post(&self.url)
            .header("x-api-key", self.api_key.expose_secret())
            .header("anthropic-version", VERSION)
            .json(&request.body())
            .send()
            .await
            .map_err(|error| failure_of(&error))?;
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse().ok())
            .map(Duration::from_secs);
        if let Some(failure) = status_failure(response.status().as_u16(), retry_after) {
            return Err(failure);
        }
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| failure_of(&error))?;
            if body.len() + chunk.len() > LARGEST_BODY {
                return Err(Failure::Garbled);
            }
            body.extend_from_slice(&chunk);
        }
        let latency_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        read(&body, &request.reply, latency_ms)
    }
}

fn failure_of(error: &reqwest::Error) -> Failure {
    if error.is_timeout() && !error.is_connect() { Failure::TimedOut } else { Failure::Unreachable }
}
