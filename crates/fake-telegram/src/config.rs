//! What the stand-in is started with.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;

/// One bot the stand-in knows.
#[derive(Clone)]
pub struct BotConfig {
    /// Name in the control API and in the log: `pro`.
    pub id_name: String,
    /// The bot's token: what stands behind `/bot` in the address.
    pub token: String,
    /// The bot's name in Telegram, without `@`.
    pub username: String,
}

impl std::fmt::Debug for BotConfig {
    /// Leaves the token out, so that logs may show a configuration.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BotConfig").field("id_name", &self.id_name).field("username", &self.username).finish_non_exhaustive()
    }
}

impl std::str::FromStr for BotConfig {
    type Err = anyhow::Error;

    /// `name:token:username`; the token may contain colons.
    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (name, rest) = text.split_once(':').context("expected name:token:username")?;
        let (token, username) = rest.rsplit_once(':').context("expected name:token:username")?;
        anyhow::ensure!(
            !name.is_empty() && !token.is_empty() && !username.is_empty(),
            "name, token and username must not be empty"
        );
        Ok(Self { id_name: name.to_owned(), token: token.to_owned(), username: username.to_owned() })
    }
}

/// What the stand-in is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The bots it knows.
    pub bots: Vec<BotConfig>,
    /// Real seconds one of Telegram's seconds lasts: 1.0 is real time, 0.01 makes retries,
    /// expiry, timeouts and flood control a hundred times faster.
    pub time_scale: f64,
    /// Flood control: a pace per chat and bot, and one `setWebhook` a second.
    pub limits: bool,
    /// Real seconds a bot has for a pre-checkout; not scaled, because people and services
    /// under test are not.
    pub pre_checkout_secs: f64,
    /// Seed of everything random: first update ids, shares of faults, retry jitter.
    pub seed: u64,
    /// Writes one line of log for each call and delivery.
    pub log_requests: bool,
}

impl Default for Config {
    /// A free port on 127.0.0.1, no bots, real time, limits on.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            bots: Vec::new(),
            time_scale: 1.0,
            limits: true,
            pre_checkout_secs: 10.0,
            seed: 1,
            log_requests: false,
        }
    }
}
