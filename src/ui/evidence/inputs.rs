//! The texts that were given: what each was taken for, and what was taken from it.

use fivetwenty_model::TextKind;
use fivetwenty_model::report::{ExtractView, InputView, ReportView};
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::ui::parts::ray::rays_in;
use crate::ui::parts::side::{machine, quiet};
use crate::{format, labels};

/// Each text with what it says, the part `at` the address marked; nothing when there is none.
pub(super) fn inputs(report: &ReportView<String>, at: &str) -> Html {
    if report.inputs.is_empty() {
        return Html::default();
    }
    let texts = report.inputs.iter().map(|row| input(row, &|part| extract(part, report, at)));
    html! {
        <section class="inputs" aria-labelledby="inputs-title">
            <h3 id="inputs-title">{ labels::INPUTS_TITLE }</h3>
            { for texts }
        </section>
    }
}

/// Requests that were answered well and are shown at once, at most: more of them would hide the others.
const MAX_GOOD: usize = 3;
/// Others that are shown at once, at most.
const MAX_SHOWN: usize = 10;

/// A text; `extract` shows a part of it.
fn input(row: &InputView<String>, extract: &dyn Fn(&ExtractView<String>) -> Html) -> Html {
    let is_much = row.extracts.iter().filter(|part| part.is_good).count() > MAX_GOOD;
    let (good, others): (Vec<_>, Vec<_>) = row.extracts.iter().partition(|part| part.is_good && is_much);
    let (shown, rest) = others.split_at(others.len().min(MAX_SHOWN));
    let list = |parts: &[&ExtractView<String>]| html! { <ul class="finds">{ for parts.iter().map(|part| extract(part)) }</ul> };
    let folded = |class, parts: &[&ExtractView<String>], what| {
        if parts.is_empty() {
            return Html::default();
        }
        html! { <details {class}><summary>{ format::number(parts.len() as u64) }{ what }</summary>{ list(parts) }</details> }
    };
    let finds = html! { <>{ list(shown) }{ folded("more", rest, labels::MORE) }{ folded("good", &good, labels::THAT_SUCCEEDED) }</> };
    let understood = labels::recognised(row.understood, row.lines);
    html! {
        <div class="input" data-kind={row.kind.label()}>
            <h4>{ machine(&row.name) }{ ": " }{ row.kind.label() }</h4>
            if row.kind == TextKind::Unknown {
                { quiet(labels::NOT_RECOGNISED) }
            } else {
                { finds }
                <p class="quiet">{ understood }</p>
            }
            if let Some(passed_over) = &row.passed_over {
                <p class="quiet">{ passed_over }</p>
            }
            if row.extracts.len() < row.total as usize {
                <p class="quiet">{ labels::AND_MORE }{ format::number(u64::from(row.total) - row.extracts.len() as u64) }{ labels::MORE_COUNTED }</p>
            }
        </div>
    }
}

fn extract(part: &ExtractView<String>, report: &ReportView<String>, at: &str) -> Html {
    // Evidence names it by its number among those of all texts.
    let name = format!("find-{}", part.number);
    html! {
        <li id={["evidence/", &name].concat()} class={(name == at).then_some("cited")}>
            <span class="quiet">{ labels::LINE }{ part.line }{ ": " }</span>{ visible(&part.says).into_owned() }{ rays_in(&part.says, report) }
        </li>
    }
}
