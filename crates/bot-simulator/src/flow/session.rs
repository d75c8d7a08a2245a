//! The session: lines to the virtual client and its answers, hints, going back, leaving the role.
use bot_kit::{Effect, JobKind, Keyboard, Say, Scene, Turn, contact_lines};
use bot_material::frame::{self, button, enqueue, keys, settle, stale, to};
use domain::resources;
use serde_json::to_value;

use super::{Mode, Stage, State, Tool, Work, debrief, setup::key};
use crate::{
    ask::{ClientTurn, Exchange, MAX_LINE_CHARS},
    button::{Key, Press},
    debrief::Spoken,
    engine::{self, Goal, Iteration, LineId, Session, Setup},
    texts::{Label, Line, Text},
    wish::LineWish,
};

/// Lines of a page of those to go back to.
const PAGE: usize = 8;

/// The session begins: the client speaks first.
pub(super) fn begin(mut work: Work, goal: Goal, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(case) = work.client.as_ref().filter(|case| case.goals.contains(&goal)) else { return stale::<Tool>(work, scene) };
    let begun = Say::new(Text::Begin { title: case.title_in(scene.locale), goal, mode: work.mode }.html(scene.locale));
    work.session = Some(Session::new(Setup { run: work.run, goal, parameters: case.parameters }));
    work.stage = Stage::Active;
    let say = screen(&work, scene);
    to(work).show(begun).say(say)
}

/// The client's last words, and what can be done.
pub(super) fn screen(work: &Work, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let way = work.way();
    let last = way.last().and_then(|line| work.words_of(line));
    let opening = work.client.as_ref().map(|case| case.opening_in(locale)).unwrap_or_default();
    let words = last.map_or(opening, |spoken| spoken.said.reply.as_str());
    Say::new(Text::ClientSays { words }.html(locale)).keys(ways(work, scene))
}

fn ways(work: &Work, scene: &Scene<'_>) -> Keyboard {
    let locale = scene.locale;
    let mut keys = Keyboard::none();
    if let Some(unsaid) = &work.unsaid {
        keys = keys.key(Label::SayUnsaid(unsaid).text(locale), button(work, Key::Keep));
    }
    if work.mode == Mode::Training {
        keys = keys.row([(Label::Hint.text(locale), key(work, Press::Hint)), (Label::Now.text(locale), key(work, Press::Now))]);
    }
    if !work.way().is_empty() {
        keys = keys.key(Label::Lines.text(locale), key(work, Press::Lines(0)));
    }
    keys.row([(Label::Pause.text(locale), key(work, Press::Pause)), (Label::End.text(locale), button(work, Key::Finish))])
}

/// A line of the specialist.
pub(super) fn line(mut work: Work, words: String, scene: &mut Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let words = words.trim().to_owned();
    if work.outside || work.stage == Stage::Answering {
        let html = if work.outside { Text::StillOutside } else { Text::Meanwhile }.html(locale);
        work.keep_unsaid(words);
        let say = Say::new(html);
        let say = if work.outside { say.keys(outside_keys(&work, scene)) } else { say };
        return to(work).say(say);
    }
    let chars = words.chars().count();
    if chars > MAX_LINE_CHARS {
        return to(work).say(Say::new(Text::LineTooLong { chars, most: MAX_LINE_CHARS }.html(locale)));
    }
    work.line = Some(words);
    work.unsaid = None;
    work.message = None;
    send(work, scene)
}

/// The line goes to the client.
fn send(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let (Some(line), Some(session), Some(client)) = (&work.line, &work.session, &work.client) else {
        return stale::<Tool>(work, scene);
    };
    let wish = LineWish {
        serial: work.serial + 1,
        locale: scene.locale,
        client: client.clone(),
        goal: session.setup().goal,
        now: session.now(),
        turn: u16::try_from(work.way().len() + 1).unwrap_or(u16::MAX),
        said: work.said(),
        line: line.clone(),
    };
    work.serial += 1;
    work.stage = Stage::Answering;
    let payload = to_value(wish).unwrap_or_default();
    enqueue(work, Text::Answering.html(scene.locale), JobKind::SimulatorLine, payload, scene)
}

/// The line that was not counted is sent once more.
pub(super) fn line_again(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    if work.line.is_none() {
        return stale::<Tool>(work, scene);
    }
    work.message = None;
    let asked = Effect::Show(Say::new(frame::Text::AskedAgain.html(scene.locale)));
    let turn = send(work, scene);
    turn.after([asked])
}

/// Words that came meanwhile, or from outside the role, are said now.
pub(super) fn say_unsaid(mut work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(words) = work.unsaid.take() else { return stale::<Tool>(work, scene) };
    work.outside = false;
    let shown = Effect::Show(Say::new(Text::Said { words: &words }.html(scene.locale)));
    let turn = line(work, words, scene);
    turn.after([shown])
}

/// The client has answered.
pub(super) fn answered(mut work: Work, turn: ClientTurn, flags: Vec<String>, scene: &mut Scene<'_>) -> Turn<State> {
    let (Some(line), Some(session)) = (work.line.take(), work.session.as_mut()) else { return to(work) };
    let Some(step) = session.say(turn.reading) else { return to(work) };
    let ended = session.state() == engine::SessionState::Debrief;
    for flag in flags {
        if !work.flags.contains(&flag) {
            work.flags.push(flag);
        }
    }
    let ClientTurn { words, explanation, .. } = turn;
    let said = Exchange { line, reply: words };
    work.spoken.push(Spoken { id: step.id, said, explanation });
    work.stage = Stage::Active;
    if work.outside {
        let say = Say::new(Text::AnswerWaits.html(scene.locale));
        return settle(work, say);
    }
    let say = answer_screen(&work, &step, scene);
    if !ended {
        return settle(work, say);
    }
    let shown = settle(work, Say { keyboard: Keyboard::none(), ..say });
    let frame::State::Going(work) = shown.state else { return shown };
    debrief::ask(*work, scene).after(shown.effects)
}

/// The client's words; in training, the supervisor's beneath.
fn answer_screen(work: &Work, line: &Iteration, scene: &Scene<'_>) -> Say {
    let say = screen(work, scene);
    if work.mode == Mode::Practice {
        return say;
    }
    let explanation = work.words_of(line).map(|spoken| spoken.explanation.as_str()).unwrap_or_default();
    let supervisor = Text::Supervisor { step: &line.step, explanation, lines: work.lines() }.html(scene.locale);
    Say { html: say.html.paragraph(&supervisor), ..say }
}

/// The line could not be read: it is not counted, and can be sent again.
pub(super) fn not_counted(mut work: Work, scene: &Scene<'_>) -> Turn<State> {
    work.stage = Stage::Active;
    let locale = scene.locale;
    let keys = keys(&work, Key::Retry, frame::Label::Retry.text(locale))
        .row([(Label::Pause.text(locale), key(&work, Press::Pause)), (Label::End.text(locale), button(&work, Key::Finish))]);
    let say = Say::new(Text::NotCounted.html(locale)).keys(keys);
    settle(work, say)
}

/// What would help now; computed, not asked of a model.
pub(super) fn hint(work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let (Some(session), Some(case)) = (&work.session, &work.client) else { return stale::<Tool>(work, scene) };
    let hint = engine::hint(&session.now(), case.risk.kind, case.risk.called_for);
    let say = Say::new(Text::Hint(hint).html(scene.locale));
    to(work).say(say)
}

/// Where the session stands; in practice without the engine.
pub(super) fn now(work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(session) = &work.session else { return stale::<Tool>(work, scene) };
    let (snapshot, goal) = (session.now(), session.setup().goal);
    let say = Say::new(Text::Now { snapshot: &snapshot, goal, lines: work.lines(), mode: work.mode }.html(scene.locale));
    to(work).say(say)
}

/// Lines to go back to, the latest first.
pub(super) fn lines(work: Work, page: u8, scene: &mut Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let way = work.way();
    let from = usize::from(page) * PAGE;
    if from >= way.len() {
        return stale::<Tool>(work, scene);
    }
    let mut keys = Keyboard::none();
    for line in way.iter().rev().skip(from).take(PAGE) {
        let words = work.words_of(line).map(|spoken| spoken.said.line.as_str()).unwrap_or_default();
        let signal = (work.mode == Mode::Training).then_some(line.step.signal);
        let label = Label::Line(Line { turn: line.step.turn, signal, words });
        keys = keys.key(label.text(locale), key(&work, Press::Rewind(line.id)));
    }
    if way.len() > from + PAGE {
        keys = keys.key(Label::Older.text(locale), key(&work, Press::Lines(page + 1)));
    }
    let keys = keys.key(frame::Label::Back.text(locale), button(&work, Key::Continue));
    to(work).show(Say::new(Text::Lines.html(locale)).keys(keys))
}

/// Back to before a line: it can be said anew, and the way that was gone is kept as a branch.
pub(super) fn rewind(mut work: Work, line: LineId, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(turn) = work.way().iter().find(|spoken| spoken.id == line).map(|spoken| spoken.step.turn) else {
        return stale::<Tool>(work, scene);
    };
    if !work.session.as_mut().is_some_and(|session| session.rewind(line)) {
        return stale::<Tool>(work, scene);
    }
    work.line = None;
    let say = screen(&work, scene);
    to(work).show(Say::new(Text::Rewound { turn }.html(scene.locale))).say(say)
}

/// For today it is enough.
pub(super) fn pause(work: Work, scene: &Scene<'_>) -> Turn<State> {
    let keys = keys(&work, Key::Continue, frame::Label::Continue.text(scene.locale));
    to(work).say(Say::new(frame::Text::Pause.html(scene.locale)).keys(keys))
}

/// The specialist speaks of themselves: the role is left, contacts are shown, a pause is offered. The words go nowhere.
pub(super) fn leave_role(mut work: Work, words: String, scene: &Scene<'_>) -> Turn<State> {
    if matches!(work.stage, Stage::Active | Stage::Answering) {
        work.outside = true;
        work.keep_unsaid(words);
    }
    let say = outside_screen(&work, scene);
    to(work).say(say)
}

/// Contacts, and the ways on.
pub(super) fn outside_screen(work: &Work, scene: &Scene<'_>) -> Say {
    let country = scene.specialist.and_then(|specialist| specialist.country.as_deref());
    let contacts = contact_lines(&resources::for_country(country, scene.locale), scene.locale);
    let say = Say::new(Text::Outside { contacts: &contacts }.html(scene.locale)).kind(bot_kit::MessageKind::Danger);
    say.keys(if work.outside { outside_keys(work, scene) } else { Keyboard::none() })
}

fn outside_keys(work: &Work, scene: &Scene<'_>) -> Keyboard {
    let locale = scene.locale;
    let mut keys = Keyboard::none().key(Label::Pause.text(locale), key(work, Press::Pause));
    keys = keys.key(Label::IntoRole.text(locale), key(work, Press::IntoRole));
    if work.unsaid.is_some() && work.stage == Stage::Active {
        keys = keys.key(Label::ItWasALine.text(locale), button(work, Key::Keep));
    }
    keys
}

/// Back into the role; what was said outside it is forgotten.
pub(super) fn into_role(mut work: Work, scene: &Scene<'_>) -> Turn<State> {
    work.outside = false;
    work.unsaid = None;
    let say = <Tool as frame::Tool>::screen(&work, scene);
    to(work).show(say)
}
