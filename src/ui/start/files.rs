//! One line a file: what is being read, what was, and what could not be.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::{FileId, Overview, Preview};
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::state::{FileLine, Phase};
use crate::ui::parts::side;
use crate::web::WorkerClient;
use crate::{format, labels};

/// The files given, and which side each was taken for.
pub(crate) fn file_list(files: &[FileLine], overview: Option<&Overview>, client: &WorkerClient) -> Html {
    if files.is_empty() {
        return Html::default();
    }
    let lines = files.iter().map(|file| line(file, overview, client));
    html! { <ul class="files" aria-label={labels::FILES}>{ for lines }</ul> }
}

/// It was read whole, so nothing has to be said of it at once.
pub(super) fn is_settled(file: &FileLine) -> bool {
    matches!(file.phase, Phase::Done | Phase::Text) && file.stopped.is_none()
}

/// What is being read, and what could not be, above everything else.
pub(crate) fn unsettled(files: &[FileLine], overview: Option<&Overview>, client: &WorkerClient) -> Html {
    let files: Vec<FileLine> = files.iter().filter(|file| !is_settled(file) || overview.is_none()).cloned().collect();
    let reading = files.iter().filter(|file| file.phase == Phase::Reading).count();
    html! {
        <>
            if overview.is_none() && reading > 0 {
                <h1>{ labels::reading_files(reading) }</h1>
            }
            { file_list(&files, overview, client) }
        </>
    }
}

fn mark_of(overview: &Overview, id: FileId) -> Html {
    if overview.proxied == Some(id) {
        side::mark(Side::Proxied)
    } else if overview.direct == Some(id) {
        side::mark(Side::Direct)
    } else if overview.after == Some(id) {
        html! { <>{ side::mark(Side::After) }<span class="quiet">{ labels::AFTER_THE_FIX }</span></> }
    } else {
        Html::default()
    }
}

fn line(file: &FileLine, overview: Option<&Overview>, client: &WorkerClient) -> Html {
    let id = file.id;
    let mark = overview.map(|overview| mark_of(overview, id)).unwrap_or_default();
    let name = visible(&file.name).into_owned();
    let state = match file.phase {
        Phase::Reading => "reading",
        Phase::Done | Phase::Text => "done",
        Phase::Failed(_) => "failed",
        Phase::Cancelled => "cancelled",
    };
    let cancel = {
        let client = client.clone();
        move |_| client.cancel(id)
    };
    let remove = {
        let client = client.clone();
        move |_| client.remove(id)
    };
    html! {
        <li class="file" data-state={state} key={id}>
            <span class="file-name">
                { mark }
                <span class="machine">{ name.clone() }</span>
            </span>
            { figures(file, &name, overview) }
            if file.phase == Phase::Reading {
                <button type="button" class="small cancel" onclick={cancel} aria-label={labels::cancel_reading(&name)}>{ labels::CANCEL }</button>
            } else {
                <button type="button" class="small remove" onclick={remove} aria-label={labels::remove_file(&name)}>{ labels::REMOVE }</button>
            }
            if let Some(stopped) = &file.stopped {
                <span class="file-stopped" role="alert">{ labels::READ_IN_PART }{ visible(stopped).into_owned() }{ "." }</span>
            }
            { previews(file, &name) }
        </li>
    }
}

fn figures(file: &FileLine, name: &str, overview: Option<&Overview>) -> Html {
    match &file.phase {
        Phase::Reading => {
            // A screen reader says how far it is when it is asked, and nothing by itself.
            let max = file.progress.of.map(|of| of.to_string());
            let value = max.is_some().then(|| file.progress.bytes.to_string());
            html! {
                <>
                    <progress {max} {value} aria-label={labels::reading_file(name)} />
                    <span class="figures">{ pace(file) }</span>
                </>
            }
        }
        Phase::Done => html! { <span class="figures">{ format::bytes(file.size) }{ " · " }{ labels::found(&file.progress) }</span> },
        Phase::Text => html! { <span class="figures">{ format::bytes(file.size) }{ " · " }{ taken_for(file, overview) }</span> },
        Phase::Failed(error) => {
            html! { <span class="file-error" role="alert">{ visible(error).into_owned() }</span> }
        }
        Phase::Cancelled => html! { <span class="figures">{ labels::CANCELLED_AFTER }{ format::bytes(file.progress.bytes) }</span> },
    }
}

/// What a text was taken for.
fn taken_for(file: &FileLine, overview: Option<&Overview>) -> String {
    // Nothing but logs has entries and is no capture.
    if file.progress.entries > 0 {
        return labels::found_records(&file.progress);
    }
    let input = overview.and_then(|overview| {
        let at = overview.texts.iter().position(|text| *text == file.id)?;
        overview.report.inputs.get(at)
    });
    input.map_or(labels::A_TEXT, |input| input.kind.label()).to_owned()
}

/// How far its reader is, how fast it is, and how long it will take.
fn pace(file: &FileLine) -> String {
    let parts = [
        Some(file.progress.label()),
        // A text that is no log has none.
        (file.progress.entries > 0).then(|| labels::found(&file.progress)),
        file.pace.rate().map(|rate| format!("{}/s", format::rate(rate))),
        file.left_ms().map(format::time_left),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A few of the entries, while the rest is read and until the table has them all.
fn previews(file: &FileLine, name: &str) -> Html {
    if file.previews.is_empty() {
        return Html::default();
    }
    let label = labels::first_entries(name);
    let failing = file.previews.iter().filter(|entry| entry.failing);
    let others = file.previews.iter().filter(|entry| !entry.failing);
    html! {
        <ul class="previews" tabindex="0" aria-label={label}>{ for failing.chain(others).map(preview) }</ul>
    }
}

fn preview(entry: &Preview) -> Html {
    let error = entry.error.as_deref().map(|error| visible(error).into_owned());
    html! {
        <li key={entry.entry}>
            { side::outcome(entry.status, entry.failing, None) }
            <span class="number">{ entry.time_ms.map(format::duration).unwrap_or_default() }</span>
            <span class="machine"><span class="method">{ visible(&entry.method).into_owned() }</span>{ " " }<span class="host">{ visible(&entry.host).into_owned() }</span>{ visible(&entry.path).into_owned() }</span>
            if let Some(error) = error { <span class="quiet">{ error }</span> }
        </li>
    }
}
