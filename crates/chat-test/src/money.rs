//! Wallets and payments of the world in memory.
use std::collections::BTreeMap;

use bot_kit::{
    Checkout, Credit, Event, Finance, Held, Invoice, MemberLine, Movement, PAGE_LINES, Page, Payment, PaymentLine, PaymentStatus,
    Price, Rate, Return, RunStatus, StatementLine, Verdict, WaitingLaunch, Wallet,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BotId, CaseId, PaymentId, ServiceId, Stars, TelegramId, UserId};

use crate::memory::{Memory, telegram_id};

/// A wallet with its history.
#[derive(Debug, Clone, Default)]
pub(crate) struct Purse {
    pub available: i64,
    pub reserved: i64,
    pub debt: i64,
    lines: Vec<StatementLine>,
}

/// A payment, open or made.
#[derive(Debug, Clone)]
pub(crate) struct Bought {
    pub payment: PaymentId,
    pub user: Option<UserId>,
    pub payer: Option<TelegramId>,
    pub stars: Stars,
    pub status: PaymentStatus,
    pub charge: Option<String>,
    pub then: Option<(CaseId, ServiceId, Option<u8>)>,
    pub at: DateTime<Utc>,
}

/// The money of the world.
#[derive(Debug)]
pub(crate) struct Bank {
    pub first: Stars,
    pub purses: BTreeMap<UserId, Purse>,
    pub bought: Vec<Bought>,
    prices: Vec<Price>,
    given: i64,
}

impl Default for Bank {
    fn default() -> Self {
        let price = |service, stars| Price { service, stars: Stars(stars) };
        Self {
            first: Stars(500),
            purses: BTreeMap::new(),
            bought: Vec::new(),
            prices: vec![
                price(ServiceId::ProGuide, 0),
                price(ServiceId::Screen, 50),
                price(ServiceId::Interpretator, 60),
                price(ServiceId::Conceptualizator, 90),
                price(ServiceId::Simulator, 110),
            ],
            given: 0,
        }
    }
}

impl Bank {
    pub fn price(&self, service: ServiceId) -> Stars {
        self.prices.iter().find(|price| price.service == service).map_or(Stars(0), |price| price.stars)
    }

    pub fn set_price(&mut self, service: ServiceId, stars: Stars) {
        self.prices.iter_mut().filter(|price| price.service == service).for_each(|price| price.stars = stars);
        self.prices.sort_by_key(|price| (price.stars, price.service.as_str()));
    }

    pub fn prices(&self) -> Vec<Price> {
        self.prices.clone()
    }

    pub fn given(&self) -> Stars {
        Stars(self.given)
    }

    pub fn available(&self, user: UserId) -> Stars {
        Stars(self.purses.get(&user).map_or(0, |purse| purse.available))
    }
}

/// Rates as the database is seeded with them.
pub(crate) fn rates() -> Vec<Rate> {
    let rate = |model: &str, input, output| Rate { model: model.into(), input: Stars(input), output: Stars(output) };
    vec![rate("claude-haiku-4-5", 330, 770), rate("claude-sonnet-4-5", 550, 1870)]
}

impl Memory {
    /// Moves Stars in a wallet, with its line in the history. What becomes free pays a debt first.
    pub(crate) fn move_stars(&mut self, user: UserId, movement: Movement, stars: Stars, about: Option<(ServiceId, CaseId)>) {
        if stars.0 == 0 {
            return;
        }
        let label = about.and_then(|(_, case)| self.cases.get(&case)).map(|case| case.label.clone());
        let (at, purse) = (self.now, self.bank.purses.entry(user).or_default());
        match movement {
            Movement::TopUp | Movement::Credited => purse.available += stars.0,
            Movement::Released => {
                purse.available += stars.0;
                purse.reserved -= stars.0;
            }
            Movement::Held => {
                purse.available -= stars.0;
                purse.reserved += stars.0;
            }
            Movement::Charged => purse.reserved -= stars.0,
            Movement::Refunded | Movement::Debited => purse.available -= stars.0,
            Movement::Owed => purse.debt += stars.0,
            Movement::Repaid => {
                purse.available -= stars.0;
                purse.debt -= stars.0;
            }
        }
        let line = StatementLine {
            at,
            movement,
            stars,
            service: about.map(|(service, _)| service),
            case_label: label,
            available_after: Stars(purse.available),
        };
        purse.lines.push(line);
        let owed = purse.debt.min(purse.available);
        let note = match movement {
            Movement::TopUp => "зачислено",
            Movement::Held => "удержано",
            Movement::Released => "возвращено",
            Movement::Charged => "списано",
            Movement::Refunded => "возврат оплаты",
            Movement::Credited => "зачислил администратор",
            Movement::Debited => "списал администратор",
            Movement::Owed => "долг",
            Movement::Repaid => "погашено долга",
        };
        self.note(format!("{note} {stars}"));
        if matches!(movement, Movement::TopUp | Movement::Released | Movement::Credited) && owed > 0 {
            self.move_stars(user, Movement::Repaid, Stars(owed), None);
        }
    }

    /// The Stars a new specialist of a story begins with.
    pub(crate) fn give_first_stars(&mut self, user: UserId) {
        let first = self.bank.first;
        let notes = self.notes_len();
        self.move_stars(user, Movement::Credited, first, None);
        self.forget_notes(notes);
    }

    pub(crate) fn wallet_of(&self, user: UserId) -> Wallet {
        let purse = self.bank.purses.get(&user).cloned().unwrap_or_default();
        let mut runs: Vec<_> = self.runs.values().filter(|run| run.reserved.0 > 0).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.order));
        let held = runs.iter().filter_map(|run| {
            let case = self.cases.get(&run.case).filter(|case| case.owner == user)?;
            Some(Held { service: run.service, case_label: case.label.clone(), stars: run.reserved })
        });
        Wallet {
            available: Stars(purse.available),
            reserved: Stars(purse.reserved),
            debt: Stars(purse.debt),
            held: held.take(PAGE_LINES).collect(),
            prices: self.bank.prices(),
        }
    }

    pub(crate) fn statement_of(&self, user: UserId, page: u32) -> Page<StatementLine> {
        let mut lines = self.bank.purses.get(&user).map(|purse| purse.lines.clone()).unwrap_or_default();
        lines.reverse();
        for line in &mut lines {
            // Whose case was erased has no label any more.
            line.case_label = line.case_label.take().filter(|label| self.cases.values().any(|case| &case.label == label));
        }
        paged(&lines, page)
    }

    pub(crate) fn open_payment(&mut self, user: UserId, invoice: &Invoice) {
        if invoice.then.is_some() {
            self.forget_launches(user);
        }
        self.bank.bought.push(Bought {
            payment: invoice.payment,
            user: Some(user),
            payer: None,
            stars: invoice.stars,
            status: PaymentStatus::Created,
            charge: None,
            then: invoice.then,
            at: self.now,
        });
    }

    pub(crate) fn forget_launches(&mut self, user: UserId) {
        self.bank
            .bought
            .iter_mut()
            .filter(|bought| bought.user == Some(user) && is_open(bought))
            .for_each(|bought| bought.then = None);
    }

    pub(crate) fn launch_waits(&self, user: UserId) -> bool {
        self.bank.bought.iter().any(|bought| bought.user == Some(user) && is_open(bought) && bought.then.is_some())
    }

    pub(crate) fn check_payment(&mut self, payer: TelegramId, checkout: &Checkout) -> Verdict {
        let Some(user) = self.users.get(&payer) else { return Verdict::NotRegistered };
        if user.blocked {
            return Verdict::Blocked;
        }
        let (user, now) = (user.user_id, self.now);
        let Some(bought) = self.bank.bought.iter_mut().find(|bought| bought.payment.to_string() == checkout.payload) else {
            return Verdict::Unknown;
        };
        if bought.user != Some(user) {
            Verdict::WrongPayer
        } else if !is_open(bought) {
            Verdict::PaidAlready
        } else if bought.at < now - TimeDelta::days(7) {
            Verdict::Expired
        } else if bought.stars != checkout.stars || checkout.currency != "XTR" {
            Verdict::WrongAmount
        } else {
            bought.status = PaymentStatus::Approved;
            Verdict::Approved
        }
    }

    pub(crate) fn credit(&mut self, payer: TelegramId, payment: &Payment) -> Credit {
        if self.bank.bought.iter().any(|bought| bought.charge.as_ref() == Some(&payment.charge)) {
            return Credit::Already;
        }
        let user = self.users.get(&payer).map(|user| user.user_id);
        let now = self.now;
        let theirs = self.bank.bought.iter_mut().find(|bought| bought.payment.to_string() == payment.payload && is_open(bought));
        match (theirs, user) {
            (Some(bought), Some(user)) if bought.user == Some(user) && bought.stars == payment.stars => {
                bought.status = PaymentStatus::Paid;
                (bought.charge, bought.payer, bought.at) = (Some(payment.charge.clone()), Some(payer), now);
                let (id, then) = (bought.payment, bought.then);
                self.move_stars(user, Movement::TopUp, payment.stars, None);
                let launch = then.map(|(case, service, days)| WaitingLaunch { payment: id, case, service, days });
                Credit::Done { available: self.bank.available(user), launch }
            }
            _ => {
                let payment_id = PaymentId(self.new_id());
                self.bank.bought.push(Bought {
                    payment: payment_id,
                    user: None,
                    payer: Some(payer),
                    stars: payment.stars,
                    status: PaymentStatus::Unmatched,
                    charge: Some(payment.charge.clone()),
                    then: None,
                    at: now,
                });
                Credit::Unmatched
            }
        }
    }

    pub(crate) fn take_back(&mut self, charge: &str) -> Return {
        let found = self.bank.bought.iter_mut().find(|bought| bought.charge.as_deref() == Some(charge));
        let Some(bought) = found else { return Return::Unknown };
        let (before, user, stars) = (bought.status, bought.user, bought.stars);
        bought.status = PaymentStatus::Refunded;
        match (before, user) {
            (PaymentStatus::Refunded, _) => Return::Already,
            (PaymentStatus::Paid, Some(user)) => {
                let free = stars.0.min(self.bank.available(user).0);
                self.move_stars(user, Movement::Refunded, Stars(free), None);
                self.move_stars(user, Movement::Owed, Stars(stars.0 - free), None);
                Return::Done { owed: Stars(stars.0 - free) }
            }
            _ => Return::Done { owed: Stars(0) },
        }
    }

    /// Asks Telegram to give a payment back: it does, and says so.
    pub(crate) fn refund(&mut self, payment: PaymentId) {
        let found = self.bank.bought.iter_mut().find(|bought| bought.payment == payment);
        let Some(bought) = found else { return };
        let taken = bought.user.filter(|_| bought.status == PaymentStatus::Paid);
        bought.status = PaymentStatus::Refunding;
        let (stars, payer) = (bought.stars, bought.payer);
        let event = Payment { payload: payment.to_string(), stars, charge: bought.charge.clone().unwrap_or_default() };
        if let Some(user) = taken {
            self.move_stars(user, Movement::Refunded, stars, None);
        }
        self.later(payer, Event::Refunded(event));
    }

    pub(crate) fn adjust(&mut self, user: UserId, stars: Stars) {
        let movement = if stars.0 > 0 { Movement::Credited } else { Movement::Debited };
        self.bank.given += stars.0.max(0);
        self.move_stars(user, movement, Stars(stars.0.abs()), None);
    }

    pub(crate) fn member(&self, user: UserId) -> Option<MemberLine> {
        let (id, found) = self.users.iter().find(|(_, found)| found.user_id == user)?;
        let purse = self.bank.purses.get(&user).cloned().unwrap_or_default();
        Some(MemberLine {
            user,
            telegram_id: *id,
            full_name: found.full_name.clone(),
            username: None,
            blocked: found.blocked,
            locale: found.chosen_locale.unwrap_or(domain::Locale::Ru),
            available: Stars(purse.available),
            reserved: Stars(purse.reserved),
            debt: Stars(purse.debt),
        })
    }

    pub(crate) fn members(&self, search: Option<&str>, page: u32) -> Page<MemberLine> {
        let fits = |member: &MemberLine| {
            search.is_none_or(|text| {
                let lower = text.to_lowercase();
                member.full_name.to_lowercase().contains(&lower) || member.telegram_id.to_string() == text
            })
        };
        let mut all: Vec<MemberLine> = self.users.values().filter_map(|user| self.member(user.user_id)).filter(fits).collect();
        all.sort_by(|one, two| one.full_name.cmp(&two.full_name));
        paged(&all, page)
    }

    pub(crate) fn payment_line(&self, payment: PaymentId) -> Option<PaymentLine> {
        self.bank.bought.iter().find(|bought| bought.payment == payment).map(|bought| self.line_of(bought))
    }

    fn line_of(&self, bought: &Bought) -> PaymentLine {
        PaymentLine {
            payment: bought.payment,
            at: bought.at,
            stars: bought.stars,
            status: bought.status,
            payer: bought.user.and_then(|user| self.member(user)).map(|member| member.full_name),
            payer_telegram_id: bought.payer,
            available: bought.user.map_or(Stars(0), |user| self.bank.available(user)),
        }
    }

    pub(crate) fn payments(&self, page: u32) -> Page<PaymentLine> {
        let mut all: Vec<PaymentLine> =
            self.bank.bought.iter().rev().filter(|bought| !is_open(bought)).map(|bought| self.line_of(bought)).collect();
        all.sort_by_key(|line| line.status != PaymentStatus::Unmatched);
        paged(&all, page)
    }

    pub(crate) fn finance(&self) -> Finance {
        let sum = |of: fn(&Purse) -> i64| Stars(self.bank.purses.values().map(of).sum());
        let paid = |fits: fn(PaymentStatus) -> bool| {
            Stars(
                self.bank
                    .bought
                    .iter()
                    .filter(|bought| !is_open(bought) && fits(bought.status))
                    .map(|bought| bought.stars.0)
                    .sum(),
            )
        };
        let moved = |movement| {
            let lines = self.bank.purses.values().flat_map(|purse| &purse.lines).filter(|line| line.movement == movement);
            lines.map(|line| line.stars.0).sum::<i64>()
        };
        let unmatched = self.bank.bought.iter().filter(|bought| bought.status == PaymentStatus::Unmatched).count();
        Finance {
            held: sum(|purse| purse.available + purse.reserved),
            reserved: sum(|purse| purse.reserved),
            debt: sum(|purse| purse.debt),
            paid_in: paid(|_| true),
            refunded: paid(|status| matches!(status, PaymentStatus::Refunding | PaymentStatus::Refunded)),
            spent: Stars(moved(Movement::Charged)),
            given: Stars(moved(Movement::Credited) - moved(Movement::Debited)),
            written_off: Stars(0),
            cost_usd: 0.0,
            unmatched: u32::try_from(unmatched).unwrap_or_default(),
        }
    }

    /// The newest invoice of a person that was not paid, as Telegram would ask about it when `payer` pays.
    pub(crate) fn newest_invoice(&self, person: usize) -> Option<(PaymentId, Stars)> {
        let user = self.users.get(&telegram_id(self.people.get(person)?, person)).map(|user| user.user_id);
        let newest = self.bank.bought.iter().rev().find(|bought| bought.user.is_some() && bought.user == user)?;
        Some((newest.payment, newest.stars))
    }

    /// `payer` pays somebody's newest invoice: the pre-checkout first, then, if the bot agrees, the payment.
    pub(crate) fn pay(&mut self, payer: usize, of: usize) -> Result<(), String> {
        let (payment, stars) = self.newest_invoice(of).ok_or("nobody was sent an invoice")?;
        let payload = payment.to_string();
        let checkout = Checkout { query: "query".into(), payload: payload.clone(), stars, currency: "XTR".into() };
        self.checkout_answer = None;
        self.pro_turn(payer, Event::Checkout(checkout));
        match self.checkout_answer.take() {
            Some(None) => {
                self.note("оплачено");
                self.charges += 1;
                let charge = format!("charge{}", self.charges);
                self.last_payment = Some((payer, Payment { payload, stars, charge }));
                self.deliver_last_payment(false);
            }
            Some(Some(reason)) => self.note(format!("оплата отклонена: «{reason}»")),
            None => self.note("оплата не подтверждена"),
        }
        Ok(())
    }

    /// The newest payment is reported again, or as given back.
    pub(crate) fn deliver_last_payment(&mut self, back: bool) {
        if let Some((payer, payment)) = self.last_payment.clone() {
            self.pro_turn(payer, if back { Event::Refunded(payment) } else { Event::Paid(payment) });
        }
    }

    fn pro_turn(&mut self, person: usize, event: Event) {
        if let Some(who) = self.people.get(person).cloned() {
            self.turn_of(&who, BotId::Pro, event, None);
        }
    }

    /// Releases or charges what a run holds.
    pub(crate) fn settle(&mut self, run: domain::RunId, movement: Movement) {
        let Some(row) = self.runs.get_mut(&run) else { return };
        let (stars, service, case) = (std::mem::take(&mut row.reserved), row.service, row.case);
        if movement == Movement::Charged {
            row.status = RunStatus::Completed;
        }
        if let Some(owner) = self.cases.get(&case).map(|case| case.owner) {
            self.move_stars(owner, movement, stars, Some((service, case)));
        }
    }
}

fn is_open(bought: &Bought) -> bool {
    matches!(bought.status, PaymentStatus::Created | PaymentStatus::Approved)
}

fn paged<T: Clone>(all: &[T], page: u32) -> Page<T> {
    let skip = usize::try_from(page).unwrap_or_default().saturating_mul(PAGE_LINES);
    let pages = u32::try_from(all.len().div_ceil(PAGE_LINES)).unwrap_or(1).max(1);
    Page { lines: all.iter().skip(skip).take(PAGE_LINES).cloned().collect(), page, pages }
}
