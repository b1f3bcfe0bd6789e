//! Whatever happens to a file on its way, there is a report or a line that says why not.

use crate::diagnose;
use std::rc::Rc;

use fivetwenty_captures::har::Capture;
use fivetwenty_report::{report, to_full, to_json};
use proptest::prelude::*;

const PROXIED: &[u8] = include_bytes!("../data/lab/chromium-156/empty-reply/proxied.har");
const DIRECT: &[u8] = include_bytes!("../data/lab/chromium-156/empty-reply/direct.har");

/// Overwrites, cuts out or doubles a part.
fn damage(mut file: Vec<u8>, at: usize, length: usize, byte: u8, how: u8) -> Vec<u8> {
    let at = at % file.len();
    let end = (at + length).min(file.len());
    match how % 3 {
        0 => file[at..end].fill(byte),
        1 => drop(file.drain(at..end)),
        _ => {
            let part = file[at..end].to_vec();
            file.splice(at..at, part);
        }
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Breaks on a panic anywhere between the bytes and the two forms of the report, or when chunks change what a damaged file gives.
    #[test]
    fn any_damage_gives_a_report_or_a_line(at in any::<usize>(), length in 0usize..300, byte in any::<u8>(), how in any::<u8>(), chunk in 1usize..5000) {
        let file = damage(PROXIED.to_vec(), at, length, byte, how);
        let whole = Capture::read("a.har", [&file[..]]);
        prop_assert_eq!(&Capture::read("a.har", file.chunks(chunk)), &whole);
        let direct = Capture::read("b.har", [DIRECT]).ok().map(Rc::new);
        match whole {
            Err(error) => {
                let line = error.to_string();
                let says_why = line.starts_with("Not valid ") || line.starts_with("Not a valid ") || line.starts_with("Expected a HAR file");
                prop_assert!(says_why && line.lines().count() == 1, "{}", line);
            }
            Ok(capture) => {
                let report = report(&diagnose(Some(Rc::new(capture)), direct));
                prop_assert!(to_full(&report).contains("Captures"));
                prop_assert!(serde_json::from_str::<serde_json::Value>(&to_json(&report)).is_ok());
            }
        }
    }
}
