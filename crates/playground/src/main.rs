//! `playground`: the whole platform on a laptop.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    playground::main().await
}
