//! HTTP to the Bot API.
use std::{fmt, time::Duration};

use domain::TelegramMessageId;
use reqwest::{Client, RequestBuilder, Response, Url, multipart, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::outcome::{Failure, Setback, read};

/// A bot's token. Never shown; it enters a URL in one place.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// A token of the form `digits:letters`.
    ///
    /// # Errors
    /// A sentence without the token, when it has another form.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let well_formed = text.split_once(':').is_some_and(|(id, secret)| {
            !id.is_empty()
                && id.bytes().all(|byte| byte.is_ascii_digit())
                && secret.len() >= 8
                && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
        });
        if well_formed { Ok(Self(SecretString::from(text.to_owned()))) } else { Err("is not a bot token") }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token[redacted]")
    }
}

/// A document to upload.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Name the person sees.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The `result` of the answer.
    pub result: Value,
}

impl Sent {
    /// The number of the message that was sent or edited.
    #[must_use]
    pub fn message_id(&self) -> Option<TelegramMessageId> {
        self.result.get("message_id").and_then(Value::as_i64).map(TelegramMessageId)
    }

    /// The id under which an uploaded document can be sent again.
    #[must_use]
    pub fn document_id(&self) -> Option<&str> {
        self.result.pointer("/document/file_id").and_then(Value::as_str)
    }
}

/// One bot's connection to the Bot API. Cloning shares it.
#[derive(Clone)]
pub struct Telegram {
    http: Client,
    base: String,
    token: Token,
}

impl fmt::Debug for Telegram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Telegram({})", self.base)
    }
}

const TOTAL: Duration = Duration::from_secs(30);
const UPLOAD: Duration = Duration::from_secs(120);
const CHECKOUT: Duration = Duration::from_secs(4);

impl Telegram {
    /// A client for one bot. `base` is `https://api.telegram.org` or a stand-in's address.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(base: &str, token: Token) -> Result<Self, &'static str> {
        // Without it the HTTP client panics, and even for plain http.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err("no cryptography was chosen for TLS");
        }
        let http = Client::builder()
            .connect_timeout(Duration::from_secs(3))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .tcp_nodelay(true)
            .build()
            .map_err(|_| "the HTTP client cannot be built")?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), token })
    }

    /// Calls a method with JSON parameters.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn call(&self, method: &str, params: &Value) -> Result<Sent, Failure> {
        Ok(Sent { result: self.ask(method, params).await? })
    }

    /// Calls a method; a refusal stays as Telegram worded it.
    pub(crate) async fn ask(&self, method: &str, params: &Value) -> Result<Value, Setback> {
        let limit = if method == "answerPreCheckoutQuery" { CHECKOUT } else { TOTAL };
        finish(self.http.post(self.url(method)).timeout(limit).json(params)).await
    }

    /// Calls a method with parameters and a document.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn upload(&self, method: &str, params: &Value, upload: Upload) -> Result<Sent, Failure> {
        let part = multipart::Part::bytes(upload.bytes)
            .file_name(upload.name)
            .mime_str(&upload.mime)
            .map_err(|_| Failure::Refused(crate::Refusal::Ours))?;
        let mut form = multipart::Form::new().part("document", part);
        if let Value::Object(fields) = params {
            for (name, value) in fields {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                form = form.text(name.clone(), text);
            }
        }
        Ok(Sent { result: finish(self.http.post(self.url(method)).timeout(UPLOAD).multipart(form)).await? })
    }

    /// The request for a file's bytes; `None` where the path cannot be put behind the token.
    pub(crate) fn file(&self, path: &str) -> Option<RequestBuilder> {
        let mut url = Url::parse(&self.bot("file/")).ok()?;
        url.path_segments_mut().ok()?.extend(path.split('/'));
        Some(self.http.get(url))
    }

    fn url(&self, method: &str) -> String {
        format!("{}/{method}", self.bot(""))
    }

    /// The bot's place under `folder`, with its token.
    fn bot(&self, folder: &str) -> String {
        format!("{}/{folder}bot{}", self.base, self.token.0.expose_secret())
    }
}

async fn finish(request: RequestBuilder) -> Result<Value, Setback> {
    let response = match request.send().await {
        Ok(response) => response,
        // Only a failure to connect is sure to have happened before anything was sent.
        Err(error) if error.is_connect() || error.is_builder() => return Err(Setback::NotSent),
        Err(_) => return Err(Setback::Unknown),
    };
    let status = response.status().as_u16();
    let retry_after = retry_after(&response);
    let body = response.bytes().await.map_err(|_| Setback::Unknown)?;
    read(status, retry_after, &body)
}

/// Seconds of the header `Retry-After`.
pub(crate) fn retry_after(response: &Response) -> Option<u64> {
    response.headers().get("retry-after")?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let token = Token::parse("123456789:CANARY_secret-value_of_the_bot").unwrap();
        assert_eq!(format!("{token:?}"), "Token[redacted]");
        let telegram = Telegram::new("http://127.0.0.1:1", token).unwrap();
        assert!(!format!("{telegram:?}").contains("CANARY"));
        assert!(Token::parse("no token").is_err());
    }
}
