//! The examples of the rules' pages, read.

use std::rc::Rc;

use fivetwenty_captures::har::Capture;
use fivetwenty_model::{Side, Unreadable};

use crate::{Case, Inputs, Page};

/// An example of a page: its heading, and the captures under it.
pub(crate) struct Example {
    /// What the page expects.
    pub(crate) expected: &'static str,
    /// What the example is about.
    pub(crate) about: &'static str,
    proxied: Option<Rc<Capture>>,
    direct: Option<Rc<Capture>>,
    unreadable: Vec<Unreadable>,
}

impl Example {
    /// The case that its captures make.
    pub(crate) fn case(&self) -> Case {
        let captures = Inputs::of_captures(self.proxied.clone(), self.direct.clone());
        Case::new(Inputs { unreadable: self.unreadable.clone(), ..captures })
    }
}

/// All examples of a page, in order.
pub(crate) fn examples(page: Page) -> Vec<Example> {
    let (_, text) = page.text().split_once("\n## Examples\n").expect("a page ends with its examples");
    let example = |section: &'static str| {
        let heading = section.lines().next().unwrap_or_default();
        let (expected, about) = heading.split_once(": ").expect("a heading says what is expected, a colon, and why");
        Example { expected, about, proxied: read(section, "proxied"), direct: read(section, "direct"), unreadable: unreadable(section) }
    };
    text.split("\n### ").skip(1).map(example).collect()
}

fn read(section: &str, side: &str) -> Option<Rc<Capture>> {
    let (_, rest) = section.split_once(&format!("```json {side}\n"))?;
    let (text, _) = rest.split_once("```").expect("an example is closed");
    Some(Rc::new(Capture::read(side, [text.as_bytes()]).unwrap_or_else(|error| panic!("{error}: {text}"))))
}

/// Text that is no HAR stands for a file that could not be read.
fn unreadable(section: &str) -> Vec<Unreadable> {
    let sides = [("proxied", Side::Proxied), ("direct", Side::Direct)];
    let given = sides.into_iter().filter(|(side, _)| section.contains(&format!("```text {side}\n")));
    given.map(|(side, source)| Unreadable { name: side.into(), side: Some(source), problem: "byte 0".into() }).collect()
}
