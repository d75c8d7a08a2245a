//! The worker's answer.
use bot_kit::{ConsoleButton, KeptArtifact, MessageKind};
use domain::{
    ArtifactId, ServiceId,
    artifact::{Artifact, CONTRACT_VERSION, Meta, Summary},
};

use super::*;

fn kept(run: &BoundRun) -> Box<KeptArtifact> {
    let meta = Meta {
        service_id: ServiceId::Screen,
        artifact_version: CONTRACT_VERSION.into(),
        context_id: run.case,
        run_id: run.run,
        created_at: DateTime::UNIX_EPOCH,
        language: Locale::En,
        correlation_id: "none".into(),
    };
    let summary = Summary { one_liner: "One sentence.".into(), risk_flags: vec![], resource_flags: vec![] };
    let content =
        Artifact { meta, summary, markers: vec![], questions_for_session: vec![], actions: vec![], raw: serde_json::Map::new() };
    Box::new(KeptArtifact {
        artifact: ArtifactId(Uuid::from_u128(77)),
        run: run.run,
        case: run.case,
        service: ServiceId::Screen,
        content,
        txt: String::new(),
        risk: None,
        files: vec![],
    })
}

fn written(run: &BoundRun) -> Event<Ready> {
    Event::Answered(Ready::Report(ReportReady::Written { run: run.run, kept: kept(run), noticed: vec![] }))
}

fn artifacts(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::KeepArtifact(_))).count()
}

#[test]
fn a_written_report_is_kept_and_told_once_and_the_client_is_told_nothing() {
    let mut chat = Chat::done(Locale::Ru);
    let run = chat.run.clone().unwrap();
    let effects = chat.send(written(&run));
    assert_eq!((artifacts(&effects), effects.len()), (1, 2));
    let notice = told(&effects)[0];
    assert_eq!(notice.kind, MessageKind::Result);
    let open = ConsoleButton::OpenResult(ArtifactId(Uuid::from_u128(77))).encode();
    assert!(notice.html.visible().contains("К-014") && notice.keyboard.keys().any(|k| k.action == KeyAction::Data(open.clone())));
    assert!(chat.send(written(&run)).is_empty(), "a repeated answer does nothing");
}

#[test]
fn a_report_is_kept_whatever_the_chat_is_doing_by_now() {
    for (place, mut chat) in everywhere(Locale::Ru) {
        let report_of = run_of(100);
        let before = chat.state.clone();
        chat.run = Some(report_of.clone());
        let effects = chat.send(written(&report_of));
        assert_eq!(artifacts(&effects), 1, "{place}");
        assert_eq!(chat.state, before, "{place}");
    }
}

#[test]
fn a_report_of_a_run_that_was_canceled_is_dropped() {
    let mut chat = Chat::done(Locale::Ru);
    chat.say("/stop");
    chat.press(Label::Withdraw);
    let run = chat.run.clone().unwrap();
    assert_eq!(run.status, RunStatus::Canceled);
    assert!(chat.send(written(&run)).is_empty());
    assert!(chat.send(Event::Answered(Ready::Report(ReportReady::Failed { run: run.run }))).is_empty());
}

#[test]
fn a_report_that_could_not_be_written_gives_the_run_up_once() {
    let mut chat = Chat::done(Locale::Ru);
    let run = chat.run.clone().unwrap();
    let effects = chat.send(Event::Answered(Ready::Report(ReportReady::Failed { run: run.run })));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::FailRun { .. })));
    assert_eq!(told(&effects).len(), 1);
    assert!(chat.send(Event::Answered(Ready::Report(ReportReady::Failed { run: run.run }))).is_empty());
}

#[test]
fn an_answer_about_an_unknown_run_does_nothing() {
    let mut chat = Chat::asked(Locale::Ru);
    let stranger = run_of(900);
    assert!(chat.send(written(&stranger)).is_empty());
}

#[test]
fn a_sign_that_only_a_model_saw_is_handled_as_any_other() {
    let sign = domain::lexicon::Sign { category: domain::DangerCategory::Suicide, level: domain::DangerLevel::Elevated };
    let mut chat = Chat::done(Locale::Ru);
    let run = chat.run.clone().unwrap();
    let written = || ReportReady::Written { run: run.run, kept: kept(&run), noticed: vec![sign] };
    let effects = chat.send(Event::Answered(Ready::Report(written())));
    let raised = effects.iter().find_map(|effect| match effect {
        Effect::RaiseDanger(danger) => Some((danger.category, danger.level, danger.source)),
        _ => None,
    });
    assert_eq!(raised, Some((sign.category, sign.level, domain::DangerSource::Model)));
    let kinds: Vec<MessageKind> = told(&effects).iter().map(|say| say.kind).collect();
    assert_eq!(kinds, [MessageKind::Danger, MessageKind::Result], "the notice first");
    assert!(matches!(&effects[1], Effect::Say(say) if say.kind == MessageKind::Danger), "the words to the client");
    assert!(chat.send(Event::Answered(Ready::Report(written()))).is_empty(), "once");
}
