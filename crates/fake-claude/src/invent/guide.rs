//! Of what kind a question to the guide is, by its words: enough for a person who tries the guide out.

/// Words and the kind they speak for, the telling ones first.
const KINDS: [(&str, &[&str]); 6] = [
    ("outside", &["погод", "рецепт", "анекдот", "стих", "курс валют", "weather", "recipe", "joke", "poem"]),
    ("client", &["мой клиент", "моя клиентка", "моего клиента", "моей клиентк", "у клиента", "у клиентки", "my client"]),
    ("report", &["отчёт", "отчет", "профил", "скрининг", "флаг", "маркер", "report", "screening", "marker"]),
    ("session", &["спросить", "на встрече", "на сессии", "вопрос", "to ask", "in a session"]),
    ("tools", &["инструмент", "симулятор", "интерпретатор", "концептуализатор", "баланс", "звёзд", "tool", "simulator", "stars"]),
    (
        "layers",
        &[
            "слой",
            "слои",
            "слоя",
            "слоёв",
            "ось",
            "оси",
            "осей",
            "полюс",
            "режим",
            "l0",
            "l1",
            "l2",
            "l3",
            "l4",
            "layer",
            "axis",
            "axes",
        ],
    ),
];

/// One of `kinds`; a term where nothing says more.
pub(super) fn kind(question: &str, kinds: &[&str]) -> Option<&'static str> {
    let question = question.to_lowercase();
    let told = KINDS.iter().find(|(_, words)| words.iter().any(|word| question.contains(word))).map_or("terms", |(kind, _)| kind);
    kinds.contains(&told).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_taken_for_what_its_words_say() {
        let all = ["terms", "layers", "report", "session", "tools", "client", "outside"];
        for (question, expected) in [
            ("Что такое акцептор результата?", "terms"),
            ("Чем L1 отличается от L2?", "layers"),
            ("Как читать отчёт?", "report"),
            ("О чём спросить, когда много тревоги?", "session"),
            ("Что делает Симулятор?", "tools"),
            ("Моя клиентка видит лифт", "client"),
            ("What is the weather?", "outside"),
        ] {
            assert_eq!(kind(question, &all), Some(expected), "{question}");
        }
        assert_eq!(kind("Что такое слой?", &["up", "down"]), None, "another list of kinds is nothing of the guide's");
    }
}
