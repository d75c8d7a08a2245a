//! A word to a watch outside: everything that had to be done was done. When the word does not come, somebody is called.
use std::time::Duration;

/// How long the watch may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether it is an address a word may be sent to: encrypted, or on this machine.
#[must_use]
pub fn is_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://127.0.0.1:")
}

/// Says it. A watch that cannot be reached is a line in the log: it calls somebody by itself.
pub async fn say(url: &str) {
    let client = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build();
    let said = match client {
        Ok(client) => client.get(url).send().await.and_then(reqwest::Response::error_for_status),
        Err(error) => Err(error),
    };
    if said.is_err() {
        tracing::warn!(code = "heartbeat_not_heard", "the watch outside was not reached");
    }
}
