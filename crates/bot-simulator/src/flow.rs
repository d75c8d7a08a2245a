//! The dialogue between the beginning and the end of a run, which are the frame's: setup, the session with the virtual client, the debrief.
//!
//! Words in the role go to the client and raise no alarm: asking about danger is the right move. Words that a specialist says of themselves
//! leave the role (`outside`); nobody is told of them.
mod debrief;
mod own;
mod session;
mod setup;
#[cfg(test)]
#[allow(clippy::wildcard_enum_match_arm)]
mod tests;
mod work;

use bot_kit::{BoundRun, Facts, Html, Media, Need, Say, Scene, Turn};
use bot_material::{
    SeenSign,
    frame::{self, Frame, OwnText, Work as _, earlier, include, stale, to},
};
use domain::{BotId, CaseId, Locale, RunId, ServiceId};

pub use bot_material::frame::Ending;
pub use work::{Mode, Stage, Task, Work};

use crate::{
    button::{Key, Press},
    outside::own_distress,
    texts::Text,
    wish::Outcome,
};

/// The bot with the virtual client.
pub type Simulator = Frame<Tool>;

/// What a chat with Simulator remembers.
pub type State = frame::State<Work>;

/// Training with a virtual client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool;

impl frame::Tool for Tool {
    const DOOR: bot_gate::Tool = bot_gate::Tool::Simulator;
    const SERVICE: ServiceId = ServiceId::Simulator;
    const BOT: BotId = BotId::Simulator;
    type Work = Work;
    type OwnKey = Press;
    type Outcome = Outcome;

    fn begin(run: RunId, case: CaseId, token: String) -> Work {
        Work::new(run, case, token)
    }

    fn stage(work: &Work) -> &'static str {
        match work.stage {
            Stage::Mode => "mode",
            Stage::Clients => "clients",
            Stage::Collecting => "collecting",
            Stage::Reading => "reading",
            Stage::Making => "making",
            Stage::Confirming => "confirming",
            Stage::Goal => "goal",
            Stage::Active => "active",
            Stage::Answering => "answering",
            Stage::Debriefing => "debriefing",
            Stage::Stuck(_) => "stuck",
        }
    }

    fn text(text: OwnText<'_>, locale: Locale) -> Html {
        Text::Frame(text).html(locale)
    }

    fn help(work: &Work, locale: Locale) -> Html {
        Text::Help(work.stage).html(locale)
    }

    fn greeting(work: &Work, case_label: &str, scene: &Scene<'_>) -> Say {
        setup::greeting(work, case_label, scene)
    }

    fn screen(work: &Work, scene: &Scene<'_>) -> Say {
        if work.outside {
            return session::outside_screen(work, scene);
        }
        let plain = |text: Text<'_>| Say::new(text.html(scene.locale));
        match work.stage {
            Stage::Mode => setup::modes(work, scene),
            Stage::Clients => setup::clients(work, scene),
            Stage::Collecting => own::screen(work, scene),
            Stage::Reading => Say::new(frame::Text::Reading.html(scene.locale)),
            Stage::Making => plain(Text::Making),
            Stage::Confirming | Stage::Goal => setup::card(work, scene),
            Stage::Active => session::screen(work, scene),
            Stage::Answering => plain(Text::Answering),
            Stage::Debriefing => plain(Text::Debriefing),
            Stage::Stuck(task) => debrief::stuck_screen(work, task, scene),
        }
    }

    /// Only what is material for a client of one's own is about a real person.
    fn look(work: &mut Work, words: &str, _locale: Locale) -> Vec<SeenSign> {
        match work.stage {
            Stage::Collecting
            | Stage::Reading
            | Stage::Making
            | Stage::Confirming
            | Stage::Stuck(Task::Reading | Task::Client) => work.signs().look(words),
            Stage::Mode | Stage::Clients | Stage::Goal | Stage::Active | Stage::Answering | Stage::Debriefing => Vec::new(),
            Stage::Stuck(Task::Debrief) => Vec::new(),
        }
    }

    fn needs(_work: &Work, key: Press, scene: &Scene<'_>) -> Vec<Need> {
        match key {
            Press::Mode(_) | Press::Profile => vec![Need::Training { locale: scene.locale }],
            Press::Modes
            | Press::Clients
            | Press::Client(_)
            | Press::Own
            | Press::Accept
            | Press::MakeAnew
            | Press::Goal(_)
            | Press::Hint
            | Press::Now
            | Press::Lines(_)
            | Press::Rewind(_)
            | Press::Pause
            | Press::EndYes { .. }
            | Press::IntoRole
            | Press::Picture => Vec::new(),
        }
    }

    fn words(work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
        match work.stage {
            Stage::Collecting
            | Stage::Reading
            | Stage::Making
            | Stage::Confirming
            | Stage::Stuck(Task::Reading | Task::Client) => own::words(work, words, scene),
            // Outside the material every word is looked at first: is it the specialist who is not well?
            _ if own_distress(&words).is_some() => session::leave_role(work, words, scene),
            Stage::Active | Stage::Answering => session::line(work, words, scene),
            Stage::Mode | Stage::Clients | Stage::Goal | Stage::Debriefing | Stage::Stuck(Task::Debrief) => {
                let say = Self::screen(&work, scene);
                to(work).say(Say { html: Text::Help(Stage::Mode).html(scene.locale).paragraph(&say.html), ..say })
            }
        }
    }

    fn media(work: Work, media: Media, scene: &mut Scene<'_>) -> Turn<State> {
        own::media(work, media, scene)
    }

    fn pressed(work: Work, key: Key, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
        match (key, work.stage) {
            (Key::Own(Press::Mode(mode)), Stage::Mode) => setup::mode_chosen(work, mode, facts, scene),
            (Key::Own(Press::Profile), _) => setup::profile(work, facts, scene),
            (Key::Own(Press::Picture), _) => setup::picture(work, scene),
            (Key::Own(Press::Modes), Stage::Clients) => setup::to_modes(work, scene),
            (Key::Own(Press::Clients), Stage::Goal | Stage::Collecting | Stage::Confirming | Stage::Stuck(Task::Client)) => {
                setup::to_clients(work, scene)
            }
            (Key::Own(Press::Client(number)), Stage::Clients) => setup::client_chosen(work, number, scene),
            (Key::Own(Press::Own), Stage::Clients) => own::begin(work, scene),
            (Key::Ready, Stage::Collecting) => own::ready(work, scene),
            (Key::Earlier, Stage::Collecting) => earlier::<Self>(work, facts, scene),
            (Key::Include(artifact, on), Stage::Collecting) => include::<Self>(work, artifact, on, facts, scene),
            (Key::Own(Press::Accept), Stage::Confirming) => own::accepted(work, scene),
            (Key::Own(Press::MakeAnew), Stage::Confirming | Stage::Collecting) => own::make_anew(work, scene),
            (Key::Own(Press::Goal(goal)), Stage::Goal) => session::begin(work, goal, scene),
            (Key::Own(Press::IntoRole), _) if work.outside => session::into_role(work, scene),
            (Key::Own(Press::Hint), Stage::Active) if work.mode == Mode::Training => session::hint(work, scene),
            (Key::Own(Press::Now), Stage::Active | Stage::Answering) => session::now(work, scene),
            (Key::Own(Press::Lines(page)), Stage::Active) => session::lines(work, page, scene),
            (Key::Own(Press::Rewind(line)), Stage::Active) => session::rewind(work, line, scene),
            (Key::Own(Press::Pause), Stage::Active | Stage::Answering) => session::pause(work, scene),
            (Key::Keep, Stage::Active) => session::say_unsaid(work, scene),
            (Key::Retry, Stage::Active) => session::line_again(work, scene),
            (Key::Finish, Stage::Active) => debrief::ask_end(work, scene),
            (Key::Own(Press::EndYes { stamp }), Stage::Active) => debrief::end(work, stamp, scene),
            (Key::Retry, Stage::Stuck(task)) => debrief::again(work, task, scene),
            _ => stale::<Self>(work, scene),
        }
    }

    fn answered(work: Work, what: Outcome, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<State> {
        debrief::answered(work, what, run, scene)
    }
}
