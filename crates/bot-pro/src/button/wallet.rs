//! The buttons of the wallet.
use bot_kit::Button;
use domain::{CaseId, ServiceId, parse_short_id, short_id};
use serde::{Deserialize, Serialize};

/// A launch that lacks Stars and is to go on by itself when they are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Then {
    /// For which case.
    pub case: CaseId,
    /// Which tool.
    pub service: ServiceId,
    /// Days its pass is to live, 1–14; none for the usual length.
    pub days: Option<u8>,
}

/// A button of the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalletButton {
    /// The balance.
    Balance,
    /// A page of the history.
    Statement {
        /// From 0.
        page: u32,
    },
    /// How the prices are made.
    Rates,
    /// An invoice.
    Buy {
        /// How many Stars, 10–10,000.
        stars: u16,
        /// What goes on when it is paid.
        then: Option<Then>,
        /// Of the turn that offered it.
        stamp: i64,
    },
    /// Asks for another amount.
    BuyOther {
        /// What goes on when it is paid.
        then: Option<Then>,
    },
}

/// A letter that stands for a service in a button.
pub(super) fn letter(service: ServiceId) -> char {
    match service {
        ServiceId::Screen => 's',
        ServiceId::Interpretator => 'i',
        ServiceId::Conceptualizator => 'c',
        ServiceId::Simulator => 't',
        ServiceId::ProGuide => 'g',
    }
}

fn write(then: Option<Then>) -> String {
    then.map_or_else(String::new, |then| format!(":{}:{}{}", short_id(then.case.0), letter(then.service), then.days.unwrap_or(0)))
}

fn read(case: Option<&str>, rest: Option<&str>) -> Option<Option<Then>> {
    let (case, rest) = match (case, rest) {
        (None, None) => return Some(None),
        (Some(case), Some(rest)) => (CaseId(parse_short_id(case)?), rest),
        (Some(_), None) | (None, Some(_)) => return None,
    };
    let mut letters = rest.chars();
    let first = letters.next()?;
    let service = *ServiceId::ALL.iter().find(|service| letter(**service) == first)?;
    let days: u8 = letters.as_str().parse().ok().filter(|days| *days <= 14)?;
    Some(Some(Then { case, service, days: (days > 0).then_some(days) }))
}

impl Button for WalletButton {
    fn encode(&self) -> String {
        match self {
            Self::Balance => "b".into(),
            Self::Statement { page } => format!("b:h:{page}"),
            Self::Rates => "b:r".into(),
            Self::Buy { stars, then, stamp } => format!("b:p:{stars}:{stamp}{}", write(*then)),
            Self::BuyOther { then } => format!("b:o{}", write(*then)),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        let parts: Vec<&str> = data.split(':').collect();
        match parts.as_slice() {
            ["b"] => Some(Self::Balance),
            ["b", "h", page] => Some(Self::Statement { page: page.parse().ok()? }),
            ["b", "r"] => Some(Self::Rates),
            ["b", "p", stars, stamp, then @ ..] if then.len() <= 2 => Some(Self::Buy {
                stars: stars.parse().ok().filter(|stars| (10..=10_000).contains(stars))?,
                then: read(then.first().copied(), then.get(1).copied())?,
                stamp: stamp.parse().ok()?,
            }),
            ["b", "o", then @ ..] if then.len() <= 2 => {
                Some(Self::BuyOther { then: read(then.first().copied(), then.get(1).copied())? })
            }
            _ => None,
        }
    }
}

/// Every button of the wallet, for tests that must not forget one.
pub(crate) fn every_wallet_button(case: CaseId, stamp: i64) -> Vec<WalletButton> {
    // A new variant does not compile here until it is in the list below.
    let _ = |button: WalletButton| match button {
        WalletButton::Balance
        | WalletButton::Statement { .. }
        | WalletButton::Rates
        | WalletButton::Buy { .. }
        | WalletButton::BuyOther { .. } => {}
    };
    let then = Some(Then { case, service: ServiceId::Screen, days: Some(14) });
    let mut all = vec![
        WalletButton::Balance,
        WalletButton::Statement { page: u32::MAX },
        WalletButton::Rates,
        WalletButton::Buy { stars: 10_000, then, stamp },
        WalletButton::Buy { stars: 50, then: None, stamp },
        WalletButton::BuyOther { then: None },
    ];
    let thens = ServiceId::ALL.iter().map(|service| Then { case, service: *service, days: None });
    all.extend(thens.map(|then| WalletButton::BuyOther { then: Some(then) }));
    all
}
