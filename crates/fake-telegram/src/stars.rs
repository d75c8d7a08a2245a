//! Payments in Stars: the pre-checkout, the payment, the refund, the ledger of a bot.

use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::{ApiError, ApiResult};
use crate::model::{Content, Invoice, Message};
use crate::params::Params;
use crate::state::State;

/// How an attempt to pay ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PayOutcome {
    /// Paid; the bot gets `successful_payment`.
    Paid {
        /// Key of the payment, also for a refund.
        charge_id: String,
    },
    /// The bot declined.
    Refused {
        /// What it told the payer.
        reason: String,
    },
    /// The bot did not answer in time.
    TimedOut,
}

/// A pre-checkout that is or was open.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    pub payer: i64,
    /// Chat and id of the invoice.
    pub place: (i64, i64),
    pub invoice: Invoice,
    /// Until when the bot may answer.
    pub deadline: Instant,
    pub outcome: Option<PayOutcome>,
}

/// A line of the bot's ledger.
#[derive(Debug, Clone)]
pub(crate) struct Transaction {
    pub charge_id: String,
    pub user: i64,
    pub amount: i64,
    pub date: i64,
    pub payload: String,
    /// Money went back to the payer.
    pub refund: bool,
}

impl State {
    /// Opens a pre-checkout of `payer` for an invoice; gives the id of the query.
    pub fn open_checkout(
        &mut self,
        bot: usize,
        place: (i64, i64),
        payer: i64,
        deadline: Instant,
    ) -> Result<String, &'static str> {
        let message = self.message(bot, place.0, place.1).ok_or("no such message")?;
        let Content::Invoice(invoice) = &message.content else {
            return Err("the message is no invoice");
        };
        if message.paid_by.contains(&payer) {
            return Err("this invoice is paid already");
        }
        if payer != place.0 && !invoice.start_parameter.is_empty() {
            return Err("an invoice with a start parameter cannot be paid from a forward");
        }
        let invoice = invoice.clone();
        let from = self.people.get(&payer).ok_or("no such person")?.user();
        let id = self.query_id(payer);
        let query = json!({
            "id": id, "from": from, "currency": "XTR",
            "total_amount": invoice.amount, "invoice_payload": invoice.payload,
        });
        let checkout = Checkout { payer, place, invoice, deadline, outcome: None };
        let owner = self.bots.get_mut(bot).ok_or("no such bot")?;
        owner.checkouts.insert(id.clone(), checkout);
        self.notify(bot, "pre_checkout_query", query, payer, payer);
        Ok(id)
    }

    /// The outcome of a pre-checkout; decides that it is too late once it is.
    pub fn checkout_outcome(&mut self, bot: usize, id: &str) -> Option<PayOutcome> {
        let checkout = self.bots.get_mut(bot)?.checkouts.get_mut(id)?;
        if checkout.outcome.is_none() && Instant::now() >= checkout.deadline {
            checkout.outcome = Some(PayOutcome::TimedOut);
        }
        checkout.outcome.clone()
    }

    /// `answerPreCheckoutQuery`: within the time, and repeatable with the same answer.
    pub fn answer_pre_checkout(&mut self, bot: usize, params: &Params) -> ApiResult {
        let id = params.text_or_empty("pre_checkout_query_id");
        let ok = params.flag("ok");
        let reason = params.text_or_empty("error_message");
        if !ok && reason.is_empty() {
            return Err(ApiError::bad_request("error message can't be empty"));
        }
        let outcome = self.checkout_outcome(bot, &id);
        let same = match &outcome {
            None => false,
            Some(PayOutcome::Paid { .. }) if ok => true,
            Some(PayOutcome::Refused { .. }) if !ok => true,
            Some(_) => return Err(ApiError::old_query()),
        };
        if same {
            return Ok(json!(true));
        }
        let owner = self.bots.get_mut(bot);
        let checkout = owner.and_then(|b| b.checkouts.get_mut(&id));
        let checkout = checkout.ok_or_else(ApiError::old_query)?;
        if ok {
            let checkout = checkout.clone();
            let charge_id = self.settle(bot, &checkout);
            self.finish_checkout(bot, &id, PayOutcome::Paid { charge_id });
        } else {
            self.finish_checkout(bot, &id, PayOutcome::Refused { reason });
        }
        Ok(json!(true))
    }

    fn finish_checkout(&mut self, bot: usize, id: &str, outcome: PayOutcome) {
        let owner = self.bots.get_mut(bot);
        let Some(checkout) = owner.and_then(|b| b.checkouts.get_mut(id)) else {
            return;
        };
        checkout.outcome = Some(outcome.clone());
        let payer = checkout.payer;
        self.event("payment", bot, Some(payer), json!({ "query_id": id, "result": outcome }));
    }

    /// Takes the money: ledger, service message, update.
    fn settle(&mut self, bot: usize, checkout: &Checkout) -> String {
        let charge_id = format!("stx{}", self.query_id(checkout.payer));
        let payment = json!({
            "currency": "XTR", "total_amount": checkout.invoice.amount,
            "invoice_payload": checkout.invoice.payload,
            "telegram_payment_charge_id": charge_id,
            "provider_payment_charge_id": format!("{}_0", checkout.payer),
        });
        let (chat, invoice) = checkout.place;
        if let Some(message) = self.message_mut(bot, chat, invoice) {
            message.paid_by.insert(checkout.payer);
            self.show(bot, chat, invoice, "edited");
        }
        self.book(bot, checkout, &charge_id, false);
        self.service_message(bot, checkout.payer, "successful_payment", payment);
        charge_id
    }

    fn book(&mut self, bot: usize, checkout: &Checkout, charge_id: &str, refund: bool) {
        let line = Transaction {
            charge_id: charge_id.to_owned(),
            user: checkout.payer,
            amount: checkout.invoice.amount,
            date: self.now.unix,
            payload: checkout.invoice.payload.clone(),
            refund,
        };
        if let Some(owner) = self.bots.get_mut(bot) {
            owner.transactions.push(line);
        }
    }

    /// A message made by Telegram itself; the bot gets it as an update.
    fn service_message(&mut self, bot: usize, chat: i64, field: &str, value: Value) {
        let date = self.now.unix;
        let fields = Map::from_iter([(field.to_owned(), value)]);
        let id = self.add_message(bot, chat, |id| Message::new(id, false, date, Content::Raw(fields)));
        let content = self.message_json(bot, chat, id);
        self.notify(bot, "message", content, chat, chat);
    }

    /// `refundStarPayment`.
    pub fn refund(&mut self, bot: usize, params: &Params) -> ApiResult {
        let user = params.int("user_id").unwrap_or_default();
        let charge_id = params.text_or_empty("telegram_payment_charge_id");
        if charge_id.is_empty() {
            return Err(ApiError::bad_request("CHARGE_ID_EMPTY"));
        }
        if !self.people.contains_key(&user) {
            return Err(ApiError::bad_request("USER_ID_INVALID"));
        }
        let Some(owner) = self.bots.get_mut(bot) else {
            return Err(ApiError::unauthorized());
        };
        let own = |line: &&Transaction| line.charge_id == charge_id && line.user == user;
        let lines: Vec<_> = owner.transactions.iter().filter(own).cloned().collect();
        let Some(paid) = lines.first() else {
            return Err(ApiError::bad_request("CHARGE_NOT_FOUND"));
        };
        if lines.iter().any(|line| line.refund) {
            return Err(ApiError::bad_request("CHARGE_ALREADY_REFUNDED"));
        }
        owner.transactions.push(Transaction { date: self.now.unix, refund: true, ..paid.clone() });
        let refunded = json!({
            "currency": "XTR", "total_amount": paid.amount,
            "invoice_payload": paid.payload, "telegram_payment_charge_id": charge_id,
        });
        self.service_message(bot, user, "refunded_payment", refunded);
        Ok(json!(true))
    }

    /// `getStarTransactions`: oldest first.
    pub fn star_transactions(&self, bot: usize, params: &Params) -> ApiResult {
        let offset = usize::try_from(params.int("offset").unwrap_or(0)).unwrap_or(0);
        let limit = params.int("limit").unwrap_or(100).clamp(1, 100);
        let limit = usize::try_from(limit).unwrap_or(100);
        let lines = self.bots.get(bot).map_or(&[][..], |b| &b.transactions);
        let page = lines.iter().skip(offset).take(limit).map(|line| {
            let user = self.people.get(&line.user).map(|person| person.user());
            let partner = json!({
                "type": "user", "transaction_type": "invoice_payment",
                "user": user, "invoice_payload": line.payload,
            });
            let side = if line.refund { "receiver" } else { "source" };
            json!({
                "id": line.charge_id, "amount": line.amount, "date": line.date, side: partner,
            })
        });
        Ok(json!({ "transactions": page.collect::<Vec<_>>() }))
    }

    /// `getMyStarBalance`.
    pub fn star_balance(&self, bot: usize) -> ApiResult {
        let lines = self.bots.get(bot).map_or(&[][..], |b| &b.transactions);
        let signed = lines.iter().map(|l| if l.refund { -l.amount } else { l.amount });
        Ok(json!({ "amount": signed.sum::<i64>(), "nanostar_amount": 0 }))
    }
}
