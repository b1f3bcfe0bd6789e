//! The chosen request in full: what differs first, what Cloudflare sets apart from it, and what is equal folded away.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::{Detail, EntryView, Fact, Goto, Said};
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::headers::{edge, header, others};
use super::props::{Marked, TableProps};
use super::timing::timing;
use crate::labels;
use crate::state::{Loadable, Open, row_address};
use crate::ui::parts::button::button;
use crate::ui::parts::copy::{CopyButton, Style, in_shell};
use crate::ui::parts::ray::{ray_id, time};
use crate::ui::parts::side::{self, machine, quiet};

/// The pane beside the table.
pub(super) fn pane(open: &Open, props: &TableProps) -> Html {
    let (state, content) = match &open.detail {
        Loadable::Idle | Loadable::Loading => ("loading", quiet(labels::READING_ENTRY)),
        Loadable::Failed(error) => ("failed", html! { <p class="failure">{ error }</p> }),
        Loadable::Ready(detail) => ("done", whole(detail, open.marked.as_ref(), props)),
    };
    html! {
        <aside id="pane" class="pane" tabindex="-1" aria-label={labels::CHOSEN_REQUEST} data-state={state}>{ content }</aside>
    }
}

fn whole(detail: &Detail, marked: Marked, props: &TableProps) -> Html {
    let heading = [&*visible(&detail.method), " ", &*visible(&detail.url)].concat();
    let (first, folded): (Vec<&Fact>, Vec<&Fact>) = detail.facts.iter().partition(|fact| fact.first);
    html! {
        <>
            <header>
                <h3 class="machine" tabindex="-1">{ heading }</h3>
                { actions(detail, props) }
            </header>
            <section>
                <h4>{ labels::RESPONSE } if detail.own_page { <span>{ labels::OWN_PAGE }</span> }</h4>
                <table class="both">
                    <thead><tr>
                        <td></td>
                        <th scope="col">{ side::mark(Side::Proxied) }{ " " }{ labels::CLOUDFLARE }</th>
                        <th scope="col">{ side::mark(Side::Direct) }{ " " }{ labels::DIRECT_SIDE }</th>
                    </tr></thead>
                    <tbody>
                        { for first.into_iter().map(|fact| line(fact, marked)) }
                        { rays(detail) }
                    </tbody>
                </table>
            </section>
            { differing("response", labels::RESPONSE_HEADERS_H, detail, marked) }
            { differing("request", labels::REQUEST_HEADERS_H, detail, marked) }
            { edge(detail, marked) }
            { timing(detail, marked) }
            { others(detail, marked, html! { <table class="both"><tbody>{ for folded.iter().map(|fact| line(fact, marked)) }</tbody></table> }, folded.iter().any(|fact| is_cited(fact, marked, None))) }
        </>
    }
}

fn actions(detail: &Detail, props: &TableProps) -> Html {
    let step = |back: bool| {
        let (client, query, from) = (props.client.clone(), props.filter.query(0, 0), detail.key);
        move |_: MouseEvent| {
            client.find(query.clone(), if back { Goto::Previous { from, differing: true } } else { Goto::Next { from, differing: true } });
        }
    };
    let link = detail.key.entry().map(|(side, entry)| {
        let location = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
        [location.split('#').next().unwrap_or_default(), &*row_address(side, entry, "")].concat()
    });
    html! {
        <div class="actions">
            { button("small", "previous-difference", labels::PREVIOUS, step(true)) }
            { button("small", "next-difference", labels::NEXT_DIFFERENCE, step(false)) }
            if !detail.curl.is_empty() {
                <CopyButton id="copy-curl" label={labels::COPY_CURL} name={labels::COPY_CURL_REDACTED.to_owned()} style={Style::Link} text={in_shell(&detail.curl)} />
                <CopyButton id="copy-curl-values" label={labels::WITH_VALUES} name={labels::COPY_CURL_WITH_VALUES.to_owned()} style={Style::Link} text={in_shell(&detail.curl_with_values)} />
            }
            <CopyButton id="copy-link" label={labels::COPY_LINK} name={labels::COPY_LINK_ROW.to_owned()} style={Style::Link} text={link.unwrap_or_default()} />
        </div>
    }
}

/// The headers that differ; nothing when none does.
fn differing(part: &'static str, title: &'static str, detail: &Detail, marked: Marked) -> Html {
    let lines = if part == "request" { &detail.request_headers } else { &detail.response_headers };
    let differ = || lines.iter().filter(|line| line.change.tells());
    let equal = lines.iter().filter(|line| line.proxied.is_some() && line.direct.is_some()).count()
        - differ().filter(|line| line.proxied.is_some() && line.direct.is_some()).count();
    if differ().next().is_none() {
        return Html::default();
    }
    html! {
        <section>
            <h4>{ title }<span>{ labels::headers_compared(differ().count(), equal) }</span></h4>
            <dl class="diff">{ for differ().map(|line| header(line, part, marked)) }</dl>
        </section>
    }
}

/// Whether evidence points at a fact, of this side or of either. It may name a field more closely than a line shows it.
fn is_cited(fact: &Fact, marked: Marked, of: Option<Side>) -> bool {
    marked.is_some_and(|(side, field)| of.is_none_or(|of| of == *side) && fact.fields.contains(field))
}

fn line(fact: &Fact, marked: Marked) -> Html {
    let cell = |of: Side, said: &Option<Said>| {
        let cited = is_cited(fact, marked, Some(of)).then_some("true");
        let content = said.as_ref().map_or_else(|| html! { <span class="absent">{ labels::NO_SUCH_REQUEST }</span> }, say);
        html! { <td data-cited={cited}>{ content }</td> }
    };
    let cited = is_cited(fact, marked, None);
    html! {
        <tr class={classes!(cited.then_some("cited"))} tabindex={cited.then_some("-1")}>
            <th scope="row">
                if fact.means.is_empty() { { &fact.name } } else { <abbr title={fact.means.clone()}>{ &fact.name }</abbr> }
            </th>
            { cell(Side::Proxied, &fact.proxied) }
            { cell(Side::Direct, &fact.direct) }
        </tr>
    }
}

/// What the file says of one side, or the program's own words about it.
fn say(said: &Said) -> Html {
    let class = classes!(said.failing.then_some("failure"));
    if said.text.is_empty() {
        return html! { <span class={classes!(class, (!said.failing).then_some("absent"))}>{ &said.about }</span> };
    }
    let text = if said.is_time { time(&said.text) } else { machine(&said.text) };
    html! { <><span {class}>{ text }</span> if !said.about.is_empty() && !said.failing && !said.is_time { { " " }<span class="quiet">{ &said.about }</span> }</> }
}

fn rays(detail: &Detail) -> Html {
    let cell = |entry: &Option<EntryView>| {
        let ray = entry.as_ref().and_then(|entry| entry.ray.as_ref());
        html! { <td>{ ray.map_or_else(|| html! { <span class="absent">{ labels::NONE }</span> }, |ray| ray_id(ray, labels::THIS_ENTRY.into())) }</td> }
    };
    let has_ray = |entry: &Option<EntryView>| entry.as_ref().is_some_and(|entry| entry.ray.is_some());
    if !has_ray(&detail.proxied) && !has_ray(&detail.direct) {
        return Html::default();
    }
    if !has_ray(&detail.direct) {
        let ray = detail.proxied.as_ref().and_then(|entry| entry.ray.as_ref());
        return html! { <tr><th scope="row">{ labels::RAY }</th><td colspan="2">{ for ray.map(|ray| ray_id(ray, labels::THIS_ENTRY.into())) }</td></tr> };
    }
    html! { <tr><th scope="row">{ labels::RAY }</th>{ cell(&detail.proxied) }{ cell(&detail.direct) }</tr> }
}
