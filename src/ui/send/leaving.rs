//! What will leave this browser: byte for byte what the buttons copy.

use fivetwenty_model::protocol::Overview;
use yew::prelude::*;

use crate::ui::parts::copy::{CopyButton, Style};
use crate::{format, labels};

/// In which form the report is shown and copied.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people, in short.
    #[default]
    Text,
    /// For people, all of it.
    Full,
    /// For programs.
    Json,
}

impl Format {
    /// The report in this form.
    ///
    /// `tried` is the section of what was tried, for the forms that people read.
    pub(crate) fn of(self, overview: &Overview, tried: &str) -> String {
        match self {
            Self::Text => [&overview.text, tried].concat(),
            Self::Full => [&overview.full, tried].concat(),
            Self::Json => overview.json.clone(),
        }
    }
}

/// The preview in the form shown; `show` is called when the person wants the other one.
pub(super) fn leaving(overview: &Overview, tried: &str, shown: Format, show: &Callback<Format>) -> Html {
    let text = shown.of(overview, tried);
    let choice = |format: Format, label: &'static str| {
        let show = show.clone();
        html! {
            <button type="button" class="small" aria-pressed={(shown == format).to_string()} onclick={move |_| show.emit(format)}>{ label }</button>
        }
    };
    html! {
        <section class="leaving" aria-labelledby="leaving-title">
            <h3 id="leaving-title">{ labels::WHAT_LEAVES }</h3>
            <details>
                <summary>{ labels::THE_REPORT }{ ", " }{ format::bytes(text.len() as u64) }</summary>
                <p class="quiet">{ labels::LEAVES_WHEN }</p>
                <div class="actions">
                    { choice(Format::Text, labels::SHORT) }{ choice(Format::Full, labels::FULL) }{ choice(Format::Json, "JSON") }
                    <CopyButton id="copy-shown" label={labels::COPY} style={Style::Small} text={text.clone()} />
                </div>
                <pre id="report-text" class="report" tabindex="0" role="region" aria-label={labels::THE_REPORT}>{ text }</pre>
            </details>
        </section>
    }
}
