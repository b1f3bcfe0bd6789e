//! A kept corpus as one file: a ZIP archive of inputs that are stored, not compressed, in the order of their names and without times. The
//! same inputs always make the same bytes, and Git compresses them anyway.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter};

use crate::run::root;

/// The packed corpus of a target.
pub(super) fn packed(target: &str) -> PathBuf {
    root().join("fuzz/corpus").join(target).with_extension("zip")
}

/// Packs every file of a folder.
///
/// # Errors
/// When there is none, one cannot be read, or its name is not UTF-8.
pub(super) fn pack(folder: &Path) -> Result<Vec<u8>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    ensure!(!paths.is_empty(), "{} has no inputs", folder.display());
    paths.sort();
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).with_context(|| format!("{} has no plain name", path.display()))?;
        let (mut member, config) = archive.new_file(name).compression_method(CompressionMethod::STORE).start()?;
        let mut writer = config.wrap(&mut member);
        writer.write_all(&fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?)?;
        let (_, descriptor) = writer.finish()?;
        member.finish(descriptor)?;
    }
    Ok(archive.finish()?)
}

/// Unpacks a corpus into a folder that is made anew.
///
/// # Errors
/// When the bytes are no such archive, a name occurs twice or leads out of the folder, or the folder cannot be written.
pub(super) fn unpack(packed: &[u8], folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let archive = ZipArchive::from_slice(packed)?;
    for member in archive.entries() {
        let member = member?;
        let path = member.file_path();
        let name = std::str::from_utf8(path.as_ref())?;
        ensure!(Path::new(name).file_name().is_some_and(|plain| plain == name), "{name:?} is no plain name");
        let stored = archive.get_entry(member.wayfinder())?;
        let mut file = fs::File::create_new(folder.join(name)).with_context(|| format!("cannot write {name:?}"))?;
        std::io::copy(&mut stored.verifying_reader(stored.data()), &mut file).with_context(|| format!("{name:?} is damaged"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use std::collections::BTreeMap;

    use clap::ValueEnum as _;
    use rawzip::path::EntryPath;

    use super::*;
    use crate::fuzz::Target;
    use crate::run;

    fn scratch(name: &str) -> PathBuf {
        run::target().join("tmp/corpus").join(name)
    }

    fn inputs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap())).collect()
    }

    /// Breaks when packing and unpacking loses, adds or changes an input or its name, or the bytes depend on the order in which files were
    /// written.
    #[test]
    fn what_is_packed_comes_out_again() {
        let folders = ["first", "second"].map(scratch);
        let written: BTreeMap<String, Vec<u8>> =
            (0..=255_u8).map(|byte| (format!("{:02x}", byte.reverse_bits()), vec![byte; usize::from(byte)])).collect();
        for (folder, backwards) in folders.iter().zip([false, true]) {
            if folder.exists() {
                fs::remove_dir_all(folder).unwrap();
            }
            fs::create_dir_all(folder).unwrap();
            let mut files: Vec<_> = written.iter().collect();
            if backwards {
                files.reverse();
            }
            for (name, bytes) in files {
                fs::write(folder.join(name), bytes).unwrap();
            }
        }
        let packed = folders.each_ref().map(|folder| pack(folder).unwrap());
        assert!(packed[0] == packed[1]);
        let folder = scratch("unpacked");
        unpack(&packed[0], &folder).unwrap();
        assert!(inputs(&folder) == written);
    }

    /// Breaks when a kept corpus has a name twice, cannot be unpacked, or is packed anew to other bytes than those that are kept.
    #[test]
    fn kept_corpora_are_packed_the_same_way() {
        for target in Target::value_variants() {
            let kept = fs::read(packed(target.name())).unwrap();
            let folder = scratch(target.name());
            unpack(&kept, &folder).unwrap();
            assert!(pack(&folder).unwrap() == kept, "{}", target.name());
        }
    }

    /// Breaks when an empty folder is packed, so that a corpus could get lost unnoticed, or a name of an archive leads out of its folder.
    #[test]
    fn what_makes_no_corpus_is_refused() {
        let folder = scratch("empty");
        fs::create_dir_all(&folder).unwrap();
        assert!(pack(&folder).unwrap_err().to_string().contains("no inputs"));
        for name in ["../out", "a/b"] {
            let mut archive = ZipArchiveWriter::new(Vec::new());
            let path = EntryPath::verbatim(name.as_bytes());
            let (mut member, config) = archive.new_file(path).compression_method(CompressionMethod::STORE).start().unwrap();
            let (_, descriptor) = config.wrap(&mut member).finish().unwrap();
            member.finish(descriptor).unwrap();
            let error = unpack(&archive.finish().unwrap(), &folder).unwrap_err();
            assert!(error.to_string().contains("no plain name"), "{error}");
        }
    }
}
