//! Runs psycheos-cron; everything else is in its library.
use std::process::ExitCode;

use psycheos_cron::{config::Config, start};

#[tokio::main]
async fn main() -> ExitCode {
    service::run("psycheos-cron", async |env| start(&Config::read(env)?, service::on_signal()?).await).await
}
