//! Commands for what a browser cannot look at, with the fields that they are filled in from.

use fivetwenty_model::protocol::Overview;
use fivetwenty_redact::commands::{Argument, Shell};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, Terminal};
use crate::ui::parts::help::Help;
use crate::ui::parts::side::quiet;

/// The section. The page never runs a command, and the typed addresses stay in the browser.
pub(crate) fn terminal(typed: &Terminal, overview: Option<&Overview>, help: &Help<'_>, dispatch: &Callback<Action>) -> Html {
    let target = overview.map(|overview| &overview.target);
    let system = {
        let dispatch = dispatch.clone();
        move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            dispatch.emit(Action::Shell(if select.value() == "powershell" { Shell::PowerShell } else { Shell::Posix }));
        }
    };
    let change = |action: fn(String) -> Action| {
        let dispatch = dispatch.clone();
        move |event: Event| dispatch.emit(action(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let field = |id: &'static str,
                 label: &'static str,
                 value: &str,
                 known: Option<&str>,
                 example: &'static str,
                 action: fn(String) -> Action| {
        let known = known.filter(|known| !known.is_empty()).unwrap_or(example).to_owned();
        html! {
            <label>
                <span>{ label }</span>
                <input {id} type="text" autocomplete="off" autocapitalize="none" spellcheck="false" value={value.to_owned()} placeholder={known} onchange={change(action)} />
            </label>
        }
    };
    let is_windows = typed.shell == Shell::PowerShell;
    html! {
        <section class="terminal" id="terminal" aria-labelledby="terminal-title">
            <h3 id="terminal-title">{ labels::TERMINAL_TITLE }</h3>
            { quiet(labels::TERMINAL_ABOUT) }
            <details class="commands" ontoggle={help.load()}>
                <summary>{ labels::SHOW_COMMANDS }</summary>
                <div class="fill">
                    <label>
                        <span>{ labels::YOUR_SYSTEM }</span>
                        <select id="system" onchange={system}>
                            <option value="posix" selected={!is_windows}>{ labels::LINUX_OR_MACOS }</option>
                            <option value="powershell" selected={is_windows}>{ labels::WINDOWS }</option>
                        </select>
                    </label>
                    { field("failing", labels::FAILING_URL, &typed.url, target.map(|target| &*target.url), "shop.example/path", Action::FailingUrl) }
                    { field("origin", labels::ORIGIN_ADDRESS, &typed.origin, target.map(|target| &*target.origin), "203.0.113.10", Action::Origin) }
                </div>
                <p class="failure" role="status" id="not-filled">
                    if !typed.url.trim().is_empty() && Argument::url(typed.url.trim()).is_none() {
                        { labels::NO_HOST }
                    }
                    if !typed.origin.trim().is_empty() && Argument::origin(typed.origin.trim()).is_none() {
                        { labels::NO_ORIGIN }
                    }
                </p>
                { quiet(labels::STAYS_HERE) }
                { help.part("terminal") }
            </details>
        </section>
    }
}
