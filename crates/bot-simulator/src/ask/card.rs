//! A case as a model is shown it.
use bot_kit::prompt::{Fenced, Material};

use crate::cases::{Case, Gender};

/// The card of a client, behind a fence: a case of one's own was written by a model from a person's material.
pub(super) fn card(case: &Case) -> String {
    Fenced::new(Material::Document, &plain(case)).to_string()
}

fn plain(case: &Case) -> String {
    let client = &case.client;
    let gender = match client.gender {
        Gender::F => "женщина",
        Gender::M => "мужчина",
    };
    let mut lines = vec![
        format!("Клиент: {gender}, возраст {}. Запрос: {}", client.age, client.request),
        format!("Факты: {}", client.facts.join(" ")),
        format!("Речь: {}", client.speech),
        format!("Первые слова: {}", case.opening),
        format!("Чувствительные зоны: {}", case.sensitive_zones.join(" ")),
        format!("Главный слой: {}. {}", case.parameters.dominant_layer.code(), case.layer_a.dominant_because),
    ];
    for (layer, of) in case.layers.iter() {
        let (markers, triggers) = (of.markers.join("; "), of.triggers.join("; "));
        lines.push(format!("{}: {} Видно: {markers}. Запускает: {triggers}.", layer.code(), of.text));
    }
    let ways = &case.trajectories;
    lines.push(format!("На ahead: {} На ignores_dominant: {}", ways.ahead, ways.ignores_dominant));
    lines.push(format!("На tightens_control: {} На escalates: {}", ways.tightens_control, ways.escalates));
    let risk = &case.risk;
    if risk.signal.is_empty() {
        lines.push(format!("Опасность: знаков нет. {}", risk.meaning));
    } else {
        lines.push(format!("Знак опасности, которым клиент его подаёт: {}", risk.signal));
        lines.push(format!("Если спросят прямо: {}", risk.when_asked));
        lines.push(format!("Удерживает: {}", risk.protective_factors.join("; ")));
    }
    lines.join("\n")
}
