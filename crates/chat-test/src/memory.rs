//! The pure bots in a world of maps: the fastest stage. Every state travels through JSON between turns, as it does in the
//! database.
use std::collections::BTreeMap;

use bot_conceptualizator::Conceptualizator;
use bot_interpretator::Interpretator;
use bot_kit::{
    Bot, BotNames, ConsentScope, Effect, Event, IdSource, Invoice, JobKind, KeyAction, MessageKind, Movement, Payment, Person,
    RunStatus, Say, Scene, Specialist,
};
use bot_pro::Pro;
use bot_screen::Screen;
use bot_simulator::Simulator;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ArtifactId, BotId, CaseId, ChatId, FileId, Locale, OutboxId, PassId, RunId, ServiceId, Stars, TelegramId, UserId,
    artifact::Artifact,
};
use uuid::Uuid;

use crate::{
    money::Bank,
    replies::Said,
    script::{self, Drive, Seen, Stage, normal, words_reply},
};

/// What stands in a story for the secret of the invitation.
const INVITATION: &str = "[приглашение]";
/// What stands in a story for the secret of an invitation for one more specialist.
const SECOND: &str = "[второе приглашение]";

#[derive(Debug, Clone)]
pub(crate) struct CaseRow {
    pub owner: UserId,
    pub label: String,
    pub created_at: DateTime<Utc>,
    pub archived: bool,
}

/// A result with its files.
pub(crate) type Kept = (ArtifactId, Artifact, Vec<(FileId, bot_kit::FileKind)>);

#[derive(Debug, Clone)]
pub(crate) struct RunRow {
    pub case: CaseId,
    pub service: ServiceId,
    pub pass: PassId,
    pub token: String,
    pub expires_at: DateTime<Utc>,
    pub bound: Option<TelegramId>,
    pub revoked: bool,
    pub status: RunStatus,
    pub reason: &'static str,
    pub phase: Option<u8>,
    pub question: u32,
    pub answered: bool,
    pub reserved: Stars,
    pub artifact: Option<Kept>,
    pub released_at: Option<DateTime<Utc>>,
    pub ai_allowed: bool,
    pub order: u64,
}

#[derive(Debug, Clone)]
struct Message {
    text: String,
    keys: Vec<Vec<(String, KeyAction)>>,
}

#[derive(Debug, Default)]
struct Chat {
    state: Option<serde_json::Value>,
    version: i64,
    bound: Option<RunId>,
    messages: Vec<Message>,
    /// Messages that may be edited later, by the id they were sent with.
    sent: BTreeMap<OutboxId, usize>,
}

#[derive(Debug, Default)]
struct Counter(u128);

impl IdSource for Counter {
    fn id(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
    fn token(&mut self) -> Uuid {
        self.id()
    }
}

/// A stage in memory.
#[derive(Debug)]
pub struct Memory {
    pub(crate) now: DateTime<Utc>,
    ids: Counter,
    pub(crate) people: Vec<String>,
    chats: BTreeMap<(usize, BotId), Chat>,
    pub(crate) users: BTreeMap<TelegramId, Specialist>,
    pub(crate) bank: Bank,
    pub(crate) charges: u32,
    pub(crate) last_payment: Option<(usize, Payment)>,
    pub(crate) checkout_answer: Option<Option<String>>,
    later: Vec<(TelegramId, Event)>,
    pub(crate) invites: Vec<crate::care::InviteRow>,
    /// Messages to all that are still to be sent.
    pub(crate) announcements: Vec<(TelegramId, bot_kit::Job)>,
    pub(crate) cases: BTreeMap<CaseId, CaseRow>,
    pub(crate) runs: BTreeMap<RunId, RunRow>,
    pub(crate) dangers: BTreeMap<Uuid, (CaseId, bool)>,
    pub(crate) jobs: Vec<(TelegramId, RunId, bot_kit::Job)>,
    /// Questions to the guide.
    pub(crate) questions: Vec<(TelegramId, bot_kit::Job)>,
    pub(crate) replies: BTreeMap<Uuid, Vec<Said>>,
    pub(crate) own: BTreeMap<RunId, bot_kit::OwnAnswers>,
    pub(crate) trainings: BTreeMap<UserId, Vec<serde_json::Value>>,
    seen: Vec<(usize, Seen)>,
    pub(crate) order: u64,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            now: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000),
            ids: Counter::default(),
            people: Vec::new(),
            chats: BTreeMap::new(),
            users: BTreeMap::new(),
            bank: Bank::default(),
            charges: 0,
            last_payment: None,
            checkout_answer: None,
            later: Vec::new(),
            invites: crate::care::first_invites(DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000)),
            announcements: Vec::new(),
            cases: BTreeMap::new(),
            runs: BTreeMap::new(),
            dangers: BTreeMap::new(),
            jobs: Vec::new(),
            questions: Vec::new(),
            replies: BTreeMap::new(),
            own: BTreeMap::new(),
            trainings: BTreeMap::new(),
            seen: Vec::new(),
            order: 0,
        }
    }
}

fn bots() -> BotNames {
    let name = |bot: &str| format!("psycheos_{bot}_bot");
    BotNames {
        pro: name("pro"),
        screen: name("screen"),
        interpretator: name("interpretator"),
        conceptualizator: name("conceptualizator"),
        simulator: name("simulator"),
    }
}

impl Stage for Memory {
    async fn play(&mut self, drive: &Drive) -> Result<Vec<Seen>, String> {
        self.seen.clear();
        self.now += TimeDelta::minutes(2);
        match drive {
            Drive::Say { who, bot, text } => {
                let text = text.replace(INVITATION, "invite_story").replace(SECOND, "invite_second");
                self.turn_of(who, *bot, Event::from_text(&text), None);
            }
            Drive::Press { who, bot, label } => {
                let (at, data) = self.find_button(who, *bot, label).ok_or_else(|| format!("no button [{label}]"))?;
                self.turn_of(who, *bot, Event::Pressed { data }, Some(at));
            }
            Drive::Follow { who, bot } => {
                let token = self.find_link(*bot).ok_or("nobody was shown a link")?;
                self.turn_of(who, *bot, Event::Opened { token: Some(token) }, None);
            }
            Drive::ClaudeRefuses => self.work(&Said::Refused),
            Drive::ClaudeAway => self.work(&Said::Away),
            // Here every turn reads the state anew, as any process would.
            Drive::OtherProcess => {}
            Drive::ClaudeWords(words) => self.say_words(&words_reply(words)),
            Drive::ClaudeSays(name) => self.claude_says(&script::reply(name)?),
            Drive::Send { who, bot, file, caption } => {
                let media = script::media(file, caption.as_deref());
                self.turn_of(who, *bot, Event::Media(media), None);
            }
            Drive::FirstStars(stars) => self.bank.first = Stars(*stars),
            Drive::Pay { who, of } => {
                let (payer, of) = (self.person(who), self.person(of));
                self.pay(payer, of)?;
            }
            Drive::PaidAgain => self.deliver_last_payment(false),
            Drive::GivenBack => self.deliver_last_payment(true),
        }
        self.work_without_claude();
        self.interpret(None);
        self.guide(None);
        self.announce();
        for (id, event) in std::mem::take(&mut self.later) {
            let who = (0..self.people.len()).find(|at| self.id_of(*at) == id).and_then(|at| self.people.get(at).cloned());
            if let Some(who) = who {
                self.turn_of(&who, BotId::Pro, event, None);
            }
        }
        Ok(self.sorted())
    }
}

impl Memory {
    fn person(&mut self, who: &str) -> usize {
        self.people.iter().position(|name| name == who).unwrap_or_else(|| {
            self.people.push(who.to_owned());
            self.people.len() - 1
        })
    }

    /// Messages by person and bot, notes last.
    fn sorted(&mut self) -> Vec<Seen> {
        let mut seen = std::mem::take(&mut self.seen);
        seen.sort_by_key(|(at, seen)| match seen {
            Seen::Message { who, bot, .. } => {
                (0, self.people.iter().position(|name| name == who), Some(*bot), *at, String::new())
            }
            Seen::Note(note) => (1, None, None, 0, note.clone()),
        });
        seen.into_iter().map(|(_, seen)| seen).collect()
    }

    fn find_button(&mut self, who: &str, bot: BotId, label: &str) -> Option<(usize, String)> {
        let person = self.person(who);
        let chat = self.chats.get(&(person, bot))?;
        chat.messages.iter().enumerate().rev().find_map(|(at, message)| {
            message.keys.iter().flatten().find_map(|(text, action)| match action {
                KeyAction::Data(data) if normal(text) == label => Some((at, data.clone())),
                KeyAction::Data(_) | KeyAction::Url(_) | KeyAction::Copy(_) => None,
            })
        })
    }

    fn find_link(&self, bot: BotId) -> Option<String> {
        let beginning = format!("https://t.me/{}?start=", bots().of(bot));
        let messages = || self.chats.values().flat_map(|chat| &chat.messages);
        let texts = messages().map(|message| &message.text);
        let urls = messages().flat_map(|message| message.keys.iter().flatten()).filter_map(|(_, action)| match action {
            KeyAction::Url(url) => Some(url),
            KeyAction::Data(_) | KeyAction::Copy(_) => None,
        });
        let links = texts.chain(urls).filter_map(|text| text.rsplit_once(&beginning).map(|(_, token)| token.trim().to_owned()));
        links.max_by_key(|token| self.runs.values().find(|run| &run.token == token).map(|run| run.order))
    }

    pub(crate) fn turn_of(&mut self, who: &str, bot: BotId, event: Event, pressed: Option<usize>) {
        let person = self.person(who);
        match bot {
            BotId::Pro => self.turn::<Pro>(person, bot, event.widen(), pressed),
            BotId::Screen => self.turn::<Screen>(person, bot, event.widen(), pressed),
            BotId::Interpretator => self.turn::<Interpretator>(person, bot, event.widen(), pressed),
            BotId::Conceptualizator => self.turn::<Conceptualizator>(person, bot, event.widen(), pressed),
            BotId::Simulator => self.turn::<Simulator>(person, bot, event.widen(), pressed),
        }
    }

    pub(crate) fn turn<B: Bot>(&mut self, person: usize, bot: BotId, event: Event<B::Answer>, pressed: Option<usize>) {
        let full_name = self.people.get(person).map(|name| capitalised(name)).unwrap_or_default();
        let telegram_id = self.id_of(person);
        let who =
            Person { telegram_id, chat_id: ChatId(telegram_id.0), username: None, full_name, language_code: Some("ru".into()) };
        let chat = self.chats.entry((person, bot)).or_default();
        let state: B::State = chat.state.clone().and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default();
        let (version, mut bound) = (chat.version, chat.bound);
        let specialist = self.users.get(&telegram_id).cloned();
        let names = bots();
        let mut ids = std::mem::take(&mut self.ids);
        let mut scene = Scene {
            now: self.now,
            locale: specialist.as_ref().and_then(|specialist| specialist.chosen_locale).unwrap_or(Locale::Ru),
            person: &who,
            specialist: specialist.as_ref(),
            is_admin: telegram_id == ADMIN,
            bots: &names,
            version,
            ids: &mut ids,
        };
        let needs = B::needs(&state, &event, &scene);
        let facts = self.answer(needs, &who, telegram_id == ADMIN, &mut bound);
        let turn = B::step(state, event, &facts, &mut scene);
        self.ids = ids;
        if let Some(chat) = self.chats.get_mut(&(person, bot)) {
            chat.version += i64::from(!turn.only_asks());
            chat.bound = bound;
            chat.state = serde_json::to_value(&turn.state).ok();
        }
        for effect in turn.effects {
            self.apply(person, bot, &who, pressed, effect);
        }
    }

    pub(crate) fn say(&mut self, person: usize, bot: BotId, edits: Option<usize>, say: &Say) {
        let message = Message {
            text: say.html.visible(),
            keys: say
                .keyboard
                .rows
                .iter()
                .map(|row| row.iter().map(|key| (key.label.clone(), key.action.clone())).collect())
                .collect(),
        };
        let chat = self.chats.entry((person, bot)).or_default();
        // What a person sees of a key is its label.
        let labels = |message: &Message| -> Vec<Vec<String>> {
            message.keys.iter().map(|row| row.iter().map(|(label, _)| label.clone()).collect()).collect()
        };
        let keys = labels(&message);
        let unchanged =
            edits.and_then(|at| chat.messages.get(at)).is_some_and(|old| old.text == message.text && labels(old) == keys);
        let text = message.text.clone();
        match edits.and_then(|at| chat.messages.get_mut(at)) {
            Some(old) => *old = message,
            None => chat.messages.push(message),
        }
        let at = edits.unwrap_or(chat.messages.len() - 1);
        if let (None, Some(id)) = (edits, say.id) {
            chat.sent.insert(id, chat.messages.len() - 1);
        }
        if !unchanged {
            let who = self.people.get(person).cloned().unwrap_or_default();
            // Of a message that changes twice within one line, a person sees what it came to.
            let before = self.seen.iter().position(|(place, seen)| {
                *place == at && matches!(seen, Seen::Message { who: theirs, bot: of, .. } if *theirs == who && *of == bot)
            });
            let first_edited = match before.map(|at| self.seen.remove(at)) {
                Some((_, Seen::Message { edited, .. })) => edited,
                Some((_, Seen::Note(_))) | None => edits.is_some(),
            };
            self.seen.push((at, Seen::Message { who, bot, edited: first_edited, text, keys }));
        }
    }

    /// The Telegram id of a person of the story.
    pub(crate) fn id_of(&self, person: usize) -> TelegramId {
        telegram_id(self.people.get(person).map(String::as_str).unwrap_or_default(), person)
    }

    pub(crate) fn new_id(&mut self) -> Uuid {
        self.ids.id()
    }

    /// Something that Telegram reports after this line.
    pub(crate) fn later(&mut self, to: Option<TelegramId>, event: Event) {
        self.later.extend(to.map(|to| (to, event)));
    }

    pub(crate) fn notes_len(&self) -> usize {
        self.seen.len()
    }

    pub(crate) fn forget_notes(&mut self, from: usize) {
        self.seen.truncate(from);
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.seen.push((0, Seen::Note(note.into())));
    }

    fn apply(&mut self, person: usize, bot: BotId, who: &Person, pressed: Option<usize>, effect: Effect) {
        match effect {
            Effect::Say(say) => self.say(person, bot, None, &say),
            Effect::Show(say) => self.say(person, bot, pressed, &say),
            Effect::Edit { message, say } => {
                let at = self.chats.get(&(person, bot)).and_then(|chat| chat.sent.get(&message)).copied();
                self.say(person, bot, at, &say);
            }
            Effect::AnswerPress { text, .. } => {
                self.note(format!("{}: «{text}»", self.people.get(person).cloned().unwrap_or_default()))
            }
            Effect::SendFile { file, caption } => {
                let kind = self.runs.values().filter_map(|run| run.artifact.as_ref()).flat_map(|(_, _, files)| files);
                let kind = kind.clone().find(|(id, _)| *id == file).map(|(_, kind)| script::extension(*kind)).unwrap_or("?");
                let html = bot_kit::html!("⟨файл {}⟩", kind).line(&caption);
                self.say(person, bot, None, &Say::new(html));
            }
            Effect::Tell { specialist, say } => {
                let to = self.users.iter().find(|(_, user)| user.user_id == specialist).map(|(id, _)| *id);
                if let Some(at) = to.and_then(|id| (0..self.people.len()).find(|at| self.id_of(*at) == id)) {
                    self.say(at, BotId::Pro, None, &say);
                    if say.kind == MessageKind::Danger {
                        self.note("уведомление вне очереди");
                    }
                }
            }
            Effect::AlertOperator { code } => self.note(format!("оператору: {code}")),
            Effect::Register { user } => self.register(user, who),
            Effect::RefreshPerson | Effect::TryAgain { .. } | Effect::Discard { .. } => {}
            effect @ (Effect::InviteSpecialist { .. }
            | Effect::RevokeInvite { .. }
            | Effect::SetBlocked { .. }
            | Effect::Announce(_)) => self.care(who, effect),
            Effect::ChangeSetting(setting) => self.change(who.telegram_id, setting),
            Effect::OpenCase { case, label } => self.open_case(who.telegram_id, case, label),
            Effect::RenameCase { case, label } => {
                if let Some(row) = self.cases.get_mut(&case) {
                    row.label = label;
                }
            }
            Effect::ArchiveCase { case } | Effect::RestoreCase { case } => {
                let archived = matches!(effect, Effect::ArchiveCase { .. });
                if let Some(row) = self.cases.get_mut(&case) {
                    row.archived = archived;
                }
            }
            Effect::DeleteCase { case } => self.delete_case(case),
            Effect::DeleteAccount => self.delete_account(who),
            Effect::Launch(launch) => self.launch(&launch),
            Effect::Invoice(invoice) => self.invoice(person, bot, who, &invoice),
            Effect::AnswerCheckout { refusal, .. } => self.checkout_answer = Some(refusal),
            Effect::ReleasePortrait { artifact, portrait, specialist } => self.release(artifact, &portrait, &specialist),
            Effect::ForgetLaunches => {
                if let Some(user) = self.user_id(who.telegram_id) {
                    self.forget_launches(user);
                }
            }
            Effect::Continued { .. } => {}
            Effect::AdjustWallet { user, stars, .. } => self.adjust(user, stars),
            Effect::SetPrice { service, stars } => self.bank.set_price(service, stars),
            Effect::RefundPayment { payment } => self.refund(payment),
            Effect::RevokePass { pass } => self.close_run(|run| run.pass == pass, RunStatus::Canceled, "revoked"),
            Effect::GrantConsent(consent) => {
                self.agreed(&consent);
                if let Some(run) = self.runs.get_mut(&consent.run) {
                    (run.phase, run.question) = (Some(1), 0);
                    run.ai_allowed = consent.scopes.contains(&ConsentScope::AiAbroad);
                }
                self.note("согласие сохранено");
            }
            Effect::Decline { run } => self.close_run_id(run, RunStatus::Canceled, "declined"),
            Effect::KeepProgress { run, phase, question, answers } => {
                self.keep_own(run, answers);
                if let Some(run) = self.runs.get_mut(&run) {
                    (run.phase, run.question) = (Some(phase), question);
                }
            }
            Effect::CompleteScreening { run, answers, .. } => {
                self.keep_own(run, answers);
                if let Some(run) = self.runs.get_mut(&run) {
                    run.answered = true;
                }
            }
            Effect::Withdraw { run } => {
                self.own.remove(&run);
                self.jobs.retain(|(_, of, _)| *of != run);
                self.close_run_id(run, RunStatus::Canceled, "withdrawn");
            }
            Effect::GiveUp { run } => {
                self.jobs.retain(|(_, of, _)| *of != run);
                self.close_run_id(run, RunStatus::Canceled, "given_up");
            }
            Effect::FailRun { run } => self.close_run_id(run, RunStatus::Failed, ""),
            Effect::Unbind => {
                if let Some(chat) = self.chats.get_mut(&(person, bot)) {
                    chat.bound = None;
                }
            }
            Effect::RaiseDanger(danger) => {
                self.dangers.insert(danger.event.0, (danger.case, false));
                self.note(format!("признак опасности: {} {} ({})", danger.category, danger.level, danger.source));
            }
            Effect::AcknowledgeDanger { event } => {
                if let Some(danger) = self.dangers.get_mut(&event.0) {
                    danger.1 = true;
                }
                self.note("опасность: принято");
            }
            Effect::Enqueue(job) => {
                self.note(format!("задание {}", job.kind.as_str()));
                if job.kind == JobKind::GuideAnswer {
                    self.questions.push((who.telegram_id, job));
                } else {
                    self.jobs.extend(job.about.map(|(run, _)| (who.telegram_id, run, job)));
                }
            }
            Effect::DropJob { job } => self.questions.retain(|(_, question)| question.job != job),
            Effect::KeepArtifact(kept) => {
                let files = kept.files.iter().map(|file| (file.file, file.kind)).collect();
                if let Some(run) = self.runs.get_mut(&kept.run) {
                    run.artifact = Some((kept.artifact, kept.content, files));
                    self.note(format!("результат {}", kept.service));
                    self.settle(kept.run, Movement::Charged);
                }
            }
            Effect::KeepTraining { specialist, record } => self.trainings.entry(specialist).or_default().push(record),
        }
    }

    fn register(&mut self, user: UserId, who: &Person) {
        let specialist = Specialist {
            user_id: user,
            blocked: false,
            chosen_locale: None,
            country: None,
            notify: true,
            invitation_days: 7,
            full_name: who.full_name.clone(),
        };
        self.users.insert(who.telegram_id, specialist);
        self.give_first_stars(user);
    }

    pub(crate) fn user_id(&self, id: TelegramId) -> Option<UserId> {
        self.users.get(&id).map(|user| user.user_id)
    }

    fn invoice(&mut self, person: usize, bot: BotId, who: &Person, invoice: &Invoice) {
        let Some(user) = self.user_id(who.telegram_id) else { return };
        self.open_payment(user, invoice);
        let html = bot_kit::html!("⟨счёт {}⟩\n{}\n{}", invoice.stars, invoice.title.as_str(), invoice.description.as_str());
        self.say(person, bot, None, &Say::new(html));
    }

    fn change(&mut self, id: TelegramId, setting: bot_kit::Setting) {
        let Some(user) = self.users.get_mut(&id) else { return };
        match setting {
            bot_kit::Setting::Locale(locale) => user.chosen_locale = Some(locale),
            bot_kit::Setting::Country(country) => user.country = Some(country).filter(|code| !code.is_empty()),
            bot_kit::Setting::Notify(on) => user.notify = on,
            bot_kit::Setting::InvitationDays(days) => user.invitation_days = days,
        }
    }

    fn open_case(&mut self, id: TelegramId, case: CaseId, label: String) {
        if let Some(owner) = self.users.get(&id).map(|user| user.user_id) {
            self.cases.insert(case, CaseRow { owner, label, created_at: self.now, archived: false });
        }
    }

    fn release(&mut self, artifact: ArtifactId, portrait: &bot_kit::PortraitText, specialist: &str) {
        let now = self.now;
        let found = self.runs.values().find(|run| run.artifact.as_ref().is_some_and(|(id, ..)| *id == artifact)).cloned();
        let Some(run) = found else { return };
        let client = self.client_of(&run);
        if let Some(run) = self.runs.values_mut().find(|row| row.pass == run.pass) {
            run.released_at = Some(now);
        }
        if let Some(person) = (0..self.people.len()).find(|at| Some(self.id_of(*at)) == client) {
            for say in bot_screen::portrait_messages(portrait, specialist) {
                self.say(person, BotId::Screen, None, &say);
            }
        }
    }
}

/// The administrator of every story, whatever place the story gives to that name.
const ADMINISTRATOR: &str = "админ";
pub(crate) const ADMIN: TelegramId = TelegramId(999);

pub(crate) fn telegram_id(name: &str, person: usize) -> TelegramId {
    if name == ADMINISTRATOR {
        return ADMIN;
    }
    TelegramId(1000 + i64::try_from(person).unwrap_or_default())
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
