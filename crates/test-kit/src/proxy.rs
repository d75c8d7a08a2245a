//! A TCP proxy that spoils the network on demand.

use std::io;
use std::net::{SocketAddr, TcpListener as Door};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use socket2::{SockFilter, SockRef};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::rewrite::{Rewriter, Rule};
use crate::setting::Endpoint;
use crate::system::free_port;

/// What a [`Proxy`] does to the connections through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    Pass,
    /// Bytes are late by this much, each way. Opening a connection takes no longer.
    Delay(Duration),
    /// A slow line.
    Throttle {
        /// Bytes a second, at least 1, for each connection and direction.
        bytes_per_sec: u32,
    },
    /// Nobody listens: new connections are refused, open ones go on.
    Refuse,
    /// The far end is frozen. Connections are accepted and what they send is acknowledged, but nothing flows, no orderly
    /// end either; so TCP's own timers see nothing wrong, and only a limit of the program's own helps. When the fault
    /// changes, every connection it held is reset, and what was sent meanwhile is never delivered.
    BlackHole,
    /// The cable is out: the kernel drops what is sent to the proxy unacknowledged, so that a new connection is never
    /// established, and an open one is half open until `TCP_USER_TIMEOUT` or keepalive ends it. When the fault changes,
    /// connections that neither end has given up go on where they stopped.
    LinkDown,
    /// Each connection that is opened under this fault is reset.
    CutAfter {
        /// So many bytes of the server still reach the client.
        bytes: u64,
    },
}

/// A TCP proxy on a free port of 127.0.0.1. Clones are handles of the same proxy; with the last of them it stops, and the
/// connections through it are reset.
///
/// With several targets it is a load balancer: each connection goes to the next one that accepts it.
#[derive(Debug, Clone)]
pub struct Proxy {
    addr: SocketAddr,
    orders: watch::Sender<Orders>,
}

impl Proxy {
    /// Listens, and carries connections to the targets on the tasks of this runtime.
    ///
    /// # Errors
    /// No target; no free port.
    pub async fn start(targets: Vec<SocketAddr>) -> Result<Self> {
        if targets.is_empty() {
            bail!("a proxy needs a target");
        }
        let addr = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let door = listen(addr)?;
        let (orders, receiver) = watch::channel(Orders { fault: Fault::Pass, resets: 0, rules: Vec::new(), door });
        tokio::spawn(accept(receiver, Arc::new(Targets { addrs: targets, turn: AtomicUsize::new(0) })));
        Ok(Self { addr, orders })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// The way to a Postgres or a pooler behind it.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::local(self.port())
    }

    /// From now on this fault, instead of the one before.
    ///
    /// # Errors
    /// The port cannot be opened again after [`Fault::Refuse`], or the kernel has no socket filters ([`Fault::LinkDown`]).
    pub fn set(&self, fault: Fault) -> Result<()> {
        let mut done = Ok(());
        self.orders.send_modify(|orders| done = orders.turn_to(fault, self.addr));
        done
    }

    /// [`Fault::Pass`]; what [`Proxy::rewrite`] asked for stays.
    ///
    /// # Errors
    /// As [`Proxy::set`].
    pub fn heal(&self) -> Result<()> {
        self.set(Fault::Pass)
    }

    /// Resets every open connection at both ends (RST). New ones are as good as the fault allows.
    pub fn reset_all(&self) {
        self.orders.send_modify(|orders| orders.resets += 1);
    }

    /// From now on, beside any fault and as long as the proxy lives, `to` stands in place of `from` in what clients send,
    /// wherever the stream is cut into reads. An end that may be the beginning of `from` waits 500 ms for the rest.
    ///
    /// # Errors
    /// The lengths differ, or are 0.
    pub fn rewrite(&self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Result<()> {
        let rule = Arc::new(Rule::new(from.as_ref(), to.as_ref())?);
        self.orders.send_modify(|orders| orders.rules.push(rule));
        Ok(())
    }

    /// How often [`Proxy::rewrite`] has found something to replace: 0 means that a mutation test has tested nothing.
    pub fn rewritten(&self) -> u64 {
        self.orders.borrow().rules.iter().map(|rule| rule.times()).sum()
    }
}

/// What all tasks of a proxy go by. They end when nobody can give orders any more.
#[derive(Debug)]
struct Orders {
    fault: Fault,
    /// Connections that were opened under a smaller number are to be reset.
    resets: u64,
    rules: Vec<Arc<Rule>>,
    door: Arc<Door>,
}

impl Orders {
    fn turn_to(&mut self, fault: Fault, addr: SocketAddr) -> Result<()> {
        match std::mem::replace(&mut self.fault, fault) {
            before if before == fault => return Ok(()),
            Fault::BlackHole => self.resets += 1,
            Fault::Refuse => self.door = listen(addr)?,
            _ => {}
        }
        let door = SockRef::from(&*self.door);
        if fault == Fault::Refuse {
            return Ok(door.shutdown(std::net::Shutdown::Both)?);
        }
        drop_packets(&door, fault == Fault::LinkDown).context("packets cannot be dropped")
    }
}

fn listen(addr: SocketAddr) -> Result<Arc<Door>> {
    let door = Door::bind(addr).with_context(|| format!("cannot listen on {addr}"))?;
    door.set_nonblocking(true)?;
    Ok(Arc::new(door))
}

/// Makes the kernel drop (or no longer drop) the packets that come for a socket: before TCP sees them, by a filter that keeps
/// 0 bytes of each.
fn drop_packets(socket: &SockRef<'_>, drop: bool) -> io::Result<()> {
    const KEEP_NOTHING: SockFilter = SockFilter::new(0x06, 0, 0, 0);
    if drop {
        return socket.attach_filter(&[KEEP_NOTHING]);
    }
    // No filter, nothing to detach.
    let _ = socket.detach_filter();
    Ok(())
}

#[derive(Debug)]
struct Targets {
    addrs: Vec<SocketAddr>,
    turn: AtomicUsize,
}

impl Targets {
    /// Connects to the next one that accepts; a silent one is passed over after a second.
    async fn connect(&self) -> io::Result<TcpStream> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.addrs.len();
        let (later, first) = self.addrs.split_at(turn);
        for addr in first.iter().chain(later) {
            if let Ok(Ok(server)) = timeout(Duration::from_secs(1), TcpStream::connect(addr)).await {
                return Ok(server);
            }
        }
        Err(io::ErrorKind::ConnectionRefused.into())
    }
}

/// Accepts connections at the door of the day: [`Fault::Refuse`] shuts one, and what follows it opens another.
async fn accept(mut orders: watch::Receiver<Orders>, targets: Arc<Targets>) -> io::Result<()> {
    let lines = orders.clone();
    loop {
        let door = Arc::clone(&orders.borrow_and_update().door);
        let listener = TcpListener::from_std(door.try_clone()?)?;
        let accepting = async {
            loop {
                match listener.accept().await {
                    Ok((client, _)) => drop(tokio::spawn(serve(client, Arc::clone(&targets), Line::open(lines.clone())))),
                    Err(_) => sleep(Duration::from_millis(10)).await,
                }
            }
        };
        tokio::select! {
            biased;
            other = orders.wait_for(|now| !Arc::ptr_eq(&now.door, &door)) => drop(other.map_err(gone)?),
            () = accepting => {}
        }
    }
}

/// What the tasks of one connection go by.
#[derive(Debug, Clone)]
struct Line {
    orders: watch::Receiver<Orders>,
    /// The fault and the number of resets when it was opened.
    opened: (Fault, u64),
}

impl Line {
    fn open(orders: watch::Receiver<Orders>) -> Self {
        let opened = {
            let now = orders.borrow();
            (now.fault, now.resets)
        };
        Self { orders, opened }
    }

    /// Waits until the connection is to be reset.
    async fn broken(mut self) {
        // An error is an answer too: nobody holds the proxy any more.
        let _ = self.orders.wait_for(|now| now.resets != self.opened.1).await;
    }

    /// Waits until bytes may flow, and gives the fault under which they do; an error when the connection is to be reset. Both are
    /// asked at once: what a black hole has held must not slip out before the reset.
    async fn flowing(&mut self) -> io::Result<Fault> {
        let flows = |now: &Orders| now.resets != self.opened.1 || !matches!(now.fault, Fault::BlackHole | Fault::LinkDown);
        let now = self.orders.wait_for(flows).await.map_err(gone)?;
        if now.resets == self.opened.1 { Ok(now.fault) } else { Err(io::ErrorKind::ConnectionReset.into()) }
    }
}

/// Carries one connection to its end, or resets both its ends.
async fn serve(mut client: TcpStream, targets: Arc<Targets>, line: Line) {
    let mut server = None;
    let closed = tokio::select! {
        () = line.clone().broken() => false,
        carried = carry(&mut client, &mut server, &targets, line) => carried.is_ok(),
    };
    if !closed {
        for end in [Some(client), server].into_iter().flatten() {
            // With no time to linger, closing is a reset.
            let _ = end.set_zero_linger();
        }
    }
}

async fn carry(client: &mut TcpStream, server: &mut Option<TcpStream>, targets: &Targets, mut line: Line) -> io::Result<()> {
    line.flowing().await?;
    let server = server.insert(targets.connect().await?);
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let (up, going_up) = mpsc::channel(QUEUE);
    let (down, going_down) = mpsc::channel(QUEUE);
    tokio::try_join!(
        take(from_client, up, Way::Up, line.orders.clone()),
        give(to_server, going_up, Way::Up, line.clone()),
        take(from_server, down, Way::Down, line.orders.clone()),
        give(to_client, going_down, Way::Down, line.clone()),
    )?;
    Ok(())
}

/// To the server, or to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// Pieces between one end and the other, each at most [`PIECE`] bytes: late ones wait here.
const QUEUE: usize = 256;
const PIECE: usize = 16 * 1024;

/// How long the beginning of a string to be replaced waits for its rest.
const REST: Duration = Duration::from_millis(500);

/// Bytes, and when they may go on.
type Piece = (Option<Instant>, Vec<u8>);

/// Takes what one end sends, until its end.
async fn take(
    mut from: ReadHalf<'_>,
    queue: mpsc::Sender<Piece>,
    way: Way,
    mut orders: watch::Receiver<Orders>,
) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    let mut rewriters: Vec<Rewriter> = Vec::new();
    loop {
        let fault = {
            let now = orders.borrow_and_update();
            if way == Way::Up {
                rewriters.extend(now.rules[rewriters.len()..].iter().map(Rewriter::new));
            }
            now.fault
        };
        drop_packets(&SockRef::from(from.as_ref()), fault == Fault::LinkDown)?;
        let patience = if rewriters.iter().any(Rewriter::holds) { REST } else { Duration::MAX };
        let next = async {
            let place = queue.reserve().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((place, timeout(patience, from.read(&mut buffer)).await.unwrap_or(Ok(0))?))
        };
        let (place, count) = tokio::select! {
            biased;
            changed = orders.changed() => { changed.map_err(gone)?; continue }
            next = next => next?,
        };
        // Lost patience reads as an end; if it was one, the next read says so again.
        let ended = count == 0 && patience == Duration::MAX;
        let bytes = rewriters.iter_mut().fold(buffer[..count].to_vec(), |bytes, rewriter| {
            let mut on = rewriter.push(&bytes);
            if count == 0 {
                on.extend(rewriter.give_up());
            }
            on
        });
        let due = if let Fault::Delay(late) = fault { Some(Instant::now() + late) } else { None };
        if !bytes.is_empty() {
            place.send((due, bytes));
        }
        if ended {
            return Ok(());
        }
    }
}

/// Gives the other end what was taken, then the end.
async fn give(mut to: WriteHalf<'_>, mut queue: mpsc::Receiver<Piece>, way: Way, mut line: Line) -> io::Result<()> {
    let mut given = 0;
    while let Some((due, bytes)) = queue.recv().await {
        if let Some(due) = due {
            sleep_until(due).await;
        }
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let fault = line.flowing().await?;
            let cut = match fault {
                Fault::CutAfter { bytes } if way == Way::Down && line.opened.0 == fault => bytes,
                _ => u64::MAX,
            };
            let mut count = rest.len().min(usize::try_from(cut.saturating_sub(given)).unwrap_or(usize::MAX));
            if let Fault::Throttle { bytes_per_sec } = fault {
                // Twenty portions a second, so that healing is felt soon.
                count = count.min((bytes_per_sec / 20).max(1) as usize);
                sleep(Duration::from_secs_f64(count as f64 / f64::from(bytes_per_sec.max(1)))).await;
            }
            to.write_all(&rest[..count]).await?;
            rest = &rest[count..];
            given += count as u64;
            if given >= cut {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
        }
    }
    line.flowing().await?;
    to.shutdown().await
}

/// The proxy has no handle any more.
fn gone(_: watch::error::RecvError) -> io::Error {
    io::ErrorKind::NotConnected.into()
}
