//! One line a file: what is being read, what was, and what could not be.

use yew::prelude::*;

use super::side;
use crate::protocol::{FileId, Overview, Side};
use crate::state::{FileLine, Phase};
use crate::web::crew::Crew;
use crate::words;

/// The files given, and which side each was taken for.
pub(crate) fn file_list(files: &[FileLine], overview: Option<&Overview>, crew: &Crew) -> Html {
    if files.is_empty() {
        return Html::default();
    }
    let lines = files.iter().map(|file| line(file, overview.map(|overview| mark_of(overview, file.id)).unwrap_or_default(), crew));
    html! { <ul class="files" aria-label="Files">{ for lines }</ul> }
}

fn mark_of(overview: &Overview, id: FileId) -> Html {
    if overview.proxied == Some(id) {
        side::mark(Side::Proxied)
    } else if overview.direct == Some(id) {
        side::mark(Side::Direct)
    } else if overview.after == Some(id) {
        html! { <>{ side::mark_after() }<span class="quiet">{ "after the fix: " }</span></> }
    } else {
        Html::default()
    }
}

fn line(file: &FileLine, mark: Html, crew: &Crew) -> Html {
    let id = file.id;
    let name = words::visible(&file.name).into_owned();
    let state = match file.phase {
        Phase::Reading => "reading",
        Phase::Done => "done",
        Phase::Failed(_) => "failed",
        Phase::Cancelled => "cancelled",
    };
    let cancel = {
        let crew = crew.clone();
        move |_| crew.cancel(id)
    };
    let remove = {
        let crew = crew.clone();
        move |_| crew.remove(id)
    };
    html! {
        <li class="file" data-state={state} key={id}>
            <span class="file-name">
                { mark }
                <span class="machine">{ name.clone() }</span>
            </span>
            { figures(file) }
            if file.phase == Phase::Reading {
                <button type="button" class="small cancel" onclick={cancel} aria-label={format!("Cancel reading {name}")}>{ "Cancel" }</button>
            } else {
                <button type="button" class="small remove" onclick={remove} aria-label={format!("Remove {name}")}>{ "Remove" }</button>
            }
        </li>
    }
}

fn figures(file: &FileLine) -> Html {
    let found = || {
        let entries = words::counted(file.progress.entries, "entry", "entries");
        let failing = match file.progress.failing {
            0 => "none failing".to_owned(),
            failing => format!("{} failing", words::number(failing)),
        };
        format!("{entries}, {failing}")
    };
    match &file.phase {
        Phase::Reading => {
            let rate = file.rate().map(|rate| format!("{}/s", words::rate(rate))).unwrap_or_default();
            let of = format!("{} of {}", words::bytes(file.progress.bytes), words::bytes(file.size));
            html! {
                <>
                    <progress max={file.size.to_string()} value={file.progress.bytes.to_string()} aria-label={format!("Reading {}", words::visible(&file.name))} />
                    <span class="figures">{ of }{ " · " }{ found() }{ " · " }{ rate }</span>
                </>
            }
        }
        Phase::Done => html! { <span class="figures">{ words::bytes(file.size) }{ " · " }{ found() }</span> },
        Phase::Failed(error) => html! { <span class="file-error" role="alert">{ words::visible(error).into_owned() }</span> },
        Phase::Cancelled => html! { <span class="figures">{ "Cancelled after " }{ words::bytes(file.progress.bytes) }</span> },
    }
}
