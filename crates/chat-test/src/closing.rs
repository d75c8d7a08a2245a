//! What an ending takes with it, in memory.
use bot_kit::{Person, RunStatus};
use domain::CaseId;

use crate::memory::Memory;

impl Memory {
    pub(crate) fn delete_case(&mut self, case: CaseId) {
        self.close_run(|run| run.case == case, RunStatus::Canceled, "deleted");
        self.cases.remove(&case);
        self.note("кейс уничтожен");
    }

    pub(crate) fn delete_account(&mut self, who: &Person) {
        let Some(user) = self.users.remove(&who.telegram_id) else { return };
        let cases: Vec<CaseId> = self.cases.iter().filter(|(_, row)| row.owner == user.user_id).map(|(id, _)| *id).collect();
        for case in cases {
            self.delete_case(case);
        }
        self.trainings.remove(&user.user_id);
        self.note("учётная запись закрыта");
    }
}
