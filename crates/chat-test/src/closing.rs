//! What is kept of a client's words, and what an ending takes with it, in memory.
use bot_kit::{Consent, ConsentScope, OwnAnswers, Person, RunStatus};
use domain::{CaseId, RunId};
use serde_json::Value;

use crate::memory::Memory;

impl Memory {
    pub(crate) fn agreed(&mut self, consent: &Consent) {
        let own = OwnAnswers {
            answers: Value::Null,
            granted_at: self.now,
            document_version: consent.document_version.to_owned(),
            abroad: consent.scopes.contains(&ConsentScope::AiAbroad),
        };
        self.own.insert(consent.run, own);
    }

    pub(crate) fn keep_own(&mut self, run: RunId, answers: Value) {
        if let Some(own) = self.own.get_mut(&run) {
            own.answers = answers;
        }
    }

    pub(crate) fn own_of(&self, run: RunId) -> Option<OwnAnswers> {
        self.own.get(&run).filter(|own| !own.answers.is_null()).cloned()
    }

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
