//! Specialists with Stars, runs, keys, and calls.
use reqwest::{StatusCode, header::HeaderMap};
use scenarios::Platform;
use serde_json::{Value, json};
use uuid::Uuid;

pub const ANNA: i64 = 501;
pub const BORIS: i64 = 502;

/// The platform, with two specialists who have 120 Stars each, and a key for everything.
pub struct Scene {
    pub platform: Platform,
    pub client: reqwest::Client,
    pub base: String,
    pub key: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub bytes: Vec<u8>,
}

impl Answer {
    async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        Self { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default(), bytes }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Status and the word that says what happened: `status` of an answer, `code` of a problem.
    pub fn said(&self) -> (u16, &str) {
        let word = if self.status == StatusCode::OK { &self.body["status"] } else { &self.body["code"] };
        (self.status.as_u16(), word.as_str().unwrap_or_default())
    }
}

pub async fn scene() -> Scene {
    let platform = Platform::start().await.unwrap();
    for (user, telegram) in [(1, ANNA), (2, BORIS)] {
        let sql = "INSERT INTO psycheos.users (user_id, telegram_id, full_name) VALUES ($1, $2, 'С')";
        let user = Uuid::from_u128(user);
        platform.admin.execute(sql, &[&user, &telegram]).await.unwrap();
        platform.admin.query_one("SELECT psycheos.wallet_adjust($1, 120, 'test')", &[&user]).await.unwrap();
    }
    let mut scene = Scene::of(platform);
    scene.key = scene.make_key(&["--scopes", "usage:write"]).await.1;
    scene
}

impl Scene {
    pub fn of(platform: Platform) -> Self {
        let base = format!("http://{}/v1", platform.services.internal_addr("psycheos-api").unwrap());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { platform, client, base, key: String::new() }
    }

    pub async fn ops(&self, args: &[&str]) -> anyhow::Result<String> {
        let env = self.platform.setting.env("psycheos-ops").unwrap();
        self.platform.services.run_once("psycheos-ops", args, &env).await
    }

    /// A new key, made as an operator makes it: its id and its text.
    pub async fn make_key(&self, more: &[&str]) -> (String, String) {
        let said = self.ops(&[&["keys", "create", "--name", "a program"], more].concat()).await.unwrap();
        let of = |label: &str| said.lines().find_map(|line| line.strip_prefix(label)).unwrap().trim().to_owned();
        (of("id:"), of("key:"))
    }

    /// A run of Interpretator, which costs 60, in a case of its own.
    pub async fn run(&self, owner: u128) -> String {
        let (case, run, owner) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::from_u128(owner));
        let sql = "INSERT INTO psycheos.contexts (context_id, specialist_user_id, client_ref, status) \
                   VALUES ($1, $2, decode(repeat('01', 60), 'hex'), 'active')";
        self.platform.admin.execute(sql, &[&case, &owner]).await.unwrap();
        let sql = "INSERT INTO psycheos.runs (run_id, context_id, service_id, owner_user_id, role, status, correlation_id) \
                   VALUES ($1, $2, 'interpretator', $3, 'specialist', 'active', 'test')";
        self.platform.admin.execute(sql, &[&run, &case, &owner]).await.unwrap();
        run.to_string()
    }

    pub async fn artifact(&self, run: &str) {
        let sql = "INSERT INTO psycheos.artifacts (artifact_id, context_id, service_id, run_id, owner_user_id, artifact_type, \
                   artifact_version, summary, payload_json, payload_txt, idempotency_key) \
                   SELECT gen_random_uuid(), context_id, service_id, run_id, owner_user_id, 'full_report', '1.0', s, s, s, run_id \
                   FROM psycheos.runs, decode(repeat('01', 60), 'hex') s WHERE run_id = $1";
        self.platform.admin.execute(sql, &[&run.parse::<Uuid>().unwrap()]).await.unwrap();
    }

    pub async fn sql(&self, sql: &str) {
        self.platform.admin.batch_execute(sql).await.unwrap();
    }

    pub async fn count(&self, sql: &str) -> i64 {
        self.platform.count(sql).await.unwrap()
    }

    pub async fn send(&self, url: &str, authorization: Option<&str>, kind: &str, body: String) -> Answer {
        let mut request = self.client.post(url).header("content-type", kind).body(body);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// A call of any route with a key.
    pub async fn post(&self, key: &str, route: &str, body: &Value) -> Answer {
        self.send(&format!("{}/{route}", self.base), Some(&format!("Bearer {key}")), "application/json", body.to_string()).await
    }

    /// What is asked with the path and the query.
    pub async fn get(&self, key: &str, route: &str) -> Answer {
        let request = self.client.get(format!("{}/{route}", self.base)).header("authorization", format!("Bearer {key}"));
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn call(&self, key: &str, route: &str, body: &Value) -> Answer {
        self.post(key, &format!("usage/{route}"), body).await
    }

    /// A good body of a route.
    pub fn body(route: &str, run: &str) -> Value {
        if route == "cancel" { json!({ "run_id": run, "reason": "user" }) } else { json!({ "run_id": run }) }
    }

    pub async fn good(&self, route: &str, run: &str) -> Answer {
        self.call(&self.key, route, &Self::body(route, run)).await
    }

    /// Balance, what of it is held, and what was charged.
    pub async fn money(&self, owner: u128) -> (i64, i64, i64) {
        let sql = "SELECT balance_stars, reserved_stars, (SELECT coalesce(sum(amount_stars), 0)::bigint \
                   FROM psycheos.ledger_entries e WHERE account = 'revenue' AND e.user_id = w.user_id) \
                   FROM psycheos.wallets w WHERE user_id = $1";
        let row = self.platform.admin.query_one(sql, &[&Uuid::from_u128(owner)]).await.unwrap();
        (row.get(0), row.get(1), row.get(2))
    }

    pub fn logs(&self) -> String {
        let read = |name| std::fs::read_to_string(self.platform.services.log(name)).unwrap_or_default();
        ["psycheos-api", "psycheos-worker", "psycheos-sender"].map(read).concat()
    }

    pub async fn end(self) {
        self.platform.db.assert_invariants().await.unwrap();
    }
}
