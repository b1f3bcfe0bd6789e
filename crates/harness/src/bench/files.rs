//! The files that are measured: written once, and again when what they are made of has changed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use fivetwenty_benches::Recipe;
use sha2::{Digest as _, Sha256};

/// What writes the files. When it changes, they are written again.
const SOURCES: [&str; 3] = [
    include_str!("../../../../benches/src/lib.rs"),
    include_str!("../../../../benches/src/body.rs"),
    include_str!("../../../../benches/src/entry.rs"),
];

/// A file on the disk, in the page cache as well once it has been made.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What it is called in tables, for instance `text-indented-200MB`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A capture on the disk.
#[derive(Clone, Debug)]
pub struct Har {
    /// The file.
    pub file: Stored,
    /// What it is made of.
    pub recipe: Recipe,
}

impl Har {
    /// Makes the file, or takes the one that is there if it is of the same recipe.
    ///
    /// # Errors
    /// When the folder cannot be written to, or the disk is full.
    pub fn make(folder: &Path, name: &str, recipe: Recipe) -> Result<Self> {
        let path = folder.join(format!("{name}-{}.har", fingerprint(&recipe)?));
        if path.exists() {
            warm(&path)?;
        } else {
            remove_older(folder, name)?;
            // Under another name until it is whole.
            let unfinished = path.with_extension("part");
            write(&unfinished, &recipe).with_context(|| format!("cannot write {}", unfinished.display()))?;
            fs::rename(&unfinished, &path)?;
        }
        let bytes = fs::metadata(&path)?.len();
        Ok(Self { file: Stored { name: name.to_owned(), path, bytes }, recipe })
    }
}

fn write(path: &Path, recipe: &Recipe) -> io::Result<()> {
    recipe.write(&mut File::create(path)?)
}

/// Brings a file into the page cache, so that no run has to wait for the disk.
fn warm(path: &Path) -> io::Result<()> {
    io::copy(&mut File::open(path)?, &mut io::sink())?;
    Ok(())
}

fn fingerprint(recipe: &Recipe) -> Result<String> {
    let recipe = serde_json::to_vec(recipe)?;
    Ok(digest(&[SOURCES.concat().as_bytes(), &recipe]))
}

/// A short name for these bytes.
pub(super) fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hex::encode(hash.finalize())[..12].to_owned()
}

/// Files of this name that were made of something else.
pub(super) fn remove_older(folder: &Path, name: &str) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if stem.rsplit_once('-').is_some_and(|(of, _)| of == name) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use fivetwenty_benches::{Content, Layout, Side};
    use serde_json::Value;

    use super::*;

    fn parsed(recipe: &Recipe) -> Value {
        serde_json::from_slice(&recipe.text().unwrap()).unwrap()
    }

    /// Breaks when a file that is measured is not JSON, has other entries in one layout than in the other, or fewer than asked for.
    #[test]
    fn both_layouts_hold_the_same_entries() {
        for content in [Content::Text, Content::Base64, Content::Small] {
            for side in [Side::Proxied, Side::Direct] {
                let recipe = |layout| Recipe { content, layout, side, entries: 50, body: 3_000 };
                let (minified, indented) = (parsed(&recipe(Layout::Minified)), parsed(&recipe(Layout::Indented)));
                assert_eq!(minified, indented, "{content:?}, {side:?}");
                assert_eq!(minified["log"]["entries"].as_array().map(Vec::len), Some(50), "{content:?}, {side:?}");
            }
        }
    }

    /// Breaks when a file is far from the size that the table names, or its entries are not what its name says.
    #[test]
    fn files_are_as_large_as_asked_for_and_hold_what_they_say() {
        for content in [Content::Text, Content::Base64, Content::Small] {
            for layout in [Layout::Minified, Layout::Indented] {
                let recipe = Recipe::of_size(content, layout, Side::Proxied, 5_000_000);
                let text = recipe.text().unwrap();
                assert!((4_500_000..5_500_000).contains(&text.len()), "{recipe:?} makes {} bytes", text.len());
                let entry = text.len() / recipe.entries as usize;
                assert_eq!(entry < 3_000, content == Content::Small, "{recipe:?} makes entries of {entry} bytes");
            }
        }
        let recipe = Recipe::of_size_and_entries(Content::Text, Layout::Indented, Side::Proxied, 5_000_000, 50);
        let length = recipe.text().unwrap().len();
        assert!(recipe.entries == 50 && (4_500_000..5_500_000).contains(&length), "{recipe:?} makes {length} bytes");
    }

    /// Breaks when the diagnosis has nothing to do on the files, or the two sides are not the same requests.
    #[test]
    fn some_requests_fail_through_cloudflare_alone() {
        let [proxied, direct] = [Side::Proxied, Side::Direct].map(|side| {
            let recipe = Recipe { content: Content::Text, layout: Layout::Minified, side, entries: 300, body: 1_000 };
            parsed(&recipe)["log"]["entries"].as_array().unwrap().clone()
        });
        let is_520 = |entry: &&Value| entry["response"]["status"] == 520;
        assert!(proxied.iter().filter(is_520).count() >= 2);
        assert_eq!(direct.iter().filter(is_520).count(), 0);
        for (one, other) in proxied.iter().zip(&direct) {
            assert_eq!(one["request"]["url"], other["request"]["url"]);
        }
    }

    /// Breaks when a file is written again though it is there, or an outdated one is left.
    #[test]
    fn a_file_is_written_once_for_a_recipe() {
        let folder = std::env::temp_dir().join(format!("fivetwenty-bench-{}", std::process::id()));
        let recipe = |entries| Recipe { content: Content::Small, layout: Layout::Minified, side: Side::Direct, entries, body: 10 };
        let first = Har::make(&folder, "a", recipe(1)).unwrap();
        fs::write(&first.file.path, "kept").unwrap();
        assert_eq!(Har::make(&folder, "a", recipe(1)).unwrap().file.bytes, 4);
        let second = Har::make(&folder, "a", recipe(2)).unwrap();
        assert!(!first.file.path.exists() && second.file.bytes > 4, "{second:?}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
