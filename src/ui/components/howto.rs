//! How to record the two captures, in the words of the browsers' own menus.

use yew::prelude::*;

use super::copy::command;
use super::side::abbr;
use crate::protocol::Side;

/// The steps for one side, with the site's own host where it is known.
pub(super) fn howto(side: Side, host: &str) -> Html {
    match side {
        Side::Proxied => proxied(),
        Side::Direct => direct(host),
    }
}

/// A browser with what to do in it; what stands between asterisks is a word of its menus.
const BROWSERS: [(&str, &[&str]); 3] = [
    (
        "Chrome, Edge",
        &[
            "Press F12 (⌥⌘I on a Mac) and choose *Network*.",
            "Tick *Preserve log* and *Disable cache*.",
            "In the tools' settings, *Preferences › Network*, tick *Allow to generate HAR with sensitive data*. Without it Chrome leaves out cookies, and header sizes come out too small.",
            "Load the page until the error shows, hold the download button (*Export HAR*) and choose *with sensitive data*.",
        ],
    ),
    (
        "Firefox",
        &[
            "Press F12, choose *Network*, then in the gear menu *Persist Logs*.",
            "Load the page until the error shows; gear menu, *Save All As HAR*.",
        ],
    ),
    (
        "Safari",
        &[
            "In *Settings › Advanced* tick *Show features for web developers*.",
            "⌥⌘I, *Network*, tick *Preserve Log*, load the page, then *Export*.",
        ],
    ),
];

fn proxied() -> Html {
    html! {
        <div class="howto">
            <p>{ "Open a private window, so that old cookies and cached files stay out of it. Open the developer tools " }<em>{ "before" }</em>{ " you load the failing page." }</p>
            { for BROWSERS.iter().map(|(browser, steps)| html! {
                <>
                    <h4>{ *browser }</h4>
                    <ol>{ for steps.iter().map(|step| html! { <li>{ step_words(step) }</li> }) }</ol>
                </>
            }) }
        </div>
    }
}

fn step_words(step: &'static str) -> Html {
    let words = step.split('*').enumerate().map(|(place, words)| {
        if place % 2 == 1 {
            html! { <b>{ words }</b> }
        } else {
            words.into()
        }
    });
    words.collect()
}

fn direct(host: &str) -> Html {
    let rule = format!("--host-resolver-rules=\"MAP {host} 203.0.113.10\"");
    html! {
        <div class="howto">
            <p>{ "Record the same page in the same way, but let the browser talk to the " }
                { abbr("The server that runs the site, behind Cloudflare.", "origin") }
                { " itself. Put the origin's own address where 203.0.113.10 stands. One of:" }</p>
            <h4>{ "Chrome or Edge with a fresh profile: nothing else on the computer changes" }</h4>
            { command(format!("google-chrome --user-data-dir=/tmp/direct-capture {rule}"), "for Linux") }
            { command(format!("open -na \"Google Chrome\" --args --user-data-dir=/tmp/direct-capture {rule}"), "for macOS") }
            { command(format!("start chrome --user-data-dir=\"%TEMP%\\direct-capture\" {rule}"), "for Windows") }
            <h4>{ "Any browser: the hosts file" }</h4>
            <p>{ "Add this line to /etc/hosts (Windows: C:\\Windows\\System32\\drivers\\etc\\hosts), restart the browser, and take the line out again afterwards." }</p>
            { command(format!("203.0.113.10 {host}"), "for the hosts file") }
            <h4>{ "Or: grey cloud" }</h4>
            <p>{ step_words("In Cloudflare's dashboard, set the DNS record to *DNS only* for a few minutes. Every visitor then goes direct, and everyone can see the origin's address.") }</p>
            <p><b>{ "Check it: " }</b>{ "in the new capture no answer of the site may have a " }<code>{ "cf-ray" }</code>{ " header. If one has, it still went through Cloudflare." }</p>
        </div>
    }
}
