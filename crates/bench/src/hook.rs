//! Telegram's side of a webhook, as light as it can be: what it uses of the processor is missing on the other side of the comparison.
use anyhow::{Context as _, Result, ensure};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// One kept connection to the webhook of Pro.
pub struct Hook {
    stream: BufReader<TcpStream>,
    secret: String,
}

impl Hook {
    /// Connects to an API process on this machine.
    ///
    /// # Errors
    /// Nobody listens.
    pub async fn connect(port: u16, secret: &str) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), secret: secret.to_owned() })
    }

    /// Delivers an update in which `chat` asks for help, and waits until it is taken.
    ///
    /// # Errors
    /// It is not answered with 200.
    pub async fn ask_for_help(&mut self, update: i64, chat: i64) -> Result<()> {
        let body = format!(
            r#"{{"update_id":{update},"message":{{"message_id":{update},"date":1764100000,"text":"/help",
            "entities":[{{"type":"bot_command","offset":0,"length":5}}],"chat":{{"id":{chat},"type":"private","first_name":"Ольга"}},
            "from":{{"id":{chat},"is_bot":false,"first_name":"Ольга","language_code":"ru"}}}}}}"#
        );
        let request = format!(
            "POST /webhook/pro HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
             X-Telegram-Bot-Api-Secret-Token: {}\r\nContent-Length: {}\r\n\r\n{body}",
            self.secret,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        let first = read_message(&mut self.stream).await?;
        ensure!(first.starts_with("HTTP/1.1 200"), "update {update} was answered with {:?}", first.trim());
        Ok(())
    }
}

/// Reads a request or an answer to its end and gives its first line.
///
/// # Errors
/// It breaks off.
pub async fn read_message(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
    stream.read_line(&mut first).await?;
    while line != "\r\n" {
        line.clear();
        ensure!(stream.read_line(&mut line).await? > 0, "the message breaks off");
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().context("no length")?;
        }
    }
    stream.read_exact(&mut vec![0; length]).await?;
    Ok(first)
}
