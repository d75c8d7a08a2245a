//! What every service is made of: its settings, its logs, its health port, and a clean end.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod common;
mod env;
mod health;
mod logs;
mod shutdown;

pub use common::{BOTS, Database};
pub use env::{BadSettings, Env};
pub use health::{Health, HealthHandle, Share, serve_health, serve_internal};
pub use logs::start_logs;
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
    start_logs(name);
    choose_crypto();
    service(Env::of_process()).await.unwrap_or_else(|error| {
        tracing::error!(service = name, reason = format!("{error:#}"), "stopped");
        std::process::ExitCode::FAILURE
    })
}
