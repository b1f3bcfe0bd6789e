//! The frame of the page: its head, its promise, its foot, and what is said when it cannot work.

super::words! {
    PLACES = "Places of the result";
    FAILING_COLON = "failing: ";
    SKIP_TO_CONTENT = "Skip to content";
    FOOTER = "Not a Cloudflare product.";
    THIRD_PARTY_NOTICES = "Third-party notices";
    DROP_TO_READ = "Drop to read";
    UNPREPARED_NEXT = "Check your connection, then try again. If it still fails, reload the page: a newer version may be out.";
    TRY_AGAIN = "Try again";
    ISOLATION_IS_OFF = "Isolation is off here. No file was read yet.";
    ISOLATION_WHY = "Files must be read in workers that cannot connect. What blocks their connections is missing, changed or blocked, or this browser ignores it. These ways out are open: ";
    ISOLATION_NEXT = "Open a complete copy of the page instead. Or ask its server admin to send the headers in its _headers file. The page sends nothing from a file, but here only its own code ensures that.";
    READ_ANYWAY = "Read files anyway";
    COMPARING = "Comparing…";
    ANALYSIS_FAILED_NEXT = "Start over, then drop the files again. If it happens again, report it with the file that causes it.";
    ISOLATION_IS_OFF_HERE = "isolation is off here ";
    NOTHING_LEAVES = "nothing leaves this browser ";
    PROMISE_BROKEN = "This copy of the page, or its server, doesn't block its workers' connections. The promise below needs that.";
    PROMISE_FILES = "Workers read your files on this computer. The browser enforces a policy (CSP) that blocks all their connections.";
    PROMISE_PAGE = " The page itself can connect only to its own server.";
    PROMISE_NO_PROBE = " In this copy, which is one file, it blocks those of the page too: it can't probe a site. Safari keeps each file whole in memory here: give it no huge ones.";
    PROMISE_PROBE = "Only “Probe” can reach other sites, and only when you press it. It requests the host you typed and follows its redirects. It never gets anything from a file.";
    ENTRY = "entry ";
    BYTE = "byte ";
    LINE = "line ";
    COMMA_LINE = ", line ";
    OF = " of ";
    TO = " to ";
    AND = " and ";
    MORE = " more";
    NONE = "none";
    CLOUDFLARE = "Cloudflare";
    UTC = " UTC";
    UTC_BLANK = " UTC ";
    REQUEST_TITLE = "Request";
    REQUESTS = "Requests";
    STATUS = "Status";
    FAILED = "Failed";
    FAILING = "Failing";
    FROM_UTC = "From (UTC)";
    DATA_CENTRE = "Data centre";
    DATA_CENTRE_MEANS = "The Cloudflare location that handled the request, by the code of the nearest airport.";
    FAILED_ABOVE = "▲ failed, above the line ";
    NO_RESPONSE = "no response";
    FAILING_MARK = "failing: ";
    COPIED = "copied";
    SELECTED = "selected: press Ctrl+C";
    COPY = "Copy";
    FOR_POSIX = "for a POSIX shell: WSL, Git Bash, or the server itself";
    RAY_ID = "Ray ID";
}

/// The names of the places, in the order of [`the page`].
pub const PLACE_NAMES: [&str; 5] = ["Fix", "Compare", "Evidence", "Send", "More"];
