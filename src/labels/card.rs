//! The head of the page, the card of a result, and its keys.

use crate::format::{counted, number};

super::words! {
    THIS = "This ";
    LIKELY_FIXED = "Likely fixed";
    CHECK_FILES = "Check the files first";
    ALREADY_TELLS = "What they already tell: ";
    YOU_ARE = "You are";
    OWNER = "Owner";
    SUPPORT = "Support";
    VISITOR = "Visitor";
    SWITCH_THEME = "Switch between light and dark";
    FILES_AND_SITE = "Files and site";
    SAMPLE_TAG = "Sample";
    WHO_ACTS_TERM = "Who acts";
    NOW = "Now";
    SHOWN_BY = "Shown by";
    OPEN_TERM = "Still open";
    WAS = "It was";
    SEND_THEM = "Send them this time and Ray ID: ";
    COPY_FOR_HOST = "Copy for my host";
    COPY_FOR_CLOUDFLARE = "Copy for Cloudflare";
    COPY_QUESTIONS = "Copy what to ask";
    PREPARE_FILES_LINK = "Prepare files…";
    YOU_NODE = "You";
    ORIGIN_NODE = "Origin";
    NOT_CAPTURED = "not captured";
    DIRECT_NOT_CAPTURED = "direct: not captured";
    DIRECT_WORKS = "direct: all work";
    ALL_WORK = "all work";
    ONE_THING_LEFT = "One thing left";
    RUN_THIS = "Run this. Replace what is in capitals.";
    PASTE_OUTPUT = "Paste the output. The result updates at once.";
    RECORD_INSTEAD = "Or record a HAR file";
    ORIGIN_IP_FIELD = "Origin IP address";
    NO_REQUEST_FAILS_NOW = "No request fails after the fix";
    FIXED = " fixed";
    STILL_FAILING_COUNT = " still failing";
    NEW_COUNT = " new";
    WHICH_ONES = "Which requests";
    ABOUT_THIS_CAUSE = "About this cause";
    SHORTCUTS = "Keyboard shortcuts";
    SINGLE_KEYS = "Use single-key shortcuts";
    NOT_YOUR_FAULT = "This error isn’t your fault";
    SITE_SENT_NOTHING = " returned no usable response. Your device works.";
    THE_SITE = "The site";
    SEND_TO_SITE = "Send this to the site";
    COPY_TEXT = "Copy text";
    OPEN_EMAIL = "Open e-mail";
    WHAT_YOU_CAN_TRY = "What you can try";
    I_RUN_THIS_SITE = "I run this site";
    FIX_IT = "Fix it";
    NOTHING_TO_FIX = "Nothing to fix is known yet. Bring what the card asks for.";
    ADD_AFTER_FIX = "Add a capture after the fix";
    WHAT_CAME_OF_IT = "What came of it? It goes into the report and the letter.";
    UNDO_IT = "Undo";
    REMOVED = " was removed.";
    FILES_REPLACED = "The earlier files were replaced.";
    STARTED_OVER = "Files and texts were cleared.";
    SWAPPED = "The sides were swapped.";
}

/// The title of the steps for a server.
pub fn fix_on(server: &str) -> String {
    format!("Fix it on {server}")
}

/// The title of the steps for one of several causes.
pub fn fix_if(cause: &str) -> String {
    format!("If it is this: {cause}")
}

/// Where all steps are.
pub fn more_steps(count: u64) -> String {
    format!("All {}", counted(count, "step", "steps"))
}

/// The first sentence of a text, or what stands before its colon, without what ends it, and the rest.
pub fn first_sentence(text: &str) -> (&str, &str) {
    // A full stop within machine words ends no sentence.
    let mut in_code = false;
    for (at, letter) in text.char_indices() {
        if letter == '`' {
            in_code = !in_code;
        } else if !in_code && [". ", ": "].iter().any(|end| text[at..].starts_with(end)) {
            return (&text[..at], &text[at + 2..]);
        }
    }
    (text.strip_suffix('.').unwrap_or(text), "")
}

/// What a visitor can try.
pub const TRIES: [&str; 3] =
    ["Reload the page in a minute.", "Open it in a private window.", "Check that an order arrived before you repeat it."];

/// The keys and what each does.
pub const KEYS: [(&str, &str); 9] = [
    ("?", "Show these keys"),
    ("g, then f c e s m", "Go to Fix, Compare, Evidence, Send, More"),
    ("c", "Copy the report"),
    ("j k", "Next, previous request"),
    ("n p", "Next, previous difference"),
    ("Enter", "Go to the request’s details"),
    ("Esc", "Back to the list"),
    ("/", "Filter requests"),
    ("Ctrl V", "Read what is on the clipboard"),
];

/// How many requests of all fail.
pub fn requests_fail(failing: u32, total: u32) -> String {
    if failing == 0 {
        return format!("{} work", counted(total, "request", "requests"));
    }
    format!("{} of {} fail", number(failing), counted(total, "request", "requests"))
}

/// How many fail on a way.
pub fn fail(failing: u32) -> String {
    format!("{} fail", number(failing))
}

/// How many fail when the origin is asked itself.
pub fn direct_fail(failing: u32) -> String {
    format!("direct: {} fail", number(failing))
}

/// Several data centres, by number.
pub fn data_centres(count: usize) -> String {
    format!("{count} data centres")
}

/// What the drawing of the way shows, for a screen reader.
pub fn way_drawn(proxied: &str, direct: &str) -> String {
    format!("The way of the requests. From you to Cloudflare and from there to the origin: {proxied}. {direct}.")
}

/// Before the names of further causes.
pub const ALSO_FIT: &str = "Also fit: ";

/// How many causes fit.
pub fn causes_fit(count: usize) -> String {
    format!("{} fit", counted(count as u64, "cause", "causes"))
}

/// How much of a case for support is here.
pub fn case_file(here: usize, all: usize) -> String {
    format!("Case file: {here} of {all} ready")
}

/// A headline without the word that its status says already, and without a full stop where it is one sentence.
pub fn bare(headline: &str) -> &str {
    let headline = headline.strip_prefix("Next: ").unwrap_or(headline);
    headline.strip_suffix('.').filter(|headline| !headline.contains(". ")).unwrap_or(headline)
}

/// The card in short, for where it is out of sight.
pub fn in_short(status: &str, title: &str) -> String {
    format!("{status}: {title}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a headline says its status twice, or loses the end of its last sentence.
    #[test]
    fn a_headline_is_bare() {
        assert_eq!(bare("Next: add a capture."), "add a capture");
        assert_eq!(bare("It failed. Bring more."), "It failed. Bring more.");
    }

    /// Breaks when a title is cut within a command, or keeps its full stop.
    #[test]
    fn a_step_is_cut_after_its_first_sentence() {
        assert_eq!(first_sentence("Save `a. b` now. Then read."), ("Save `a. b` now", "Then read."));
        assert_eq!(first_sentence("Check the log: search `a`."), ("Check the log", "search `a`."));
        assert_eq!(first_sentence("Restart nginx."), ("Restart nginx", ""));
        assert_eq!(first_sentence("Search for `e.g. x"), ("Search for `e.g. x", ""));
    }
}
