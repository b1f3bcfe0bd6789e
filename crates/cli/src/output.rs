//! Standard output, which may be closed or full.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use fivetwenty_model::Status;

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

/// As [`say`], in colour where there is colour: something went wrong.
pub(crate) fn say_error(line: &dyn fmt::Display) {
    if AutoStream::choice(&io::stderr()) == ColorChoice::Never {
        say(line);
    } else {
        say(&format_args!("{ERROR}{line}{ERROR:#}"));
    }
}

/// Writes bytes.
pub(crate) fn print(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        // The reader has closed its end: it has what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(CliError::Output),
    }
}

/// Writes a text for people: headings and the verdict's status stand out where there is colour. Elsewhere the text is as it is.
pub(crate) fn print_styled(text: &str) -> Result<(), CliError> {
    if AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        return print(text.as_bytes());
    }
    print(styled(text).as_bytes())
}

const ERROR: Style = AnsiColor::Red.on_default();
const HEADING: Style = Style::new().bold();

/// The words before a verdict, with their styles.
const STATUSES: [(Status, Style); 3] = [
    (Status::Confirmed, AnsiColor::Red.on_default().bold()),
    (Status::Likely, AnsiColor::Yellow.on_default().bold()),
    (Status::Possible, AnsiColor::Cyan.on_default().bold()),
];

/// The lines that a text begins with, among which the verdict is.
const TOP: usize = 6;

fn styled(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len() + 256);
    for (at, line) in lines.iter().enumerate() {
        let status = STATUSES.iter().filter(|_| at < TOP).find_map(|(status, style)| {
            let (word, rest) = line.split_once(':').filter(|(word, _)| word.eq_ignore_ascii_case(status.label()))?;
            Some((word, rest, style))
        });
        let is_heading = (at == 0 || lines[at - 1].is_empty())
            && lines.get(at + 1).is_some_and(|next| !next.is_empty())
            && line.starts_with(|first: char| first.is_ascii_uppercase())
            && !line.ends_with('.');
        // Writing to a String cannot fail.
        let _ = match status {
            Some((word, rest, style)) => writeln!(out, "{style}{word}:{style:#}{rest}"),
            None if is_heading || at == 0 => writeln!(out, "{HEADING}{line}{HEADING:#}"),
            None => writeln!(out, "{line}"),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when style changes more than it adds, the status does not stand out, or a word of a list does.
    #[test]
    fn style_only_adds() {
        let text = "fivetwenty report\nConfirmed: It is. So.\n\nEvidence\n- Likely: no\n\nA paragraph.\n";
        let styled = styled(text);
        assert_eq!(anstream::adapter::strip_str(&styled).to_string(), text);
        assert!(styled.contains("\u{1b}[31mConfirmed:\u{1b}[0m It is."), "{styled:?}");
        assert!(styled.contains("\u{1b}[1mEvidence\u{1b}[0m\n- Likely: no\n\nA paragraph.\n"), "{styled:?}");
    }
}
