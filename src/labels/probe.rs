//! The probe: a few requests to the site, now.

super::words! {
    PROBE_TITLE = "Probe the site now";
    NO_PROBE = "This copy works without a network, so it can't probe a site. Run these commands instead, and paste what they print:";
    SITE_TO_PROBE = "Site to probe";
    PROBING = "Probing…";
    PROBE = "Probe";
    STOP = "Stop";
    PROBE_THIS_PAGE = "Probe this page's server";
    TRACES = "Traces ";
    PROBE_REQUESTS = "Requests ";
    TRACE_MEANS = "A short text that Cloudflare itself returns for every site behind it: which data centre, which protocol.";
    PROBE_HOW_OFTEN = " from that host this many times, then the URL once. Sends no cookies.";
    SEND_COOKIES = " Send the cookies of this page’s origin";
    REPEAT_EVERY = "Repeat every ";
    SECONDS_FOR = " seconds for ";
    MINUTES = " minutes ";
    REPEAT = "Repeat";
    REPEAT_ENDS = " Stops after 300 requests at most.";
    NOTHING_MORE_SENT = "Nothing more is sent.";
    STOPPED_EARLY = "Stopped before the first response.";
    SAVE_PROBE = "Save probe";
    IN_THE_REPORT = "The report includes it, without ";
    SAVED_FOR_COMMAND_LINE = ". To read the saved file on the command line: ";
    PASTE_PROBE = "--paste probe.json";
    OPEN = "Open ";
    IN_A_NEW_TAB = " in a new tab";
    TO_RUN_IN_TERMINAL = "to run in a terminal";
    PROBE_KEY = "▼ succeeded, below it; one bar per request, one line per data centre";
    RESPONSES_OVER_TIME = "Responses over time";
    UNTIL = "To";
}

/// What to run where there is no probe: Cloudflare's trace, then the request itself.
pub const INSTEAD_OF_PROBE: [&str; 2] = ["curl -s 'https://SITE/cdn-cgi/trace'", "curl -sv -o /dev/null 'https://SITE/PATH'"];
