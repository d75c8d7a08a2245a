//! The running stand-in: the state behind its lock, and those who wait for its changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::config::Config;
use crate::courier;
use crate::state::State;

/// Shared by the server, the deliveries and the handle.
pub(crate) struct Engine {
    pub config: Config,
    pub clock: Clock,
    pub http: reqwest::Client,
    runtime: Handle,
    state: Mutex<State>,
    /// One per bot: wakes its deliveries.
    pub kicks: Vec<Notify>,
    /// Number of the newest event.
    pub events: watch::Sender<u64>,
    /// Grows with each change of the state.
    version: watch::Sender<u64>,
    /// Turns true when the stand-in stops.
    pub stopped: watch::Sender<bool>,
}

impl Engine {
    pub fn new(config: Config) -> anyhow::Result<Arc<Self>> {
        let runtime = Handle::try_current().context("the stand-in needs a tokio runtime")?;
        let engine = Self {
            clock: Clock::new(config.time_scale),
            http: webhook_client()?,
            runtime,
            state: Mutex::new(State::new(&config)),
            kicks: config.bots.iter().map(|_| Notify::new()).collect(),
            events: watch::Sender::new(0),
            version: watch::Sender::new(0),
            stopped: watch::Sender::new(false),
            config,
        };
        let engine = Arc::new(engine);
        for bot in 0..engine.kicks.len() {
            engine.spawn(courier::run(Arc::clone(&engine), bot));
        }
        Ok(engine)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the state; nobody is woken.
    pub fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the state at the present time, then wakes whom the change concerns.
    pub fn with<R>(self: &Arc<Self>, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.lock();
        state.now = self.clock.now();
        let result = change(&mut state);
        let last_event = state.journal.last_event();
        let extras = std::mem::take(&mut state.extras);
        state.extras_in_flight += extras.len();
        let woken: Vec<usize> = (state.bots.iter_mut().enumerate())
            .filter_map(|(bot, own)| std::mem::take(&mut own.updates.dirty).then_some(bot))
            .collect();
        drop(state);
        for (bot, update) in extras {
            self.spawn(courier::deliver_beside(Arc::clone(self), bot, update));
        }
        for kick in woken.into_iter().filter_map(|bot| self.kicks.get(bot)) {
            kick.notify_one();
        }
        self.events.send_if_modified(|seen| {
            let newer = *seen < last_event;
            *seen = last_event.max(*seen);
            newer
        });
        self.version.send_modify(|version| *version += 1);
        result
    }

    /// Number of changes so far.
    pub fn version(&self) -> u64 {
        *self.version.borrow()
    }

    /// Waits for a change after the one numbered `version`; false if none comes in time.
    pub async fn changed_since(&self, version: u64, within: Duration) -> bool {
        let mut changes = self.version.subscribe();
        let newer = changes.wait_for(|now| *now > version);
        matches!(tokio::time::timeout(within, newer).await, Ok(Ok(_)))
    }

    /// Runs a task until it ends or the stand-in stops.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut stopped = self.stopped.subscribe();
        self.runtime.spawn(async move {
            tokio::select! {
                () = task => {}
                _ = stopped.wait_for(|stopped| *stopped) => {}
            }
        });
    }

    /// Waits until `look` finds what it looks for in the state, at most so long.
    pub async fn wait_for<R>(self: &Arc<Self>, within: Duration, mut look: impl FnMut(&mut State) -> Option<R>) -> Option<R> {
        let mut changes = self.version.subscribe();
        let deadline = tokio::time::Instant::now().checked_add(within);
        loop {
            changes.borrow_and_update();
            let found = {
                let mut state = self.lock();
                state.now = self.clock.now();
                look(&mut state)
            };
            if found.is_some() {
                return found;
            }
            let waited = match deadline {
                Some(deadline) => tokio::time::timeout_at(deadline, changes.changed()).await,
                None => Ok(changes.changed().await),
            };
            // Neither a change nor time left: whoever looks gets one last look.
            if !matches!(waited, Ok(Ok(()))) {
                let mut state = self.lock();
                state.now = self.clock.now();
                return look(&mut state);
            }
        }
    }
}

/// The client that posts updates: no redirects, no proxy, TLS with the usual roots.
pub(crate) fn webhook_client() -> anyhow::Result<reqwest::Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = webpki_roots::TLS_SERVER_ROOTS.to_vec();
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore { roots })
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .http1_only()
        .pool_idle_timeout(Duration::from_secs(60))
        .build()
        .context("cannot build the client that posts updates")
}
