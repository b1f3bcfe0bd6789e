//! How to record the two captures, in the words of the browsers' own menus.

use yew::prelude::*;

use super::copy::Command;
use crate::protocol::Side;

/// The steps for one side, with the site's own host where it is known.
pub(super) fn howto(side: Side, host: &str) -> Html {
    match side {
        Side::Proxied => proxied(),
        Side::Direct => direct(host),
    }
}

fn proxied() -> Html {
    html! {
        <div class="howto">
            <p>{ "Open a private window, so that old cookies and cached files stay out of it. Open the developer tools " }<em>{ "before" }</em>{ " you load the failing page." }</p>
            <h4>{ "Chrome, Edge" }</h4>
            <ol>
                <li>{ "Press F12 (⌥⌘I on a Mac) and choose " }<b>{ "Network" }</b>{ "." }</li>
                <li>{ "Tick " }<b>{ "Preserve log" }</b>{ " and " }<b>{ "Disable cache" }</b>{ "." }</li>
                <li>{ "In the tools' settings, " }<b>{ "Preferences › Network" }</b>{ ", tick " }<b>{ "Allow to generate HAR with sensitive data" }</b>{ ". Without it Chrome leaves out cookies, and header sizes come out too small." }</li>
                <li>{ "Load the page until the error shows, hold the download button (" }<b>{ "Export HAR" }</b>{ ") and choose " }<b>{ "with sensitive data" }</b>{ "." }</li>
            </ol>
            <h4>{ "Firefox" }</h4>
            <ol>
                <li>{ "Press F12, choose " }<b>{ "Network" }</b>{ ", then in the gear menu " }<b>{ "Persist Logs" }</b>{ "." }</li>
                <li>{ "Load the page until the error shows; gear menu, " }<b>{ "Save All As HAR" }</b>{ "." }</li>
            </ol>
            <h4>{ "Safari" }</h4>
            <ol>
                <li>{ "In " }<b>{ "Settings › Advanced" }</b>{ " tick " }<b>{ "Show features for web developers" }</b>{ "." }</li>
                <li>{ "⌥⌘I, " }<b>{ "Network" }</b>{ ", tick " }<b>{ "Preserve Log" }</b>{ ", load the page, then " }<b>{ "Export" }</b>{ "." }</li>
            </ol>
        </div>
    }
}

fn direct(host: &str) -> Html {
    let rule = format!("--host-resolver-rules=\"MAP {host} 203.0.113.10\"");
    html! {
        <div class="howto">
            <p>{ "Record the same page in the same way, but let the browser talk to the " }
                <abbr title="The server that runs the site, behind Cloudflare.">{ "origin" }</abbr>
                { " itself. Put the origin's own address where 203.0.113.10 stands. One of:" }</p>
            <h4>{ "Chrome or Edge with a fresh profile: nothing else on the computer changes" }</h4>
            <Command text={format!("google-chrome --user-data-dir=/tmp/direct-capture {rule}")} what="for Linux" />
            <Command text={format!("open -na \"Google Chrome\" --args --user-data-dir=/tmp/direct-capture {rule}")} what="for macOS" />
            <Command text={format!("start chrome --user-data-dir=\"%TEMP%\\direct-capture\" {rule}")} what="for Windows" />
            <h4>{ "Any browser: the hosts file" }</h4>
            <p>{ "Add this line to /etc/hosts (Windows: C:\\Windows\\System32\\drivers\\etc\\hosts), restart the browser, and take the line out again afterwards." }</p>
            <Command text={format!("203.0.113.10 {host}")} what="for the hosts file" />
            <h4>{ "Or: grey cloud" }</h4>
            <p>{ "In Cloudflare's dashboard, set the DNS record to " }<b>{ "DNS only" }</b>{ " for a few minutes. Every visitor then goes direct, and everyone can see the origin's address." }</p>
            <p><b>{ "Check it: " }</b>{ "in the new capture no answer of the site may have a " }<code>{ "cf-ray" }</code>{ " header. If one has, it still went through Cloudflare." }</p>
        </div>
    }
}
