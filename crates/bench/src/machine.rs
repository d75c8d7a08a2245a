//! The machine figures were measured on.
use anyhow::Result;
use serde::Serialize;
use tokio_postgres::Client;

/// What figures depend on.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// Processors this program may use.
    pub cores: usize,
    /// Name of the processor.
    pub processor: String,
    /// GiB of memory.
    pub memory_gib: u64,
    /// Name and release of the kernel.
    pub kernel: String,
    /// Version of the server.
    pub postgres: String,
    /// Time one flush of eight bytes to the disk took at the beginning, before the growth and at the end, ms, median of a hundred: a
    /// committed transaction waits for at least one.
    pub flushes_ms: Vec<f64>,
}

impl Machine {
    /// Looks.
    ///
    /// # Errors
    /// When the kernel or the server does not tell.
    pub async fn look(admin: &Client) -> Result<Self> {
        let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map_or("", |(_, value)| value).trim().to_owned()
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal");
        let kib: u64 = memory.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0);
        let postgres: String = admin.query_one("SELECT current_setting('server_version')", &[]).await?.get(0);
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            processor: field(&read("/proc/cpuinfo"), "model name"),
            memory_gib: kib.div_ceil(1024 * 1024),
            kernel: format!("Linux {}", read("/proc/sys/kernel/osrelease").trim()),
            postgres,
            flushes_ms: vec![flush_ms()?],
        })
    }
}

/// Time one flush to the disk takes now.
///
/// # Errors
/// No temporary file can be written.
pub fn flush_ms() -> Result<f64> {
    use std::{io::Write as _, time::Instant};
    let mut file = tempfile::tempfile()?;
    let mut taken = Vec::new();
    for _ in 0..100 {
        let began = Instant::now();
        file.write_all(b"eight by")?;
        file.sync_data()?;
        taken.push(began.elapsed());
    }
    Ok(crate::spread::Spread::of(taken).p50_ms)
}
