//! The job `finance_picture`: the finances of thirty days, drawn for an administrator.
use bot_kit::PictureWish;
use db::{
    DbError,
    jobs::ClaimedJob,
    wallets::{self, FinanceDay},
};
use report::png::finance::{Day, Finances, finances};
use turn::Shell;

use crate::{
    outcome::Worked,
    own_picture::{self, Picture},
    tools::wish_of,
};

const DAYS: i32 = 30;

/// Reads the days and draws them.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(shell: &Shell, job: &ClaimedJob) -> Result<Worked<Picture>, DbError> {
    let mut conn = shell.pool.get().await?;
    let wish = wish_of::<PictureWish>(&mut conn, &shell.keys, job).await?;
    let days = wallets::list_finance_days(&mut conn, DAYS).await?;
    drop(conn);
    let drawing = Finances { days: days.iter().map(day_of).collect(), locale: wish.locale };
    let caption = bot_pro::picture_caption(wish.locale);
    Ok(own_picture::drawn(wish, "finance", caption, move || finances(&drawing)).await)
}

fn day_of(day: &FinanceDay) -> Day {
    Day {
        name: day.day.format("%d.%m").to_string(),
        paid_in: day.paid_in - day.refunded,
        spent: day.spent,
        cost_usd: day.cost_usd,
    }
}
