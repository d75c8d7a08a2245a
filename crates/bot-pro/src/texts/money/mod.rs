//! What Pro says about money: to a specialist, to a payer nobody knows, to an administrator.
mod en;
mod ru;

use bot_kit::{Finance, Held, Html, MemberLine, Offer, PaymentLine, Price, Rate, StatementLine, Verdict, Wallet};
use domain::{Locale, ServiceId, Stars};

/// Dollars that Telegram pays out for a Star (telegram.md, section 3).
const PAYOUT_USD: f64 = 0.013;

/// A message about money.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the words of each stand in ru.rs and en.rs")]
pub enum Money<'a> {
    // the wallet
    Balance(&'a Wallet),
    Rates(&'a [Rate]),
    NoHistory,
    Statement { lines: &'a [StatementLine], page: u32, pages: u32 },
    Price(Offer),
    TooFewStars { offer: Offer, service: ServiceId },
    AskAmount { missing: Option<Stars> },
    BadAmount,
    InvoiceBelow,
    InvoiceTitle { stars: Stars },
    InvoiceDescription,
    // a payment
    Refusal(Verdict),
    Paid { stars: Stars, available: Stars },
    LaunchGoesOn { label: &'a str },
    LaunchCannotGoOn,
    LaunchStillLacks(Offer),
    PaidUnmatched { stars: Stars },
    GivenBack { stars: Stars, owed: Stars },
    GivenBackUnknown { stars: Stars },
    LaunchForgotten,
    // administration
    Members { page: u32, pages: u32, search: bool },
    NobodyFound,
    AskSearch,
    Member(&'a MemberLine),
    AskAdjust { member: &'a MemberLine, add: bool },
    BadAdjust,
    ConfirmAdjust { member: &'a MemberLine, stars: Stars, note: &'a str },
    AdjustTooMuch { available: Stars },
    AdjustOverCap { left: Stars },
    Adjusted { stars: Stars },
    AdjustNotice { stars: Stars, available: Stars, note: &'a str },
    Finance(Finance),
    PictureComes,
    PictureCaption,
    Prices(&'a [Price]),
    AskPrice { service: ServiceId, stars: Stars },
    BadPrice,
    ConfirmPrice { service: ServiceId, from: Stars, to: Stars },
    PriceSet,
    NoPayments,
    Payments { page: u32, pages: u32 },
    Payment(&'a PaymentLine),
    ConfirmRefund(&'a PaymentLine),
    RefundTooMuch { available: Stars },
    RefundNotPaid,
    RefundAsked,
}

impl Money<'_> {
    /// The text with markup.
    #[must_use]
    pub fn html(&self, locale: Locale) -> Html {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }

    /// The text without markup.
    #[must_use]
    pub fn plain(&self, locale: Locale) -> String {
        self.html(locale).visible()
    }
}

/// What stands on a button about money.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the words of each stand in ru.rs and en.rs")]
pub enum MoneyLabel<'a> {
    Pack(Stars),
    OtherAmount,
    History,
    Rates,
    BackToBalance,
    Administration,
    Members,
    Search,
    MemberLine(&'a MemberLine),
    AddStars,
    TakeStars,
    Yes,
    Finance,
    Picture,
    Prices,
    PriceLine(Price),
    Payments,
    PaymentLine(&'a PaymentLine),
    Refund,
    RefundYes,
}

impl MoneyLabel<'_> {
    /// The label in a language.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        match locale {
            Locale::Ru => ru::label(self),
            Locale::En => en::label(self),
        }
    }
}

/// What the models cost, and what is left of the charges after it, in dollars.
fn margin(finance: &Finance) -> (String, String) {
    let left = finance.spent.0 as f64 * PAYOUT_USD - finance.cost_usd;
    (format!("{:.2}", finance.cost_usd), format!("{left:.2}"))
}

/// `+50` or `−50`, as it changes what is free; a charge of what was held changes nothing.
fn signed(line: &StatementLine) -> String {
    use bot_kit::Movement::{Charged, Credited, Debited, Held, Owed, Refunded, Released, Repaid, TopUp};
    match line.movement {
        TopUp | Released | Credited => format!("+{}", line.stars),
        Held | Refunded | Debited | Repaid => format!("−{}", line.stars),
        Charged | Owed => line.stars.to_string(),
    }
}

/// Lines of what is held, one for each.
fn held_lines(held: &[Held], line: impl Fn(&Held) -> Html) -> Option<Html> {
    let mut lines = held.iter().map(line);
    let first = lines.next()?;
    Some(lines.fold(first, |all, one| all.line(&one)))
}

/// Words of a message to be sent outside a dialogue: a payment that was credited late.
#[must_use]
pub fn late_payment(locale: Locale, stars: Stars, available: Stars) -> Html {
    Money::Paid { stars, available }.html(locale)
}

/// The caption of the finances' picture.
#[must_use]
pub fn picture_caption(locale: Locale) -> Html {
    Money::PictureCaption.html(locale)
}
