//! English.
use bot_kit::{Html, MemberLine, Movement, PaymentLine, PaymentStatus, StatementLine, Verdict, html, plural_en, shorten};
use domain::Stars;

use super::{Money, MoneyLabel, held_lines, margin, signed};
use crate::texts::en::{date, moment, service};

pub(super) fn text(text: &Money<'_>) -> Html {
    match text {
        Money::Balance(wallet) => {
            let mut out = html!("<b>Balance</b>\n\nFree: {}\nHeld: {}", wallet.available, wallet.reserved);
            let lines =
                held_lines(&wallet.held, |held| html!("• {} · {} · {}", service(held.service), held.case_label, held.stars));
            if let Some(lines) = lines {
                out = out.line(&lines);
            }
            if wallet.debt.0 > 0 {
                out = out.paragraph(&html!(
                    "Debt: {}. Telegram gave you Stars back that were spent already; the next top-up pays the debt first.",
                    wallet.debt
                ));
            }
            let mut prices = html!("<b>Prices of a finished result</b>");
            for price in wallet.prices.iter().filter(|price| price.stars.0 > 0) {
                prices = prices.line(&html!("{}: {}", service(price.service), price.stars));
            }
            out.paragraph(&prices).paragraph(&html!(
                "Stars are held at the beginning and charged only when the result is ready. No result, and they come back.\n\n\
                 Top up:"
            ))
        }
        Money::Rates(rates) => {
            let mut out = html!(
                "<b>How the prices are made</b>\n\nThe price of a result does not change while it is being made: it is kept when \
                 the Stars are held. It holds the model's work, storage and delivery.\n\nIts base is the price of a million \
                 tokens: (the model's price + $2 of infrastructure) × 1.1 at $0.01 a Star."
            );
            for rate in *rates {
                out = out.line(&html!("{}: {} for reading, {} for writing", rate.model.as_str(), rate.input, rate.output));
            }
            out
        }
        Money::NoHistory => html!("<b>History</b>\n\nNothing has happened yet."),
        Money::Statement { lines, page, pages } => {
            let mut out =
                if *pages > 1 { html!("<b>History</b> · page {} of {}\n", *page, *pages) } else { html!("<b>History</b>\n") };
            for line in *lines {
                out = out.line(&statement_line(line));
            }
            out
        }
        Money::Price(offer) => html!(
            "A screening costs {}, free are {}. Stars are held while the invitation lives and charged only when the report is ready.",
            offer.price,
            offer.available
        ),
        Money::TooFewStars { offer, service: id } => html!(
            "{} costs {}, free are {}. {} are missing.\n\nTop up, and after the payment everything goes on by itself.",
            service(*id),
            offer.price,
            offer.available,
            Stars(offer.price.0 - offer.available.0)
        ),
        Money::AskAmount { missing: Some(missing) } => {
            html!("How many Stars? A number from 10 to 10,000. {} are missing.", *missing)
        }
        Money::AskAmount { missing: None } => html!("How many Stars? A number from 10 to 10,000."),
        Money::BadAmount => html!("A whole number from 10 to 10,000 is needed, for example 150."),
        Money::InvoiceBelow => html!("The invoice comes as the next message."),
        Money::InvoiceTitle { stars } => html!("Top-up of {}", *stars),
        Money::InvoiceDescription => {
            html!("Stars for the tools of PsycheOS, charged only for finished results. Questions: /paysupport, terms: /terms")
        }
        Money::Refusal(verdict) => refusal(*verdict),
        Money::Paid { stars, available } => html!("{} added to your balance. Free: {}.", *stars, *available),
        Money::LaunchGoesOn { label } => html!("The invitation that waited for the payment is ready: “{}”.", *label),
        Money::LaunchCannotGoOn => html!(
            "What waited for the payment was not started: its case is deleted or archived, or a screening goes on \
             already. The Stars are on your balance."
        ),
        Money::LaunchStillLacks(offer) => {
            html!("The invitation still lacks {}. The Stars are on your balance.", Stars(offer.price.0 - offer.available.0))
        }
        Money::PaidUnmatched { stars } => html!(
            "Your payment of {} has come, but we cannot tell whose balance it is for. It is not lost: an administrator sees it and \
             will give it back or credit it. Questions: /paysupport",
            *stars
        ),
        Money::GivenBack { stars, owed: Stars(0) } => html!("{} were given back to you and taken off your balance.", *stars),
        Money::GivenBack { stars, owed } => html!(
            "{} were given back to you, but {} of them are spent already. That is noted as a debt: the next top-up pays it.",
            *stars,
            *owed
        ),
        Money::GivenBackUnknown { stars } => {
            html!("Telegram reports a refund of {}. We have no such payment; an administrator sees it.", *stars)
        }
        Money::LaunchForgotten => {
            html!("Canceled: no invitation is made by itself after the payment. What is paid stays on your balance.")
        }
        Money::Members { page, pages, search } => {
            let title = if *search { "Found" } else { "Specialists" };
            if *pages > 1 { html!("<b>{}</b> · page {} of {}", title, *page, *pages) } else { html!("<b>{}</b>", title) }
        }
        Money::NobodyFound => html!("Nobody was found."),
        Money::AskSearch => html!("Whom to find? A name, an @username or a Telegram id."),
        Money::Member(member) => member_card(member),
        Money::AskAdjust { member, add } => html!(
            "{} {}: how many, and why? For example: <code>50 for training</code>",
            if *add { "Add to" } else { "Take from" },
            member.full_name.as_str()
        ),
        Money::BadAdjust => html!("A number from 1 to 10,000 and a reason are needed, for example: <code>50 for training</code>"),
        Money::ConfirmAdjust { member, stars, note } => html!(
            "{} {} {} {}?\n\nReason: {}",
            if stars.0 > 0 { "Add" } else { "Take" },
            Stars(stars.0.abs()),
            if stars.0 > 0 { "to" } else { "from" },
            member.full_name.as_str(),
            *note
        ),
        Money::AdjustTooMuch { available } => html!("That much cannot be taken: {} are free.", *available),
        Money::AdjustOverCap { left } => html!("One administrator adds at most 10,000 ★ within a day. Left: {}.", *left),
        Money::Adjusted { stars } => html!("{} {}.", if stars.0 > 0 { "Added" } else { "Taken" }, Stars(stars.0.abs())),
        Money::AdjustNotice { stars, available, note } => html!(
            "An administrator has {} {}. Free: {}.\n\nReason: {}",
            if stars.0 > 0 { "added to your balance" } else { "taken from your balance" },
            Stars(stars.0.abs()),
            *available,
            *note
        ),
        Money::Finance(finance) => {
            let (cost, left) = margin(finance);
            let mut out = html!(
                "<b>Finances</b>\n\nOn balances: {}, of these held {}\nPaid in: {}\nGiven back: {}\nCharged for results: {}\nAdded \
                 by administrators: {}\nWritten off: {}\nDebts: {}",
                finance.held,
                finance.reserved,
                finance.paid_in,
                finance.refunded,
                finance.spent,
                finance.given,
                finance.written_off,
                finance.debt
            );
            out = out.paragraph(&html!("The models cost ${}. Left are ${}, if a Star brings $0.013.", cost, left));
            if finance.unmatched > 0 {
                let word = plural_en(i64::from(finance.unmatched), "payment", "payments");
                out = out.paragraph(&html!(
                    "⚠️ {} {} without a known payer: see the payments.",
                    i64::from(finance.unmatched),
                    word
                ));
            }
            out
        }
        Money::PictureComes => html!("The picture is coming."),
        Money::PictureCaption => html!("Finances of 30 days"),
        Money::Prices(_) => html!("<b>Prices</b>\n\nFor one finished result. A new price holds for new launches."),
        Money::AskPrice { service: id, stars } => {
            html!("{} costs {}. The new price? A number from 0 to 10,000.", service(*id), *stars)
        }
        Money::BadPrice => html!("A whole number from 0 to 10,000 is needed."),
        Money::ConfirmPrice { service: id, from, to } => html!("{}: {} → {}. Change it?", service(*id), *from, *to),
        Money::PriceSet => html!("The price is changed."),
        Money::NoPayments => html!("<b>Payments</b>\n\nNothing was paid yet."),
        Money::Payments { page, pages } => {
            if *pages > 1 {
                html!("<b>Payments</b> · page {} of {}", *page, *pages)
            } else {
                html!("<b>Payments</b>")
            }
        }
        Money::Payment(payment) => payment_card(payment),
        Money::ConfirmRefund(payment) => html!(
            "Give {} back to {}? The Stars leave the balance at once, Telegram returns them to the payer.",
            payment.stars,
            payment.payer.as_deref().unwrap_or("the payer")
        ),
        Money::RefundTooMuch { available } => html!("It cannot be given back: only {} of it are free.", *available),
        Money::RefundNotPaid => html!("This payment cannot be given back: it is on its way back, or returned already."),
        Money::RefundAsked => html!("Telegram is asked to give it back."),
    }
}

fn refusal(verdict: Verdict) -> Html {
    match verdict {
        Verdict::Approved | Verdict::Unknown => html!("There is no such invoice. Open your balance and make a new one."),
        Verdict::Expired => html!("This invoice is too old. Open your balance and make a new one."),
        Verdict::PaidAlready => html!("This invoice is paid already. For another top-up make a new one."),
        Verdict::WrongAmount => html!("The sum is not that of the invoice. Please make a new one."),
        Verdict::WrongPayer => html!("This invoice is somebody else's. Open your own balance and make one there."),
        Verdict::NotRegistered => html!("Only specialists with access to PsycheOS can top up."),
        Verdict::Blocked => html!("Access to PsycheOS is closed at the moment, the payment was not taken."),
    }
}

fn statement_line(line: &StatementLine) -> Html {
    let what = match line.movement {
        Movement::TopUp => "top-up",
        Movement::Held => "held",
        Movement::Released => "given back",
        Movement::Charged => "charged from what was held",
        Movement::Refunded => "payment refunded",
        Movement::Credited => "added by an administrator",
        Movement::Debited => "taken by an administrator",
        Movement::Owed => "debt",
        Movement::Repaid => "debt paid",
    };
    let mut out = html!("{} · {}", date(line.at), what);
    if let Some(id) = line.service {
        out = out.then(&html!(" · {}", service(id)));
    }
    if let Some(label) = &line.case_label {
        out = out.then(&html!(" · {}", shorten(label, 30)));
    }
    out.line(&html!("<b>{}</b> → free {}", signed(line), line.available_after))
}

fn member_card(member: &MemberLine) -> Html {
    let username = member.username.as_ref().map_or_else(String::new, |name| format!(" · @{name}"));
    let mut out = html!("<b>{}</b>{}\nTelegram id: <code>{}</code>", member.full_name.as_str(), username, member.telegram_id.0);
    out = out.paragraph(&html!("Free: {}\nHeld: {}", member.available, member.reserved));
    if member.debt.0 > 0 {
        out = out.line(&html!("Debt: {}", member.debt));
    }
    if member.blocked {
        out = out.paragraph(&html!("Access is closed."));
    }
    out
}

fn status(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Created => "invoice sent",
        PaymentStatus::Approved => "being paid",
        PaymentStatus::Paid => "credited",
        PaymentStatus::Refunding => "being given back",
        PaymentStatus::Refunded => "given back",
        PaymentStatus::Unmatched => "payer unknown",
    }
}

fn payment_card(payment: &PaymentLine) -> Html {
    let mut out = html!("<b>Payment of {}</b> · {}\n{}", payment.stars, moment(payment.at), status(payment.status));
    if let Some(name) = &payment.payer {
        out = out.line(&html!("{}, free {}", name.as_str(), payment.available));
    }
    if let Some(id) = payment.payer_telegram_id {
        out = out.line(&html!("Telegram id: <code>{}</code>", id.0));
    }
    out
}

pub(super) fn label(label: &MoneyLabel<'_>) -> String {
    match label {
        MoneyLabel::Pack(stars) => format!("⭐️ {stars}"),
        MoneyLabel::OtherAmount => "Another amount".into(),
        MoneyLabel::History => "🧾 History".into(),
        MoneyLabel::Rates => "❔ How prices are made".into(),
        MoneyLabel::BackToBalance => "← To the balance".into(),
        MoneyLabel::Administration => "← Administration".into(),
        MoneyLabel::Members => "👥 Specialists".into(),
        MoneyLabel::Search => "🔍 Find".into(),
        MoneyLabel::MemberLine(member) => {
            let lock = if member.blocked { "🔒 " } else { "" };
            format!("{lock}{} · {}", shorten(&member.full_name, 30), member.available)
        }
        MoneyLabel::AddStars => "➕ Add".into(),
        MoneyLabel::TakeStars => "➖ Take".into(),
        MoneyLabel::Yes => "Yes".into(),
        MoneyLabel::Finance => "📊 Finances".into(),
        MoneyLabel::Picture => "🖼 By day, one month".into(),
        MoneyLabel::Prices => "🏷 Prices".into(),
        MoneyLabel::PriceLine(price) => format!("{}: {}", service(price.service), price.stars),
        MoneyLabel::Payments => "💳 Payments".into(),
        MoneyLabel::PaymentLine(payment) => {
            format!("{} · {} · {}", date(payment.at), payment.stars, status(payment.status))
        }
        MoneyLabel::Refund => "↩️ Give back".into(),
        MoneyLabel::RefundYes => "↩️ Yes, give back".into(),
    }
}
