//! What servers and kernels write into their logs, and what it means.

use crate::LogMeaning;

/// A meaning; the causes are the ids of rules, the most likely first. None: the phrase belongs to a fault, but not to one of them.
const fn says(phrase: &'static str, means: &'static str, causes: &'static [&'static str]) -> LogMeaning {
    LogMeaning { phrase, means, causes }
}

const CRASH: &[&str] = &["empty-reply", "connection-reset", "truncated-body"];
const GAVE_UP: &[&str] = &["origin-timeout", "origin-overload"];
const NOT_THERE: &[&str] = &["origin-error", "origin-overload", "proxy-misconfiguration"];
const BUSY: &[&str] = &["origin-overload"];
const REQUEST_SIZE: &[&str] = &["request-headers-too-large"];
const CLIENT_CERTIFICATE: &[&str] = &["authenticated-origin-pulls"];
const BLOCKED: &[&str] = &["firewall-blocks-cloudflare", "closed-on-purpose"];
const HANDSHAKE: &[&str] = &["tls-abort", "wrong-port-or-scheme"];
const OUT_OF_MEMORY: &str = "The memory was used up; the kernel killed a process.";
const SILENT: &[&str] = &["empty-reply", "connection-reset", "origin-timeout"];

/// Words anywhere in a line. What stands first in a line's order of this table counts: the special before the general.
pub(super) static PHRASES: &[LogMeaning] = &[
    // nginx
    says(
        "upstream prematurely closed connection while reading response header from upstream",
        "The application closed its connection to nginx without an answer: it crashed, was killed, or gave up.",
        SILENT,
    ),
    says(
        "upstream prematurely closed connection while reading upstream",
        "The application broke off in the middle of its answer.",
        &["truncated-body", "origin-timeout"],
    ),
    says(
        "upstream sent too big header",
        "The application's response headers are larger than nginx's buffer for them.",
        &["proxy-misconfiguration", "headers-too-large"],
    ),
    says(
        "upstream sent invalid header",
        "The application sent a header that breaks the rules of HTTP.",
        &["invalid-headers", "malformed-response", "proxy-misconfiguration"],
    ),
    says(
        "upstream sent invalid chunked response",
        "The chunks of the application's answer are broken.",
        &["malformed-response", "truncated-body"],
    ),
    says("upstream sent no valid HTTP/1.0 header", "What the application sent does not begin as HTTP does.", &["malformed-response"]),
    says("upstream sent duplicate header line", "The application sent a header twice that may stand there once.", &["invalid-headers"]),
    says(
        "upstream sent more data than specified in \"Content-Length\" header",
        "The application's answer is longer than it announces.",
        &["bad-content-length"],
    ),
    says("upstream timed out (110: Connection timed out)", "The application did not answer within nginx's time-out.", GAVE_UP),
    says(
        "readv() failed (104: Connection reset by peer)",
        "The application cut the connection in the middle of its answer.",
        &["truncated-body", "connection-reset"],
    ),
    says(
        "recv() failed (104: Connection reset by peer)",
        "The application cut the connection instead of answering: it crashed or was killed.",
        &["connection-reset", "empty-reply", "origin-overload"],
    ),
    says("connect() failed (111: Connection refused)", "Nothing listens where nginx expects the application.", NOT_THERE),
    says(
        "failed (11: Resource temporarily unavailable) while connecting to upstream",
        "The application's queue of connections is full.",
        BUSY,
    ),
    says("connect() to unix:", "nginx cannot connect to the application's socket.", NOT_THERE),
    says("no live upstreams", "nginx holds every application server for down.", NOT_THERE),
    says("upstream server temporarily disabled", "nginx holds an application server for down, after failures.", NOT_THERE),
    says("SSL_do_handshake() failed", "The TLS handshake failed.", HANDSHAKE),
    says("peer closed connection in SSL handshake", "The other side ended the TLS handshake.", HANDSHAKE),
    says("SSL alert number 40", "No common TLS version or cipher was found, or the name is not served.", HANDSHAKE),
    says(
        "upstream SSL certificate verify error",
        "nginx does not accept the application's certificate.",
        &["proxy-misconfiguration", "origin-error"],
    ),
    says("client SSL certificate verify error", "The server does not accept the client certificate that it was shown.", CLIENT_CERTIFICATE),
    says("client sent no required SSL certificate", "The server demands a client certificate, and none was shown.", CLIENT_CERTIFICATE),
    says("client sent plain HTTP request to HTTPS port", "Plain HTTP arrived at a port that speaks TLS.", &["wrong-port-or-scheme"]),
    says("The plain HTTP request was sent to HTTPS port", "Plain HTTP arrived at a port that speaks TLS.", &["wrong-port-or-scheme"]),
    says(
        "NO_REQUEST_LINE_IN_REQUEST",
        "What arrived does not begin as HTTP does: TLS at a plain port, perhaps.",
        &["wrong-port-or-scheme"],
    ),
    says("client intended to send too large chunked body", "The request's body is larger than nginx takes.", &["request-body-rejected"]),
    says("client intended to send too large body", "The request's body is larger than nginx takes.", &["request-body-rejected"]),
    says(
        "client prematurely closed connection",
        "Whoever asked, Cloudflare or a visitor, left before the answer was ready.",
        &["origin-timeout"],
    ),
    says("client sent too long header line", "A header of the request is larger than nginx takes.", REQUEST_SIZE),
    says("client sent too long URI", "The request's URL is longer than nginx takes.", REQUEST_SIZE),
    says("client exceeded http2_max_", "A header of the request is larger than nginx takes over HTTP/2.", REQUEST_SIZE),
    says(
        "the \"http2_max_field_size\" directive is obsolete",
        "This nginx goes by large_client_header_buffers; the limit that was set has no effect.",
        REQUEST_SIZE,
    ),
    says("worker_connections are not enough", "nginx has no connection left.", BUSY),
    says("Too many open files", "A process may not open any more files or connections.", BUSY),
    says("limiting requests, excess", "nginx's rate limit held a request back or refused it.", BLOCKED),
    says("limiting connections by zone", "nginx's limit of connections refused one.", BLOCKED),
    says("access forbidden by rule", "A rule of nginx's refuses this address.", BLOCKED),
    says("ModSecurity: Access denied", "ModSecurity refused the request.", BLOCKED),
    // Apache
    says("AH01102: error reading status line", "The application closed its connection to Apache without an answer.", SILENT),
    says("AH00898: Error reading from remote server", "The application closed its connection to Apache without a whole answer.", SILENT),
    says(
        "AH00898: Error during SSL Handshake",
        "Apache's TLS handshake with the application failed.",
        &["proxy-misconfiguration", "origin-error"],
    ),
    says(
        "AH01110: error reading response",
        "The application broke off in the middle of its answer.",
        &["truncated-body", "malformed-response"],
    ),
    says(
        "AH10124: header size is over the limit",
        "The application's response headers are larger than Apache's buffer for them.",
        &["proxy-misconfiguration", "headers-too-large"],
    ),
    says(
        "AH01106: bad HTTP/1.1 header",
        "The application sent a header that breaks the rules of HTTP.",
        &["invalid-headers", "malformed-response"],
    ),
    says(
        "AH10404: Error reading headers",
        "The application sent a header that breaks the rules of HTTP.",
        &["invalid-headers", "malformed-response"],
    ),
    says("AH00957:", "Apache cannot connect to the application.", NOT_THERE),
    says("AH01114:", "Apache cannot connect to the application.", NOT_THERE),
    says("AH02454:", "Apache cannot connect to the application's socket.", NOT_THERE),
    says("AH01079:", "Apache cannot connect to the application.", NOT_THERE),
    says("AH01084: pass request body failed", "Apache could not hand the request on to the application.", NOT_THERE),
    says("AH01097: pass request body failed", "Apache could not hand the request on to the application.", NOT_THERE),
    says(
        "AH02039: Certificate Verification: Error",
        "Apache does not accept a certificate that it was shown.",
        &["proxy-misconfiguration", "authenticated-origin-pulls"],
    ),
    says("AH01067: Failed to read FastCGI header", "PHP-FPM broke off before the headers were complete: it crashed or was killed.", SILENT),
    says("AH01075: Error dispatching request to", "PHP-FPM did not answer the request whole, or not in time.", SILENT),
    says(
        "AH02429: Response header name",
        "The application sent a header whose name has forbidden characters; Apache broke the answer off.",
        &["invalid-headers"],
    ),
    says("exit signal Segmentation fault", "A process of Apache crashed.", CRASH),
    says("server reached MaxRequestWorkers", "Every worker of Apache is busy; requests wait.", BUSY),
    says("exceeds LimitRequestFieldSize", "A header of the request is larger than Apache takes.", REQUEST_SIZE),
    says("client denied by server configuration", "A rule of Apache's refuses the request.", BLOCKED),
    says(
        "End of script output before headers",
        "A script ended before its headers were complete.",
        &["malformed-response", "empty-reply", "origin-error"],
    ),
    // PHP
    says(
        "PHP message: PHP Fatal error:",
        "A PHP script ended with an error that nothing caught.",
        &["origin-error", "empty-reply", "truncated-body"],
    ),
    says("PHP Fatal error:", "A PHP script ended with an error that nothing caught.", &["origin-error", "empty-reply", "truncated-body"]),
    says("PHP message: PHP Warning:", "PHP warned of something; by itself that breaks no answer.", &[]),
    says("server reached pm.max_children", "Every worker of PHP-FPM is busy; requests wait.", BUSY),
    says("execution timed out", "PHP-FPM killed a worker because its request took too long.", GAVE_UP),
    says("executing too slow", "A PHP script takes long.", GAVE_UP),
    says("script_filename = ", "A PHP script took long; this is its entry in PHP-FPM's log of slow requests.", GAVE_UP),
    says("exited on signal", "A worker crashed or was killed.", CRASH),
    // Gunicorn, uWSGI
    says("WORKER TIMEOUT", "Gunicorn killed a worker because its request took too long.", &["origin-timeout", "empty-reply"]),
    says("was sent SIGKILL! Perhaps out of memory?", "A worker was killed, perhaps because the memory was used up.", CRASH),
    says("was terminated due to signal", "A worker was killed.", &["empty-reply", "origin-timeout", "connection-reset"]),
    says("Error handling request (no URI read)", "A worker was ended before it had read the request.", &["origin-timeout", "empty-reply"]),
    says("Error handling request", "The application raised an exception that nothing caught.", &["origin-error"]),
    says("HARAKIRI", "uWSGI killed a worker because its request took too long.", &["origin-timeout", "empty-reply"]),
    says("invalid request block size", "The request's headers are larger than uWSGI takes.", REQUEST_SIZE),
    says("died, killed by signal", "A worker crashed or was killed.", CRASH),
    // Node
    says("JavaScript heap out of memory", "Node used up its memory and ended.", CRASH),
    says("ERR_INVALID_CHAR", "The application tried to send a header with forbidden characters.", &["invalid-headers", "empty-reply"]),
    says("ERR_HTTP_HEADERS_SENT", "The application tried to send headers after the answer had begun.", CRASH),
    says("HPE_HEADER_OVERFLOW", "The headers are larger than Node takes.", &["request-headers-too-large", "headers-too-large"]),
    says("HPE_", "Node could not read what it was sent as HTTP.", &["malformed-response", "invalid-headers"]),
    says("socket hang up", "The server that Node asked closed the connection without an answer.", SILENT),
    says("ECONNREFUSED", "Nothing listens where Node expected another server.", NOT_THERE),
    says("ECONNRESET", "The other side of one of Node's connections cut it.", &["connection-reset", "empty-reply"]),
    // Caddy and others in Go, cloudflared, HAProxy, LiteSpeed
    says(
        "response headers exceeded",
        "The application's response headers are larger than the proxy takes.",
        &["proxy-misconfiguration", "headers-too-large"],
    ),
    says("malformed MIME header", "The application sent a header that breaks the rules of HTTP.", &["invalid-headers"]),
    says("malformed HTTP", "What the application sent does not begin as HTTP does.", &["malformed-response"]),
    says("timeout awaiting response headers", "The application did not answer within the proxy's time-out.", GAVE_UP),
    says("\"msg\":\"EOF\"", "The application closed the connection without an answer.", SILENT),
    says("\"msg\":\"reading from backend\"", "The application broke off in the middle of its answer.", &["truncated-body"]),
    says("aborting with incomplete response", "The application broke off in the middle of its answer.", &["truncated-body"]),
    says("connect: connection refused", "Nothing listens where the proxy expects the application.", NOT_THERE),
    says(
        "read: connection reset by peer",
        "The application cut the connection instead of answering.",
        &["connection-reset", "empty-reply"],
    ),
    says("x509: certificate signed by unknown authority", "A certificate was shown that the other side does not trust.", HANDSHAKE),
    says("tls: client didn't provide a certificate", "The server demands a client certificate, and none was shown.", CLIENT_CERTIFICATE),
    says("The HTTP2 server was closed", "The tunnel's HTTP/2 connection to Cloudflare ended.", &["connection-reset"]),
    says("graceful shutdown GOAWAY", "The other side ended an HTTP/2 connection in order.", &["idle-connection-reuse", "http2-origin"]),
    says("overlimit:", "LiteSpeed holds back a client that is over its limit; behind Cloudflare that is many visitors at once.", BLOCKED),
    says(
        "Cannot Server Push (header size over",
        "The plugin dropped Link headers because they had grown too large.",
        &["headers-too-large"],
    ),
    // Kernel and systemd
    says("segfault at", "A process crashed.", CRASH),
    says("invoked oom-killer", OUT_OF_MEMORY, CRASH),
    says("oom-kill:", OUT_OF_MEMORY, CRASH),
    says("Memory cgroup out of memory: Killed process", "A service's memory limit was reached; the kernel killed a process.", CRASH),
    says("Out of memory: Killed process", OUT_OF_MEMORY, CRASH),
    says("killed by the OOM killer", OUT_OF_MEMORY, CRASH),
    says("Failed with result 'oom-kill'", OUT_OF_MEMORY, CRASH),
    says("Failed with result 'core-dump'", "A service crashed.", CRASH),
    says("Failed with result 'signal'", "A service was killed.", CRASH),
    says("code=killed", "A service was killed.", CRASH),
    says("code=dumped", "A service crashed.", CRASH),
    says("possible SYN flooding", "The queue of new connections is full.", &["origin-overload", "connection-reset"]),
];

/// Statuses that only a server's own log has, or that say more there than on the wire.
pub(super) static STATUSES: &[(u16, LogMeaning)] = &[
    (
        0,
        says(
            "status 000",
            "Nothing was answered: a header over nginx's limit for HTTP/2, or a request that never came whole.",
            &["request-headers-too-large", "http2-origin", "closed-on-purpose"],
        ),
    ),
    (444, says("status 444", "nginx is told to close such requests without an answer.", &["closed-on-purpose"])),
    (494, says("status 494", "The request's headers are larger than nginx takes.", REQUEST_SIZE)),
    (495, says("status 495", "nginx does not accept the client certificate that it was shown.", CLIENT_CERTIFICATE)),
    (496, says("status 496", "nginx demands a client certificate, and none was shown.", CLIENT_CERTIFICATE)),
    (497, says("status 497", "Plain HTTP arrived at a port that speaks TLS.", &["wrong-port-or-scheme"])),
    (499, says("status 499", "Whoever asked, Cloudflare or a visitor, left before the answer was ready.", &["origin-timeout"])),
];

/// How `HAProxy` says that a connection ended: who ended it, and in which phase.
pub(super) static FLAGS: &[LogMeaning] = &[
    says("SH--", "The application closed its connection to HAProxy before its headers were complete.", SILENT),
    says("sH--", "The application did not answer within HAProxy's time-out.", GAVE_UP),
    says("SD--", "The application broke off in the middle of its answer.", &["truncated-body"]),
    says(
        "sD--",
        "The application paused in the middle of its answer for longer than HAProxy's time-out.",
        &["truncated-body", "origin-timeout"],
    ),
    says(
        "PH--",
        "HAProxy refused the application's answer: its headers are invalid or too large.",
        &["invalid-headers", "malformed-response", "headers-too-large"],
    ),
    says("SC--", "HAProxy cannot connect to the application.", NOT_THERE),
    says("sC--", "HAProxy cannot connect to the application in time.", NOT_THERE),
    says("sQ--", "The request waited in HAProxy's queue for too long.", BUSY),
    says("PR--", "A rule of HAProxy's refused the request, or it was no valid one.", BLOCKED),
    says("CH--", "Whoever asked, Cloudflare or a visitor, left before the answer was ready.", &["origin-timeout"]),
];

/// A request line that is none: `\x16\x03`, the beginning of TLS.
pub(super) static TLS_AT_PLAIN: LogMeaning = says("\\x16\\x03", "TLS arrived at a port that speaks plain HTTP.", &["wrong-port-or-scheme"]);

/// An exception of JavaScript's, with the calls below it that led there.
pub(super) static THROWN: LogMeaning = says(
    "Error: ",
    "Node met an exception; one that nothing catches ends the process.",
    &["empty-reply", "origin-error", "connection-reset"],
);

/// Cloudflare's logs: what the origin answered to a request that failed.
pub(crate) static ORIGIN_SILENT: LogMeaning = says("OriginResponseStatus 0", "The origin gave no answer that Cloudflare could use.", &[]);
/// The same, when the error is the origin's.
pub(crate) static ORIGIN_ANSWERED: LogMeaning = says(
    "OriginResponseStatus 5xx",
    "The origin itself answered with a server error; a 520 beside it was made at Cloudflare.",
    &["origin-error"],
);

/// The same, when Cloudflare answered with the very status.
pub(crate) static ORIGIN_SAME: LogMeaning = says(
    "OriginResponseStatus = EdgeResponseStatus",
    "The origin itself answered with this status, and Cloudflare handed it on.",
    &["origin-error"],
);
/// The same, when the origin began to answer well and Cloudflare answered 520.
pub(crate) static ORIGIN_BEGAN: LogMeaning = says(
    "OriginResponseStatus 2xx",
    "The origin began to answer, and Cloudflare could not use what came: malformed or oversized headers, or an answer that broke off.",
    &["malformed-response", "invalid-headers", "headers-too-large", "truncated-body", "bad-content-length"],
);

/// Every meaning that a line of a log can have.
pub fn all() -> impl Iterator<Item = &'static LogMeaning> {
    let statuses = STATUSES.iter().map(|(_, meaning)| meaning);
    PHRASES.iter().chain(statuses).chain(FLAGS).chain([
        &TLS_AT_PLAIN,
        &THROWN,
        &ORIGIN_SILENT,
        &ORIGIN_ANSWERED,
        &ORIGIN_SAME,
        &ORIGIN_BEGAN,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when words never count because more general ones stand before them.
    #[test]
    fn the_special_stands_before_the_general() {
        for (at, meaning) in PHRASES.iter().enumerate() {
            let hidden = PHRASES[..at].iter().find(|before| meaning.phrase.contains(before.phrase));
            assert!(hidden.is_none(), "{} hides {}", hidden.unwrap().phrase, meaning.phrase);
        }
    }
}
