//! What servers and kernels write into their logs, and what it means.

use crate::{Beside, LogMeaning, Speaker};

/// A meaning; the causes are the ids of rules, the most likely first. None: the phrase belongs to a fault, but not to one of them.
const fn says(phrase: &'static str, means: &'static str, causes: &'static [&'static str]) -> LogMeaning {
    beside(phrase, Beside::Anything, means, causes)
}

/// A meaning that words have only beside something else.
const fn beside(phrase: &'static str, beside: Beside, means: &'static str, causes: &'static [&'static str]) -> LogMeaning {
    LogMeaning { phrase, beside, speaker: Speaker::Origin, means, causes }
}

/// What a program that asked received.
pub(crate) const fn received(phrase: &'static str, means: &'static str, causes: &'static [&'static str]) -> LogMeaning {
    LogMeaning { speaker: Speaker::Client, ..says(phrase, means, causes) }
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
const CLOSED: &[&str] = &["empty-reply", "connection-reset", "idle-connection-reuse"];
const BROKE_OFF: &[&str] = &["truncated-body", "origin-timeout"];
const BEHIND_PROXY: &[&str] = &["proxy-misconfiguration", "origin-error"];
const BAD_ANSWER: &[&str] = &["malformed-response", "invalid-headers"];
const BAD_CHUNKS: &[&str] = &["malformed-response", "truncated-body"];
const LARGE_ANSWER: &[&str] = &["headers-too-large"];
const UNCAUGHT: &[&str] = &["origin-error", "empty-reply"];
const TLS_AND_PLAIN: &[&str] = &["wrong-port-or-scheme"];
const PREMATURELY_CLOSED: &str = "upstream prematurely closed connection while reading response header from upstream";
const EDGE_SAW: &str = "Cloudflare's log says that the origin closed the connection before it answered.";
const LEFT: &str = "Whoever asked ended the connection or the request; the application has no part in it.";
const CUT: &str = "The application cut the connection instead of answering.";
const BROKEN: &str = "The application's answer breaks the protocol.";
const BANNED: &str = "The firewall refuses an address of Cloudflare's.";
const DISCONNECTED: &str = "upstream connect error or disconnect/reset before headers";
const UPSTREAM_RESET: &str = "upstream reset: reset reason";
const NO_ANSWER: &str = "The application closed the connection without an answer.";
const HALF: &str = "The application broke off in the middle of its answer.";
const NODE_MET: &str = "Node met an exception; one that nothing catches ends the process.";
const CRASH_OF_NODE: &[&str] = &["empty-reply", "origin-error", "connection-reset"];
const ENDED: &str = "The application met an error that nothing caught, and ended.";
const LATE: &str = "The application did not answer within the proxy's time-out.";
const NOBODY: &str = "Nothing listens where the proxy expects the application.";
const STRANGER: &str = "The TLS handshake with another client than Cloudflare failed; that says nothing of requests through Cloudflare.";
const TO_APPLICATION: &str = "The TLS handshake of the proxy with the application failed.";
const STRANGER_WITHOUT: &str = "Another client than Cloudflare was refused for want of Cloudflare's certificate, as it should be.";
const STATUS_LINE: &str = "proxy: error reading status line from remote server";
const SERVICE: &str =
    "A connection of the application's to a database or another service failed; what the application answered then is not told.";
const STRANGER_PLAIN: &str = "Another client than Cloudflare spoke plain HTTP to a port that speaks TLS.";
const TUNNEL: &str = "cloudflared's own connection to Cloudflare failed; that says nothing of the origin.";
const LINE_BEFORE: &str = "The line before says why there was no whole answer.";

/// Words anywhere in a line. What stands first in a line's order of this table counts: the special before the general.
pub(super) static PHRASES: &[LogMeaning] = &[
    // Who is meant decides before anything else.
    beside(
        "upstream: \"http",
        Beside::EdgeUpstream,
        "This nginx asked Cloudflare: it stands before Cloudflare and tells what it received, not what the origin did.",
        &[],
    ),
    beside("recv() failed", Beside::Client, LEFT, &[]),
    beside("readv() failed", Beside::Client, LEFT, &[]),
    beside("writev() failed", Beside::Client, LEFT, &[]),
    beside("send() failed", Beside::Client, LEFT, &[]),
    beside("SSL_read() failed", Beside::Client, LEFT, &[]),
    beside("SSL_write() failed", Beside::Client, LEFT, &[]),
    beside("SSL_do_handshake() failed", Beside::Stranger, STRANGER, &[]),
    beside("peer closed connection in SSL handshake", Beside::Stranger, STRANGER, &[]),
    beside("TLS handshake error from", Beside::Stranger, STRANGER, &[]),
    beside("SSL handshake failure", Beside::Stranger, STRANGER, &[]),
    beside("client sent plain HTTP request to HTTPS port", Beside::Stranger, STRANGER_PLAIN, &[]),
    beside("client sent no required SSL certificate", Beside::Stranger, STRANGER_WITHOUT, &[]),
    beside("client SSL certificate verify error", Beside::Stranger, STRANGER_WITHOUT, &[]),
    beside("SSL_do_handshake() failed", Beside::Words("handshaking to upstream"), TO_APPLICATION, BEHIND_PROXY),
    beside("peer closed connection in SSL handshake", Beside::Words("handshaking to upstream"), TO_APPLICATION, BEHIND_PROXY),
    beside("ECONNRESET", Beside::Service, SERVICE, &[]),
    beside("ECONNREFUSED", Beside::Service, SERVICE, &[]),
    beside("connection refused", Beside::Service, SERVICE, &[]),
    beside("connection reset by peer", Beside::Service, SERVICE, &[]),
    beside("socket hang up", Beside::Service, SERVICE, &[]),
    beside("i/o timeout", Beside::Service, SERVICE, &[]),
    beside("no such host", Beside::Service, SERVICE, &[]),
    // What is passed on unread says nothing of HTTP.
    says("bytes from/to upstream:", "nginx only passes this connection on, and does not read what it carries.", &[]),
    // Cloudflare's own log, quoted by its support: it is the one that asked.
    LogMeaning { speaker: Speaker::Client, ..beside(PREMATURELY_CLOSED, Beside::Words("our edge"), EDGE_SAW, SILENT) },
    LogMeaning { speaker: Speaker::Client, ..beside(PREMATURELY_CLOSED, Beside::Words("Cloudflare Support"), EDGE_SAW, SILENT) },
    // nginx
    says(
        PREMATURELY_CLOSED,
        "The application closed its connection to nginx without an answer: it crashed, was killed, or gave up.",
        SILENT,
    ),
    says(
        "upstream prematurely closed connection while reading upstream",
        "The application broke off in the middle of its answer.",
        BROKE_OFF,
    ),
    beside("upstream prematurely closed", Beside::Words("while reading response header from upstream"), NO_ANSWER, SILENT),
    beside("upstream prematurely closed", Beside::Words("while reading upstream"), HALF, BROKE_OFF),
    beside("upstream prematurely closed", Beside::Words("while sending request to upstream"), NO_ANSWER, CLOSED),
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
    says("upstream sent invalid chunked response", "The chunks of the application's answer are broken.", BAD_CHUNKS),
    says("upstream sent no valid HTTP/1.0 header", "What the application sent does not begin as HTTP does.", &["malformed-response"]),
    says("upstream sent duplicate header line", "The application sent a header twice that may stand there once.", &["invalid-headers"]),
    says(
        "upstream sent more data than specified in \"Content-Length\" header",
        "The application's answer is longer than it announces.",
        &["bad-content-length"],
    ),
    says("upstream sent invalid status", "What the application sent does not begin as HTTP does.", BAD_ANSWER),
    says("upstream sent invalid response", "What the application sent does not begin as HTTP does.", BAD_ANSWER),
    says("upstream sent invalid http2", "The application's HTTP/2 breaks the protocol.", &["http2-origin", "malformed-response"]),
    says("upstream rejected request with error", "The application ended the HTTP/2 stream.", &["http2-origin"]),
    says("upstream sent invalid \"Content-Length\" header", "The application's Content-Length is none.", &["bad-content-length"]),
    beside(
        "upstream timed out",
        Beside::Words("while connecting to upstream"),
        "The application could not be connected to in time.",
        NOT_THERE,
    ),
    beside(
        "upstream timed out",
        Beside::Words("while reading upstream"),
        "The application paused in the middle of its answer for longer than nginx's time-out.",
        BROKE_OFF,
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
    says("fail errno 111 (Connection refused)", "Nothing listens where Varnish expects the application.", NOT_THERE),
    says("unable to parse status line", "The application's answer begins with no line of HTTP.", BAD_ANSWER),
    says("connect() failed (111: Connection refused)", "Nothing listens where nginx expects the application.", NOT_THERE),
    says(
        "failed (11: Resource temporarily unavailable) while connecting to upstream",
        "The application's queue of connections is full.",
        BUSY,
    ),
    says("upstream timed out", LATE, GAVE_UP),
    beside("recv() failed", Beside::Words("while reading response header from upstream"), CUT, &["connection-reset", "empty-reply"]),
    beside(
        "writev() failed",
        Beside::Words("while sending request to upstream"),
        "The application closed the connection before it had read the whole request.",
        &["empty-reply", "connection-reset", "request-body-rejected"],
    ),
    beside("connect() failed (", Beside::Words(") while connecting to upstream"), "nginx cannot connect to the application.", NOT_THERE),
    says("lua entry thread aborted", "The application raised an exception that nothing caught.", UNCAUGHT),
    says("connect() to unix:", "nginx cannot connect to the application's socket.", NOT_THERE),
    says("no live upstreams", "nginx holds every application server for down.", NOT_THERE),
    says("upstream server temporarily disabled", "nginx holds an application server for down, after failures.", NOT_THERE),
    says("SSL_do_handshake() failed", "The TLS handshake failed.", HANDSHAKE),
    says("peer closed connection in SSL handshake", "The other side ended the TLS handshake.", HANDSHAKE),
    says("tls: client didn't provide a certificate", "The server demands a client certificate, and none was shown.", CLIENT_CERTIFICATE),
    beside("TLS handshake error from", Beside::Words(": EOF"), LEFT, &[]),
    says("TLS handshake error from", "A TLS handshake failed.", HANDSHAKE),
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
    beside(
        "AH01102: error reading status line",
        Beside::Words("(70007)"),
        "The application did not answer within Apache's time-out.",
        GAVE_UP,
    ),
    beside(
        "AH01102: error reading status line",
        Beside::Words("(110)"),
        "The application did not answer within Apache's time-out.",
        GAVE_UP,
    ),
    beside("AH01102: error reading status line", Beside::Words("(104)"), CUT, &["connection-reset", "empty-reply"]),
    beside("AH01075: Error dispatching request to", Beside::Words("(70007)"), "PHP-FPM did not answer within Apache's time-out.", GAVE_UP),
    beside("AH01075: Error dispatching request to", Beside::Words("passing brigade to output filters"), LINE_BEFORE, &[]),
    beside(
        "AH01110: error reading response",
        Beside::Words("(70007)"),
        "The application paused in the middle of its answer for longer than Apache's time-out.",
        BROKE_OFF,
    ),
    beside("AH01097: pass request body failed", Beside::Words("(70007)"), "The application did not take the request in time.", GAVE_UP),
    says("AH01102: error reading status line", "The application closed its connection to Apache without an answer.", SILENT),
    // Before 2.4.
    beside(STATUS_LINE, Beside::Words("timeout specified has expired"), LATE, GAVE_UP),
    beside(STATUS_LINE, Beside::Words("(104)"), CUT, &["connection-reset", "empty-reply"]),
    beside(STATUS_LINE, Beside::Words("End of file found"), NO_ANSWER, SILENT),
    says("AH00898: Error reading from remote server", "Apache had no whole answer of the application; the line before says why.", &[]),
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
    says("AH00959:", "Apache holds an application server for down, after a failure.", NOT_THERE),
    says("AH01590:", "The chunks of the application's answer are broken.", BAD_CHUNKS),
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
    says("AH00051: child pid", "A process of Apache crashed.", CRASH),
    says("AH00052: child pid", "A process of Apache crashed.", CRASH),
    says("AH10159: server is within MinSpareThreads", "Nearly every worker of Apache is busy.", BUSY),
    says("AH01095: prefetch request body failed", LEFT, &[]),
    says("AH02008: SSL library error 1 in handshake", "A TLS handshake of Apache's failed.", &[]),
    beside("mod_fcgid: ", Beside::Words("read data timeout in"), LATE, GAVE_UP),
    beside("mod_fcgid: ", Beside::Words("Connection reset by peer"), CUT, &["connection-reset", "empty-reply"]),
    says("Premature end of script headers", NO_ANSWER, SILENT),
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
    says("server reached max_children", "Every worker of PHP-FPM is busy; requests wait.", BUSY),
    says("server reached pm.max_children", "Every worker of PHP-FPM is busy; requests wait.", BUSY),
    says("execution timed out", "PHP-FPM killed a worker because its request took too long.", GAVE_UP),
    says("executing too slow", "A PHP script takes long.", GAVE_UP),
    says("script_filename = ", "A PHP script took long; this is its entry in PHP-FPM's log of slow requests.", GAVE_UP),
    says("exited on signal", "A worker crashed or was killed.", CRASH),
    // Gunicorn, uWSGI
    says("WORKER TIMEOUT", "Gunicorn killed a worker because its request took too long.", &["origin-timeout", "empty-reply"]),
    says("was sent SIGKILL! Perhaps out of memory?", "A worker was killed, perhaps because the memory was used up.", CRASH),
    says("was sent SIGSEGV!", "A process crashed.", CRASH),
    says("was terminated due to signal", "A worker was killed.", &["empty-reply", "origin-timeout", "connection-reset"]),
    says("Error handling request (no URI read)", "A worker was ended before it had read the request.", &["origin-timeout", "empty-reply"]),
    says("Error handling request", "The application raised an exception that nothing caught.", &["origin-error"]),
    says("HARAKIRI", "uWSGI killed a worker because its request took too long.", &["origin-timeout", "empty-reply"]),
    says("uWSGI listen queue of socket", "The queue of new connections is full.", BUSY),
    says("got Segmentation Fault", "A process crashed.", CRASH),
    says("invalid HTTP request size", "The request's headers are larger than uWSGI takes.", REQUEST_SIZE),
    says("invalid request block size", "The request's headers are larger than uWSGI takes.", REQUEST_SIZE),
    says("died, killed by signal", "A worker crashed or was killed.", CRASH),
    // Node, Go, .NET
    says("via signal [SIGKILL]", "A process was killed.", CRASH),
    says("via signal [SIGSEGV]", "A process crashed.", CRASH),
    says("[signal SIG", "A process crashed.", CRASH),
    says("Unhandled exception. System.", ENDED, CRASH),
    says("Unhandled Exception: System.", ENDED, CRASH),
    says("panic: runtime error", ENDED, CRASH),
    says("JavaScript heap out of memory", "Node used up its memory and ended.", CRASH),
    says("uncaughtException: ", NODE_MET, CRASH_OF_NODE),
    says("ERR_INVALID_CHAR", "The application tried to send a header with forbidden characters.", &["invalid-headers", "empty-reply"]),
    says("ERR_HTTP_HEADERS_SENT", "The application tried to send headers after the answer had begun.", CRASH),
    says("HPE_HEADER_OVERFLOW", "The headers are larger than Node takes.", &["request-headers-too-large", "headers-too-large"]),
    says("HPE_", "Node could not read what it was sent as HTTP.", &["malformed-response", "invalid-headers"]),
    says("socket hang up", "The server that Node asked closed the connection without an answer.", SILENT),
    says("ECONNREFUSED", "Nothing listens where Node expected another server.", NOT_THERE),
    received("ECONNRESET", "The other side of one of Node's connections cut it.", &["connection-reset", "empty-reply"]),
    // Caddy, Traefik and others in Go, cloudflared, HAProxy, LiteSpeed: what ended comes before what was being done.
    says("499 Client Closed Request", LEFT, &[]),
    says("canceled by remote", LEFT, &[]),
    says("canceled with error code", LEFT, &[]),
    says("context canceled", LEFT, &[]),
    says("client disconnected", LEFT, &[]),
    says("H3_REQUEST_CANCELLED", LEFT, &[]),
    beside("aborting with incomplete response", Beside::Words("write: broken pipe"), LEFT, &[]),
    beside("aborting with incomplete response", Beside::Words("write: connection"), LEFT, &[]),
    beside("aborting with incomplete response", Beside::Words("unexpected EOF"), HALF, &["truncated-body"]),
    beside("aborting with incomplete response", Beside::Words("read: connection reset"), HALF, &["truncated-body", "connection-reset"]),
    beside("aborting with incomplete response", Beside::Words("timeout"), HALF, BROKE_OFF),
    says(
        "panic serving",
        "The application met an error that nothing caught, and closed the connection.",
        &["empty-reply", "truncated-body"],
    ),
    says("http: wrote more than the declared Content-Length", "The answer is longer than it announces.", &["bad-content-length"]),
    says("http: proxy error: EOF", NO_ANSWER, CLOSED),
    says(
        "server closed idle connection",
        "The application closed a kept connection while it was used again.",
        &["idle-connection-reuse", "empty-reply"],
    ),
    beside(
        "ReverseProxy read error during body copy",
        Beside::Words("chunk length"),
        "The chunks of the application's answer are broken.",
        BAD_CHUNKS,
    ),
    says(
        "message cannot contain multiple Content-Length headers",
        "The application's answer announces two lengths.",
        &["bad-content-length"],
    ),
    beside("x509: ", Beside::Words("http: proxy error"), "The proxy does not accept the application's certificate.", BEHIND_PROXY),
    says("ReverseProxy read error during body copy", HALF, &["truncated-body"]),
    says(
        "server gave HTTP response to HTTPS client",
        "The proxy speaks TLS to an application that speaks plain HTTP.",
        &["proxy-misconfiguration", "wrong-port-or-scheme"],
    ),
    says(
        "first record does not look like a TLS handshake",
        "TLS was spoken to something that speaks none.",
        &["wrong-port-or-scheme", "proxy-misconfiguration"],
    ),
    beside(
        "malformed HTTP",
        Beside::Words("x15\\"),
        "The proxy speaks plain HTTP to an application that speaks TLS.",
        &["proxy-misconfiguration", "wrong-port-or-scheme"],
    ),
    says("connectex: No connection could be made because the target machine actively refused it", NOBODY, NOT_THERE),
    says("no such host", "The proxy does not find the application's name.", BEHIND_PROXY),
    beside(
        "x509: ",
        Beside::Words("Unable to reach the origin service"),
        "cloudflared does not accept the origin's certificate.",
        BEHIND_PROXY,
    ),
    beside(
        "i/o timeout",
        Beside::Words("dial tcp"),
        "The application could not be connected to in time.",
        &["origin-timeout", "origin-overload", "proxy-misconfiguration"],
    ),
    says("cloudflared: EOF", NO_ANSWER, CLOSED),
    says(
        "cloudflared: http: no Host in request URL",
        "cloudflared could not make the request: the service's address in its settings is none.",
        &["proxy-misconfiguration"],
    ),
    says("cloudflared: unexpected EOF", HALF, &["truncated-body", "empty-reply"]),
    beside("\"error\":\"unexpected EOF\"", Beside::Words("\"event\":"), HALF, &["truncated-body", "empty-reply"]),
    beside("error=\"unexpected EOF\"", Beside::Words("event="), HALF, &["truncated-body", "empty-reply"]),
    says("caused by: EOF", NO_ANSWER, CLOSED),
    says("caused by: unexpected EOF", HALF, &["truncated-body", "empty-reply"]),
    says("caused by: read tcp", CUT, &["connection-reset", "empty-reply"]),
    beside("Client.Timeout exceeded while awaiting headers", Beside::Words("Unable to reach"), LATE, GAVE_UP),
    says(
        "response headers exceeded",
        "The application's response headers are larger than the proxy takes.",
        &["proxy-misconfiguration", "headers-too-large"],
    ),
    says("malformed MIME header", "The application sent a header that breaks the rules of HTTP.", &["invalid-headers"]),
    says("malformed HTTP", "What the application sent does not begin as HTTP does.", &["malformed-response"]),
    says("timeout awaiting response headers", "The application did not answer within the proxy's time-out.", GAVE_UP),
    says("no upstreams available", "Caddy holds every application server for down.", NOT_THERE),
    says("\"msg\":\"EOF\"", "The application closed the connection without an answer.", CLOSED),
    says("\"msg\":\"reading from backend\"", "The application broke off in the middle of its answer.", &["truncated-body"]),
    says("connect: connection refused", "Nothing listens where the proxy expects the application.", NOT_THERE),
    says("read: connection reset by peer", CUT, &["connection-reset", "empty-reply"]),
    says("\"error\":\"EOF\"", NO_ANSWER, CLOSED),
    says("x509: certificate signed by unknown authority", "A certificate was shown that the other side does not trust.", HANDSHAKE),
    says("The HTTP2 server was closed", "The tunnel's HTTP/2 connection to Cloudflare ended.", &["connection-reset"]),
    says("Failed to dial a quic connection", TUNNEL, &[]),
    says("Serve tunnel error", TUNNEL, &[]),
    says("failed to serve tunnel connection", TUNNEL, &[]),
    says("Unable to establish connection with Cloudflare edge", TUNNEL, &[]),
    says("Lost connection with the edge", TUNNEL, &[]),
    says("websocket: bad handshake", "Whoever was asked did not take up the WebSocket connection.", &[]),
    says("graceful shutdown GOAWAY", "The other side ended an HTTP/2 connection in order.", &["idle-connection-reuse", "http2-origin"]),
    says("aborting with incomplete response", "An answer was not handed on whole; the line does not say who broke it off.", &[]),
    says("Reached max children process limit", "Every worker of LiteSpeed's application is busy; requests wait.", BUSY),
    says("Premature end of response header", NO_ANSWER, &["empty-reply", "malformed-response"]),
    says("possible dead lock", "LiteSpeed's application has not answered for long.", GAVE_UP),
    says("Connection reset by peer, while reading response", CUT, &["connection-reset", "empty-reply"]),
    says("Retry limit reached, return 503", "LiteSpeed cannot connect to its application.", NOT_THERE),
    says("code=H12 ", LATE, GAVE_UP),
    says("code=H13 ", NO_ANSWER, CLOSED),
    says("code=H18 ", LEFT, &[]),
    says("code=H27 ", LEFT, &[]),
    says("overlimit:", "LiteSpeed holds back a client that is over its limit; behind Cloudflare that is many visitors at once.", BLOCKED),
    says(
        "Cannot Server Push (header size over",
        "The plugin dropped Link headers because they had grown too large.",
        &["headers-too-large"],
    ),
    beside("error: Connection reset by peer", Beside::Words("onnection to ["), CUT, &["connection-reset", "empty-reply"]),
    beside("error: Connection refused", Beside::Words("onnection to ["), NOBODY, NOT_THERE),
    says("error=EOF", NO_ANSWER, CLOSED),
    says("error=\"EOF\"", NO_ANSWER, CLOSED),
    // Varnish
    says("req.body read error", LEFT, &[]),
    says("http first read error: EOF", NO_ANSWER, CLOSED),
    says("http first read error", NO_ANSWER, SILENT),
    says("first byte timeout", LATE, GAVE_UP),
    says("http read error: overflow", "The application's response headers are larger than Varnish takes.", LARGE_ANSWER),
    says("HTC eof", NO_ANSWER, SILENT),
    says("http format error", "What the application sent breaks the rules of HTTP.", BAD_ANSWER),
    beside("overflow", Beside::Words("FetchError"), "The application's response headers are larger than Varnish takes.", LARGE_ANSWER),
    says("chunked header non-hex", "The chunks of the application's answer are broken.", BAD_CHUNKS),
    says("fail errno 110", "The application could not be connected to in time.", NOT_THERE),
    says("straight insufficient bytes", HALF, &["truncated-body", "bad-content-length"]),
    says("Received junk", "What the application sent does not begin as HTTP does.", BAD_ANSWER),
    // IIS, ASP.NET
    says("Connection_Abandoned_By_ReqQueue", "The application's process ended while it worked on the request.", CRASH),
    says("Connection_Dropped_List_Full", "IIS has no room for more connections.", BUSY),
    says(" AppOffline ", "The application pool is stopped, after crashes perhaps.", NOT_THERE),
    says(" QueueFull ", "The application pool's queue is full.", BUSY),
    says(" FieldLength ", "A header of the request is larger than IIS takes.", REQUEST_SIZE),
    says(" RequestLength ", "The request's headers are larger than IIS takes.", REQUEST_SIZE),
    says("Response Content-Length mismatch", "The answer has another length than it announces.", &["bad-content-length", "truncated-body"]),
    says(
        "control character in header",
        "The application tried to send a header with forbidden characters.",
        &["invalid-headers", "origin-error"],
    ),
    says("Request headers too long", "The request's headers are larger than Kestrel takes.", REQUEST_SIZE),
    says("Request body too large", "The request's body is larger than the server takes.", &["request-body-rejected"]),
    says("An unhandled exception was thrown by the application", "The application raised an exception that nothing caught.", UNCAUGHT),
    // uvicorn, Tomcat
    says("ASGI callable returned without starting response", "The application ended without an answer of its own.", UNCAUGHT),
    says("Illegal header value", "The application tried to send a header with forbidden characters.", &["invalid-headers", "empty-reply"]),
    says("Exception in ASGI application", "The application raised an exception that nothing caught.", UNCAUGHT),
    says("data for declared Content-Length", "The answer has another length than it announces.", &["bad-content-length", "truncated-body"]),
    beside("uwsgi_response_", Beside::Words("Broken pipe"), LEFT, &[]),
    says("ClientAbortException", LEFT, &[]),
    says("Invalid character found in method name [0x16", "TLS arrived at a port that speaks plain HTTP.", TLS_AND_PLAIN),
    says("Request header is too large", "The request's headers are larger than Tomcat takes.", REQUEST_SIZE),
    says(
        "HeadersTooLargeException",
        "The answer's headers are larger than Tomcat's buffer for them.",
        &["headers-too-large", "origin-error"],
    ),
    says("java.lang.OutOfMemoryError", "Java used up its memory.", &["origin-error", "origin-overload", "empty-reply"]),
    says("Connection prematurely closed BEFORE response", NO_ANSWER, CLOSED),
    says("Connection prematurely closed DURING response", HALF, BROKE_OFF),
    beside(
        "timeout (",
        Beside::Words("), killing"),
        "A worker was killed because its request took too long.",
        &["origin-timeout", "empty-reply"],
    ),
    says("application did not send a complete response", NO_ANSWER, &["empty-reply", "truncated-body"]),
    says("open an SSL connection to a non-SSL Puma", "TLS arrived at a port that speaks plain HTTP.", TLS_AND_PLAIN),
    says(
        "! Terminating timed out worker",
        "A worker was killed because it no longer reported itself.",
        &["origin-timeout", "empty-reply", "origin-overload"],
    ),
    // lighttpd, HAProxy, Envoy, Google's balancers
    says("unexpected end-of-file (perhaps the fastcgi process died)", NO_ANSWER, SILENT),
    says("response not received, request sent", NO_ANSWER, SILENT),
    says("response already sent out, but backend returned error", HALF, BROKE_OFF),
    says("establishing connection failed: ", NOBODY, NOT_THERE),
    says("read timeout on socket: ", LATE, GAVE_UP),
    says("response headers too large for ", "The application's response headers are larger than lighttpd takes.", LARGE_ANSWER),
    beside("all handlers for ", Beside::Words("are down"), NOBODY, NOT_THERE),
    beside("is DOWN, reason: ", Beside::Words("Server "), "HAProxy holds an application server for down, after checks.", NOT_THERE),
    says("has no server available!", "HAProxy holds every application server for down.", NOT_THERE),
    says("SSL handshake failure", "The TLS handshake failed.", HANDSHAKE),
    says("upstream_reset_before_response_started{protocol_error", BROKEN, BAD_ANSWER),
    says("upstream_reset_before_response_started{protocol error", BROKEN, BAD_ANSWER),
    says("upstream_reset_before_response_started{connection_termination", NO_ANSWER, CLOSED),
    says("upstream_reset_before_response_started{connection termination", NO_ANSWER, CLOSED),
    beside(DISCONNECTED, Beside::Words("connection termination"), NO_ANSWER, CLOSED),
    beside(DISCONNECTED, Beside::Words("connection failure"), NOBODY, NOT_THERE),
    beside(DISCONNECTED, Beside::Words("protocol error"), BROKEN, BAD_ANSWER),
    beside(UPSTREAM_RESET, Beside::Words("connection termination"), NO_ANSWER, CLOSED),
    beside(UPSTREAM_RESET, Beside::Words("connection failure"), NOBODY, NOT_THERE),
    beside(UPSTREAM_RESET, Beside::Words("protocol error"), BROKEN, BAD_ANSWER),
    // Pingora
    beside("Upstream ConnectionClosed context", Beside::Words("bytes already read: 0"), NO_ANSWER, CLOSED),
    says("Upstream ReadTimedout context", LATE, GAVE_UP),
    says("Upstream ConnectRefused context", NOBODY, NOT_THERE),
    says("backend_connection_closed_before_data_sent_to_client", NO_ANSWER, SILENT),
    says("backend_timeout", LATE, GAVE_UP),
    says("failed_to_connect_to_backend", NOBODY, NOT_THERE),
    says("client_disconnected_before_any_response", LEFT, &[]),
    // Kernel and systemd
    says("died signal=", "A process crashed.", CRASH),
    says(
        "table full, dropping packet",
        "The kernel's table of connections is full: it drops packets.",
        &["origin-overload", "firewall-blocks-cloudflare"],
    ),
    beside("[UFW BLOCK]", Beside::Edge, BANNED, BLOCKED),
    beside("] Ban ", Beside::Edge, BANNED, BLOCKED),
    beside("*Blocked in csf*", Beside::Edge, BANNED, BLOCKED),
    says("OOMKilled", OUT_OF_MEMORY, CRASH),
    says("segfault at", "A process crashed.", CRASH),
    beside("general protection", Beside::Words(" ip:"), "A process crashed.", CRASH),
    beside("trap invalid opcode", Beside::Words(" ip:"), "A process crashed.", CRASH),
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
    says("ossible SYN flooding", "The queue of new connections is full.", &["origin-overload", "connection-reset"]),
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
    says("CC--", LEFT, &[]),
    says("cC--", LEFT, &[]),
    says("CH--", "Whoever asked, Cloudflare or a visitor, left before the answer was ready.", &["origin-timeout"]),
    says("CD--", LEFT, &[]),
    says("cD--", LEFT, &[]),
    says("CR--", LEFT, &[]),
    says("cR--", "Whoever asked did not send a whole request in time.", &[]),
    says("RC--", "HAProxy has no connection or memory left.", BUSY),
];

/// Envoy's response flags.
pub(super) static RESPONSE_FLAGS: &[LogMeaning] = &[
    says("UC", NO_ANSWER, CLOSED),
    says("UPE", BROKEN, &["malformed-response", "invalid-headers", "http2-origin"]),
    says("UF", "Envoy cannot connect to the application.", NOT_THERE),
    says("UT", "The application did not answer within Envoy's time-out.", GAVE_UP),
    says("DT", "The application did not answer within Envoy's time-out.", GAVE_UP),
    says("SI", "A stream was idle for longer than Envoy's time-out.", GAVE_UP),
    says("UR", "The application reset the stream.", &["connection-reset", "http2-origin"]),
    says("UO", "Envoy has as many connections or requests to the application as it may.", BUSY),
    says("OM", "Envoy is short of memory.", BUSY),
    says("UH", "Envoy holds every application server for down.", NOT_THERE),
    says("NR", "Envoy has no route for the request.", &["proxy-misconfiguration"]),
    says("NC", "Envoy's route leads to no cluster.", &["proxy-misconfiguration"]),
    says("DC", LEFT, &[]),
    says("DR", LEFT, &[]),
    says("DPE", "What arrived at Envoy breaks the protocol; the application was not asked.", &[]),
    says("RL", "Envoy's rate limit refused the request.", BLOCKED),
    says("via_upstream", "The application itself answered with this status, and Envoy handed it on.", &["origin-error"]),
    says("UAEX", "Envoy's external authorization refused the request.", BLOCKED),
];

/// The same, of an answer that had begun.
pub(super) static BEGUN_FLAGS: &[LogMeaning] = &[
    says("UC", HALF, BROKE_OFF),
    says(
        "UPE",
        "The application's answer breaks the protocol behind its headers, or broke off.",
        &["truncated-body", "malformed-response", "bad-content-length"],
    ),
    says("UT", "The application did not end its answer within Envoy's time-out.", BROKE_OFF),
    says("SI", "The application paused in the middle of its answer.", BROKE_OFF),
    says("UR", HALF, &["truncated-body", "http2-origin"]),
];

/// What Windows says of a request in IIS's log, by `sc-win32-status`.
pub(super) static WIN32: &[(&str, LogMeaning)] = &[
    ("12002", says("win32-status 12002", LATE, GAVE_UP)),
    ("12029", says("win32-status 12029", NOBODY, NOT_THERE)),
    ("12030", says("win32-status 12030", NO_ANSWER, SILENT)),
    ("12152", says("win32-status 12152", "What the application sent breaks the rules of HTTP.", BAD_ANSWER)),
    ("64", says("win32-status 64", LEFT, &[])),
    ("1236", says("win32-status 1236", LEFT, &[])),
];

/// A request line that is none: `\x16\x03`, the beginning of TLS; of Cloudflare or whoever stands between, and of another client.
pub(super) static TLS_AT_PLAIN: [LogMeaning; 2] = [
    says("\\x16\\x03", "TLS arrived at a port that speaks plain HTTP.", TLS_AND_PLAIN),
    says("\\x16\\x03", "Another client than Cloudflare spoke TLS to a port that speaks plain HTTP.", &[]),
];

/// Two statuses: a proxy answered with an error, and has none of whoever it asked.
pub(super) static UNANSWERED: LogMeaning = says(
    "status of the upstream: none",
    "The proxy made this error itself: it had no status from the application, and may not have asked it.",
    &[],
);

/// The same of Amazon's balancers, which ask always.
pub(super) static NO_TARGET: LogMeaning =
    says("status of the target: none", "The balancer made this error itself: the application gave no answer that it could use.", SILENT);

/// An exception of JavaScript's, with the calls below it that led there.
pub(super) static THROWN: LogMeaning = says("Error: ", NODE_MET, CRASH_OF_NODE);

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
pub(crate) fn all() -> impl Iterator<Item = &'static LogMeaning> {
    let statuses = STATUSES.iter().map(|(_, meaning)| meaning);
    let windows = WIN32.iter().map(|(_, meaning)| meaning);
    PHRASES.iter().chain(statuses).chain(windows).chain(FLAGS).chain(RESPONSE_FLAGS).chain(BEGUN_FLAGS).chain(&TLS_AT_PLAIN).chain([
        &UNANSWERED,
        &NO_TARGET,
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
            let hidden = PHRASES[..at].iter().find(|before| before.beside == Beside::Anything && meaning.phrase.contains(before.phrase));
            assert!(hidden.is_none(), "{} hides {}", hidden.unwrap().phrase, meaning.phrase);
        }
    }
}
