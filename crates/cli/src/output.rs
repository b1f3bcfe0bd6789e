//! Standard output, which may be closed or full.

use std::fmt;
use std::io::{self, Write as _};
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::CliError;

#[cfg(unix)]
static CLOSED: AtomicBool = AtomicBool::new(false);

/// Runs before the standard library does, which puts `/dev/null` in the place of what is closed.
#[cfg(unix)]
#[ctor::ctor]
fn look() {
    CLOSED.store(rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err(), Ordering::Relaxed);
}

/// Checks that there is something to write to.
pub(crate) fn check() -> Result<(), CliError> {
    #[cfg(unix)]
    if CLOSED.load(Ordering::Relaxed) {
        return Err(CliError::Output(rustix::io::Errno::BADF.into()));
    }
    Ok(())
}

/// Writes a line to standard error. Whatever it has of a file is redacted.
pub(crate) fn say(line: &dyn fmt::Display) {
    // Where nobody can be told, the exit status still tells.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Writes a text.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // The reader has closed its end: it has what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(CliError::Output),
    }
}
