//! Saving finished files: into a folder that the person chooses, or as downloads where the browser has no such choice.

use js_sys::{Array, Promise, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions, FileSystemWritableFileStream,
    HtmlElement, Url, Window,
};

use super::message::thrown;
use crate::labels;

/// A finished file, its bytes with the browser.
#[derive(Clone)]
pub(crate) struct Finished {
    name: String,
    content: Blob,
}

/// What became of saving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saved {
    /// All of them are in the folder of this name.
    InFolder(String),
    /// The browser downloads them.
    Downloaded,
    /// The person chose no folder.
    Cancelled,
    /// Why not all of them were saved.
    Failed(String),
}

impl Finished {
    /// A file of these bytes, an `ArrayBuffer`.
    pub(crate) fn new(name: &str, buffer: &JsValue) -> Result<Self, JsValue> {
        let about = BlobPropertyBag::new();
        about.set_type("application/octet-stream");
        let content = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::new(buffer)), &about)?;
        Ok(Self { name: name.to_owned(), content })
    }

    fn download(&self) -> Result<(), JsValue> {
        let document = web_sys::window().and_then(|window| window.document()).ok_or(labels::NO_PAGE)?;
        let address = Url::create_object_url_with_blob(&self.content)?;
        let link: HtmlElement = document.create_element("a")?.unchecked_into();
        link.set_attribute("href", &address)?;
        link.set_attribute("download", &self.name)?;
        link.click();
        // The browser takes the bytes after this; they go with the page.
        gloo_timers::callback::Timeout::new(60_000, move || {
            let _ = Url::revoke_object_url(&address);
        })
        .forget();
        Ok(())
    }

    async fn write_to(&self, folder: &FileSystemDirectoryHandle) -> Result<(), JsValue> {
        let create = FileSystemGetFileOptions::new();
        create.set_create(true);
        let file: FileSystemFileHandle = JsFuture::from(folder.get_file_handle_with_options(&self.name, &create)).await?.unchecked_into();
        let stream: FileSystemWritableFileStream = JsFuture::from(file.create_writable()).await?.unchecked_into();
        JsFuture::from(stream.write_with_blob(&self.content)?).await?;
        JsFuture::from(stream.close()).await?;
        Ok(())
    }
}

impl Saved {
    /// What the page says of it; nothing when the person chose not to save.
    pub(crate) fn notice(&self) -> Option<String> {
        match self {
            Self::InFolder(folder) => Some(labels::saved_in(folder)),
            Self::Downloaded => Some(labels::SAVED_AS_DOWNLOADS.to_owned()),
            Self::Cancelled => None,
            Self::Failed(error) => Some(labels::not_saved(error)),
        }
    }
}

/// Saves all of them at once. Call it from a click: browsers ask the person only then.
pub(crate) async fn save(files: &[Finished]) -> Saved {
    match choose_folder().await {
        Ok(Some(folder)) => {
            for file in files {
                if let Err(error) = file.write_to(&folder).await {
                    return Saved::Failed(format!("{}: {}", file.name, thrown(&error)));
                }
            }
            Saved::InFolder(folder.name())
        }
        Ok(None) => download(files),
        Err(error) if is_abort(&error) => Saved::Cancelled,
        Err(error) => Saved::Failed(thrown(&error)),
    }
}

/// Has the browser download them, each by itself.
pub(crate) fn download(files: &[Finished]) -> Saved {
    match files.iter().try_for_each(Finished::download) {
        Ok(()) => Saved::Downloaded,
        Err(error) => Saved::Failed(thrown(&error)),
    }
}

/// The options of `showDirectoryPicker`.
#[derive(Serialize)]
struct PickerOptions {
    mode: &'static str,
}

/// A folder that the person chooses; `None` where the browser has no such choice.
async fn choose_folder() -> Result<Option<FileSystemDirectoryHandle>, JsValue> {
    let Some(window) = web_sys::window() else { return Ok(None) };
    let window: &FolderWindow = window.unchecked_ref();
    if !window.directory_picker().is_function() {
        return Ok(None);
    }
    let options = serde_wasm_bindgen::to_value(&PickerOptions { mode: "readwrite" })?;
    let chosen = window.show_directory_picker(&options)?;
    Ok(Some(JsFuture::from(chosen).await?.unchecked_into()))
}

fn is_abort(error: &JsValue) -> bool {
    error.dyn_ref::<web_sys::DomException>().is_some_and(|error| error.name() == "AbortError")
}

#[wasm_bindgen]
extern "C" {
    // Only some browsers have it, so `web-sys` does not.
    #[wasm_bindgen(extends = Window)]
    type FolderWindow;

    #[wasm_bindgen(method, getter, js_name = showDirectoryPicker)]
    fn directory_picker(this: &FolderWindow) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = showDirectoryPicker)]
    fn show_directory_picker(this: &FolderWindow, options: &JsValue) -> Result<Promise, JsValue>;
}
