//! The artifact contract v1.0 (R21): what every tool hands over, whatever it did.
use serde::{Deserialize, Serialize};

use crate::{CaseId, Locale, RunId, ServiceId};

/// The version written into `meta.artifact_version`.
pub const CONTRACT_VERSION: &str = "1.0";

/// A tool's result in the common form. `raw` carries the tool's own payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// Where it comes from.
    pub meta: Meta,
    /// One sentence and flags.
    pub summary: Summary,
    /// Named values for other tools.
    pub markers: Vec<Marker>,
    /// What to ask in the session, most useful first.
    pub questions_for_session: Vec<SessionQuestion>,
    /// What to do, by whom and when.
    pub actions: Vec<Action>,
    /// `notes` and whatever the tool adds.
    #[cfg_attr(feature = "schema", schema(schema_with = crate::schema::raw))]
    pub raw: serde_json::Map<String, serde_json::Value>,
}

/// Where an artifact comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// The tool.
    pub service_id: ServiceId,
    /// [`CONTRACT_VERSION`].
    #[cfg_attr(feature = "schema", schema(schema_with = crate::schema::version))]
    pub artifact_version: String,
    /// The case.
    pub context_id: CaseId,
    /// The launch.
    pub run_id: RunId,
    /// RFC 3339, UTC.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// Language of the texts.
    pub language: Locale,
    /// Joins the artifact with logs and traces.
    pub correlation_id: String,
}

/// One sentence and flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// At most 300 characters.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 300, pattern = r"\S"))]
    pub one_liner: String,
    /// Signs of danger or overload, first things first.
    pub risk_flags: Vec<String>,
    /// What holds the person.
    pub resource_flags: Vec<String>,
}

/// A named value. Known names: `mode`, `layer_hint`, `uncertainty`; tools may add their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// Name in `snake_case`.
    pub name: String,
    /// Value; for known names one of a closed list.
    pub value: String,
}

/// A question for the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionQuestion {
    /// The question itself.
    #[cfg_attr(feature = "schema", schema(min_length = 1, pattern = r"\S"))]
    pub q: String,
    /// What it checks.
    pub why: String,
    /// 1 is asked first.
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 255))]
    #[serde(deserialize_with = "crate::whole::deserialize")]
    pub priority: u8,
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The specialist.
    Therapist,
    /// The client.
    Client,
}

/// When it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Before the session.
    Pre,
    /// In the session.
    InSession,
    /// After the session.
    Post,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Who acts.
    pub who: Who,
    /// What is done.
    pub what: String,
    /// When.
    pub when: When,
    /// To what end.
    pub goal: String,
}

/// Why an artifact does not keep the contract: a path and a reason, never a person's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Path of the field, as `summary.one_liner`.
    pub at: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.why)
    }
}

impl std::error::Error for Breach {}

crate::text_enum! {
    /// What of a run's result an artifact is (R22). A run has at most one of each.
    ArtifactType {
        /// One sentence and flags.
        Summary = "summary",
        /// Values for other tools.
        Markers = "markers",
        /// What to ask in the session.
        QuestionsForSession = "questions_for_session",
        /// What to do.
        Actions = "actions",
        /// The whole result: it ends the run.
        FullReport = "full_report",
        /// A text without findings, in `raw.notes`.
        RawTxt = "raw_txt",
    }
}

/// Markers with a closed list of values: `mode`, `layer_hint`, `uncertainty`.
pub const KNOWN_MARKERS: [&str; 3] = ["mode", "layer_hint", "uncertainty"];

/// Values the contract allows for a known marker; `None` for a tool's own marker.
#[must_use]
pub fn allowed_values(marker: &str) -> Option<&'static [&'static str]> {
    match marker {
        "mode" => Some(&["exploration", "defense", "power_saving", "goal_pursuit", "social_alignment", "play"]),
        "layer_hint" => Some(&["L0", "L1", "L2", "L3", "L4"]),
        "uncertainty" => Some(&["low", "medium", "high"]),
        _ => None,
    }
}

impl Artifact {
    /// Checks everything the types alone do not: version, lengths, closed marker values, priorities, `raw.notes`.
    ///
    /// # Errors
    /// The first [`Breach`] found.
    pub fn validate(&self) -> Result<(), Breach> {
        let breach = |at: &str, why| Err(Breach { at: at.to_owned(), why });
        if self.meta.artifact_version != CONTRACT_VERSION {
            return breach("meta.artifact_version", "is not the version of this contract");
        }
        if self.summary.one_liner.trim().is_empty() || self.summary.one_liner.chars().count() > 300 {
            return breach("summary.one_liner", "must have 1 to 300 characters");
        }
        for (i, marker) in self.markers.iter().enumerate() {
            let at = format!("markers[{i}]");
            if marker.name.is_empty() || !marker.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return breach(&at, "name must be snake_case");
            }
            if allowed_values(&marker.name).is_some_and(|allowed| !allowed.contains(&marker.value.as_str())) {
                return breach(&at, "value is not in the closed list of this marker");
            }
        }
        for (i, question) in self.questions_for_session.iter().enumerate() {
            if question.q.trim().is_empty() || question.priority == 0 {
                return breach(&format!("questions_for_session[{i}]"), "needs a text and a priority from 1");
            }
        }
        if !self.raw.get("notes").is_some_and(serde_json::Value::is_string) {
            return breach("raw.notes", "must be a text");
        }
        Ok(())
    }
}
