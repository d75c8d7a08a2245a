//! Settings from the environment. Every problem is found before anything starts, and all are named at once.
use std::{fmt, net::SocketAddr, str::FromStr};

use secrecy::SecretString;

type Source = Box<dyn Fn(&str) -> Option<String>>;

/// Reads settings and collects what is wrong with them.
pub struct Env {
    source: Source,
    problems: Vec<String>,
}

/// Settings that cannot be worked with, each with its name and what to do. Never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSettings(Vec<String>);

impl fmt::Display for BadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot start: {}", self.0.join("; "))
    }
}

impl std::error::Error for BadSettings {}

impl Env {
    /// The process's environment.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the one place where the environment is read")]
    pub fn of_process() -> Self {
        Self::from_fn(|name| std::env::var(name).ok())
    }

    /// Any source, for tests.
    pub fn from_fn(source: impl Fn(&str) -> Option<String> + 'static) -> Self {
        Self { source: Box::new(source), problems: Vec::new() }
    }

    /// A setting that may be absent; an empty one counts as absent.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        (self.source)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// A setting that must be there.
    pub fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.problems.push(format!("{name} is missing or empty"));
            String::new()
        })
    }

    /// A secret that must be there.
    pub fn secret(&mut self, name: &str) -> SecretString {
        SecretString::from(self.required(name))
    }

    /// A setting of another type, with a default.
    pub fn parsed<T: FromStr>(&mut self, name: &str, default: T) -> T {
        match self.optional(name) {
            None => default,
            Some(text) => text.parse().unwrap_or_else(|_| {
                self.problems.push(format!("{name} is not of the form it must have"));
                default
            }),
        }
    }

    /// A list separated by commas, possibly empty.
    pub fn list<T: FromStr>(&mut self, name: &str) -> Vec<T> {
        let text = self.optional(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parsed: Result<Vec<T>, _> = parts.map(T::from_str).collect();
        parsed.unwrap_or_else(|_| {
            self.problems.push(format!("{name} must be a list separated by commas"));
            Vec::new()
        })
    }

    /// Where health and metrics are served: never the public port.
    pub fn internal_addr(&mut self, default_port: u16) -> SocketAddr {
        self.parsed("INTERNAL_ADDR", SocketAddr::from(([127, 0, 0, 1], default_port)))
    }

    /// Notes a problem that a caller found.
    pub fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`BadSettings`] with everything that was wrong.
    pub fn finish(self) -> Result<(), BadSettings> {
        if self.problems.is_empty() { Ok(()) } else { Err(BadSettings(self.problems)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_named_and_no_value_is() {
        let mut env = Env::from_fn(|name| match name {
            "EMPTY" => Some("  ".into()),
            "NUMBER" => Some("secret-12".into()),
            _ => None,
        });
        env.required("EMPTY");
        env.required("ABSENT");
        assert_eq!(env.parsed("NUMBER", 5u8), 5);
        let text = env.finish().unwrap_err().to_string();
        assert_eq!(
            text,
            "cannot start: EMPTY is missing or empty; ABSENT is missing or empty; NUMBER is not of the form it must have"
        );
    }
}
