//! The finished files.

use fivetwenty_model::protocol::Packed;
use yew::prelude::*;

use crate::format;
use crate::state::Bundle;
use crate::ui::components::side::machine;
use crate::web::WorkerClient;

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
                        <th scope="col">{ "File" }</th>
                        <th scope="col" class="number">{ "Size" }</th>
                        <th scope="col">{ "SHA-256" }</th>
                        <th scope="col"><span class="unseen">{ "Save it alone" }</span></th>
                    </tr></thead>
                    <tbody>
                        { for packed.files.iter().enumerate().map(|(place, file)| html! {
                            <tr>
                                <th scope="row">{ machine(&file.name) }</th>
                                <td class="number">{ format::bytes(file.bytes) }</td>
                                <td><abbr class="machine" title={file.sha256.clone()}>{ file.sha256.chars().take(12).collect::<String>() }</abbr></td>
                                <td><button type="button" class="small" onclick={save(Some(place))} aria-label={format!("Save {}", file.name)}>{ "Save" }</button></td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            { for packed.trimmed.iter().map(|trimmed| html! {
                <p class="quiet">
                    { machine(&trimmed.name) }{ ": " }{ format::number(trimmed.left_out) }{ " of " }{ format::counted(trimmed.entries, "entry", "entries") }
                    { " were left out to keep it below 20 MB; those that the report cites and those that fail are in it." }
                </p>
            }) }
            { for packed.unmatched.iter().map(|rule| html! { <p class="unmatched">{ "Of your choices, " }{ rule }{ "." }</p> }) }
            <p class="actions">
                <button type="button" class="primary" id="save-all" onclick={save(None)}>{ "Save all, " }{ format::bytes(total) }</button>
                <button type="button" id="save-archive" onclick={archive}>{ "As one ZIP" }</button>
                <span class="quiet">{ "The ZIP is for your own records and for hosts that take one; Cloudflare's form does not." }</span>
            </p>
            <p role="status" id="saved">{ &bundle.saved }</p>
        </>
    }
}
