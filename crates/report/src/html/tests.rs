//! Hostile values in the page.

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

use super::*;
use crate::hostile;

/// All that the template is made of; an element with its attributes.
const ELEMENTS: [&str; 36] = [
    "a class href rel",
    "body",
    "br",
    "code",
    "dd",
    "details",
    "dl",
    "dt",
    "footer",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "html lang",
    "li",
    "meta charset",
    "meta content http-equiv",
    "meta content name",
    "ol",
    "p",
    "p class",
    "pre",
    "section class",
    "span",
    "span class",
    "style",
    "summary",
    "table",
    "table class",
    "tbody",
    "td",
    "td class",
    "th",
    "title",
    "tr",
];

fn parsed(html: &str) -> RcDom {
    html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html)
}

/// Every element with its attributes, every class, and all text. A link leads to the source of a rule.
fn walk(node: &Handle, found: &mut (Vec<String>, Vec<String>, String)) {
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let mut attributes: Vec<String> = attrs.borrow().iter().map(|attribute| attribute.name.local.to_string()).collect();
            attributes.sort();
            let links = attrs
                .borrow()
                .iter()
                .filter(|attribute| &*attribute.name.local == "href")
                .map(|link| link.value.to_string())
                .collect::<Vec<_>>();
            assert!(links.iter().all(|link| hostile::is_source(link)), "{links:?}");
            found
                .1
                .extend(attrs.borrow().iter().filter(|attribute| &*attribute.name.local == "class").map(|class| class.value.to_string()));
            found.0.push([vec![name.local.to_string()], attributes].concat().join(" "));
        }
        NodeData::Text { contents } => found.2.push_str(&contents.borrow()),
        NodeData::Comment { .. } | NodeData::ProcessingInstruction { .. } => found.0.push("a comment".to_owned()),
        NodeData::Document | NodeData::Doctype { .. } => {}
    }
    node.children.borrow().iter().for_each(|child| walk(child, found));
}

fn check(html: &str) -> String {
    let document = parsed(html);
    assert!(document.errors.borrow().is_empty(), "{:?}", document.errors.borrow());
    let mut found = (Vec::new(), Vec::new(), String::new());
    walk(&document.document, &mut found);
    let (elements, classes, text) = found;
    for element in &elements {
        assert!(ELEMENTS.contains(&element.as_str()), "<{element}>");
    }
    let known = [
        "against", "appendix", "bad", "direct", "for", "keep", "kind", "lead", "machine", "proxied", "quiet", "short", "source", "status",
        "whole",
    ];
    for class in &classes {
        assert!(known.contains(&class.as_str()), "class {class}");
    }
    for only in ["style", "title", "h1", "meta content http-equiv"] {
        assert_eq!(elements.iter().filter(|element| *element == only).count(), 1, "{only}");
    }
    assert!(!html.chars().any(|letter| letter != '\n' && fivetwenty_redact::is_invisible_or_bidi(letter)), "{html}");
    text
}

/// Breaks when something of a file becomes an element, an attribute, a comment or a style, or makes a browser repair the page.
#[test]
fn a_hostile_report_has_the_templates_elements() {
    for value in hostile::FRAGMENTS {
        check(&to_html(&hostile::report(value, value).1));
    }
    let text = check(&to_html(&hostile::report("</style><img src=x onerror=alert(1)>", "x").1));
    assert!(text.contains("</style><img src="), "what stays of it is shown as it is: {text}");
}

proptest! {
    /// Breaks when text in an element or an attribute reads otherwise than it was.
    #[test]
    fn text_stays_text(text in r"[ -~äß漢]{0,40}") {
        let html = html! { (DOCTYPE) title { "x" } p class=(text) { (text) } }.into_string();
        let mut found = (Vec::new(), Vec::new(), String::new());
        walk(&parsed(&html).document, &mut found);
        prop_assert_eq!(&found.1, std::slice::from_ref(&text));
        prop_assert_eq!(found.2, format!("x{text}"));
        prop_assert_eq!(found.0, ["html", "head", "title", "body", "p class"]);
    }

    /// Breaks when hostile values together break what each of them alone does not.
    #[test]
    fn hostile_values_together_are_text(first in hostile::text(), second in hostile::text()) {
        check(&to_html(&hostile::report(&first, &second).1));
    }
}
