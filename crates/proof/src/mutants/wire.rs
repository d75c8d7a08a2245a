//! A link to the server on which one piece of text becomes another of the same length.

use std::io;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The URL of a link to the server of `url`. It lasts as long as the runtime.
pub(super) async fn link(url: &str, from: &'static str, to: &'static str) -> Result<String> {
    ensure!(from.len() == to.len(), "the texts have different lengths");
    let (before, after) = url.rsplit_once('@').context("a URL without a role")?;
    let (address, database) = after.split_once('/').context("a URL without a database")?;
    let address = address.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let linked = format!("{before}@{}/{database}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(carry(client, address.clone(), from, to));
        }
    });
    Ok(linked)
}

async fn carry(client: TcpStream, address: String, from: &'static str, to: &'static str) -> io::Result<()> {
    let server = TcpStream::connect(address).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    // A statement this short is never cut by a read on this machine.
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from_client.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        let sent = &mut buffer[..read];
        if let Some(at) = sent.windows(from.len()).position(|window| window == from.as_bytes()) {
            sent[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
        to_server.write_all(sent).await?;
    }
    answers.abort();
    Ok(())
}
