//! What every service is made of: its settings, its logs, its health port, and a clean end.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod common;
mod env;
mod health;
mod say;
mod shutdown;

pub use common::{BOTS, Database};
pub use env::{BadSettings, Env};
pub use health::{Health, HealthHandle, Share, serve_health, serve_internal};
pub use say::say;
pub use shutdown::on_signal;

/// Chooses the cryptography of TLS for the process. Called first thing by every service and tool.
pub fn choose_crypto() {
    // An error means that it was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Runs a service from its environment to its end. What stops it from starting is one clear line in its log and a non-zero
/// exit code.
pub async fn run<F>(name: &'static str, service: impl FnOnce(Env) -> F) -> std::process::ExitCode
where
    F: std::future::Future<Output = anyhow::Result<std::process::ExitCode>>,
{
    choose_crypto();
    let mut env = Env::of_process();
    let telemetry = say(name, &mut env);
    let ended = service(env).await.unwrap_or_else(|error| {
        tracing::error!(code = "stopped", reason = format!("{error:#}"), "stopped");
        std::process::ExitCode::FAILURE
    });
    drop(telemetry);
    ended
}
