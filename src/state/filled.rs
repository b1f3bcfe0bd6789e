//! What the person filled into the texts to send. It leaves only in a text that they copy.

use fivetwenty_model::letter::{Field, Gap, Letter, Taken, fill, value_in_url};

/// What fills the gaps of the texts. It stays when captures are added, and goes with a new start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    fields: Vec<(Field, String)>,
    /// The URL that has these values.
    url: String,
    /// Values of its parameters, by their numbers.
    values: Vec<(u32, String)>,
    /// Steps that the person took.
    pub taken: Vec<Taken>,
}

impl Filled {
    /// What was typed before the page was loaded again.
    pub fn new(fields: Vec<(Field, String)>, taken: Vec<Taken>) -> Self {
        Self { fields, taken, ..Self::default() }
    }

    /// What was typed into a field; empty before.
    pub fn field(&self, field: Field) -> &str {
        self.fields.iter().find(|(known, _)| *known == field).map_or("", |(_, text)| text)
    }

    /// The value of a parameter; empty as long as it is masked.
    pub fn value(&self, number: u32) -> &str {
        self.values.iter().find(|(known, _)| *known == number).map_or("", |(_, value)| value)
    }

    pub(super) fn set_field(&mut self, field: Field, text: String) {
        self.fields.retain(|(known, _)| *known != field);
        self.fields.push((field, text));
    }

    pub(super) fn set_value(&mut self, number: u32, value: &str) {
        self.values.retain(|(known, _)| *known != number);
        self.values.push((number, value_in_url(value)));
    }

    /// Ticks a step, or no longer.
    pub(super) fn toggle(&mut self, step: Taken) {
        match self.taken.iter().position(|known| *known == step) {
            Some(at) => drop(self.taken.remove(at)),
            None => self.taken.push(step),
        }
    }

    /// The texts are about this URL: the values of another one go.
    pub(super) fn set_url(&mut self, url: &str) {
        if self.url != url {
            url.clone_into(&mut self.url);
            self.values.clear();
        }
    }

    /// Nothing was typed or ticked.
    pub fn is_empty(&self) -> bool {
        self.taken.is_empty() && self.values.is_empty() && self.fields.iter().all(|(_, text)| text.is_empty())
    }

    /// What was tried, a line each: the steps that were ticked, then what was typed.
    pub fn tried(&self, markdown: bool) -> Vec<&str> {
        let steps = self.taken.iter().map(|step| if markdown { &*step.markdown } else { &*step.plain });
        steps.chain([self.field(Field::Tried).trim()]).filter(|line| !line.is_empty()).collect()
    }

    /// A text with its gaps filled in.
    pub fn letter_body(&self, letter: &Letter, markdown: bool) -> String {
        fill(if markdown { &letter.markdown } else { &letter.plain }, |gap| self.fill(gap, markdown))
    }

    /// The same below its subject.
    pub fn letter(&self, letter: &Letter, markdown: bool) -> String {
        ["Subject: ", &letter.subject, "\n\n", &self.letter_body(letter, markdown)].concat()
    }

    /// What stands in a gap.
    pub fn fill(&self, gap: Gap, markdown: bool) -> Option<String> {
        let text = match gap {
            Gap::Field(Field::Tried) => self.tried(markdown).join(" "),
            Gap::Field(field) => self.field(field).trim().to_owned(),
            Gap::Value(number) => self.value(number).to_owned(),
        };
        Some(text).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Action, Mode, State};

    /// Breaks when what was typed is lost with a change of mode, stays after a new start, or a value is taken for that of another URL.
    #[test]
    fn what_was_typed_stays_until_a_new_start() {
        let step = Taken { plain: "Restart `php-fpm`.".to_owned(), markdown: "Restart `php-fpm`.".to_owned() };
        let state = State::default()
            .reduce(Action::Filled(Field::Zone, "shop.example".to_owned()))
            .reduce(Action::Filled(Field::Tried, "Cleared the cache. ".to_owned()))
            .reduce(Action::Took(step.clone()))
            .reduce(Action::Unmasked(1, Some("a'b".to_owned())))
            .reduce(Action::Mode(Mode::Support));
        assert_eq!(state.filled.fill(Gap::Field(Field::Zone), false).as_deref(), Some("shop.example"));
        assert_eq!(state.filled.fill(Gap::Field(Field::Tried), true).as_deref(), Some("Restart `php-fpm`. Cleared the cache."));
        assert_eq!(state.filled.fill(Gap::Value(1), false).as_deref(), Some("a%27b"));
        assert_eq!(state.filled.fill(Gap::Field(Field::Impact), false), None);
        let mut filled = state.filled.clone();
        filled.set_url("https://shop.example/?a=[1 byte]");
        assert_eq!((filled.value(1), filled.field(Field::Zone)), ("", "shop.example"));
        assert!(state.reduce(Action::Took(step)).filled.taken.is_empty());
        assert_eq!(state.reduce(Action::StartOver).filled, Filled::default());
    }

    /// Breaks when a value that was not kept takes the place of a typed one, or nobody learns that it has to be typed.
    #[test]
    fn a_value_that_is_not_there_is_typed() {
        let state = State::default().reduce(Action::ValueFilled(0, "2".to_owned())).reduce(Action::Unmasked(0, None));
        assert_eq!(state.filled.value(0), "2");
        assert!(!state.notice.is_empty());
    }
}
