//! What axe-core finds in the page that keeps people from using it.

use std::fmt;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::json;
use xtask::run::Steps;

use crate::browsers::script;
use crate::page::Page;

/// A rule that the page breaks.
#[derive(Clone, Debug, Deserialize)]
pub struct Finding {
    /// The rule's name, for instance `color-contrast`.
    pub id: String,
    /// How much it matters.
    pub impact: Option<String>,
    /// What to do, in axe-core's words.
    pub help: String,
    /// The elements, each as a selector.
    pub elements: Vec<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let impact = self.impact.as_deref().unwrap_or("no impact");
        write!(formatter, "{} ({impact}): {}: {}", self.id, self.help, self.elements.join(" | "))
    }
}

/// Runs every rule of WCAG 2.0 to 2.2, levels A and AA, and what axe-core calls best practice.
const RUN: &str = "
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
    const {violations} = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
    return violations.map(({id, impact, help, nodes}) => ({id, impact, help, elements: nodes.map(({target}) => target.flat().join(' '))}));
";

impl Page {
    /// What axe-core finds in the page as it is now.
    ///
    /// # Errors
    /// When its script cannot be had, or does not run.
    pub async fn axe(&self) -> Result<Vec<Finding>> {
        if self.run("return typeof axe === 'undefined'", &[]).await? == true {
            let script = xtask::axe::set_up(&mut Steps::default())?;
            let script = std::fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
            self.run(&script, &[]).await?;
        }
        Ok(serde_json::from_value(script::run_async(&self.browser, RUN, json!(null)).await?)?)
    }
}
