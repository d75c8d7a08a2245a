//! Passes of the world in memory.
use bot_kit::{Movement, Offer, PassCheck, RunStatus};
use domain::{CaseId, RunId, ServiceId, TelegramId};

use crate::memory::Memory;

impl Memory {
    /// One guarded step, as in the database.
    pub(crate) fn open_pass(
        &mut self,
        service: ServiceId,
        token: &str,
        person: TelegramId,
        bound: &mut Option<RunId>,
    ) -> PassCheck {
        let own = |case: &CaseId| {
            let owner = self.cases.get(case).map(|row| row.owner);
            self.users.get(&person).is_some_and(|user| Some(user.user_id) == owner)
        };
        let found = self.runs.iter().find(|(_, run)| run.token == token && run.service == service);
        let Some((id, run)) = found else { return PassCheck::Unavailable };
        let is_own = own(&run.case);
        if service != ServiceId::Screen {
            return if is_own { self.open_tool(*id, bound) } else { PassCheck::Unavailable };
        }
        if is_own {
            return PassCheck::Own;
        }
        let alive = !run.revoked && run.expires_at > self.now;
        let archived = self.cases.get(&run.case).is_none_or(|case| case.archived);
        let open = run.status == RunStatus::Active || (run.status == RunStatus::Issued && !archived);
        let (id, taken) = (*id, run.bound.is_some_and(|owner| owner != person));
        match (alive, taken, open) {
            (true, true, _) => PassCheck::Taken,
            (true, false, true) => {
                let first = run.status == RunStatus::Issued;
                if let Some(run) = self.runs.get_mut(&id) {
                    (run.status, run.bound) = (RunStatus::Active, Some(person));
                }
                *bound = Some(id);
                PassCheck::Opened { first }
            }
            _ => PassCheck::Unavailable,
        }
    }

    /// A specialist's own pass: what it costs is held at the first opening, or it stays closed.
    fn open_tool(&mut self, id: RunId, bound: &mut Option<RunId>) -> PassCheck {
        let Some(run) = self.runs.get(&id).cloned() else { return PassCheck::Unavailable };
        let archived = self.cases.get(&run.case).is_none_or(|case| case.archived);
        let alive = !run.revoked && run.expires_at > self.now;
        let first = run.status == RunStatus::Issued;
        if !alive || !(run.status == RunStatus::Active || (first && !archived)) {
            return PassCheck::Unavailable;
        }
        let Some(owner) = self.cases.get(&run.case).map(|case| case.owner) else { return PassCheck::Unavailable };
        if first {
            let offer = Offer { price: self.bank.price(run.service), available: self.bank.available(owner) };
            if offer.available < offer.price {
                return PassCheck::TooFewStars(offer);
            }
            self.move_stars(owner, Movement::Held, offer.price, Some((run.service, run.case)));
            if let Some(row) = self.runs.get_mut(&id) {
                row.reserved = offer.price;
                row.status = RunStatus::Active;
            }
        }
        *bound = Some(id);
        PassCheck::Opened { first }
    }
}
