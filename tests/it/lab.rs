//! Every recorded case says what its `expect.json` says.

use serde_json::Value;

use crate::{lab, report};

/// Breaks when a rule stops recognising a fault that a real browser recorded, or no longer rules out what it is not.
#[test]
fn recorded_cases_are_recognised() {
    let mut cases = 0;
    for browser in std::fs::read_dir(lab("")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for case in std::fs::read_dir(browser).unwrap().map(|entry| entry.unwrap().path()) {
            let path = |name: &str| case.join(name).display().to_string();
            let expected: Value = serde_json::from_str(&std::fs::read_to_string(path("expect.json")).unwrap()).unwrap();
            let report = report(&["--proxied", &path("proxied.har"), "--direct", &path("direct.har")]);
            assert_eq!(report["verdict"]["cause"], expected["cause"], "{}", case.display());
            assert_eq!(report["verdict"]["status"], expected["status"], "{}", case.display());
            for cause in expected["ruled_out"].as_array().unwrap() {
                let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["cause"] == *cause).unwrap();
                assert_eq!(finding["status"], "ruled-out", "{}: {cause}", case.display());
            }
            cases += 1;
        }
    }
    assert!(cases > 0, "no recorded case was found");
}

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
