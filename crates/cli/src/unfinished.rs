//! Files that are there all together or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::error::CliError;

/// How the names of folders begin into which a run writes before it is done.
const PREFIX: &str = ".fivetwenty-unfinished-";

/// Writes files into a folder that is absent or empty. Until all of them are whole they stand in a folder of another name, which goes when
/// anything is wrong, or the run is ended. Nobody else can read them.
pub(crate) fn write<'a>(folder: &Path, files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<(), CliError> {
    let unfinished = Unfinished::beside(folder).map_err(CliError::io(folder))?;
    let shared = Arc::new(Mutex::new(Some(unfinished)));
    #[cfg(unix)]
    remove_at_signals(&shared).map_err(CliError::io(folder))?;
    let mut names = Vec::new();
    for (name, bytes) in files {
        // A signal waits until this file is written.
        let mut shared = lock(&shared);
        let written = shared.as_ref().map_or(Ok(()), |unfinished| unfinished.write(name, bytes));
        if let Err(error) = written {
            drop(shared.take());
            return Err(CliError::io(&folder.join(name))(error));
        }
        names.push(name);
    }
    lock(&shared).take().map_or(Ok(()), |unfinished| unfinished.finish(folder, &names)).map_err(CliError::io(folder))
}

/// What is shared with the thread that waits for signals.
type Shared = Mutex<Option<Unfinished>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Option<Unfinished>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a folder has nothing in it but what runs left that were killed, which is taken away.
pub(crate) fn is_empty(folder: &Path) -> io::Result<bool> {
    take_leftovers(folder);
    Ok(std::fs::read_dir(folder)?.next().is_none())
}

/// A folder with the files so far. When it is dropped it goes, with the folders that were made to hold it.
struct Unfinished {
    temporary: Option<TempDir>,
    /// Folders that were made, the innermost first.
    made: Vec<PathBuf>,
    /// Locked as long as this run lasts: by it others know that the folder is no leftover.
    lock: Option<File>,
}

impl Unfinished {
    /// In the folder where it is there already; else beside it.
    fn beside(folder: &Path) -> io::Result<Self> {
        let whole = std::path::absolute(folder)?;
        let place = if whole.is_dir() { &whole } else { whole.parent().unwrap_or(&whole) };
        let made = place.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        let mut unfinished = Self { temporary: None, made, lock: None };
        std::fs::create_dir_all(place)?;
        take_leftovers(place);
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let temporary = builder.tempdir_in(place)?;
        unfinished.lock = File::open(temporary.path()).ok().filter(|folder| folder.try_lock().is_ok());
        unfinished.temporary = Some(temporary);
        Ok(unfinished)
    }

    fn path(&self) -> &Path {
        self.temporary.as_ref().map_or(Path::new(""), TempDir::path)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(self.path().join(name))?;
        file.write_all(bytes)?;
        // Some disks say only now that they are full.
        file.sync_all()
    }

    /// Gives the files their place.
    fn finish(mut self, folder: &Path, names: &[&str]) -> io::Result<()> {
        if folder.is_dir() {
            for (at, name) in names.iter().enumerate() {
                if let Err(error) = std::fs::rename(self.path().join(name), folder.join(name)) {
                    for name in &names[..at] {
                        // For a file that cannot be removed there is no remedy.
                        let _ = std::fs::remove_file(folder.join(name));
                    }
                    return Err(error);
                }
            }
        } else {
            std::fs::rename(self.path(), folder)?;
            self.temporary.take().map(TempDir::keep);
        }
        self.made.clear();
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // For what cannot be removed there is no remedy.
        drop(self.temporary.take());
        drop(self.lock.take());
        for folder in &self.made {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Takes away what runs left in a folder that were killed: such folders that nobody has locked.
fn take_leftovers(place: &Path) {
    let folders = std::fs::read_dir(place).into_iter().flatten().flatten();
    for folder in folders.filter(|folder| folder.file_name().to_string_lossy().starts_with(PREFIX)) {
        if folder.file_type().is_ok_and(|kind| kind.is_dir()) && File::open(folder.path()).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = std::fs::remove_dir_all(folder.path());
        }
    }
}

/// At Ctrl-C, or when the run is told to end, the folder goes first.
#[cfg(unix)]
fn remove_at_signals(shared: &Arc<Shared>) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let shared = Arc::clone(shared);
    std::thread::spawn(move || {
        for signal in &mut signals {
            // Locked until the end: nothing more is written.
            let mut unfinished = lock(&shared);
            drop(unfinished.take());
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> PathBuf {
        let place = std::env::temp_dir().join(format!("fivetwenty-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&place);
        place
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Breaks when others can read the files, a folder that is there is not filled, or anything else stays.
    #[test]
    fn files_are_there_and_nothing_else() {
        let place = place("whole");
        for folder in ["a/b", "a/c"] {
            let folder = place.join(folder);
            if folder.ends_with("c") {
                std::fs::create_dir(&folder).unwrap();
            }
            write(&folder, [("x", &b"1"[..]), ("y", b"2")].into_iter()).unwrap();
            assert_eq!(names(&folder), ["x", "y"]);
            #[cfg(unix)]
            {
                let mode = |path: &Path| std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777;
                assert_eq!(mode(&folder.join("x")), 0o600);
                assert!(folder.ends_with("c") || mode(&folder) == 0o700);
            }
        }
        assert_eq!(names(&place.join("a")), ["b", "c"]);
        std::fs::remove_dir_all(place).unwrap();
    }

    /// Breaks when a file that cannot be written leaves the others, or a folder that was made for them.
    #[test]
    fn half_of_the_files_is_none() {
        let place = place("half");
        let folder = place.join("a/b");
        assert!(write(&folder, [("x", &b"1"[..]), ("no/y", b"2")].into_iter()).is_err());
        assert!(!place.exists());
        std::fs::create_dir_all(&folder).unwrap();
        assert!(write(&folder, [("x", &b"1"[..]), ("no/y", b"2")].into_iter()).is_err());
        assert_eq!(names(&folder), [""; 0]);
        std::fs::remove_dir_all(place).unwrap();
    }

    /// Breaks when what a killed run left stays, or what another run is writing goes.
    #[cfg(unix)]
    #[test]
    fn leftovers_go_and_others_work_stays() {
        let place = place("left");
        let left = place.join(format!("{PREFIX}1"));
        std::fs::create_dir_all(&left).unwrap();
        std::fs::write(left.join("proxied.har"), "half").unwrap();
        let other = Unfinished::beside(&place.join("other")).unwrap();
        assert!(!left.exists() && other.path().exists());
        assert!(!is_empty(&place).unwrap());
        drop(other);
        assert!(is_empty(&place).unwrap());
        std::fs::remove_dir_all(place).unwrap();
    }
}
