//! Files as they come: chosen, dropped, or the sample from the page's own origin.

use std::cell::Cell;

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, DataTransferItem, File, FileList};

use super::error::WebError;
use super::fetch::fetch;
use crate::state::{Offer, PASTED};

/// Both files of the sample, in the folder that the build copies them to.
const SAMPLE: [&str; 2] = ["proxied.har", "direct.har"];

/// What was chosen.
pub(crate) fn chosen(list: &FileList) -> Vec<(Offer, File)> {
    (0..list.length()).filter_map(|index| list.get(index)).map(|file| (offer(&file, false), file)).collect()
}

/// What was dropped or pasted: files, else a text, which becomes a file.
pub(crate) fn given(data: &DataTransfer) -> Vec<(Offer, File)> {
    let files = dropped(data);
    if !files.is_empty() {
        return files;
    }
    let text = data.get_data("text/plain").unwrap_or_default();
    if text.trim().is_empty() { Vec::new() } else { pasted(&text).into_iter().collect() }
}

/// A text as a file, numbered in the order in which they come. Whoever selects a line leaves out its end: without it, the line would be
/// taken for one that was cut.
pub(crate) fn pasted(text: &str) -> Option<(Offer, File)> {
    thread_local!(static COUNT: Cell<u32> = const { Cell::new(0) });
    let number = COUNT.with(|count| {
        count.set(count.get() + 1);
        count.get()
    });
    let file = File::new_with_str_sequence(&Array::of2(&text.into(), &"\n".into()), &format!("{PASTED}{number}")).ok()?;
    Some((offer(&file, false), file))
}

/// What was dropped as files. A folder looks like a file in the list of files, and only its item differs.
fn dropped(data: &DataTransfer) -> Vec<(Offer, File)> {
    let items = data.items();
    let offers: Vec<_> = (0..items.length())
        .filter_map(|index| items.get(index))
        .filter_map(|item| {
            let file = item.get_as_file().ok().flatten()?;
            Some((offer(&file, is_folder(&item)), file))
        })
        .collect();
    if offers.is_empty() { data.files().map(|list| chosen(&list)).unwrap_or_default() } else { offers }
}

/// The sample's files, made to look as if they had been dropped.
pub(crate) async fn sample() -> Result<Vec<(Offer, File)>, WebError> {
    let mut files = Vec::new();
    for name in SAMPLE {
        let file = download(name).await?;
        files.push((Offer { is_sample: true, ..offer(&file, false) }, file));
    }
    Ok(files)
}

async fn download(name: &str) -> Result<File, WebError> {
    let response = fetch(&format!("samples/empty-reply/{name}"), "").await?;
    let blob = async { JsFuture::from(response.blob()?).await }.await.map_err(|error| WebError::named(&error))?;
    File::new_with_blob_sequence(&Array::of1(&blob), name).map_err(|error| WebError::refused(&error))
}

fn offer(file: &File, folder: bool) -> Offer {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size is a whole number below 2^53")]
    let size = file.size() as u64;
    Offer { name: file.name(), size, folder, is_sample: false }
}

fn is_folder(item: &DataTransferItem) -> bool {
    item.webkit_get_as_entry().ok().flatten().is_some_and(|entry| entry.unchecked_into::<web_sys::FileSystemEntry>().is_directory())
}
