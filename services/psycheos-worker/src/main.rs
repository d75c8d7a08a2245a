//! Starts psycheos-worker; everything else is in its library.
use std::process::ExitCode;

use psycheos_worker::{build, config::Config};

#[tokio::main]
async fn main() -> ExitCode {
    service::run("psycheos-worker", async |env| {
        build(Config::read(env)?).await?.run_until(service::on_signal()?).await?;
        Ok(ExitCode::SUCCESS)
    })
    .await
}
