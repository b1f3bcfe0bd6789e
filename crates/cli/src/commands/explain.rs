//! `explain`: what the pages of the rules say.

use std::fmt::Write as _;

use fivetwenty_diagnose::{CAUSES, WARNINGS};
use fivetwenty_report::explain;

use crate::error::CliError;
use crate::output;

/// Prints the page of a cause, or the list of all.
pub(crate) fn run(cause: Option<&str>) -> Result<(), CliError> {
    // The arguments know no other ids than those of pages.
    output::print_styled(&cause.map_or_else(list, |cause| explain(cause).unwrap_or_default()))
}

fn list() -> String {
    let mut text = String::from("Causes\n");
    let width = CAUSES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    for rule in CAUSES {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:width$}  {}", rule.id, rule.title);
    }
    text.push_str("\nChecks of the captures\n");
    for rule in WARNINGS {
        let _ = writeln!(text, "{}", rule.id);
    }
    text
}
