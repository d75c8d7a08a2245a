//! Runs in memory: launched and closed.
use bot_kit::{Launch, Movement, RunStatus};
use chrono::TimeDelta;
use domain::{RunId, Stars};

use crate::{Memory, memory::RunRow};

impl Memory {
    pub(crate) fn launch(&mut self, launch: &Launch) {
        self.order += 1;
        let row = RunRow {
            case: launch.case,
            service: launch.service,
            pass: launch.pass,
            token: launch.token.clone(),
            expires_at: self.now + TimeDelta::seconds(launch.ttl_secs),
            bound: None,
            revoked: false,
            status: RunStatus::Issued,
            reason: "",
            phase: None,
            question: 0,
            answered: false,
            reserved: launch.reserve.unwrap_or(Stars(0)),
            artifact: None,
            released_at: None,
            ai_allowed: false,
            order: self.order,
        };
        let (held, case) = (row.reserved, row.case);
        self.runs.insert(launch.run, row);
        if let Some(owner) = self.cases.get(&case).map(|case| case.owner) {
            self.move_stars(owner, Movement::Held, held, Some((launch.service, case)));
        }
    }

    pub(crate) fn close_run_id(&mut self, run: RunId, status: RunStatus, reason: &'static str) {
        let pass = self.runs.get(&run).map(|row| row.pass);
        self.close_run(|row| Some(row.pass) == pass, status, reason);
    }

    pub(crate) fn close_run(&mut self, which: impl Fn(&RunRow) -> bool, status: RunStatus, reason: &'static str) {
        let mut closed = Vec::new();
        for (id, run) in self.runs.iter_mut().filter(|(_, run)| which(run)) {
            let open = matches!(run.status, RunStatus::Issued | RunStatus::Active);
            if open || matches!(reason, "withdrawn" | "deleted") {
                (run.status, run.reason, run.revoked) = (status, reason, true);
            }
            closed.push(*id);
        }
        for run in closed {
            self.settle(run, Movement::Released);
        }
    }
}
