//! The bundle for support, written into a folder.

use std::path::Path;

use fivetwenty_diagnose::Diagnosis;
use fivetwenty_report::bundle::{Bundle, BundleFile, HarWriter, Survey, plan, redacted_texts};

use crate::error::{CliError, shown};
use crate::files;
use crate::given::Given;

/// Checks that a folder is absent or empty.
pub(crate) fn check_folder(folder: &Path) -> Result<(), CliError> {
    match std::fs::read_dir(folder) {
        Ok(mut files) => files.next().map_or(Ok(()), |_| Err(CliError::NotEmpty { path: shown(folder) })),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(CliError::io(folder)(error)),
    }
}

/// Reads the files again, redacts them, and makes the bundle. `redaction` is the file that says what is redacted in addition or kept.
pub(crate) fn make(redaction: Option<&Path>, diagnosis: Diagnosis, given: Given<'_>) -> Result<Bundle, CliError> {
    let paths = given.paths(&diagnosis);
    let policy = redaction.map(files::policy).transpose()?.unwrap_or_default();
    let mut plan = plan(&diagnosis, given.into_texts());
    // The redacted captures take the place of the diagnosis in memory.
    drop(diagnosis);
    let (mut survey, mut hars) = (Survey::new(&policy), Vec::new());
    for path in plan.captures.iter().filter_map(|capture| paths[capture.side as usize]) {
        survey.read(&mut |push| Ok(files::capture_text(path, push)?)).map_err(|error| CliError::Bundle(error.to_string()))?;
    }
    let mut tokens = survey.finish(&plan);
    for capture in std::mem::take(&mut plan.captures) {
        let Some(path) = paths[capture.side as usize] else { continue };
        let har = HarWriter::new(capture, &policy, &mut tokens).write(&mut |push| Ok(files::capture_text(path, push)?));
        hars.push(har.map_err(|error| CliError::Bundle(error.to_string()))?);
    }
    let texts = redacted_texts(&plan, &policy, &mut tokens);
    Bundle::new(&plan, hars, &texts, &tokens).map_err(|leak| {
        // Its own value is never printed: it is named by where it was replaced.
        let count = tokens.counts().iter().find(|count| count.first == leak.number && leak.number > 0);
        let rule = count.map_or_else(String::new, |count| {
            format!(
                "\nTo redact it everywhere, give --redaction FILE with this rule, and the value of {} {} in place of VALUE:\n\
                 {{\"add\": [{{\"what\": \"text\", \"name\": \"VALUE\"}}]}}",
                count.place, count.name
            )
        });
        CliError::Bundle(leak.to_string() + &rule)
    })
}

/// Writes all files, or none: they have their names only once all of them are written.
pub(crate) fn write(folder: &Path, bundle: &Bundle) -> Result<(), CliError> {
    let was_there = folder.is_dir();
    std::fs::create_dir_all(folder).map_err(CliError::io(folder))?;
    let path = |file: &BundleFile| folder.join(file.name);
    let unfinished = |file: &BundleFile| folder.join(format!("{}.unfinished", file.name));
    let write = || {
        for file in bundle.files() {
            std::fs::write(unfinished(file), &file.bytes).map_err(CliError::io(&path(file)))?;
        }
        for file in bundle.files() {
            std::fs::rename(unfinished(file), path(file)).map_err(CliError::io(&path(file)))?;
        }
        Ok(())
    };
    write().inspect_err(|_| {
        for file in bundle.files() {
            // Files that were not written cannot be removed. For files that cannot be removed there is no remedy.
            let _ = std::fs::remove_file(unfinished(file));
            let _ = std::fs::remove_file(path(file));
        }
        if !was_there {
            let _ = std::fs::remove_dir(folder);
        }
    })
}
