//! The needs of a flow, answered from maps.
use bot_kit::{
    BoundRun, CaseCard, CaseLine, Credit, DangerNotice, Facts, FileLine, Need, Offer, PAGE_LINES, Page, PassCheck, Person,
    PortraitText, ResultCard, ResultLine, RunStatus, Screening, WaitingPass,
};
use domain::{CaseId, Locale, RunId, ServiceId, TelegramId, UserId, artifact::Artifact};

use crate::{
    memory::{Memory, RunRow},
    money::rates,
};

impl Memory {
    pub(crate) fn answer(&mut self, needs: Vec<Need>, person: &Person, is_admin: bool, bound: &mut Option<RunId>) -> Facts {
        let owner = self.users.get(&person.telegram_id).map(|user| user.user_id);
        let mut facts = Facts::default();
        for need in needs {
            match need {
                Need::UseInvite { token } => {
                    facts.invite = Some(self.use_invite(token.as_str()));
                }
                Need::OpenPass { token, service } => {
                    let check = self.open_pass(service, &token, person.telegram_id, bound);
                    if matches!(check, PassCheck::Opened { .. }) {
                        facts.run = bound.and_then(|run| self.bound_run(run));
                    }
                    facts.pass = Some(check);
                }
                Need::BoundRun => facts.run = bound.and_then(|run| self.bound_run(run)),
                Need::OwnAnswers => facts.own_answers = bound.and_then(|run| self.own_of(run)),
                Need::Run { run } => facts.run = self.bound_run(run),
                Need::Cases { archived, page } => facts.cases = owner.map(|owner| self.cases_of(owner, archived, page)),
                Need::Case { case } => facts.case = owner.and_then(|owner| self.card(owner, case)),
                Need::Launch { case, service } => {
                    facts.offer = owner.map(|owner| self.offer(owner, service));
                    facts.case = owner.and_then(|owner| self.card(owner, case));
                    facts.waiting_pass = facts.case.as_ref().and_then(|_| self.waiting_pass(case, service));
                }
                Need::Results { case, page } => {
                    facts.case = owner.and_then(|owner| self.card(owner, case));
                    facts.results = facts.case.as_ref().map(|_| self.results(case, page));
                }
                Need::Result { artifact } => {
                    facts.result = owner.and_then(|owner| {
                        let run = self.runs.values().find(|run| run.artifact.as_ref().is_some_and(|(id, ..)| *id == artifact))?;
                        let case = self.cases.get(&run.case).filter(|row| row.owner == owner)?;
                        let (_, content, files) = run.artifact.as_ref()?;
                        let mut files: Vec<FileLine> =
                            files.iter().map(|(file, kind)| FileLine { file: *file, kind: *kind }).collect();
                        files.sort_by_key(|line| format!("{:?}", line.kind));
                        Some(ResultCard {
                            artifact,
                            case: run.case,
                            case_label: case.label.clone(),
                            content: content.clone(),
                            files,
                            portrait: portrait_of(content),
                            released_at: run.released_at,
                            reachable: self.client_of(run).is_some(),
                            rewritable: run.ai_allowed,
                        })
                    });
                }
                Need::Offer { service } => facts.offer = owner.map(|owner| self.offer(owner, service)),
                Need::Wallet => facts.wallet = owner.map(|owner| self.wallet_of(owner)),
                Need::Statement { page } => facts.statement = owner.map(|owner| self.statement_of(owner, page)),
                Need::Rates => facts.rates = rates(),
                Need::Prices => facts.prices = self.bank.prices(),
                Need::Training { locale } => {
                    facts.training = owner.and_then(|owner| self.trainings.get(&owner)).and_then(|records| {
                        bot_simulator::trend::shown(serde_json::Value::Array(records.clone()), records.len(), locale)
                    });
                }
                Need::WaitingLaunch => facts.waits_for_payment = owner.is_some_and(|owner| self.launch_waits(owner)),
                Need::CheckPayment(checkout) => facts.checkout = Some(self.check_payment(person.telegram_id, &checkout)),
                Need::CreditPayment(payment) => {
                    let credit = self.credit(person.telegram_id, &payment);
                    if let (Credit::Done { launch: Some(launch), .. }, Some(owner)) = (credit, owner) {
                        facts.offer = Some(self.offer(owner, launch.service));
                        facts.case = self.card(owner, launch.case);
                    }
                    facts.paid = Some(credit);
                }
                Need::TakeBack(payment) => facts.returned = Some(self.take_back(&payment.charge)),
                Need::Members { search, page } if is_admin => facts.members = Some(self.members(search.as_deref(), page)),
                Need::Member { user } if is_admin => (facts.member, facts.given) = (self.member(user), self.bank.given()),
                Need::Finance if is_admin => facts.finance = Some(self.finance()),
                Need::Payments { page } if is_admin => facts.payments = Some(self.payments(page)),
                Need::Payment { payment } if is_admin => facts.payment = self.payment_line(payment),
                Need::Invites { page } if is_admin => facts.invites = Some(self.invites_of(page)),
                Need::Invite { invite } if is_admin => facts.invite_line = self.invite_line(invite),
                Need::Health if is_admin => facts.health = Some(self.health()),
                Need::Audience if is_admin => facts.audience = Some(self.audience()),
                Need::Members { .. }
                | Need::Member { .. }
                | Need::Finance
                | Need::Payments { .. }
                | Need::Payment { .. }
                | Need::Invites { .. }
                | Need::Invite { .. }
                | Need::Health
                | Need::Failed { .. }
                | Need::FailedOne { .. }
                | Need::Audience => {}
                Need::Danger { event } => {
                    facts.danger = owner.and_then(|owner| {
                        let (case, acknowledged) = *self.dangers.get(&event.0)?;
                        let theirs = self.cases.get(&case).is_some_and(|row| row.owner == owner);
                        theirs.then_some(DangerNotice { event, case, acknowledged })
                    });
                }
            }
        }
        facts
    }

    /// The client who can be given something of a run: its own, or the case's latest.
    pub(crate) fn client_of(&self, run: &RunRow) -> Option<TelegramId> {
        let opened = |run: &&RunRow| run.service == ServiceId::Screen && run.bound.is_some() && run.reason != "withdrawn";
        match run.service {
            ServiceId::Screen => Some(run).filter(opened),
            _ => self.runs.values().filter(|other| other.case == run.case).filter(opened).max_by_key(|other| other.order),
        }
        .and_then(|run| run.bound)
    }

    fn offer(&self, owner: UserId, service: ServiceId) -> Offer {
        Offer { price: self.bank.price(service), available: self.bank.available(owner) }
    }

    fn bound_run(&self, id: RunId) -> Option<BoundRun> {
        let run = self.runs.get(&id)?;
        let case = self.cases.get(&run.case)?;
        let user = self.users.values().find(|user| user.user_id == case.owner)?;
        let ran_out = matches!(run.status, RunStatus::Issued | RunStatus::Active) && run.expires_at <= self.now;
        Some(BoundRun {
            run: id,
            case: run.case,
            specialist: case.owner,
            specialist_name: user.full_name.clone(),
            specialist_locale: user.chosen_locale.unwrap_or(Locale::Ru),
            country: user.country.clone(),
            status: if ran_out { RunStatus::Expired } else { run.status },
            notify: user.notify,
            case_label: case.label.clone(),
            pass_expires_at: run.expires_at,
        })
    }

    fn cases_of(&self, owner: UserId, archived: bool, page: u32) -> Page<CaseLine> {
        let mine: Vec<CaseLine> = self
            .cases
            .iter()
            .rev()
            .filter(|(_, row)| row.owner == owner && row.archived == archived)
            .map(|(case, row)| CaseLine {
                case: *case,
                label: row.label.clone(),
                last_activity_at: self.now,
                last_result: self.newest_result(*case).map(|content| (content.meta.service_id, content.meta.created_at)),
            })
            .collect();
        let pages = u32::try_from(mine.len().div_ceil(PAGE_LINES)).unwrap_or(1).max(1);
        let skip = usize::try_from(page).unwrap_or_default() * PAGE_LINES;
        Page { lines: mine.into_iter().skip(skip).take(PAGE_LINES).collect(), page, pages }
    }

    fn latest(&self, case: CaseId) -> Option<&RunRow> {
        self.runs.values().filter(|run| run.case == case && run.service == ServiceId::Screen).max_by_key(|run| run.order)
    }

    fn newest_result(&self, case: CaseId) -> Option<&Artifact> {
        let runs = self.runs.values().filter(|run| run.case == case && run.artifact.is_some());
        runs.max_by_key(|run| run.order).and_then(|run| run.artifact.as_ref()).map(|(_, content, _)| content)
    }

    fn waiting_pass(&self, case: CaseId, service: ServiceId) -> Option<WaitingPass> {
        let waits = |run: &&RunRow| {
            run.case == case
                && run.service == service
                && service != ServiceId::Screen
                && run.status == RunStatus::Issued
                && run.expires_at > self.now
        };
        let run = self.runs.values().find(waits)?;
        Some(WaitingPass { token: run.token.clone(), expires_at: run.expires_at })
    }

    fn card(&self, owner: UserId, case: CaseId) -> Option<CaseCard> {
        let row = self.cases.get(&case).filter(|row| row.owner == owner)?;
        let results = self.runs.values().filter(|run| run.case == case && run.artifact.is_some()).count();
        Some(CaseCard {
            case,
            label: row.label.clone(),
            created_at: row.created_at,
            last_activity_at: self.now,
            archived: row.archived,
            results: u32::try_from(results).unwrap_or_default(),
            screening: self.latest(case).map_or(Screening::None, |run| self.screening(run)),
        })
    }

    fn screening(&self, run: &RunRow) -> Screening {
        match (run.status, run.reason) {
            (RunStatus::Issued, _) if run.expires_at <= self.now => Screening::Expired,
            (RunStatus::Issued, _) => Screening::Waiting {
                pass: run.pass,
                token: run.token.clone(),
                expires_at: run.expires_at,
                reserved: run.reserved,
            },
            (RunStatus::Active, _) if run.answered => Screening::Writing,
            (RunStatus::Active, _) => match run.phase {
                Some(phase) => Screening::InProgress { phase, question: run.question },
                None => Screening::Opened { at: self.now },
            },
            (RunStatus::Completed, _) => match &run.artifact {
                Some((artifact, content, _)) => Screening::Done { artifact: *artifact, at: content.meta.created_at },
                None => Screening::None,
            },
            (RunStatus::Expired, _) => Screening::Expired,
            (RunStatus::Failed, _) => Screening::Failed,
            (RunStatus::Canceled, "revoked") => Screening::Revoked,
            (RunStatus::Canceled, "declined") => Screening::Declined,
            (RunStatus::Canceled, "withdrawn") => Screening::Withdrawn,
            (RunStatus::Canceled, _) => Screening::None,
        }
    }

    fn results(&self, case: CaseId, page: u32) -> Page<ResultLine> {
        let mut runs: Vec<&RunRow> = self.runs.values().filter(|run| run.case == case).collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.order));
        let lines = runs.iter().filter_map(|run| run.artifact.as_ref()).map(|(artifact, content, _)| ResultLine {
            artifact: *artifact,
            service: content.meta.service_id,
            created_at: content.meta.created_at,
            one_liner: content.summary.one_liner.clone(),
        });
        Page { lines: lines.collect(), page, pages: 1 }
    }
}

/// What a client may be given of a result.
fn portrait_of(content: &Artifact) -> Option<PortraitText> {
    match content.meta.service_id {
        ServiceId::Screen => bot_screen::report::portrait_of(&content.raw),
        ServiceId::Conceptualizator => bot_conceptualizator::result::letter_of(&content.raw),
        ServiceId::Interpretator | ServiceId::Simulator | ServiceId::ProGuide => None,
    }
}
