//! The bundle for support, written into a folder.

use std::path::Path;

use fivetwenty_diagnose::Diagnosis;
use fivetwenty_redact::Policy;
use fivetwenty_report::bundle::{Bundle, HarWriter, Survey, plan, redacted_texts};

use crate::error::{CliError, shown};
use crate::files;
use crate::given::Given;
use crate::unfinished;

/// Checks that a folder is absent or empty.
pub(crate) fn check_folder(folder: &Path) -> Result<(), CliError> {
    match unfinished::is_empty(folder) {
        Ok(true) => Ok(()),
        Ok(false) => Err(CliError::NotEmpty { path: shown(folder) }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(CliError::io(folder)(error)),
    }
}

/// Reads the files again, redacts them by the person's policy as well, and makes the bundle, with a report or without.
pub(crate) fn make(policy: &Policy, diagnosis: Diagnosis, given: Given<'_>, has_report: bool) -> Result<Bundle, CliError> {
    let places = given.places(&diagnosis);
    let mut plan = plan(&diagnosis, given.into_texts());
    // The redacted captures take the place of the diagnosis in memory.
    drop(diagnosis);
    let (mut survey, mut hars) = (Survey::new(policy), Vec::new());
    for place in plan.captures.iter().filter_map(|capture| places[capture.side as usize]) {
        survey.read(&mut |push| Ok(files::capture_text(place, push)?)).map_err(|error| CliError::Bundle(error.to_string()))?;
    }
    let mut tokens = survey.finish(&plan);
    for capture in std::mem::take(&mut plan.captures) {
        let Some(place) = places[capture.side as usize] else { continue };
        let har = HarWriter::new(capture, policy, &mut tokens).write(&mut |push| Ok(files::capture_text(place, push)?));
        hars.push(har.map_err(|error| CliError::Bundle(error.to_string()))?);
    }
    let texts = redacted_texts(&plan, policy, &mut tokens);
    Bundle::new(&plan, hars, &texts, policy, &tokens, has_report).map_err(|leak| {
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

/// Writes all files, or none.
pub(crate) fn write(folder: &Path, bundle: &Bundle) -> Result<(), CliError> {
    unfinished::write(folder, bundle.files().iter().map(|file| (file.name, &*file.bytes)))
}
