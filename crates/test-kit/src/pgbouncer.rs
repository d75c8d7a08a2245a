//! PgBouncer in front of a private Postgres.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::guard::{Guard, Program, StopSignal};
use crate::setting::Endpoint;
use crate::system::{ServerUser, find_program, free_port};
use crate::{ADMIN, PASSWORD, Postgres, ROLES, connect};

/// A private PgBouncer on 127.0.0.1 for every database of one server. It stops when this value is dropped.
#[derive(Debug)]
pub struct PgBouncer {
    server: Guard,
    pooler: Pooler,
    _temporary: TempDir,
}

impl PgBouncer {
    /// Starts a pooler for `postgres`. `pool_mode`: `transaction`, `session` or `statement`; `pool_size`: server connections
    /// for each pair of database and role. Knows [`ADMIN`] and [`ROLES`].
    ///
    /// # Errors
    /// No `pgbouncer` on this machine; it did not start (the error has the end of its log).
    pub async fn start(postgres: &Postgres, pool_mode: &str, pool_size: u32) -> Result<Self> {
        Self::to(postgres.port(), pool_mode, pool_size).await
    }

    /// The same for what listens on a port of 127.0.0.1: a [`Proxy`](crate::Proxy) to a Postgres.
    ///
    /// # Errors
    /// As [`PgBouncer::start`].
    pub async fn to(port: u16, pool_mode: &str, pool_size: u32) -> Result<Self> {
        let temporary = tempfile::Builder::new().prefix("psycheos-pgbouncer-").tempdir()?;
        let pooler = Pooler::prepare(temporary.path(), port, pool_mode, pool_size)?;
        let mut server = Guard::start(&pooler.program())?;
        pooler.wait_ready(&mut server).await?;
        Ok(Self { server, pooler, _temporary: temporary })
    }

    /// Kills it (SIGKILL) and waits until it is gone.
    ///
    /// # Errors
    /// It does not run.
    pub async fn kill(&mut self) -> Result<()> {
        self.server.signal("KILL")?;
        self.server.wait(Duration::from_secs(10)).await?;
        Ok(())
    }

    /// Starts it again on the same port with the same settings; one that still runs is killed first.
    ///
    /// # Errors
    /// As [`PgBouncer::start`].
    pub async fn restart(&mut self) -> Result<()> {
        if self.server.ended()?.is_none() {
            self.kill().await?;
        }
        self.server = Guard::start(&self.pooler.program())?;
        self.pooler.wait_ready(&mut self.server).await
    }

    /// `PAUSE`: waits for the transactions under way (in mode `session`, for the clients to leave), then lets go of the server;
    /// clients stay connected and wait.
    ///
    /// # Errors
    /// It does not run, or is paused already.
    pub async fn pause(&self) -> Result<()> {
        self.command("PAUSE").await
    }

    /// `RESUME`: waiting clients are served.
    ///
    /// # Errors
    /// It does not run, or is not paused.
    pub async fn resume(&self) -> Result<()> {
        self.command("RESUME").await
    }

    async fn command(&self, command: &str) -> Result<()> {
        let console = connect(&self.url("pgbouncer", ADMIN)).await?;
        console.simple_query(command).await.with_context(|| format!("the pooler refuses {command}"))?;
        Ok(())
    }

    /// TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.pooler.port
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::local(self.pooler.port)
    }

    /// Connection URL of a database for a role, through the pooler.
    pub fn url(&self, database: &str, role: &str) -> String {
        self.endpoint().url(database, role)
    }

    /// Process id of the pooler.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }
}

/// A written configuration, and how to run a pooler on it.
#[derive(Debug)]
pub(crate) struct Pooler {
    pub port: u16,
    words: Vec<String>,
    log: PathBuf,
    dir: PathBuf,
}

impl Pooler {
    pub fn prepare(dir: &Path, postgres_port: u16, pool_mode: &str, pool_size: u32) -> Result<Self> {
        let program = find_program("pgbouncer").context("no PgBouncer on this machine: apt-get install pgbouncer")?;
        let user = ServerUser::detect()?;
        let port = free_port()?;
        std::fs::create_dir_all(dir)?;
        let users = dir.join("users.txt");
        let known: String = std::iter::once(ADMIN).chain(ROLES).map(|role| format!("\"{role}\" \"{PASSWORD}\"\n")).collect();
        std::fs::write(&users, known)?;
        let configuration = dir.join("pgbouncer.ini");
        std::fs::write(
            &configuration,
            format!(
                "[databases]\n* = host=127.0.0.1 port={postgres_port}\n\n[pgbouncer]\n\
                 listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}\n\
                 admin_users = {ADMIN}\npool_mode = {pool_mode}\ndefault_pool_size = {pool_size}\nmax_client_conn = 300\n\
                 ignore_startup_parameters = extra_float_digits,options,search_path\nserver_idle_timeout = 10\n\
                 autodb_idle_timeout = 10\nlog_connections = 0\nlog_disconnections = 0\nlog_stats = 0\n",
                users.display()
            ),
        )?;
        user.take_folder(dir)?;
        let mut words = user.prefix();
        words.extend([program, configuration].map(|path| path.to_string_lossy().into_owned()));
        Ok(Self { port, words, log: dir.join("pgbouncer.log"), dir: dir.to_owned() })
    }

    pub fn program(&self) -> Program<'_> {
        Program {
            words: self.words.clone(),
            env: Vec::new(),
            without: Vec::new(),
            log: &self.log,
            stop: StopSignal::Term,
            remove: Some(self.dir.clone()),
        }
    }

    pub async fn wait_ready(&self, server: &mut Guard) -> Result<()> {
        for _ in 0..200 {
            if let Some(status) = server.ended()? {
                bail!("PgBouncer did not start ({status}):\n{}", server.log_tail());
            }
            if TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("PgBouncer was not ready in 5 s:\n{}", server.log_tail())
    }
}
