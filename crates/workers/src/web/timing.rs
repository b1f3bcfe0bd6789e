//! What a worker spends, for the page's marks.

use fivetwenty_model::protocol::Effort;
use web_sys::DedicatedWorkerGlobalScope;

/// Between two reports of how far something is.
pub(super) const REPORT_EVERY_MS: f64 = 100.0;

/// Milliseconds since the worker began, on a clock that is never set back.
pub(super) fn now(scope: &DedicatedWorkerGlobalScope) -> f64 {
    scope.performance().map_or(0.0, |performance| performance.now())
}

/// What this worker spent since that moment.
pub(super) fn effort(scope: &DedicatedWorkerGlobalScope, began: f64) -> Effort {
    Effort { ms: now(scope) - began, memory: core::arch::wasm32::memory_size::<0>() as u64 * 65_536 }
}
