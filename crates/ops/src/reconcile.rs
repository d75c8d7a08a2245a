//! Telegram's own list of Star transactions against ours.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
use anyhow::{Context as _, bail};
use db::{Pool, payments};
use domain::BotId;
use secrecy::ExposeSecret as _;
use service::Env;
use telegram::{STAR_PAGE, Telegram, Token};

/// Reads Telegram's whole list, prints every difference and, unless `dry`, makes up for what never reached us.
pub(crate) async fn run(mut env: Env, dry: bool) -> anyhow::Result<()> {
    let api = env.optional("TELEGRAM_API_URL").unwrap_or_else(|| "https://api.telegram.org".into());
    let token = env.secret("TG_TOKEN_PRO");
    let pool = crate::direct_pool(env)?;
    let token = Token::parse(token.expose_secret()).map_err(anyhow::Error::msg).context("TG_TOKEN_PRO")?;
    let telegram = Telegram::new(&api, token).map_err(anyhow::Error::msg)?;
    let read = copy_all(&pool, &telegram).await?;
    let mut left = 0;
    for difference in payments::list_differences(&mut *pool.get().await?, 0).await? {
        let healed = if dry {
            false
        } else {
            let mut tx = pool.begin().await?;
            let (healed, _) = payments::heal(&mut tx, &difference).await?;
            tx.commit().await?;
            healed
        };
        left += usize::from(!healed);
        let word = if healed { "healed" } else { "open" };
        println!("{word}: {} {} {} stars", difference.problem, difference.transaction_id, difference.stars);
    }
    payments::match_transactions(&mut *pool.get().await?).await?;
    println!("{read} transactions read, {left} differences left");
    if left == 0 { Ok(()) } else { bail!("{left} differences between Telegram's list and ours") }
}

async fn copy_all(pool: &Pool, telegram: &Telegram) -> anyhow::Result<i64> {
    let mut offset = 0;
    loop {
        let page =
            telegram.star_transactions(offset).await.map_err(|failure| anyhow::anyhow!("getStarTransactions: {failure}"))?;
        payments::insert_transactions(&mut *pool.get().await?, BotId::Pro, &page).await?;
        offset += i64::try_from(page.len())?;
        if page.len() < STAR_PAGE {
            return Ok(offset);
        }
    }
}
