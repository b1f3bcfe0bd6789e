//! `diagnose`, and what a command without a name is.

use std::path::Path;

use fivetwenty_diagnose::{Case, Diagnosis};
use fivetwenty_model::Side;
use fivetwenty_model::report::Report;
use fivetwenty_redact::Policy;
use fivetwenty_report::report;

use crate::arguments::{About, Diagnose, FailOn, Files, Output};
use crate::error::{CliError, shown};
use crate::given::Given;
use crate::{bundle, files, output};

/// The exit status of a verdict that `--fail-on` names.
const FAILED_ON: u8 = 3;

/// Writes the report, or the bundle and a summary of it.
pub(crate) fn run(Diagnose { files, about, output }: &Diagnose) -> Result<u8, CliError> {
    let Output { format, out, redaction, fail_on } = output;
    if let Some(folder) = out {
        super::check_folder(folder);
    }
    // What is wrong with the rules is said before anything large is read.
    let policy = policy(redaction.as_deref())?;
    let (given, diagnosis, report) = diagnose(files, about, out.is_some())?;
    let status = report.verdict.status;
    match out {
        None if format.is_for_terminals() => output::print_styled(&format.write(&diagnosis, &report))?,
        None => output::print(format.write(&diagnosis, &report).as_bytes())?,
        Some(folder) => {
            drop(report);
            let bundle = bundle::make(&policy, diagnosis, given, true)?;
            bundle::write(folder, &bundle)?;
            say_unmatched(redaction.as_deref(), &bundle);
            output::print(bundle.summary().as_bytes())?;
        }
    }
    Ok(if fail_on.is_some_and(|fail_on: FailOn| fail_on.is_met(status)) { FAILED_ON } else { 0 })
}

/// The rules of a file, or those of the program alone.
pub(super) fn policy(path: Option<&Path>) -> Result<Policy, CliError> {
    Ok(path.map(files::policy).transpose()?.unwrap_or_default())
}

/// Names the rules that matched nothing.
pub(super) fn say_unmatched(redaction: Option<&Path>, bundle: &fivetwenty_report::bundle::Bundle) {
    for rule in redaction.iter().flat_map(|path| bundle.unmatched().iter().map(|rule| format!("{}: {rule}", shown(path)))) {
        output::say(&rule);
    }
}

/// Reads the files and makes a report of them. When one file is unreadable and another is not, the report is made from that one, and the
/// reason goes to standard error.
pub(super) fn diagnose<'a>(files: &'a Files, about: &About, is_read_again: bool) -> Result<(Given<'a>, Diagnosis, Report), CliError> {
    let mut given = Given::read(files, about, is_read_again)?;
    for error in &given.errors {
        output::say_error(error);
    }
    let diagnosis = Case::new(given.inputs(about)?).diagnose();
    let report = report(&diagnosis);
    let [proxied, direct, _] = given.places(&diagnosis).map(|place| place.map(|place| place.path));
    // Of captures whose sides were named, the report itself says that they are no pair.
    if let (Some(proxied), Some(direct), Some(caution)) = (proxied, direct, &report.verdict.caution)
        && [proxied, direct].iter().any(|path| files.any.iter().any(|any| any == path))
    {
        let is_proxied = diagnosis.facts().direct.as_ref().is_some_and(|direct| !direct.via_cloudflare.is_empty());
        let side = if is_proxied { Side::Proxied } else { Side::Direct };
        return Err(CliError::SameSide { paths: [shown(proxied), shown(direct)], caution: caution.clone(), side });
    }
    Ok((given, diagnosis, report))
}
