//! Tests of the stand-in as its callers see it: over HTTP, with a webhook that is real.

mod calls;
mod control;
mod delivery;
mod faulty;
mod files;
mod html;
mod payments;
mod queueing;
mod updates;
mod webhook;

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::{Config, FakeTelegram, Person};

/// Long enough for any machine; nothing waits that long when all is well.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
pub(super) const TOKEN: &str = "123456:secret";
pub(super) const ANNA: i64 = 1001;
pub(super) const BORIS: i64 = 1002;

/// A stand-in with one bot and two people, and a client for it.
pub(super) struct World {
    pub telegram: FakeTelegram,
    client: reqwest::Client,
}

/// A status and the body of an answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    pub fn result(&self) -> &Value {
        assert_eq!(self.body["ok"], true, "{}", self.body);
        &self.body["result"]
    }

    /// `400 Bad Request: …`
    pub fn error(&self) -> String {
        assert_eq!(self.body["error_code"], self.status);
        format!("{} {}", self.status, self.body["description"].as_str().unwrap())
    }
}

pub(super) fn config() -> Config {
    Config {
        bots: vec![format!("pro:{TOKEN}:pro_bot").parse().unwrap(), "gate:77:gate:gate_bot".parse().unwrap()],
        time_scale: 0.01,
        limits: false,
        pre_checkout_secs: 20.0,
        ..Config::default()
    }
}

impl World {
    pub fn start(config: Config) -> Self {
        let telegram = FakeTelegram::start(config).unwrap();
        for (user_id, name) in [(ANNA, "Anna"), (BORIS, "Boris")] {
            telegram.create_person(Person {
                user_id,
                first_name: name.to_owned(),
                last_name: None,
                username: Some(name.to_lowercase()),
                language_code: Some("ru".to_owned()),
                deactivated: false,
            });
        }
        let client = crate::engine::webhook_client().unwrap();
        Self { telegram, client }
    }

    /// A world in which Anna has opened the bot.
    pub fn opened() -> Self {
        let world = Self::start(config());
        world.telegram.send_text("pro", ANNA, "/start").unwrap();
        world
    }

    pub fn url(&self, method: &str) -> String {
        format!("{}/bot{TOKEN}/{method}", self.telegram.base_url())
    }

    pub fn request(&self, method: &str, params: &Value) -> reqwest::RequestBuilder {
        self.client.post(self.url(method)).json(params)
    }

    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.telegram.base_url()))
    }

    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(format!("{}{path}", self.telegram.base_url()))
    }

    pub async fn call(&self, method: &str, params: Value) -> Answer {
        answer(self.request(method, &params)).await
    }

    /// Calls a method with files.
    pub async fn upload(&self, method: &str, form: reqwest::multipart::Form) -> Answer {
        answer(self.client.post(self.url(method)).multipart(form)).await
    }

    /// Sends Anna a text and gives its id.
    pub async fn say(&self, text: &str) -> i64 {
        let sent = self.call("sendMessage", json!({ "chat_id": ANNA, "text": text })).await;
        sent.result()["message_id"].as_i64().unwrap()
    }

    pub async fn set_webhook(&self, hook: &Hook) {
        let params = json!({ "url": hook.url, "secret_token": "hush" });
        assert_eq!(self.call("setWebhook", params).await.result(), true);
    }
}

pub(super) async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }
}

/// One delivery as the webhook got it.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub secret: Option<String>,
    pub update: Value,
}

impl Delivery {
    pub fn id(&self) -> i64 {
        self.update["update_id"].as_i64().unwrap()
    }

    pub fn text(&self) -> &str {
        self.update["message"]["text"].as_str().unwrap_or_default()
    }
}

/// What the webhook answers next; afterwards it is 200 without a body.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub status: u16,
    pub retry_after: Option<&'static str>,
    pub body: Value,
}

impl Script {
    pub fn status(status: u16) -> Self {
        let (retry_after, body) = (None, Value::Null);
        Self { status, retry_after, body }
    }
}

pub(super) struct Inbox {
    pub got: Mutex<Vec<Delivery>>,
    pub script: Mutex<VecDeque<Script>>,
    /// Deliveries wait for a permit each.
    pub gate: Semaphore,
}

/// A webhook.
pub(super) struct Hook {
    pub url: String,
    pub inbox: Arc<Inbox>,
}

impl Hook {
    pub fn start(permits: usize) -> Self {
        let inbox = Arc::new(Inbox { got: Mutex::default(), script: Mutex::default(), gate: Semaphore::new(permits) });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/webhook/pro", listener.local_addr().unwrap());
        let data = Data::from(Arc::clone(&inbox));
        let server = HttpServer::new(move || App::new().app_data(data.clone()).route("/webhook/pro", web::post().to(receive)));
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        tokio::spawn(server);
        Self { url, inbox }
    }

    pub fn open() -> Self {
        Self::start(Semaphore::MAX_PERMITS)
    }

    pub fn answer_with(&self, script: Script) {
        self.inbox.script.lock().unwrap().push_back(script);
    }

    pub fn got(&self) -> Vec<Delivery> {
        self.inbox.got.lock().unwrap().clone()
    }

    pub fn texts(&self) -> Vec<String> {
        self.got().iter().map(|d| d.text().to_owned()).collect()
    }

    /// Waits until so many deliveries have arrived, answered or not.
    pub async fn wait_for(&self, count: usize) {
        let arrived = async {
            while self.got().len() < count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, arrived).await.unwrap();
    }
}

async fn receive(request: HttpRequest, body: Bytes, inbox: Data<Inbox>) -> HttpResponse {
    let secret = request.headers().get("x-telegram-bot-api-secret-token");
    let secret = secret.map(|v| v.to_str().unwrap().to_owned());
    let update = serde_json::from_slice(&body).unwrap();
    inbox.got.lock().unwrap().push(Delivery { secret, update });
    inbox.gate.acquire().await.unwrap().forget();
    let script = inbox.script.lock().unwrap().pop_front();
    let script = script.unwrap_or_else(|| Script::status(200));
    let status = actix_web::http::StatusCode::from_u16(script.status).unwrap();
    let mut response = HttpResponse::build(status);
    if let Some(secs) = script.retry_after {
        response.insert_header(("Retry-After", secs));
    }
    if script.body.is_null() {
        return response.finish();
    }
    response.json(script.body)
}
