//! The choices that the page remembers between two visits: nothing of a file, and nothing that was typed.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_redact::commands::Shell;
use serde::{Deserialize, Serialize};

use super::page::State;
use super::person::{Mode, Terminal, Theme};

/// The version of the remembered form. Another version is not read.
const VERSION: u32 = 2;

/// Who the person is, and how their systems are set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    version: u32,
    mode: Mode,
    shell: Shell,
    theme: Theme,
    /// Single keys do nothing.
    without_keys: bool,
    /// The offset of the clock of the origin's logs, in minutes.
    zone: i32,
}

impl Choices {
    /// The choices in a state.
    pub fn of(state: &State) -> Self {
        Self {
            version: VERSION,
            mode: state.mode,
            shell: state.terminal.shell,
            theme: state.theme,
            without_keys: state.without_keys,
            zone: state.zone.minutes(),
        }
    }

    /// The state that a visit begins with. `None` when another version of the page wrote these, or the offset is none that exists.
    pub fn to_state(self) -> Option<State> {
        let zone = UtcOffset::from_minutes(self.zone).filter(|_| self.version == VERSION)?;
        let terminal = Terminal { shell: self.shell, ..Terminal::default() };
        Some(State { mode: self.mode, theme: self.theme, without_keys: self.without_keys, zone, terminal, ..State::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::action::Action;
    use crate::state::fixtures::given;

    /// Breaks when a choice is lost between two visits, or something of the site or its files is kept.
    #[test]
    fn choices_come_back_and_nothing_else_does() {
        let zone = UtcOffset::from_minutes(330).unwrap();
        let state = given(&State::default(), &[0]).reduce(Action::Mode(Mode::Visitor)).reduce(Action::Shell(Shell::PowerShell));
        let state = state
            .reduce(Action::Zone(zone))
            .reduce(Action::Theme(Theme::Dark))
            .reduce(Action::SingleKeys(false))
            .reduce(Action::FailingUrl("shop.example".to_owned()));
        let text = serde_json::to_string(&Choices::of(&state)).unwrap();
        assert_eq!(text, r#"{"version":2,"mode":"Visitor","shell":"PowerShell","theme":"Dark","without_keys":true,"zone":330}"#);
        let next = serde_json::from_str::<Choices>(&text).unwrap().to_state().unwrap();
        let terminal = Terminal { shell: Shell::PowerShell, ..Terminal::default() };
        assert_eq!(next, State { mode: Mode::Visitor, theme: Theme::Dark, without_keys: true, zone, terminal, ..State::default() });
    }

    /// Breaks when the page takes over what it did not write, or what a later version wrote.
    #[test]
    fn what_is_not_understood_is_not_taken() {
        let choices = Choices::of(&State::default());
        assert_eq!(Choices { version: 3, ..choices }.to_state(), None);
        assert_eq!(Choices { zone: 1_000_000, ..choices }.to_state(), None);
    }
}
