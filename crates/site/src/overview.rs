//! The list of all causes.

use fivetwenty_diagnose::{CAUSES, Rule};
use fivetwenty_model::Likelihood;
use maud::{Markup, html};

use crate::cause::{found_as, plain};
use crate::document::{Document, tool};
use crate::{Site, search};

/// The list as HTML.
pub(crate) fn page(site: &Site) -> String {
    let title = format!("Error 520: all {} causes, with commands and fixes", CAUSES.len());
    let description = "What Cloudflare's error 520 means, and every cause of it: what you see, the command that proves it, and the fix for \
                       nginx, Apache, PHP-FPM, Node.js and more.";
    Document { file: "", title: &title, description, content: content() }.render(site)
}

fn content() -> Markup {
    html! {
        article { "\n"
            header { "\n"
                h1 { "Causes of error 520" } "\n"
                p.lead { (search::MEANING) } "\n"
            } "\n"
            @for likelihood in Likelihood::ALL {
                @let rules: Vec<&Rule> = CAUSES.iter().copied().filter(|rule| is(rule, *likelihood)).collect();
                section aria-labelledby=(likelihood.label()) { "\n"
                    h2 id=(likelihood.label()) { @match likelihood {
                        Likelihood::Common => "Common",
                        Likelihood::Occasional => "Occasional",
                        Likelihood::Rare => "Rare",
                    } } "\n"
                    ul.causes { "\n"
                        @for rule in rules {
                            li { a href={ (rule.id) ".html" } { (rule.title) } " " span.marks { (words(rule)) } } "\n"
                        }
                    } "\n"
                } "\n"
            }
        } "\n"
        aside { "\n" (tool()) } "\n"
    }
}

/// What a cause is found as, without what all of them begin with.
fn words(rule: &Rule) -> String {
    let title = plain(&found_as(rule));
    let words = title.strip_prefix("Error 520: ").unwrap_or(&title);
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn is(rule: &Rule, likelihood: Likelihood) -> bool {
    rule.page.standing().is_some_and(|(of_rule, _)| of_rule == likelihood)
}
