//! Before the session: how to train, with whom, and what to practise. And the profile, which is looked at from here.
use bot_kit::{Effect, Facts, Job, JobKind, Keyboard, PictureWish, Say, Scene, Turn};
use bot_material::frame::{self, button, keys, stale, to};

use super::{Mode, Stage, State, Tool, Work};
use crate::{
    button::{Key, Press},
    cases::{find_number, library},
    texts::{Label, Text, Toast},
};

/// Key of a press of our own.
pub(super) fn key(work: &Work, press: Press) -> crate::button::Button {
    button(work, Key::Own(press))
}

/// The first screen: what happens here, and the modes.
pub(super) fn greeting(work: &Work, label: &str, scene: &Scene<'_>) -> Say {
    Say::new(Text::Greeting { label }.html(scene.locale)).keys(mode_keys(work, scene))
}

/// The modes to choose from.
pub(super) fn modes(work: &Work, scene: &Scene<'_>) -> Say {
    Say::new(Text::Modes.html(scene.locale)).keys(mode_keys(work, scene))
}

fn mode_keys(work: &Work, scene: &Scene<'_>) -> Keyboard {
    let locale = scene.locale;
    Keyboard::none()
        .key(Label::Mode(Mode::Training).text(locale), key(work, Press::Mode(Mode::Training)))
        .key(Label::Mode(Mode::Practice).text(locale), key(work, Press::Mode(Mode::Practice)))
        .row([
            (Label::Profile.text(locale), key(work, Press::Profile)),
            (frame::Label::Cancel.text(locale), button(work, Key::Cancel)),
        ])
}

/// The mode is chosen: the clients come.
pub(super) fn mode_chosen(mut work: Work, mode: Mode, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    work.mode = mode;
    work.suits = facts.training.as_ref().and_then(|training| training.next).or_else(|| crate::trend::profile(&[]).next_number());
    to_clients(work, scene)
}

/// Back to the modes.
pub(super) fn to_modes(mut work: Work, scene: &Scene<'_>) -> Turn<State> {
    work.stage = Stage::Mode;
    let say = modes(&work, scene);
    to(work).show(say)
}

/// To the clients. Material that was sent for one of one's own stays.
pub(super) fn to_clients(mut work: Work, scene: &Scene<'_>) -> Turn<State> {
    work.stage = Stage::Clients;
    work.client = None;
    let say = clients(&work, scene);
    to(work).show(say)
}

/// The clients of the library, and the way to one's own.
pub(super) fn clients(work: &Work, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let mut keys = Keyboard::none();
    for case in library() {
        let number = case.key.number();
        let label =
            Label::Client { title: case.title_in(locale), difficulty: case.difficulty, suits: work.suits == Some(number) };
        keys = keys.key(label.text(locale), key(work, Press::Client(number)));
    }
    let keys =
        keys.key(Label::Own.text(locale), key(work, Press::Own)).key(frame::Label::Back.text(locale), key(work, Press::Modes));
    Say::new(Text::Clients { mode: work.mode }.html(locale)).keys(keys)
}

/// A client of the library is chosen: who it is, and the goals.
pub(super) fn client_chosen(mut work: Work, number: u8, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(case) = find_number(number) else { return stale::<Tool>(work, scene) };
    work.client = Some(Box::new(case.clone()));
    work.stage = Stage::Goal;
    let say = card(&work, scene);
    to(work).show(say)
}

/// Who the client is; with the goals, or, for one of one's own, the question whether anybody is to be recognised.
pub(super) fn card(work: &Work, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let Some(case) = &work.client else { return clients(work, scene) };
    if work.stage == Stage::Confirming {
        let keys = Keyboard::none()
            .key(Label::Accept.text(locale), key(work, Press::Accept))
            .key(Label::MakeAnew.text(locale), key(work, Press::MakeAnew))
            .key(Label::Library.text(locale), key(work, Press::Clients));
        return Say::new(Text::OwnClient { case }.html(locale)).keys(keys);
    }
    let goals = case
        .goals
        .iter()
        .fold(Keyboard::none(), |keys, goal| keys.key(Label::Goal(*goal).text(locale), key(work, Press::Goal(*goal))));
    let keys = goals.key(frame::Label::Back.text(locale), key(work, Press::Clients));
    Say::new(Text::Client { case }.html(locale)).keys(keys)
}

/// The specialist's profile.
pub(super) fn profile(work: Work, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let back = frame::Label::Continue.text(locale);
    let say = match &facts.training {
        None => Say::new(Text::NoTraining.html(locale)).keys(keys(&work, Key::Continue, back)),
        Some(training) => {
            let keyboard = Keyboard::none();
            let keyboard = if training.sessions > 1 {
                keyboard.key(Label::Picture.text(locale), key(&work, Press::Picture))
            } else {
                keyboard
            };
            Say::new(training.html.clone()).keys(keyboard.key(back, button(&work, Key::Continue)))
        }
    };
    to(work).say(say)
}

/// The profile as a picture: the worker draws it and sends it here.
pub(super) fn picture(work: Work, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(owner) = scene.specialist.map(|specialist| specialist.user_id) else { return to(work) };
    let job = Job::picture(scene.id(), JobKind::TrainingPicture, PictureWish { owner, locale: scene.locale });
    to(work).and(Effect::Enqueue(job)).toast(Toast::PictureComes.text(scene.locale))
}
