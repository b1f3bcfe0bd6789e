//! The finished files.

use fivetwenty_model::protocol::Packed;
use yew::prelude::*;

use crate::state::Bundle;
use crate::ui::parts::side::machine;
use crate::web::WorkerClient;
use crate::{format, labels};

/// The files with their sizes and hashes, and the buttons that save them.
pub(super) fn files(packed: &Packed, bundle: &Bundle, client: &WorkerClient) -> Html {
    let save = |only: Option<usize>| {
        let client = client.clone();
        move |_: MouseEvent| client.save(only)
    };
    let archive = {
        let client = client.clone();
        move |_: MouseEvent| client.archive()
    };
    let total = packed.files.iter().map(|file| file.bytes).sum();
    html! {
        <>
            <div class="scroll-x">
                <table class="plain" id="bundle-files">
                    <thead><tr>
                        <th scope="col">{ labels::FILE }</th>
                        <th scope="col" class="number">{ labels::SIZE }</th>
                        <th scope="col">{ labels::SHA_256 }</th>
                        <th scope="col"><span class="unseen">{ labels::SAVE_ONE_FILE }</span></th>
                    </tr></thead>
                    <tbody>
                        { for packed.files.iter().enumerate().map(|(place, file)| html! {
                            <tr>
                                <th scope="row">{ machine(&file.name) }</th>
                                <td class="number">{ format::bytes(file.bytes) }</td>
                                <td><abbr class="machine" title={file.sha256.clone()}>{ file.sha256.chars().take(12).collect::<String>() }</abbr></td>
                                <td><button type="button" class="small" onclick={save(Some(place))} aria-label={labels::save_file(&file.name)}>{ labels::SAVE }</button></td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            { for packed.trimmed.iter().map(|trimmed| html! {
                <p class="quiet">
                    { machine(&trimmed.name) }{ ": " }{ format::number(trimmed.left_out) }{ labels::OF }{ labels::entries(trimmed.entries) }
                    { labels::TRIMMED }
                </p>
            }) }
            { for packed.unmatched.iter().map(|rule| html! { <p class="unmatched">{ labels::OF_YOUR_CHOICES }{ rule }{ "." }</p> }) }
            <p class="actions">
                <button type="button" id="save-all" onclick={save(None)}>{ labels::save_files(packed.files.len() as u64, total) }</button>
                <button type="button" id="save-archive" onclick={archive}>{ labels::SAVE_AS_ZIP }</button>
                <span class="quiet">{ labels::ZIP_ABOUT }</span>
            </p>
            <p role="status" id="saved">{ &bundle.saved }</p>
        </>
    }
}
