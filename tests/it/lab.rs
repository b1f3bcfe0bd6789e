//! The recorded sample, given in other ways.

use crate::{lab, report};

/// Breaks when exchanging the two files changes more than what the files were given as, or goes unnoticed.
#[test]
fn exchanged_captures_change_nothing_else() {
    let (proxied, direct) = (lab("chromium-156/empty-reply/proxied.har"), lab("chromium-156/empty-reply/direct.har"));
    let right = report(&["--proxied", &proxied, "--direct", &direct]);
    let mut wrong = report(&["--proxied", &direct, "--direct", &proxied]);
    assert_eq!(wrong["captures"]["proxied"]["given_as"], "direct");
    let warnings = wrong["warnings"].as_array_mut().unwrap();
    let swapped = warnings.iter().position(|warning| warning["id"] == "captures-swapped").expect("the exchange is noticed");
    warnings.remove(swapped);
    wrong["captures"]["proxied"]["given_as"] = "proxied".into();
    wrong["captures"]["direct"]["given_as"] = "direct".into();
    assert_eq!(wrong, right);
}
