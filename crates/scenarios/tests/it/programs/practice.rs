//! Two specialists with a case each, made in Pro, and runs made with keys.
use scenarios::Platform;
use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::{Answer, Scene};
use crate::steps::drive;

/// Everything a key may do.
pub const ALL: &str = "links:issue,links:verify,usage:write,artifacts:write,artifacts:read";
/// Somebody who opens passes and whom no chat knows.
pub const SOMEBODY: i64 = 9001;

/// Anna and Boris, and a key that may do everything.
pub struct Practice {
    pub scene: Scene,
    pub anna: Person,
    pub boris: Person,
}

/// A specialist with a case.
pub struct Person {
    pub telegram: i64,
    pub case: Uuid,
}

pub async fn practice() -> Practice {
    let mut platform = Platform::start().await.unwrap();
    let lines = [
        "анна: /start [приглашение]",
        "анна: [➕ Новый кейс]",
        "анна: К-014",
        "борис@pro: /start [второе приглашение]",
        "борис@pro: [➕ Новый кейс]",
        "борис@pro: К-777",
    ];
    drive(&mut platform, &lines).await;
    let sql = "SELECT u.telegram_id, c.context_id FROM psycheos.users u JOIN psycheos.contexts c \
               ON c.specialist_user_id = u.user_id ORDER BY u.created_at";
    let rows = platform.admin.query(sql, &[]).await.unwrap();
    let person = |at: usize| Person { telegram: rows[at].get(0), case: rows[at].get(1) };
    let (anna, boris) = (person(0), person(1));
    let mut scene = Scene::of(platform);
    scene.key = scene.make_key(&["--scopes", ALL]).await.1;
    Practice { scene, anna, boris }
}

impl Practice {
    /// A key that sees one specialist's rows only.
    pub async fn key_of(&self, person: &Person) -> String {
        self.scene.make_key(&["--scopes", ALL, "--owner", &person.telegram.to_string()]).await.1
    }

    pub async fn issue(&self, key: &str, body: &Value) -> Answer {
        self.scene.post(key, "links/issue", body).await
    }

    pub async fn verify(&self, key: &str, body: &Value) -> Answer {
        self.scene.post(key, "links/verify", body).await
    }

    pub async fn submit(&self, key: &str, body: &Value) -> Answer {
        self.scene.post(key, "artifacts/submit", body).await
    }

    /// A run of Interpretator that was issued and opened by its specialist, and whose Stars are held.
    pub async fn begun(&self, person: &Person) -> Uuid {
        let run = Uuid::now_v7();
        let issued = self.issue(&self.scene.key, &interpretation(person, run)).await;
        assert_eq!(issued.said(), (200, "issued"), "{}", issued.body);
        let shown = json!({ "start_param": issued.body["start_param"], "service_id": "interpretator", "role": "specialist",
                            "telegram_id": person.telegram });
        let verified = self.verify(&self.scene.key, &shown).await;
        assert_eq!(verified.body["valid"], true, "{}", verified.body);
        assert_eq!(self.scene.good("reserve", &run.to_string()).await.said(), (200, "reserved"));
        run
    }
}

/// A launch of Interpretator.
pub fn interpretation(person: &Person, run: Uuid) -> Value {
    json!({ "service_id": "interpretator", "context_id": person.case, "run_id": run, "role": "specialist" })
}

/// An invitation of a client.
pub fn invitation(person: &Person, run: Uuid) -> Value {
    json!({ "service_id": "screen", "context_id": person.case, "run_id": run, "role": "client", "subject_id": "client-7" })
}

/// A result of a run, as a program hands it over.
pub fn result(person: &Person, run: Uuid, kind: &str) -> Value {
    json!({ "artifact_type": kind, "content": {
        "meta": { "service_id": "interpretator", "artifact_version": "1.0", "context_id": person.case, "run_id": run,
                  "created_at": "2026-11-26T10:00:00Z", "language": "ru", "correlation_id": "corr-1" },
        "summary": { "one_liner": "Сон о доме: возможно, речь о границах.", "risk_flags": [], "resource_flags": ["интерес к себе"] },
        "markers": [{ "name": "mode", "value": "exploration" }, { "name": "tension", "value": "3" }],
        "questions_for_session": [{ "q": "Что в этом доме ваше?", "why": "Проверить гипотезу о границах", "priority": 1 }],
        "actions": [{ "who": "therapist", "what": "Спросить о доме", "when": "in_session", "goal": "Уточнить образ" }],
        "raw": { "notes": "Заметки программы" },
    } })
}
