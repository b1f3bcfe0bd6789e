//! Who the person is, and what they typed about commands.

use fivetwenty_redact::commands::Shell;
use serde::{Deserialize, Serialize};

/// Who the person is to the site that fails: it decides what stands first, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// They own the site: everything is theirs to do.
    #[default]
    Owner,
    /// They support whoever owns it: they ask for what is missing.
    Support,
    /// They only visit it: they can try again, and tell the owner.
    Visitor,
}

impl Mode {
    /// What this person can do is in the page of guides and commands.
    pub fn needs_guides(self) -> bool {
        self != Self::Owner
    }
}

/// In which colours the page is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the person's system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What the person says of commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// The system of their terminal.
    pub shell: Shell,
    /// The address that fails, as they typed it; empty when they did not.
    pub url: String,
    /// The origin's own address, likewise.
    pub origin: String,
}
