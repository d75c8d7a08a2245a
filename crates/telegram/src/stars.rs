//! `getStarTransactions`, read tolerantly: partners of kinds we do not know are partners without a person.
use domain::{StarTransaction, Stars, TelegramId};
use serde::Deserialize;
use serde_json::json;

use crate::{Failure, Telegram};

/// Most transactions one call gives.
pub const STAR_PAGE: usize = 100;

#[derive(Deserialize)]
struct List {
    transactions: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    amount: i64,
    date: i64,
    source: Option<Partner>,
    receiver: Option<Partner>,
}

#[derive(Deserialize)]
struct Partner {
    user: Option<User>,
    invoice_payload: Option<String>,
}

#[derive(Deserialize)]
struct User {
    id: i64,
}

impl Telegram {
    /// Transactions from the `offset`-th on, oldest first, at most [`STAR_PAGE`].
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn star_transactions(&self, offset: i64) -> Result<Vec<StarTransaction>, Failure> {
        let sent = self.call("getStarTransactions", &json!({ "offset": offset, "limit": STAR_PAGE })).await?;
        let list: List = serde_json::from_value(sent.result).map_err(|_| Failure::Unknown)?;
        Ok(list.transactions.into_iter().map(line).collect())
    }
}

fn line(line: Line) -> StarTransaction {
    let incoming = line.source.is_some();
    let partner = line.source.or(line.receiver);
    let (person, payload) = match partner {
        Some(partner) => (partner.user.map(|user| TelegramId(user.id)), partner.invoice_payload),
        None => (None, None),
    };
    StarTransaction { id: line.id, incoming, stars: Stars(line.amount), at_secs: line.date, person, payload }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_of_an_unknown_kind_is_one_without_a_person() {
        let raw = json!({ "transactions": [
            { "id": "a", "amount": 50, "date": 7, "source": { "type": "user", "user": { "id": 5, "is_bot": false,
              "first_name": "A" }, "invoice_payload": "p", "transaction_type": "invoice_payment" } },
            { "id": "b", "amount": 40, "date": 8, "nanostar_amount": 1, "receiver": { "type": "fragment",
              "withdrawal_state": { "type": "pending" } } },
            { "id": "c", "amount": 1, "date": 9, "source": { "type": "something_new", "x": [] } },
        ] });
        let list: List = serde_json::from_value(raw).unwrap();
        let lines: Vec<StarTransaction> = list.transactions.into_iter().map(line).collect();
        assert_eq!(lines.iter().map(|line| line.incoming).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(lines.iter().map(|line| line.person).collect::<Vec<_>>(), [Some(TelegramId(5)), None, None]);
        assert_eq!(lines[0].payload.as_deref(), Some("p"));
    }
}
