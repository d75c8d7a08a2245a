//! The proxy and its faults.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::SockRef;
use test_kit::{Fault, Proxy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

/// A server that sends back what comes, behind its name; it tells what came, and how connections ended.
struct Echo {
    addr: SocketAddr,
    seen: mpsc::UnboundedReceiver<Result<String, ErrorKind>>,
}

impl Echo {
    async fn start(name: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (tell, seen) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(echo(stream, name, tell.clone()));
            }
        });
        Self { addr, seen }
    }

    async fn behind_a_proxy() -> (Self, Proxy) {
        let echo = Self::start("").await;
        let proxy = Proxy::start(vec![echo.addr]).await.unwrap();
        (echo, proxy)
    }

    async fn sees(&mut self, text: &str) {
        assert_eq!(self.seen.recv().await.unwrap().unwrap(), text);
    }
}

async fn echo(mut stream: TcpStream, name: &str, tell: mpsc::UnboundedSender<Result<String, ErrorKind>>) {
    stream.write_all(name.as_bytes()).await.unwrap();
    let mut buffer = [0; 4096];
    loop {
        let count = match stream.read(&mut buffer).await {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) => return drop(tell.send(Err(error.kind()))),
        };
        let _ = tell.send(Ok(String::from_utf8(buffer[..count].to_vec()).unwrap()));
        let _ = stream.write_all(&buffer[..count]).await;
    }
}

async fn connect(addr: SocketAddr) -> TcpStream {
    TcpStream::connect(addr).await.unwrap()
}

async fn say(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

async fn hear(stream: &mut TcpStream, text: &str) {
    let mut buffer = vec![0; text.len()];
    stream.read_exact(&mut buffer).await.unwrap();
    assert_eq!(String::from_utf8(buffer).unwrap(), text);
}

async fn round_trip(stream: &mut TcpStream) {
    say(stream, "there and back").await;
    hear(stream, "there and back").await;
}

async fn is_silent(stream: &mut TcpStream) -> bool {
    timeout(Duration::from_millis(200), stream.read(&mut [0; 1])).await.is_err()
}

async fn ends_with(stream: &mut TcpStream, kind: ErrorKind) {
    let end = timeout(Duration::from_secs(10), stream.read(&mut [0; 1])).await.expect("it has no end");
    assert_eq!(end.unwrap_err().kind(), kind);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_take_turns_among_the_targets_that_accept() {
    let (one, two) = (Echo::start("1").await, Echo::start("2").await);
    let nobody = SocketAddr::from(([127, 0, 0, 1], test_kit::free_port().unwrap()));
    let proxy = Proxy::start(vec![one.addr, nobody, two.addr]).await.unwrap();
    let mut names = String::new();
    for _ in 0..6 {
        let mut stream = connect(proxy.addr()).await;
        stream.write_all(b"!").await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        names.push_str(answer.strip_suffix('!').unwrap());
    }
    assert_eq!(names, "122122");
    assert!(Proxy::start(Vec::new()).await.is_err());
    let proxy = Proxy::start(vec![nobody]).await.unwrap();
    let answer = async { TcpStream::connect(proxy.addr()).await?.read(&mut [0; 1]).await };
    assert_eq!(answer.await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test(flavor = "multi_thread")]
async fn delayed_bytes_come_late_each_way() {
    let (mut echo, proxy) = Echo::behind_a_proxy().await;
    let (mut slow, mut direct) = (connect(proxy.addr()).await, connect(echo.addr).await);
    round_trip(&mut slow).await;
    echo.sees("there and back").await;
    proxy.set(Fault::Delay(Duration::from_millis(500))).unwrap();
    say(&mut slow, "late").await;
    // What was said later, but on the direct line, is there first; so on the way there, so on the way back.
    round_trip(&mut direct).await;
    echo.sees("there and back").await;
    echo.sees("late").await;
    round_trip(&mut direct).await;
    assert_eq!(slow.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    hear(&mut slow, "late").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn throttled_bytes_come_in_portions() {
    let (_echo, proxy) = Echo::behind_a_proxy().await;
    let mut stream = connect(proxy.addr()).await;
    proxy.set(Fault::Throttle { bytes_per_sec: 1_000 }).unwrap();
    say(&mut stream, &"x".repeat(4_000)).await;
    let mut buffer = [0; 4_000];
    assert_eq!(stream.read(&mut buffer).await.unwrap(), 50);
    proxy.heal().unwrap();
    stream.read_exact(&mut buffer[50..]).await.unwrap();
    assert_eq!(buffer, [b'x'; 4_000]);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_connections_are_refused_and_open_ones_go_on() {
    let (_echo, proxy) = Echo::behind_a_proxy().await;
    let mut open = connect(proxy.addr()).await;
    for _ in 0..3 {
        round_trip(&mut open).await;
        proxy.set(Fault::Refuse).unwrap();
        assert_eq!(TcpStream::connect(proxy.addr()).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
        round_trip(&mut open).await;
        proxy.heal().unwrap();
        round_trip(&mut connect(proxy.addr()).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_connections_are_reset_at_both_ends() {
    let (mut echo, proxy) = Echo::behind_a_proxy().await;
    let mut open = connect(proxy.addr()).await;
    round_trip(&mut open).await;
    echo.sees("there and back").await;
    proxy.reset_all();
    ends_with(&mut open, ErrorKind::ConnectionReset).await;
    assert_eq!(echo.seen.recv().await.unwrap(), Err(ErrorKind::ConnectionReset));
    round_trip(&mut connect(proxy.addr()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_black_hole_swallows_what_is_sent_and_resets_what_it_held() {
    let (mut echo, proxy) = Echo::behind_a_proxy().await;
    let mut open = connect(proxy.addr()).await;
    round_trip(&mut open).await;
    echo.sees("there and back").await;
    proxy.clone().set(Fault::BlackHole).unwrap();
    let mut new = connect(proxy.addr()).await;
    for stream in [&mut open, &mut new] {
        say(stream, "lost").await;
        assert!(is_silent(stream).await);
    }
    proxy.heal().unwrap();
    for stream in [&mut open, &mut new] {
        ends_with(stream, ErrorKind::ConnectionReset).await;
    }
    assert_eq!(echo.seen.recv().await.unwrap(), Err(ErrorKind::ConnectionReset));
    round_trip(&mut connect(proxy.addr()).await).await;
    echo.sees("there and back").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_cut_cable_tcp_itself_gives_up_or_goes_on_in_order() {
    let (mut echo, proxy) = Echo::behind_a_proxy().await;
    let (mut patient, mut impatient) = (connect(proxy.addr()).await, connect(proxy.addr()).await);
    for stream in [&mut patient, &mut impatient] {
        round_trip(stream).await;
        echo.sees("there and back").await;
    }
    SockRef::from(&impatient).set_tcp_user_timeout(Some(Duration::from_millis(300))).unwrap();
    proxy.set(Fault::LinkDown).unwrap();
    // The tasks of both connections learn of it.
    sleep(Duration::from_millis(200)).await;
    for (stream, text) in [(&mut patient, "late"), (&mut impatient, "lost")] {
        say(stream, text).await;
    }
    ends_with(&mut impatient, ErrorKind::TimedOut).await;
    let mut new = std::pin::pin!(TcpStream::connect(proxy.addr()));
    assert!(timeout(Duration::from_millis(200), &mut new).await.is_err());
    say(&mut patient, " but").await;
    assert!(is_silent(&mut patient).await);
    proxy.heal().unwrap();
    say(&mut patient, " whole").await;
    hear(&mut patient, "late but whole").await;
    round_trip(&mut new.await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_cut_off_after_so_many_bytes() {
    let (_echo, proxy) = Echo::behind_a_proxy().await;
    let mut before = connect(proxy.addr()).await;
    round_trip(&mut before).await;
    proxy.set(Fault::CutAfter { bytes: 5 }).unwrap();
    for _ in 0..3 {
        let mut stream = connect(proxy.addr()).await;
        say(&mut stream, "there and back").await;
        hear(&mut stream, "there").await;
        ends_with(&mut stream, ErrorKind::ConnectionReset).await;
    }
    round_trip(&mut before).await;
    let mut spared = connect(proxy.addr()).await;
    say(&mut spared, "half").await;
    hear(&mut spared, "half").await;
    proxy.heal().unwrap();
    round_trip(&mut spared).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_to_the_server_are_rewritten_across_reads_and_under_any_fault() {
    let (mut echo, proxy) = Echo::behind_a_proxy().await;
    let mut stream = connect(proxy.addr()).await;
    round_trip(&mut stream).await;
    echo.sees("there and back").await;
    assert!(proxy.rewrite("fence", "gap").is_err());
    proxy.rewrite("fence", "_____").unwrap();
    proxy.set(Fault::Delay(Duration::from_millis(1))).unwrap();
    proxy.heal().unwrap();
    say(&mut stream, "a fe").await;
    echo.sees("a ").await;
    say(&mut stream, "nce").await;
    echo.sees("_____").await;
    assert_eq!(proxy.rewritten(), 1);
    // What only looked like the beginning is not kept.
    say(&mut stream, "fe").await;
    echo.sees("fe").await;
    hear(&mut stream, "a _____fe").await;
    assert_eq!(proxy.rewritten(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_its_last_handle_a_proxy_is_gone() {
    let (_echo, proxy) = Echo::behind_a_proxy().await;
    let addr = proxy.addr();
    let mut open = connect(addr).await;
    let other = proxy.clone();
    drop(proxy);
    round_trip(&mut open).await;
    drop(other);
    ends_with(&mut open, ErrorKind::ConnectionReset).await;
    while TcpStream::connect(addr).await.is_ok() {}
}
