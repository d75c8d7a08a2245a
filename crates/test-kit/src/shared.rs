//! One Postgres and one PgBouncer for all test processes of this checkout.
//!
//! nextest runs each test in a process of its own. All of them meet in a folder under the temporary one, named after the
//! checkout: each holds a shared lock of `users` for as long as it lives (the kernel releases it however the process ends);
//! `starting` makes one of them the starter; `state` tells the others where the servers are. The servers watch `users` and
//! stop by themselves when nobody has held it for [`IDLE_SECS`].

use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tokio::net::TcpStream;

use crate::guard::Guard;
use crate::pgbouncer::Pooler;
use crate::postgres::Cluster;
use crate::setting::Endpoint;
use crate::system::{find_program, free_port, output};

/// How long the servers outlive their last user: long enough to be there for the next `cargo nextest run` of somebody at work.
const IDLE_SECS: u32 = 30;

/// Server connections of the shared pooler for each pair of database and role: few, so that transactions really move between
/// connections.
const POOL_SIZE: u32 = 4;

/// This process' right to use the shared servers; they stay while it is held.
#[derive(Debug)]
pub(crate) struct Lease {
    pub direct: Endpoint,
    pub pooler: Endpoint,
    _users: File,
}

impl Lease {
    /// Joins the running servers, or starts them.
    pub async fn join() -> Result<Self> {
        // Opening and locking files blocks, at worst for the second in which idle servers are being stopped.
        let (home, users, starting) = tokio::task::spawn_blocking(|| -> Result<_> {
            let home = home()?;
            let users = lock_file(&home.join("users"))?;
            users.lock_shared()?;
            let starting = lock_file(&home.join("starting"))?;
            starting.lock()?;
            Ok((home, users, starting))
        })
        .await??;
        let state = home.join("state");
        let (direct, pooler) = match running(&state).await {
            Some(ports) => ports,
            None => start(&home, &state).await?,
        };
        drop(starting);
        Ok(Self { direct: Endpoint::local(direct), pooler: Endpoint::local(pooler), _users: users })
    }
}

fn lock_file(path: &Path) -> Result<File> {
    OpenOptions::new().create(true).append(true).open(path).with_context(|| format!("cannot open {}", path.display()))
}

/// The meeting place: one for each checkout and user, so that two checkouts do not share a template.
fn home() -> Result<PathBuf> {
    // The servers end by `flock`; without it they would never end.
    find_program("flock").context("no flock on this machine: install util-linux")?;
    let mut hasher = DefaultHasher::new();
    repository().hash(&mut hasher);
    output(Command::new("id").arg("-u"))?.hash(&mut hasher);
    let name = format!("psycheos-test-{:016x}", hasher.finish());
    let home = std::env::temp_dir().join(name);
    fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
    Ok(home)
}

/// The checkout this crate was built from.
pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Ports in the state file, if both servers still answer.
async fn running(state: &Path) -> Option<(u16, u16)> {
    let text = fs::read_to_string(state).ok()?;
    let mut ports = text.split_whitespace().map(str::parse::<u16>);
    let (direct, pooler) = (ports.next()?.ok()?, ports.next()?.ok()?);
    for port in [direct, pooler] {
        TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    }
    Some((direct, pooler))
}

/// Starts both servers in new folders; an older pair that answers no more finds out by itself that it is not used.
async fn start(home: &Path, state: &Path) -> Result<(u16, u16)> {
    let _ = fs::remove_file(state);
    let generation = uuid::Uuid::now_v7().simple().to_string();
    let users = home.join("users");
    let mut cluster = Cluster::prepare(&home.join(format!("postgres-{generation}")), false)?;
    cluster.remove = true;
    let port = free_port()?;
    let mut server = Guard::start_shared(&cluster.program(port), &users, IDLE_SECS)?;
    cluster.wait_ready(&mut server, port).await?;
    let pooler_dir = home.join(format!("pgbouncer-{generation}"));
    let pooler = Pooler::prepare(&pooler_dir, port, "transaction", POOL_SIZE)?;
    let mut pooler_server = Guard::start_shared(&pooler.program(), &users, IDLE_SECS)?;
    pooler.wait_ready(&mut pooler_server).await?;
    fs::write(state, format!("{port} {}\n", pooler.port))?;
    Ok((port, pooler.port))
}
