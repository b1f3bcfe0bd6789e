//! Whom to write to: the rest of the place's address, such as `host`, or `host/markdown` for a text in that form.

use fivetwenty_model::letter::Recipient;
use yew::prelude::*;

use crate::labels;
use crate::state::Mode;
use crate::web::go_to;

/// Each recipient by its part of the address.
const RECIPIENTS: [(&str, Recipient); 4] =
    [("host", Recipient::Hosting), ("support", Recipient::Support), ("community", Recipient::Community), ("owner", Recipient::Owner)];

/// The recipient, and whether the text is wanted as Markdown. An address that names nobody is for whom this person writes to first.
pub(super) fn read(address: &str, mode: Mode) -> (Recipient, bool) {
    let (name, form) = address.split_once('/').unwrap_or((address, ""));
    let first = if mode == Mode::Support { Recipient::Support } else { Recipient::Hosting };
    (RECIPIENTS.iter().find(|(known, _)| *known == name).map_or(first, |(_, to)| *to), form == "markdown")
}

/// The address of a text, without its `#`.
pub(super) fn address(to: Recipient, markdown: bool) -> String {
    let name = RECIPIENTS.iter().find(|(_, known)| *known == to).map_or("", |(name, _)| name);
    ["send/", name, if markdown { "/markdown" } else { "" }].concat()
}

/// The choice. It goes to the address, and comes back from there.
pub(super) fn choose(to: Recipient, markdown: bool) -> Html {
    let choice = |(_, this): &(&str, Recipient)| {
        let this = *this;
        let onchange = move |_: Event| go_to(&address(this, markdown));
        html! { <label><input type="radio" name="to" checked={this == to} {onchange} />{ this.label() }</label> }
    };
    html! {
        <fieldset id="recipient">
            <legend><h3>{ labels::SEND_IT_TO }</h3></legend>
            <div class="who">{ for RECIPIENTS.iter().map(choice) }</div>
            <p class="quiet">{ labels::recipient_note(to) }</p>
        </fieldset>
    }
}
