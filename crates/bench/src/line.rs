//! A slow line to the pooler, on which the times are counted that somebody waits for an answer.
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// How long a message is on its way. Whatever is sent without waiting for an answer is on the line before the answer can be back.
const DELAY: Duration = Duration::from_millis(3);

/// The line. It is open as long as the runtime runs.
pub struct Line {
    /// Where it begins.
    pub port: u16,
    round_trips: Arc<AtomicU64>,
}

impl Line {
    /// Opens a line to a port of this machine.
    ///
    /// # Errors
    /// No free port.
    pub async fn open(to: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let line = Self { port: listener.local_addr()?.port(), round_trips: Arc::default() };
        let round_trips = Arc::clone(&line.round_trips);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if let Ok(far) = TcpStream::connect(("127.0.0.1", to)).await {
                    carry(near, far, Arc::clone(&round_trips));
                }
            }
        });
        Ok(line)
    }

    /// How often somebody spoke after having been answered. Signals are not counted: nobody waits for them.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.round_trips.load(Ordering::Relaxed)
    }
}

fn carry(near: TcpStream, far: TcpStream, round_trips: Arc<AtomicU64>) {
    // Neither end waits for a packet to be filled.
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let (mut from_near, mut to_near) = near.into_split();
    let (mut from_far, mut to_far) = far.into_split();
    let answered = Arc::new(AtomicBool::new(true));
    let heard = Arc::clone(&answered);
    tokio::spawn(async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_near.read(&mut buffer).await {
            let signal = buffer[..length].windows(9).any(|bytes| bytes == b"pg_notify");
            if answered.swap(false, Ordering::Relaxed) && !signal {
                round_trips.fetch_add(1, Ordering::Relaxed);
            }
            tokio::time::sleep(DELAY).await;
            if to_far.write_all(&buffer[..length]).await.is_err() {
                return;
            }
        }
    });
    tokio::spawn(async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_far.read(&mut buffer).await {
            tokio::time::sleep(DELAY).await;
            heard.store(true, Ordering::Relaxed);
            if to_near.write_all(&buffer[..length]).await.is_err() {
                return;
            }
        }
    });
}
