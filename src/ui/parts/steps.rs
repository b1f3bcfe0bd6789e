//! What to do, in groups; steps for servers that the evidence does not name are one key press away.

use fivetwenty_model::report::{SourceRow, StepGroup, StepRow, grouped, servers};
use yew::prelude::*;

use super::side::prose;
use crate::labels;

/// Steps in their groups.
pub(crate) fn steps(steps: &[StepRow<String>]) -> Html {
    let (open, others) = grouped(steps);
    html! {
        <div class="steps">
            { for open.iter().map(group) }
            if !others.is_empty() {
                <details>
                    <summary>{ labels::STEPS_FOR }{ servers(&others).to_string() }</summary>
                    { for others.iter().map(group) }
                </details>
            }
        </div>
    }
}

fn group(group: &StepGroup<'_, String>) -> Html {
    let server = group.server.map(|server| html! { <>{ ": " }{ server.label() }</> });
    html! {
        <>
            <p class="group-of-steps">{ group.group.label() }{ server }</p>
            <ol class="fix">{ for group.steps.iter().map(step) }</ol>
        </>
    }
}

fn step(step: &StepRow<String>) -> Html {
    let source = |source: &SourceRow<String>| {
        html! { <>{ " " }<a href={source.url.clone()} target="_blank" rel="noopener noreferrer">{ prose(&source.title) }</a></> }
    };
    html! {
        <li>
            { prose(&step.text) }
            <span class="quiet">{ " " }{ step.marks().to_string() }</span>
            <small>{ for step.sources.iter().map(source) }</small>
        </li>
    }
}
