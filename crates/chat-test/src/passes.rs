//! Passes of the world in memory.
use bot_kit::{PassCheck, RunStatus};
use domain::{CaseId, RunId, TelegramId};

use crate::memory::Memory;

impl Memory {
    /// One guarded step, as in the database.
    pub(crate) fn open_pass(&mut self, token: &str, person: TelegramId, bound: &mut Option<RunId>) -> PassCheck {
        let own = |case: &CaseId| {
            let owner = self.cases.get(case).map(|row| row.owner);
            self.users.get(&person).is_some_and(|user| Some(user.user_id) == owner)
        };
        let Some((id, run)) = self.runs.iter().find(|(_, run)| run.token == token) else { return PassCheck::Unavailable };
        if own(&run.case) {
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
}
