//! Starts psycheos-sender; everything else is in its library.
use std::process::ExitCode;

use psycheos_sender::{build, config::Config};

#[tokio::main]
async fn main() -> ExitCode {
    service::run("psycheos-sender", async |env| {
        build(Config::read(env)?).await?.run_until(service::on_signal()?).await?;
        Ok(ExitCode::SUCCESS)
    })
    .await
}
