//! Launching a specialist's tool. Nothing is held yet: what it costs is held when the link is opened in the tool's bot.
use bot_kit::{CaseCard, Effect, Facts, Keyboard, Launch, Offer, Say, Scene, Turn};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BotId, CaseId, PassId, Role, RunId, ServiceId};

use super::{State, cases, not_found, wallet};
use crate::{
    button::{Button, Then},
    texts::{Label, Text},
};

/// The tools that can be launched from a case.
pub(super) const TOOLS: [ServiceId; 3] = [ServiceId::Interpretator, ServiceId::Conceptualizator, ServiceId::Simulator];
/// How long a launch waits to be opened, and how long its work may take.
const HOURS: i64 = 24;

/// The bot behind a tool.
fn bot_of(service: ServiceId) -> Option<BotId> {
    BotId::ALL.iter().copied().find(|bot| bot.service() == Some(service) && TOOLS.contains(&service))
}

/// A new launch, or the one that waits already.
pub(super) fn launch(facts: &Facts, service: ServiceId, scene: &mut Scene<'_>) -> Turn<State> {
    let (Some(case), Some(offer), Some(bot)) = (&facts.case, facts.offer, bot_of(service)) else { return not_found(scene) };
    if case.archived {
        return cases::card(facts, scene).toast(Text::ArchivedRefuses.plain(scene.locale));
    }
    if let Some(waiting) = &facts.waiting_pass {
        let url = scene.bots.deep_link(bot, &waiting.token);
        return Turn::to(State::Idle).show(ready_say(case, service, offer, waiting.expires_at, url, scene));
    }
    if offer.available < offer.price {
        return wallet::too_few(offer, Then { case: case.case, service, days: None }, scene);
    }
    match make(case, service, offer, scene) {
        Some(made) => Turn::to(State::Idle).and(Effect::Launch(made.launch)).show(made.say),
        None => not_found(scene),
    }
}

/// A new launch and the message that opens it.
pub(super) struct Made {
    pub launch: Launch,
    pub say: Say,
}

/// Makes a launch for a case that is open, with enough Stars free. `None` for what is no tool.
pub(super) fn make(case: &CaseCard, service: ServiceId, offer: Offer, scene: &mut Scene<'_>) -> Option<Made> {
    let bot = bot_of(service)?;
    let run: RunId = scene.id();
    let pass: PassId = scene.id();
    let token = scene.token();
    let url = scene.bots.deep_link(bot, &token);
    let role = Role::Specialist;
    let launch = Launch { run, pass, token, case: case.case, service, role, ttl_secs: HOURS * 3600, reserve: None };
    let expires_at = scene.now + TimeDelta::hours(HOURS);
    Some(Made { launch, say: ready_say(case, service, offer, expires_at, url, scene) })
}

fn ready_say(
    case: &CaseCard,
    service: ServiceId,
    offer: Offer,
    expires_at: DateTime<Utc>,
    url: String,
    scene: &Scene<'_>,
) -> Say {
    let locale = scene.locale;
    let text = Text::ToolReady { service, label: &case.label, price: offer.price, expires_at };
    let keys = Keyboard::none()
        .url(Label::OpenTool(service).text(locale), url)
        .key(Label::BackToCase.text(locale), Button::Case(case.case));
    Say::new(text.html(locale)).keys(keys).about(case.case)
}

/// Keys of the tools on a case's screen.
pub(super) fn keys(keyboard: Keyboard, case: CaseId, scene: &Scene<'_>) -> Keyboard {
    let key = |service: &ServiceId| (Label::Tool(*service).text(scene.locale), Button::Tool { case, service: *service });
    TOOLS.chunks(2).fold(keyboard, |keyboard, row| keyboard.row(row.iter().map(key)))
}
