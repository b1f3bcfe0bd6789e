//! The head of the page: its name and its promise.

use yew::prelude::*;

/// The name, and the promise with its reason.
pub(crate) fn top() -> Html {
    html! {
        <header class="top">
            <span class="name">{ "fivetwenty" }</span>
            <details class="promise">
                <summary>{ "nothing leaves this browser " }<span class="info" aria-hidden="true">{ "i" }</span></summary>
                <div class="popover">
                    <p>{ "Your files are read on this computer, in workers: separate parts of the page to which its server has forbidden every \
                          connection, by a policy (CSP) that the browser enforces. The page itself can connect only to where it came from." }</p>
                    <p>{ "One part can reach other sites: “Fetch trace”. It runs only when you press it, asks only the host you typed, and is \
                          never given anything from a file." }</p>
                </div>
            </details>
        </header>
    }
}
