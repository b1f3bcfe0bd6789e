//! The states that the page can be in, each with what brings it there: for everything that has to look at all of them.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use xtask::run::root;

use crate::page::{Page, recorded, sample};

/// A state of the page.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// What it is called in tables, and the names of pictures.
    pub name: &'static str,
    /// Who the person says to be: the value of the choice.
    pub you: &'static str,
    given: Given,
    /// The place, as its address has it, or nothing where the page chooses.
    at: &'static str,
    /// What is there once the page is in the state.
    shown: &'static str,
}

/// What the page is given.
#[derive(Clone, Copy, Debug)]
enum Given {
    Nothing,
    /// The captures of a recorded case.
    Both(&'static str),
    /// The one through Cloudflare alone.
    Proxied(&'static str),
    /// Two through Cloudflare.
    TwoProxied,
    /// One that can be read, and one that cannot.
    Unreadable,
    /// A third one in which nothing fails any more.
    After,
    /// Two that are being read, and stay so.
    Reading,
}

const VERDICT: &str = "#verdict[data-status]";

impl State {
    const fn new(name: &'static str, given: Given, at: &'static str, shown: &'static str) -> Self {
        Self { name, you: "owner", given, at, shown }
    }

    const fn of(name: &'static str, you: &'static str, shown: &'static str) -> Self {
        Self { name, you, given: Given::Both(SAMPLE), at: "", shown }
    }
}

const SAMPLE: &str = "empty-reply";

/// All of them.
pub const STATES: [State; 18] = [
    State::new("start", Given::Nothing, "", "#files"),
    State::new("reading", Given::Reading, "", ".file[data-state=reading]"),
    State::new("fix", Given::Both(SAMPLE), "", "#fix"),
    State::new("compare", Given::Both(SAMPLE), "#compare", "#pane[data-state=done]"),
    State::new("row", Given::Both(SAMPLE), "#row/p6", "#pane"),
    State::new("evidence", Given::Both(SAMPLE), "#evidence", "#evidence"),
    State::new("send", Given::Both(SAMPLE), "#send", "#letter"),
    State::new("more", Given::Both(SAMPLE), "#more", "#more"),
    State::new("one-file", Given::Proxied(SAMPLE), "", VERDICT),
    State::new("tie", Given::Both("regional"), "", VERDICT),
    State::new("healthy", Given::Both("healthy-shop"), "", VERDICT),
    State::new("not-520", Given::Both("code-522"), "", VERDICT),
    State::new("unreadable", Given::Unreadable, "", ".file[data-state=failed]"),
    State::new("two-proxied", Given::TwoProxied, "", VERDICT),
    State::new("after", Given::After, "", "#after"),
    State::of("support", "support", VERDICT),
    State::of("visitor", "visitor", "#letter"),
    State { name: "visitor-start", you: "visitor", given: Given::Nothing, at: "", shown: "#files" },
];

impl Page {
    /// Brings the page into a state, from whatever state it is in.
    ///
    /// # Errors
    /// When it does not come there.
    pub async fn bring(&self, state: &State) -> Result<()> {
        // Nothing of an earlier state is remembered.
        self.run("localStorage.clear(); sessionStorage.clear()", &[]).await?;
        self.show(&self.origin()).await?;
        self.be(state.you).await?;
        self.give(state.given).await.with_context(|| state.name)?;
        let files = match state.given {
            Given::Nothing | Given::Reading => 0,
            Given::Proxied(_) | Given::Unreadable => 1,
            Given::Both(_) | Given::TwoProxied | Given::After => 2,
        };
        if files > 0 {
            self.until(&format!("{}: a result", state.name), SETTLED, &[json!(VERDICT), json!(files)]).await?;
        }
        if !state.at.is_empty() {
            let has_places = self.run("return document.querySelector('#places') !== null", &[]).await? == true;
            ensure!(has_places, "{}: the page has no places", state.name);
            self.run("location.hash = arguments[0]", &[json!(state.at)]).await?;
        }
        self.element(state.shown).await.with_context(|| state.name)?;
        Ok(())
    }

    async fn give(&self, given: Given) -> Result<()> {
        match given {
            Given::Nothing => Ok(()),
            Given::Both(case) => {
                let [proxied, direct] = recorded(case);
                self.choose(&[&proxied, &direct]).await
            }
            Given::Proxied(case) => {
                let [proxied, _] = recorded(case);
                self.choose(&[&proxied]).await
            }
            Given::TwoProxied => {
                let other = root().join("tests/data/lab/firefox-153").join(SAMPLE).join("proxied.har");
                let texts = [fs::read_to_string(&sample()[0])?, fs::read_to_string(other)?];
                self.drop_files(&[("shop-1.har", &texts[0]), ("shop-2.har", &texts[1])]).await
            }
            Given::Unreadable => {
                let proxied = fs::read_to_string(&sample()[0])?;
                self.drop_files(&[("proxied.har", &proxied), ("notes.har", "hello, I am no HAR")]).await
            }
            Given::After => {
                let [proxied, direct] = sample();
                self.choose(&[&proxied, &direct]).await?;
                self.element(VERDICT).await?;
                self.drop_files(&[("after.har", &mended(&fs::read_to_string(proxied)?)?)]).await
            }
            Given::Reading => {
                let (proxied, direct) = (fs::read_to_string(&sample()[0])?, fs::read_to_string(&sample()[1])?);
                self.run(HOLD, &[]).await?;
                self.run(DROP_LONG, &[json!([["proxied.har", proxied], ["direct.har", direct]])]).await.map(drop)
            }
        }
    }
}

/// A capture as it would be two hours later, when nothing fails any more.
///
/// # Errors
/// When it is no JSON.
pub fn mended(capture: &str) -> Result<String> {
    let mut later: Value = serde_json::from_str(capture)?;
    for entry in later["log"]["entries"].as_array_mut().into_iter().flatten() {
        entry["startedDateTime"] = entry["startedDateTime"].as_str().map(|time| time.replace("T04:", "T06:")).into();
        if entry["response"]["status"] == 520 {
            entry["response"]["status"] = 200.into();
        }
        // The edge's own clocks would still be those of the first recording.
        if let Some(headers) = entry["response"]["headers"].as_array_mut() {
            let is_clock = |name: &str| ["cf-ray", "date"].iter().any(|clock| name.eq_ignore_ascii_case(clock));
            headers.retain(|header| !header["name"].as_str().is_some_and(is_clock));
        }
    }
    Ok(later.to_string())
}

/// Keeps from the page what readers say after their first words, which have entries.
const HOLD: &str = "
    const {contentWindow} = document.querySelector('#isolation');
    contentWindow.Worker = class extends contentWindow.Worker {
        constructor(address, options) {
            super(address, options);
            let heard = 0;
            this.addEventListener('message', event => {
                if (options.name !== 'reader') return;
                if (heard > 2) event.stopImmediatePropagation();
                heard += 1;
            });
        }
    };";

/// Drops captures that are long enough to be handed on in parts.
const DROP_LONG: &str = "
    const transfer = new DataTransfer();
    for (const [name, text] of arguments[0]) {
        const har = JSON.parse(text);
        har.log.entries = Array(300).fill(har.log.entries).flat();
        transfer.items.add(new File([JSON.stringify(har)], name));
    }
    document.querySelector('main').dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));";

/// Whether there is a verdict on all that was given.
const SETTLED: &str = "
    return document.querySelector(arguments[0]) !== null && document.querySelector('.file[data-state=reading]') === null
        && performance.getEntriesByName('fivetwenty:analysed').length >= arguments[1]";
