//! Against the stand-in, and against a server that is worse than it.
use fake_telegram::{Config, FakeTelegram, Fault, FaultKind, LogKind, Person, PersonFile};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use super::*;
use crate::Token;

const TOKEN: &str = "123456789:CANARY_secret-value_of_the_bot";
const ANNA: i64 = 7;
const ENOUGH: u64 = 1 << 20;

fn client(base: &str, token: &str) -> Telegram {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Telegram::new(base, Token::parse(token).unwrap()).unwrap()
}

/// A stand-in, and the bot that Anna writes to.
fn stand_in() -> (FakeTelegram, Telegram) {
    let bots = vec![format!("pro:{TOKEN}:pro_bot").parse().unwrap(), "gate:77:othersecret:gate_bot".parse().unwrap()];
    let fake = FakeTelegram::start(Config { bots, limits: false, ..Config::default() }).unwrap();
    fake.create_person(Person {
        user_id: ANNA,
        first_name: "Анна".into(),
        last_name: None,
        username: None,
        language_code: None,
        deactivated: false,
    });
    let telegram = client(&fake.base_url(), TOKEN);
    (fake, telegram)
}

/// Anna sends a file; its id.
fn sent(fake: &FakeTelegram, bytes: Vec<u8>, declared_size: Option<u64>) -> String {
    let file = PersonFile { file_name: "сон.txt".into(), bytes: bytes.into(), declared_size, ..PersonFile::default() };
    fake.send_file("pro", ANNA, file).unwrap();
    let document = fake.updates("pro").pop().unwrap()["message"]["document"].clone();
    document["file_id"].as_str().unwrap().to_owned()
}

fn downloads(fake: &FakeTelegram) -> usize {
    fake.log_after(0).iter().filter(|entry| entry.kind == LogKind::Download).count()
}

#[tokio::test]
async fn a_file_comes_whole_up_to_the_limit_and_not_at_all_above_it() {
    let (fake, telegram) = stand_in();
    let bytes: Vec<u8> = (0..=255_u8).cycle().take(100_000).collect();
    let id = sent(&fake, bytes.clone(), None);
    assert_eq!(telegram.download(&id, 100_000).await, Ok(bytes));
    assert_eq!(downloads(&fake), 1);
    assert_eq!(telegram.download(&id, 99_999).await, Err(DownloadFailure::TooLarge));
    assert_eq!(downloads(&fake), 1, "its size was known before");
    let empty = sent(&fake, Vec::new(), None);
    assert_eq!(telegram.download(&empty, 0).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_file_that_is_larger_than_it_says_is_stopped() {
    let (fake, telegram) = stand_in();
    let id = sent(&fake, vec![1; 50_000], Some(10));
    assert_eq!(telegram.download(&id, 49_999).await, Err(DownloadFailure::TooLarge));
    assert_eq!(telegram.download(&id, 50_000).await.map(|bytes| bytes.len()), Ok(50_000));
    // Without a length at all, and without an end.
    let endless = Server::start(vec![named("documents/file_1.txt"), Answer::Endless]).await;
    assert_eq!(endless.download().await, Err(DownloadFailure::TooLarge));
}

#[tokio::test]
async fn what_telegram_does_not_have_for_this_bot_is_gone() {
    let (fake, telegram) = stand_in();
    let id = sent(&fake, vec![1], None);
    assert_eq!(client(&fake.base_url(), "77:othersecret").download(&id, ENOUGH).await, Err(DownloadFailure::Gone));
    assert_eq!(telegram.download("nothing", ENOUGH).await, Err(DownloadFailure::Gone));
    let large = sent(&fake, Vec::new(), Some(21 << 20));
    assert_eq!(telegram.download(&large, u64::MAX).await, Err(DownloadFailure::TooLarge));
}

#[tokio::test]
async fn each_fault_is_a_decision() {
    let (fake, telegram) = stand_in();
    let id = sent(&fake, vec![1; 100], None);
    let refusal = |code, description: &str| FaultKind::Refusal { code, description: description.to_owned() };
    let limited = DownloadFailure::RateLimited { after: Duration::from_secs(86_400) };
    let table = [
        (FaultKind::TooManyRequests { retry_after: 86_400 }, limited),
        (FaultKind::ServerError, DownloadFailure::Unreachable),
        (FaultKind::BadGatewayHtml, DownloadFailure::Unreachable),
        (FaultKind::ResetBeforeApply, DownloadFailure::Unreachable),
        (FaultKind::TimeoutAfterApply { hold_ms: 5 }, DownloadFailure::Unreachable),
        (FaultKind::BrokenBody, DownloadFailure::Unreachable),
        (refusal(404, "Not Found"), DownloadFailure::Gone),
        (refusal(401, "Unauthorized"), DownloadFailure::Unreachable),
    ];
    for (kind, expected) in table {
        for method in ["getFile", "file"] {
            fake.add_fault(Fault::next(kind.clone()).of_method(method));
            assert_eq!(telegram.download(&id, ENOUGH).await.as_ref(), Err(&expected), "{method} {kind:?}");
        }
    }
    fake.add_fault(Fault::next(refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")));
    assert_eq!(telegram.download(&id, ENOUGH).await, Err(DownloadFailure::Gone));
    assert_eq!(telegram.download(&id, ENOUGH).await, Ok(vec![1; 100]));
    assert_eq!(fake.faults(), []);
    assert_eq!(client("http://127.0.0.1:1", TOKEN).download(&id, ENOUGH).await, Err(DownloadFailure::Unreachable));
}

#[tokio::test]
async fn bytes_that_come_too_slowly_are_not_waited_for() {
    let (fake, telegram) = stand_in();
    let id = sent(&fake, vec![1; 1600], None);
    fake.add_fault(Fault::next(FaultKind::SlowBody { piece_ms: 600 }).of_method("file"));
    let late = telegram.download_within(&id, ENOUGH, Duration::from_millis(300)).await;
    assert_eq!(late, Err(DownloadFailure::Unreachable));
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_not_asked_for() {
    let strange = [
        "../bot1:x/getMe",
        "documents/../../etc/passwd",
        "documents/./file_1",
        "documents/..",
        "/etc/passwd",
        "//evil.example/x",
        "documents//file_1",
        "https://evil.example/x",
        "documents\\..\\..\\x",
        "documents/%2e%2e/%2e%2e/x",
        "documents/file_1?x=1",
        "documents/file_1#x",
        "documents/file_1\r\nHost: evil.example",
        "documents/\u{85}file_1",
        "",
    ];
    for path in strange {
        let mut server = Server::start(vec![named(path)]).await;
        assert_eq!(server.download().await, Err(DownloadFailure::Gone), "{path}");
        assert!(server.next_line().starts_with("POST /bot123456789:CANARY_secret-value_of_the_bot/getFile "));
        assert_eq!(server.next_line(), "", "{path}");
    }
    let without = Answer::Whole("200 OK", r#"{"ok":true,"result":{"file_id":"x"}}"#.to_owned());
    assert_eq!(Server::start(vec![without]).await.download().await, Err(DownloadFailure::Gone));
    assert!(!stays_below(&"a/".repeat(200)));
}

#[tokio::test]
async fn signs_that_mean_nothing_to_a_server_are_encoded() {
    let mut server = Server::start(vec![named("documents/мой сон;.txt"), whole("200 OK", "bytes")]).await;
    assert_eq!(server.download().await, Ok(b"bytes".to_vec()));
    server.next_line();
    let expected = "GET /file/bot123456789:CANARY_secret-value_of_the_bot/documents/\
                    %D0%BC%D0%BE%D0%B9%20%D1%81%D0%BE%D0%BD;.txt HTTP/1.1";
    assert_eq!(server.next_line(), expected);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = "302 Found\r\nLocation: /elsewhere";
    let mut server = Server::start(vec![named("a/b"), whole(elsewhere, ""), whole("200 OK", "stolen")]).await;
    assert_eq!(server.download().await, Err(DownloadFailure::Unreachable));
    let lines = [server.next_line(), server.next_line(), server.next_line()];
    assert!(lines[1].starts_with("GET /file/") && lines[2].is_empty(), "{lines:?}");
    let server = Server::start(vec![whole(elsewhere, ""), named("a/b")]).await;
    assert_eq!(server.download().await, Err(DownloadFailure::Unreachable));
}

#[test]
fn a_failure_shows_nothing_of_the_address() {
    let limited = DownloadFailure::RateLimited { after: Duration::from_secs(7) };
    let all = [DownloadFailure::TooLarge, DownloadFailure::Gone, limited, DownloadFailure::Unreachable];
    let shown: Vec<String> = all.iter().map(|failure| format!("{failure} {failure:?} {}", failure.code())).collect();
    let expected = [
        "the file is too large TooLarge file_too_large",
        "the file is not available Gone file_gone",
        "slow down for 7s RateLimited { after: 7s } rate_limited",
        "the file did not come Unreachable unreachable",
    ];
    assert_eq!(shown, expected);
}

/// What a server answers to one request.
enum Answer {
    /// A status line (headers may follow it) and a body.
    Whole(&'static str, String),
    /// Bytes in pieces, as long as anybody takes them.
    Endless,
}

fn whole(status: &'static str, body: &str) -> Answer {
    Answer::Whole(status, body.to_owned())
}

/// `getFile`'s answer with this path and no size.
fn named(path: &str) -> Answer {
    Answer::Whole("200 OK", json!({ "ok": true, "result": { "file_id": "x", "file_path": path } }).to_string())
}

/// A server that gives these answers, one per connection, and tells the first line of each request.
struct Server {
    base: String,
    lines: mpsc::UnboundedReceiver<String>,
}

impl Server {
    async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (tell, lines) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                tell.send(request_line(&mut stream).await).unwrap();
                give(&mut stream, answer).await;
            }
        });
        Self { base, lines }
    }

    async fn download(&self) -> Result<Vec<u8>, DownloadFailure> {
        client(&self.base, TOKEN).download("x", ENOUGH).await
    }

    /// The first line of the next request that came; empty where none came.
    fn next_line(&mut self) -> String {
        self.lines.try_recv().unwrap_or_default()
    }
}

async fn request_line(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    // The bodies of these requests are small and end in a brace.
    while !(head.ends_with(b"\r\n\r\n") && head.starts_with(b"GET") || head.ends_with(b"}")) {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap().lines().next().unwrap().to_owned()
}

async fn give(stream: &mut TcpStream, answer: Answer) {
    match answer {
        Answer::Whole(status, body) => {
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body.as_bytes()).await.unwrap();
        }
        Answer::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await.unwrap();
            let piece = format!("{:x}\r\n{}\r\n", 64_000, "x".repeat(64_000));
            while stream.write_all(piece.as_bytes()).await.is_ok() {}
        }
    }
}
