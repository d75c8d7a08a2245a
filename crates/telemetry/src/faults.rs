//! Reports of faults to Sentry: one for each line of the level error, made of the same fields and nothing else.
use std::{borrow::Cow, collections::BTreeMap, str::FromStr as _, sync::Arc};

use sentry::{
    Breadcrumb, ClientInitGuard, ClientOptions,
    protocol::{Event, Level, Value},
};

use crate::{
    fields::{ALLOWED, clean},
    lines::Line,
};

/// Fields that reports can be searched by.
const TAGS: [&str; 6] = ["service", "bot", "code", "kind", "task", "service_id"];
/// What a report may hold besides [`ALLOWED`].
const OURS: [&str; 2] = ["trace_id", "dropped"];

/// Starts reporting, until the returned guard is dropped.
///
/// # Errors
/// When `dsn` is none.
pub(crate) fn start(dsn: &str, environment: &str, release: &str) -> Result<ClientInitGuard, &'static str> {
    let dsn = sentry::types::Dsn::from_str(dsn).map_err(|_| "is no address of Sentry")?;
    let mut options = ClientOptions::new();
    options.dsn = Some(dsn);
    options.release = Some(Cow::Owned(release.to_owned()));
    options.environment = Some(Cow::Owned(environment.to_owned()));
    // It would be the name of the machine.
    options.server_name = Some(Cow::Borrowed(""));
    options.send_default_pii = false;
    options.attach_stacktrace = false;
    options.default_integrations = false;
    options.max_breadcrumbs = 0;
    options.before_send = Some(Arc::new(|event| Some(scrubbed(event))));
    options.before_breadcrumb = Some(Arc::new(|_: Breadcrumb| None));
    Ok(sentry::init(options))
}

/// Reports a line, when reports are on.
pub(crate) fn report(line: &Line) {
    if sentry::Hub::current().client().is_some_and(|client| client.is_enabled()) {
        sentry::capture_event(event(line));
    }
}

/// One issue for each sentence and code of ours; ids tell its events apart.
fn event(line: &Line) -> Event<'static> {
    let text = |name: &str| line.fields.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    Event {
        level: Level::Error,
        message: Some(line.message.clone()),
        fingerprint: Cow::Owned(vec![Cow::Owned(line.message.clone()), Cow::Owned(text("code").unwrap_or_default())]),
        tags: TAGS.iter().filter_map(|name| text(name).map(|value| ((*name).to_owned(), value))).collect(),
        extra: line.fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        ..Event::default()
    }
}

/// The same report with nothing but what may leave: what an integration or a later version adds is dropped here.
fn scrubbed(event: Event<'static>) -> Event<'static> {
    let allowed = |name: &str| ALLOWED.contains(&name) || OURS.contains(&name);
    let value = |value: Value| match value {
        Value::String(text) => Value::String(clean(&text).into_owned()),
        other => other,
    };
    let extra: BTreeMap<String, Value> =
        event.extra.into_iter().filter(|(name, _)| allowed(name)).map(|(name, held)| (name, value(held))).collect();
    let tags = event.tags.into_iter().filter(|(name, _)| TAGS.contains(&name.as_str())).collect();
    Event {
        event_id: event.event_id,
        timestamp: event.timestamp,
        level: event.level,
        platform: event.platform,
        release: event.release,
        environment: event.environment,
        message: event.message.map(|text| clean(&text).into_owned()),
        fingerprint: event.fingerprint,
        tags,
        extra,
        ..Event::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_what_may_leave_is_left_of_a_report() {
        let event = Event {
            message: Some("update failed".into()),
            extra: [
                ("code".to_owned(), Value::from("panic")),
                ("sql".to_owned(), Value::from("ЖУК")),
                ("reason".to_owned(), Value::from("123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1 is wrong")),
            ]
            .into(),
            tags: [("user".to_owned(), "ЖУК".to_owned())].into(),
            user: Some(sentry::User { username: Some("ЖУК".into()), ..sentry::User::default() }),
            request: Some(sentry::protocol::Request { data: Some("ЖУК".into()), ..sentry::protocol::Request::default() }),
            breadcrumbs: vec![Breadcrumb { message: Some("ЖУК".into()), ..Breadcrumb::default() }].into(),
            server_name: Some("ЖУК".into()),
            ..Event::default()
        };
        let left = serde_json::to_string(&scrubbed(event)).unwrap_or_default();
        assert!(left.contains("update failed") && left.contains("panic") && left.contains("[token] is wrong"), "{left}");
        assert!(!left.contains("ЖУК") && !left.contains("AAHdqTcv"), "{left}");
    }
}
