//! What will leave this browser: byte for byte what the buttons copy.

use fivetwenty_model::protocol::Overview;
use yew::prelude::*;

use crate::format;

/// The preview's id, by which the text is selected when the clipboard is refused.
pub(super) const REPORT: &str = "report-text";

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
    pub(super) fn of(self, overview: &Overview, tried: &str) -> String {
        match self {
            Self::Text => [&overview.text, tried].concat(),
            Self::Full => [&overview.full, tried].concat(),
            Self::Json => overview.json.clone(),
        }
    }
}

/// The preview in the form shown; `show` is called when the person wants the other one.
pub(crate) fn leaving(overview: &Overview, tried: &str, shown: Format, show: &Callback<Format>) -> Html {
    let text = shown.of(overview, tried);
    let choice = |format: Format, label: &'static str| {
        let show = show.clone();
        html! {
            <button type="button" class="small" aria-pressed={(shown == format).to_string()} onclick={move |_| show.emit(format)}>{ label }</button>
        }
    };
    html! {
        <section class="leaving" aria-labelledby="leaving-title">
            <h2 id="leaving-title">{ "What will leave this browser" }</h2>
            <p class="quiet">
                { "Only when you copy it, and exactly this: " }{ format::bytes(text.len() as u64) }
                { ". It names fields and their lengths; cookies, tokens, addresses of visitors and query values are not in it." }
            </p>
            <p class="actions">{ choice(Format::Text, "Short") }{ choice(Format::Full, "Full") }{ choice(Format::Json, "JSON") }</p>
            <pre id={REPORT} class="report" tabindex="0" role="region" aria-label="The report">{ text }</pre>
        </section>
    }
}
