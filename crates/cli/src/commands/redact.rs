//! `redact`: the files of the bundle, without a report.

use crate::arguments::{About, Files, Redact};
use crate::error::CliError;
use crate::{bundle, output};

use super::diagnose::{diagnose, policy, say_unmatched};

/// Writes the redacted files into a folder, or a single one to standard output.
pub(crate) fn run(Redact { files, out, redaction }: Redact) -> Result<(), CliError> {
    if let Some(folder) = &out {
        super::check_folder(folder);
    } else if files.len() > 1 {
        return Err(CliError::SeveralFiles);
    }
    let policy = policy(redaction.as_deref())?;
    let files = Files { any: files, ..Files::default() };
    let (given, diagnosis, _) = diagnose(&files, &About::default(), true)?;
    let bundle = bundle::make(&policy, diagnosis, given, false)?;
    say_unmatched(redaction.as_deref(), &bundle);
    if let Some(folder) = &out {
        bundle::write(folder, &bundle)?;
        return output::print(bundle.summary().as_bytes());
    }
    // The last one is the manifest.
    let [file, _] = bundle.files() else { return Err(CliError::SeveralFiles) };
    for trimmed in bundle.trimmed() {
        output::say(&format_args!("{} of {} entries were left out, to stay below 20 MB", trimmed.left_out, trimmed.entries));
    }
    output::print(&file.bytes)
}
