//! Runs psycheos-cron once; everything else is in its library.
use std::process::ExitCode;

use psycheos_cron::{config::Config, run_once};

#[tokio::main]
async fn main() -> ExitCode {
    service::run("psycheos-cron", async |env| Ok(run_once(&Config::read(env)?).await?.exit_code())).await
}
