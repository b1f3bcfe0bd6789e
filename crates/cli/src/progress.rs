//! How far a file is read, on a terminal, once that takes a while.

use std::io::{self, Read};
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use rawzip::ReaderAt;

use crate::error::shown;

/// How long nothing is shown.
const QUIET: Duration = Duration::from_millis(500);

/// All bars, below one another. Where standard error is no terminal, nothing is drawn.
static BARS: LazyLock<MultiProgress> = LazyLock::new(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));

/// Counts what is read of a file. When it is dropped its line goes.
pub(crate) struct Watched<R> {
    source: R,
    bar: ProgressBar,
    /// The bar is among [`BARS`].
    is_shown: Mutex<bool>,
}

impl<R> Watched<R> {
    /// `size` is in bytes, when it is known.
    pub(crate) fn new(path: &Path, size: Option<u64>, source: R) -> Self {
        let bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::hidden()).with_message(shown(path).to_string());
        Self { source, bar, is_shown: Mutex::new(BARS.is_hidden()) }
    }

    fn count(&self, bytes: usize) {
        self.bar.inc(bytes as u64);
        let mut is_shown = self.is_shown.lock().unwrap_or_else(PoisonError::into_inner);
        if !*is_shown && self.bar.elapsed() > QUIET {
            *is_shown = true;
            let form = match self.bar.length() {
                Some(_) => "{wide_msg}  {binary_bytes} of {binary_total_bytes}  {percent} %",
                None => "{wide_msg}  {binary_bytes}",
            };
            // The form is the program's own.
            self.bar.set_style(ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar()));
            BARS.add(self.bar.clone());
        }
    }
}

impl<R> Drop for Watched<R> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        BARS.remove(&self.bar);
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.count(length);
        Ok(length)
    }
}

impl<R: ReaderAt> ReaderAt for Watched<R> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let length = self.source.read_at(buffer, offset)?;
        self.count(length);
        Ok(length)
    }
}
