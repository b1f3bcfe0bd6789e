//! The finished files.

use fivetwenty_model::protocol::Packed;
use yew::prelude::*;

use crate::state::Bundle;
use crate::ui::parts::button::button;
use crate::ui::parts::side::machine;
use crate::ui::parts::table::{Column, table};
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
            <div id="bundle-files">
                { table(labels::FILES, &[Column::Text(labels::FILE), Column::Number(labels::SIZE), Column::Text(labels::SHA_256), Column::Unseen(labels::SAVE_ONE_FILE)], html! {
                    <>
                        { for packed.files.iter().enumerate().map(|(place, file)| html! {
                            <tr>
                                <th scope="row">{ machine(&file.name) }</th>
                                <td class="number">{ format::bytes(file.bytes) }</td>
                                <td><abbr class="machine" title={file.sha256.clone()}>{ file.sha256.chars().take(12).collect::<String>() }</abbr></td>
                                <td><button type="button" class="small" onclick={save(Some(place))} aria-label={labels::save_file(&file.name)}>{ labels::SAVE }</button></td>
                            </tr>
                        }) }
                    </>
                }) }
            </div>
            { for packed.trimmed.iter().map(|trimmed| html! {
                <p class="quiet">
                    { machine(&trimmed.name) }{ ": " }{ format::number(trimmed.left_out) }{ labels::OF }{ labels::entries(trimmed.entries) }
                    { labels::TRIMMED }
                </p>
            }) }
            { for packed.unmatched.iter().map(|rule| html! { <p class="unmatched">{ labels::OF_YOUR_CHOICES }{ rule }{ "." }</p> }) }
            <p class="actions">
                { button("", "save-all", labels::save_files(packed.files.len() as u64, total), save(None)) }
                { button("", "save-archive", labels::SAVE_AS_ZIP, archive) }
                <span class="quiet">{ labels::ZIP_ABOUT }</span>
            </p>
            <p role="status" id="saved">{ &bundle.saved }</p>
        </>
    }
}
