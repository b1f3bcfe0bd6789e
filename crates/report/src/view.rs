//! What the page shows of a report that it does not hold as such.

use fivetwenty_model::report::{LogsView, Report};
use fivetwenty_redact::Redacted;

use super::logs::tables;
use super::plots::plots;

/// The logs as the page shows them.
pub fn logs_view(report: &Report) -> Option<LogsView<Redacted<String>>> {
    let row = report.logs.as_ref()?;
    Some(LogsView { summary: row.summary.clone(), plots: plots(row), tables: tables(row) })
}
