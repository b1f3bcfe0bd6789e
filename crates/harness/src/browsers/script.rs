//! Scripts in the page, or wherever else a driver's session is.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::Value;
use thirtyfour::WebDriver;

use crate::wait;

/// Runs the body of an async function, which is given `given`, and waits for what it returns.
///
/// # Errors
/// When it throws, or the browser does not answer.
pub async fn run_async(browser: &WebDriver, body: &str, given: Value) -> Result<Value> {
    let script = format!(
        "const [given, done] = arguments;\n(async () => {{ {body} }})()\
         .then(value => done({{value: value ?? null}}), error => done({{error: `${{error}} ${{error?.stack ?? ''}}`}}));"
    );
    let mut answer = browser.execute_async(script, vec![given]).await?.json().clone();
    match answer.get("error") {
        Some(error) => bail!("the script failed: {error}"),
        None => Ok(answer["value"].take()),
    }
}

/// Runs a script again and again until it returns something other than null and false, and gives that.
///
/// # Errors
/// When it throws, the browser does not answer, or nothing came within the time given: with the text that the page shows then.
pub async fn until(browser: &WebDriver, patience: Duration, script: &str, arguments: &[Value]) -> Result<Value> {
    let found = wait::until(patience, async || {
        let value = browser.execute(script, arguments).await?.json().clone();
        Ok((!value.is_null() && value != false).then_some(value))
    })
    .await?;
    if let Some(value) = found {
        return Ok(value);
    }
    let shown = browser.execute("return document.body.innerText", &[][..]).await?.json().clone();
    bail!("not within {patience:?}: {script}\nThe page shows:\n{}", shown.as_str().unwrap_or_default())
}
