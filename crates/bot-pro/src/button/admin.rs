//! The administrator's buttons. What they may do is checked where it is done; here is only their form.
use bot_kit::Button;
use domain::{JobId, PaymentId, ServiceId, UserId, parse_short_id, short_id};

use super::care::{CareButton, every_care_button};

/// A button of the administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminButton {
    /// The administration's menu.
    Menu,
    /// An invitation for specialists.
    Invite {
        /// People who may use it: 1, 5 or 10.
        uses: u8,
        /// Days it lives: 7 or 30.
        days: u8,
        /// Of the turn that offered it.
        stamp: i64,
    },
    /// A page of the specialists.
    Members {
        /// From 0.
        page: u32,
    },
    /// Asks whom to look for.
    Search,
    /// One specialist.
    Member(UserId),
    /// Asks how many Stars to add or to take, and why.
    Adjust {
        /// Whose wallet.
        user: UserId,
        /// Adds; else takes.
        add: bool,
    },
    /// Does it.
    AdjustYes {
        /// Of the turn that asked.
        stamp: i64,
    },
    /// The finances.
    Finance,
    /// The last thirty days as a picture.
    Picture {
        /// Of the turn that offered it.
        stamp: i64,
    },
    /// The prices.
    Prices,
    /// Asks for another price.
    Price(ServiceId),
    /// Sets it.
    PriceYes {
        /// Of the turn that asked.
        stamp: i64,
    },
    /// A page of payments.
    Payments {
        /// From 0.
        page: u32,
    },
    /// One payment.
    Payment(PaymentId),
    /// Asks before a payment is given back.
    Refund(PaymentId),
    /// Gives it back.
    RefundYes {
        /// Which.
        payment: PaymentId,
        /// Of the turn that asked.
        stamp: i64,
    },
    /// For looking after the platform.
    Care(CareButton),
}

impl Button for AdminButton {
    fn encode(&self) -> String {
        match self {
            Self::Menu => "a".into(),
            Self::Invite { uses, days, stamp } => format!("a:i:{uses}:{days}:{stamp}"),
            Self::Members { page } => format!("a:u:{page}"),
            Self::Search => "a:s".into(),
            Self::Member(user) => format!("a:m:{}", short_id(user.0)),
            Self::Adjust { user, add } => format!("a:w:{}:{}", short_id(user.0), u8::from(*add)),
            Self::AdjustYes { stamp } => format!("a:wy:{stamp}"),
            Self::Finance => "a:f".into(),
            Self::Picture { stamp } => format!("a:fp:{stamp}"),
            Self::Prices => "a:p".into(),
            Self::Price(service) => format!("a:pc:{service}"),
            Self::PriceYes { stamp } => format!("a:py:{stamp}"),
            Self::Payments { page } => format!("a:l:{page}"),
            Self::Payment(payment) => format!("a:lo:{}", short_id(payment.0)),
            Self::Refund(payment) => format!("a:r:{}", short_id(payment.0)),
            Self::Care(button) => button.encode(),
            Self::RefundYes { payment, stamp } => format!("a:ry:{}:{stamp}", short_id(payment.0)),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        if let Some(button) = CareButton::decode(data) {
            return Some(Self::Care(button));
        }
        let mut parts = data.split(':');
        if parts.next() != Some("a") {
            return None;
        }
        let (name, one, two, three) = (parts.next(), parts.next(), parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        let id = || one.and_then(parse_short_id);
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
        let page = || one.and_then(|text| text.parse::<u32>().ok());
        Some(match (name, one, two, three) {
            (None, ..) => Self::Menu,
            (Some("i"), Some(uses), Some(days), stamp) => Self::Invite {
                uses: uses.parse().ok().filter(|uses| [1, 5, 10].contains(uses))?,
                days: days.parse().ok().filter(|days| [7, 30].contains(days))?,
                stamp: number(stamp)?,
            },
            (Some("u"), _, None, _) => Self::Members { page: page()? },
            (Some("s"), None, ..) => Self::Search,
            (Some("m"), _, None, _) => Self::Member(UserId(id()?)),
            (Some("w"), _, Some("0"), None) => Self::Adjust { user: UserId(id()?), add: false },
            (Some("w"), _, Some("1"), None) => Self::Adjust { user: UserId(id()?), add: true },
            (Some("wy"), stamp, None, _) => Self::AdjustYes { stamp: number(stamp)? },
            (Some("f"), None, ..) => Self::Finance,
            (Some("fp"), stamp, None, _) => Self::Picture { stamp: number(stamp)? },
            (Some("p"), None, ..) => Self::Prices,
            (Some("pc"), Some(service), None, _) => Self::Price(service.parse().ok()?),
            (Some("py"), stamp, None, _) => Self::PriceYes { stamp: number(stamp)? },
            (Some("l"), _, None, _) => Self::Payments { page: page()? },
            (Some("lo"), _, None, _) => Self::Payment(PaymentId(id()?)),
            (Some("r"), _, None, _) => Self::Refund(PaymentId(id()?)),
            (Some("ry"), _, stamp, None) => Self::RefundYes { payment: PaymentId(id()?), stamp: number(stamp)? },
            _ => return None,
        })
    }
}

/// Every button of the administration, for tests that must not forget one.
pub(crate) fn every_admin_button(user: UserId, payment: PaymentId, stamp: i64) -> Vec<AdminButton> {
    // A new variant does not compile here until it is in the list below.
    let _ = |button: AdminButton| match button {
        AdminButton::Menu
        | AdminButton::Invite { .. }
        | AdminButton::Members { .. }
        | AdminButton::Search
        | AdminButton::Member(_)
        | AdminButton::Adjust { .. }
        | AdminButton::AdjustYes { .. }
        | AdminButton::Finance
        | AdminButton::Picture { .. }
        | AdminButton::Prices
        | AdminButton::Price(_)
        | AdminButton::PriceYes { .. }
        | AdminButton::Payments { .. }
        | AdminButton::Payment(_)
        | AdminButton::Refund(_)
        | AdminButton::RefundYes { .. }
        | AdminButton::Care(_) => {}
    };
    let mut all = vec![
        AdminButton::Menu,
        AdminButton::Members { page: u32::MAX },
        AdminButton::Search,
        AdminButton::Member(user),
        AdminButton::Adjust { user, add: true },
        AdminButton::Adjust { user, add: false },
        AdminButton::AdjustYes { stamp },
        AdminButton::Finance,
        AdminButton::Picture { stamp },
        AdminButton::Prices,
        AdminButton::PriceYes { stamp },
        AdminButton::Payments { page: 0 },
        AdminButton::Payment(payment),
        AdminButton::Refund(payment),
        AdminButton::RefundYes { payment, stamp },
    ];
    all.extend(every_care_button(user, JobId(payment.0), stamp).into_iter().map(AdminButton::Care));
    all.extend(ServiceId::ALL.iter().map(|service| AdminButton::Price(*service)));
    all.extend([(1, 7), (5, 7), (10, 30)].map(|(uses, days)| AdminButton::Invite { uses, days, stamp }));
    all
}
