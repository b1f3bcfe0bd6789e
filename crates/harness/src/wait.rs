//! Waiting for what somebody else does.

use std::time::{Duration, Instant};

use anyhow::Result;

/// How long to wait before the next try.
const PAUSE: Duration = Duration::from_millis(50);

/// Tries until something is there, and gives that; `None` when it did not come within the time given.
///
/// # Errors
/// Those of a try, which ends the waiting.
pub async fn until<T, F>(patience: Duration, mut attempt: impl FnMut() -> F) -> Result<Option<T>>
where
    F: Future<Output = Result<Option<T>>>,
{
    let start = Instant::now();
    loop {
        let found = attempt().await?;
        if found.is_some() || start.elapsed() > patience {
            return Ok(found);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    /// Breaks when waiting gives up before its time, goes on after it, or hides an error.
    #[tokio::test]
    async fn waiting_ends_with_what_came_with_an_error_or_with_its_time() {
        let mut tries = 0;
        let found = until(Duration::from_mins(1), || {
            tries += 1;
            let value = (tries == 3).then_some("here");
            async move { Ok(value) }
        });
        assert_eq!(found.await.unwrap(), Some("here"));
        assert_eq!(until(Duration::ZERO, async || Ok(None::<()>)).await.unwrap(), None);
        assert!(until(Duration::from_mins(1), async || Err::<Option<()>, _>(anyhow!("broken"))).await.is_err());
    }
}
