//! A specialist's own distress is not taken for a line of the role, and a line of the role not for distress.
use psycheos_bot_simulator::outside::own_distress;

/// Whether the role is left, and the line.
const TABLE: &str = "
    yes | Я больше не хочу жить.
    yes | Стоп. Это уже не тренировка, я сама не хочу жить.
    yes | Мне незачем жить, честно
    yes | I want to kill myself.
    no  | Вы думаете о том, чтобы не жить?
    no  | Я спрошу прямо: есть мысли о самоубийстве?
    no  | Я слышу, что вы не хотите жить.
    no  | Вы сказали: «я не хочу жить». Расскажите об этом.
    no  | «Я не хочу жить». Тяжёлые слова.
    no  | Мне важно понять, хотите ли вы умереть.
    no  | Я рядом, давайте подышим вместе.
    no  | Мне грустно это слышать.
    no  | I hear that you want to die.
    no  | Are you thinking of suicide?
";

#[test]
fn only_a_sign_in_the_first_person_outside_questions_and_quotations_leaves_the_role() {
    for row in TABLE.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (leaves, line) = row.split_once('|').unwrap();
        assert_eq!(own_distress(line.trim()).is_some(), leaves.trim() == "yes", "{row}");
    }
}

#[test]
fn no_word_of_the_librarys_clients_is_needed_to_be_said_by_a_specialist() {
    for line in ["", " ", "…", "Хорошо.", "Расскажите подробнее, когда это началось."]
    {
        assert_eq!(own_distress(line), None, "{line}");
    }
}
