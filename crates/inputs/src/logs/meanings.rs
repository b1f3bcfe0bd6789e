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
const OUT_OF_MEMORY: &str = "The memory ran out and the kernel killed a process.";
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
const EDGE_SAW: &str = "Cloudflare's log says that the origin closed the connection before it responded.";
const LEFT: &str = "The client ended the connection or the request; the application is not involved.";
const CUT: &str = "The application reset the connection instead of responding.";
const BROKEN: &str = "The application's response breaks the protocol.";
const BANNED: &str = "The firewall blocks a Cloudflare address.";
const DISCONNECTED: &str = "upstream connect error or disconnect/reset before headers";
const UPSTREAM_RESET: &str = "upstream reset: reset reason";
const NO_ANSWER: &str = "The application closed the connection without responding.";
const HALF: &str = "The application stopped in the middle of its response.";
const NODE_MET: &str = "Node raised an exception; an uncaught one ends the process.";
const CRASH_OF_NODE: &[&str] = &["empty-reply", "origin-error", "connection-reset"];
const ENDED: &str = "The application ended because of an uncaught error.";
const LATE: &str = "The application did not respond within the proxy's timeout.";
const NOBODY: &str = "Nothing listens where the proxy expects the application.";
const STRANGER: &str = "The TLS handshake with a client other than Cloudflare failed; this says nothing about requests through Cloudflare.";
const TO_APPLICATION: &str = "The TLS handshake between proxy and application failed.";
const STRANGER_WITHOUT: &str = "A client other than Cloudflare was rejected for lack of Cloudflare's certificate, as intended.";
const STATUS_LINE: &str = "proxy: error reading status line from remote server";
const SERVICE: &str = "The application's connection to a database or another service failed; the line does not show its response.";
const STRANGER_PLAIN: &str = "A client other than Cloudflare sent plain HTTP to a TLS port.";
const TUNNEL: &str = "cloudflared's own connection to Cloudflare failed; this says nothing about the origin.";
const LINE_BEFORE: &str = "The line before says why the response was incomplete.";

/// Words anywhere in a line. What stands first in a line's order of this table counts: the special before the general.
pub(super) static PHRASES: &[LogMeaning] = &[
    // Who is meant decides before anything else.
    beside(
        "upstream: \"http",
        Beside::EdgeUpstream,
        "This nginx runs in front of Cloudflare: it logs what it received from Cloudflare, not what the origin did.",
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
    says("bytes from/to upstream:", "nginx only forwards this connection and does not read its content.", &[]),
    // Cloudflare's own log, quoted by its support: it is the one that asked.
    LogMeaning { speaker: Speaker::Client, ..beside(PREMATURELY_CLOSED, Beside::Words("our edge"), EDGE_SAW, SILENT) },
    LogMeaning { speaker: Speaker::Client, ..beside(PREMATURELY_CLOSED, Beside::Words("Cloudflare Support"), EDGE_SAW, SILENT) },
    // nginx
    says(
        PREMATURELY_CLOSED,
        "The application closed its connection to nginx without responding: it crashed, was killed, or stopped waiting.",
        SILENT,
    ),
    says(
        "upstream prematurely closed connection while reading upstream",
        "The application stopped in the middle of its response.",
        BROKE_OFF,
    ),
    beside("upstream prematurely closed", Beside::Words("while reading response header from upstream"), NO_ANSWER, SILENT),
    beside("upstream prematurely closed", Beside::Words("while reading upstream"), HALF, BROKE_OFF),
    beside("upstream prematurely closed", Beside::Words("while sending request to upstream"), NO_ANSWER, CLOSED),
    says(
        "upstream sent too big header",
        "The application's response headers exceed nginx's buffer.",
        &["proxy-misconfiguration", "headers-too-large"],
    ),
    says(
        "upstream sent invalid header",
        "The application sent an invalid HTTP header.",
        &["invalid-headers", "malformed-response", "proxy-misconfiguration"],
    ),
    says("upstream sent invalid chunked response", "The application's response has invalid chunks.", BAD_CHUNKS),
    says("upstream sent no valid HTTP/1.0 header", "The application's response does not begin as HTTP.", &["malformed-response"]),
    says("upstream sent duplicate header line", "The application sent a header twice that is allowed only once.", &["invalid-headers"]),
    says(
        "upstream sent more data than specified in \"Content-Length\" header",
        "The application's response is longer than its Content-Length.",
        &["bad-content-length"],
    ),
    says("upstream sent invalid status", "The application's response does not begin as HTTP.", BAD_ANSWER),
    says("upstream sent invalid response", "The application's response does not begin as HTTP.", BAD_ANSWER),
    says("upstream sent invalid http2", "The application violates the HTTP/2 protocol.", &["http2-origin", "malformed-response"]),
    says("upstream rejected request with error", "The application ended the HTTP/2 stream.", &["http2-origin"]),
    says("upstream sent invalid \"Content-Length\" header", "The application's Content-Length is invalid.", &["bad-content-length"]),
    beside("upstream timed out", Beside::Words("while connecting to upstream"), "The connection to the application timed out.", NOT_THERE),
    beside(
        "upstream timed out",
        Beside::Words("while reading upstream"),
        "The application paused within its response for longer than nginx's timeout.",
        BROKE_OFF,
    ),
    says("upstream timed out (110: Connection timed out)", "The application did not respond within nginx's timeout.", GAVE_UP),
    says(
        "readv() failed (104: Connection reset by peer)",
        "The application reset the connection in the middle of its response.",
        &["truncated-body", "connection-reset"],
    ),
    says(
        "recv() failed (104: Connection reset by peer)",
        "The application reset the connection instead of responding: it crashed or was killed.",
        &["connection-reset", "empty-reply", "origin-overload"],
    ),
    says("fail errno 111 (Connection refused)", "Nothing listens where Varnish expects the application.", NOT_THERE),
    says("unable to parse status line", "The application's response does not begin with an HTTP status line.", BAD_ANSWER),
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
    says("no live upstreams", "nginx considers every application server down.", NOT_THERE),
    says("upstream server temporarily disabled", "nginx considers an application server down after failures.", NOT_THERE),
    says("SSL_do_handshake() failed", "The TLS handshake failed.", HANDSHAKE),
    says("peer closed connection in SSL handshake", "The other side ended the TLS handshake.", HANDSHAKE),
    says("tls: client didn't provide a certificate", "The server requires a client certificate, and none was sent.", CLIENT_CERTIFICATE),
    beside("TLS handshake error from", Beside::Words(": EOF"), LEFT, &[]),
    says("TLS handshake error from", "A TLS handshake failed.", HANDSHAKE),
    says("SSL alert number 40", "The two sides share no TLS version or cipher, or the server does not serve the name.", HANDSHAKE),
    says(
        "upstream SSL certificate verify error",
        "nginx does not accept the application's certificate.",
        &["proxy-misconfiguration", "origin-error"],
    ),
    says("client SSL certificate verify error", "The server does not accept the client certificate.", CLIENT_CERTIFICATE),
    says("client sent no required SSL certificate", "The server requires a client certificate, and none was sent.", CLIENT_CERTIFICATE),
    says("client sent plain HTTP request to HTTPS port", "Plain HTTP arrived at a TLS port.", &["wrong-port-or-scheme"]),
    says("The plain HTTP request was sent to HTTPS port", "Plain HTTP arrived at a TLS port.", &["wrong-port-or-scheme"]),
    says("NO_REQUEST_LINE_IN_REQUEST", "The request does not begin as HTTP, perhaps TLS at a plain HTTP port.", &["wrong-port-or-scheme"]),
    says("client intended to send too large chunked body", "The request body exceeds nginx's limit.", &["request-body-rejected"]),
    says("client intended to send too large body", "The request body exceeds nginx's limit.", &["request-body-rejected"]),
    says(
        "client prematurely closed connection",
        "The client (Cloudflare or a visitor) closed the connection before the response was ready.",
        &["origin-timeout"],
    ),
    says("client sent too long header line", "A request header exceeds nginx's limit.", REQUEST_SIZE),
    says("client sent too long URI", "The request's URL exceeds nginx's limit.", REQUEST_SIZE),
    says("client exceeded http2_max_", "A request header exceeds nginx's limit for HTTP/2.", REQUEST_SIZE),
    says(
        "the \"http2_max_field_size\" directive is obsolete",
        "This nginx uses large_client_header_buffers; the configured limit has no effect.",
        REQUEST_SIZE,
    ),
    says("worker_connections are not enough", "nginx has no connection left.", BUSY),
    says("Too many open files", "A process reached its limit of open files or connections.", BUSY),
    says("limiting requests, excess", "nginx's rate limit delayed or rejected a request.", BLOCKED),
    says("limiting connections by zone", "nginx's connection limit rejected a connection.", BLOCKED),
    says("access forbidden by rule", "An nginx rule blocks this address.", BLOCKED),
    says("ModSecurity: Access denied", "ModSecurity blocked the request.", BLOCKED),
    // Apache
    beside(
        "AH01102: error reading status line",
        Beside::Words("(70007)"),
        "The application did not respond within Apache's timeout.",
        GAVE_UP,
    ),
    beside(
        "AH01102: error reading status line",
        Beside::Words("(110)"),
        "The application did not respond within Apache's timeout.",
        GAVE_UP,
    ),
    beside("AH01102: error reading status line", Beside::Words("(104)"), CUT, &["connection-reset", "empty-reply"]),
    beside("AH01075: Error dispatching request to", Beside::Words("(70007)"), "PHP-FPM did not respond within Apache's timeout.", GAVE_UP),
    beside("AH01075: Error dispatching request to", Beside::Words("passing brigade to output filters"), LINE_BEFORE, &[]),
    beside(
        "AH01110: error reading response",
        Beside::Words("(70007)"),
        "The application paused within its response for longer than Apache's timeout.",
        BROKE_OFF,
    ),
    beside("AH01097: pass request body failed", Beside::Words("(70007)"), "The application did not read the request in time.", GAVE_UP),
    says("AH01102: error reading status line", "The application closed its connection to Apache without responding.", SILENT),
    // Before 2.4.
    beside(STATUS_LINE, Beside::Words("timeout specified has expired"), LATE, GAVE_UP),
    beside(STATUS_LINE, Beside::Words("(104)"), CUT, &["connection-reset", "empty-reply"]),
    beside(STATUS_LINE, Beside::Words("End of file found"), NO_ANSWER, SILENT),
    says(
        "AH00898: Error reading from remote server",
        "Apache got no complete response from the application; the line before says why.",
        &[],
    ),
    says(
        "AH00898: Error during SSL Handshake",
        "Apache's TLS handshake with the application failed.",
        &["proxy-misconfiguration", "origin-error"],
    ),
    says(
        "AH01110: error reading response",
        "The application stopped in the middle of its response.",
        &["truncated-body", "malformed-response"],
    ),
    says(
        "AH10124: header size is over the limit",
        "The application's response headers exceed Apache's buffer.",
        &["proxy-misconfiguration", "headers-too-large"],
    ),
    says("AH01106: bad HTTP/1.1 header", "The application sent an invalid HTTP header.", &["invalid-headers", "malformed-response"]),
    says("AH10404: Error reading headers", "The application sent an invalid HTTP header.", &["invalid-headers", "malformed-response"]),
    says("AH00957:", "Apache cannot connect to the application.", NOT_THERE),
    says("AH00959:", "Apache considers an application server down after a failure.", NOT_THERE),
    says("AH01590:", "The application's response has invalid chunks.", BAD_CHUNKS),
    says("AH01114:", "Apache cannot connect to the application.", NOT_THERE),
    says("AH02454:", "Apache cannot connect to the application's socket.", NOT_THERE),
    says("AH01079:", "Apache cannot connect to the application.", NOT_THERE),
    says("AH01084: pass request body failed", "Apache could not forward the request to the application.", NOT_THERE),
    says("AH01097: pass request body failed", "Apache could not forward the request to the application.", NOT_THERE),
    says(
        "AH02039: Certificate Verification: Error",
        "Apache does not accept a certificate that the other side sent.",
        &["proxy-misconfiguration", "authenticated-origin-pulls"],
    ),
    says("AH01067: Failed to read FastCGI header", "PHP-FPM stopped before the headers were complete: it crashed or was killed.", SILENT),
    says("AH01075: Error dispatching request to", "PHP-FPM did not respond completely, or not in time.", SILENT),
    says(
        "AH02429: Response header name",
        "The application sent a header name with invalid characters; Apache aborted the response.",
        &["invalid-headers"],
    ),
    says("exit signal Segmentation fault", "An Apache process crashed.", CRASH),
    says("AH00051: child pid", "An Apache process crashed.", CRASH),
    says("AH00052: child pid", "An Apache process crashed.", CRASH),
    says("AH10159: server is within MinSpareThreads", "Nearly all Apache workers are busy.", BUSY),
    says("AH01095: prefetch request body failed", LEFT, &[]),
    says("AH02008: SSL library error 1 in handshake", "A TLS handshake with Apache failed.", &[]),
    beside("mod_fcgid: ", Beside::Words("read data timeout in"), LATE, GAVE_UP),
    beside("mod_fcgid: ", Beside::Words("Connection reset by peer"), CUT, &["connection-reset", "empty-reply"]),
    says("Premature end of script headers", NO_ANSWER, SILENT),
    says("server reached MaxRequestWorkers", "All Apache workers are busy; requests wait.", BUSY),
    says("exceeds LimitRequestFieldSize", "A request header exceeds Apache's limit.", REQUEST_SIZE),
    says("client denied by server configuration", "An Apache rule rejects the request.", BLOCKED),
    says(
        "End of script output before headers",
        "A script ended before its headers were complete.",
        &["malformed-response", "empty-reply", "origin-error"],
    ),
    // PHP
    says("PHP message: PHP Fatal error:", "A PHP script ended with an uncaught error.", &["origin-error", "empty-reply", "truncated-body"]),
    says("PHP Fatal error:", "A PHP script ended with an uncaught error.", &["origin-error", "empty-reply", "truncated-body"]),
    says("PHP message: PHP Warning:", "PHP logged a warning; that alone breaks no response.", &[]),
    says("server reached max_children", "All PHP-FPM workers are busy; requests wait.", BUSY),
    says("server reached pm.max_children", "All PHP-FPM workers are busy; requests wait.", BUSY),
    says("execution timed out", "PHP-FPM killed a worker because its request took too long.", GAVE_UP),
    says("executing too slow", "A PHP script is slow.", GAVE_UP),
    says("script_filename = ", "A PHP script was slow; this is its entry in PHP-FPM's slow log.", GAVE_UP),
    says("exited on signal", "A worker crashed or was killed.", CRASH),
    // Gunicorn, uWSGI
    says("WORKER TIMEOUT", "Gunicorn killed a worker because its request took too long.", &["origin-timeout", "empty-reply"]),
    says("was sent SIGKILL! Perhaps out of memory?", "A worker was killed, perhaps because the memory ran out.", CRASH),
    says("was sent SIGSEGV!", "A process crashed.", CRASH),
    says("was terminated due to signal", "A worker was killed.", &["empty-reply", "origin-timeout", "connection-reset"]),
    says("Error handling request (no URI read)", "A worker ended before it had read the request.", &["origin-timeout", "empty-reply"]),
    says("Error handling request", "The application raised an exception that nothing caught.", &["origin-error"]),
    says("HARAKIRI", "uWSGI killed a worker because its request took too long.", &["origin-timeout", "empty-reply"]),
    says("uWSGI listen queue of socket", "The queue of new connections is full.", BUSY),
    says("got Segmentation Fault", "A process crashed.", CRASH),
    says("invalid HTTP request size", "The request headers exceed uWSGI's limit.", REQUEST_SIZE),
    says("invalid request block size", "The request headers exceed uWSGI's limit.", REQUEST_SIZE),
    says("died, killed by signal", "A worker crashed or was killed.", CRASH),
    // Node, Go, .NET
    says("via signal [SIGKILL]", "A process was killed.", CRASH),
    says("via signal [SIGSEGV]", "A process crashed.", CRASH),
    says("[signal SIG", "A process crashed.", CRASH),
    says("Unhandled exception. System.", ENDED, CRASH),
    says("Unhandled Exception: System.", ENDED, CRASH),
    says("panic: runtime error", ENDED, CRASH),
    says("JavaScript heap out of memory", "Node ran out of memory and ended.", CRASH),
    says("uncaughtException: ", NODE_MET, CRASH_OF_NODE),
    says("ERR_INVALID_CHAR", "The application tried to send a header with invalid characters.", &["invalid-headers", "empty-reply"]),
    says("ERR_HTTP_HEADERS_SENT", "The application tried to send headers after the response had begun.", CRASH),
    says("HPE_HEADER_OVERFLOW", "The headers exceed Node's limit.", &["request-headers-too-large", "headers-too-large"]),
    says("HPE_", "Node could not parse as HTTP what it received.", &["malformed-response", "invalid-headers"]),
    says("socket hang up", "The server that Node connected to closed the connection without responding.", SILENT),
    says("ECONNREFUSED", "Nothing listens where Node expected another server.", NOT_THERE),
    received("ECONNRESET", "The other side reset one of Node's connections.", &["connection-reset", "empty-reply"]),
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
    says("panic serving", "The application closed the connection because of an uncaught error.", &["empty-reply", "truncated-body"]),
    says("http: wrote more than the declared Content-Length", "The response is longer than its Content-Length.", &["bad-content-length"]),
    says("http: proxy error: EOF", NO_ANSWER, CLOSED),
    says(
        "server closed idle connection",
        "The application closed a keep-alive connection while it was reused.",
        &["idle-connection-reuse", "empty-reply"],
    ),
    beside(
        "ReverseProxy read error during body copy",
        Beside::Words("chunk length"),
        "The application's response has invalid chunks.",
        BAD_CHUNKS,
    ),
    says(
        "message cannot contain multiple Content-Length headers",
        "The application's response declares two lengths.",
        &["bad-content-length"],
    ),
    beside("x509: ", Beside::Words("http: proxy error"), "The proxy does not accept the application's certificate.", BEHIND_PROXY),
    says("ReverseProxy read error during body copy", HALF, &["truncated-body"]),
    says(
        "server gave HTTP response to HTTPS client",
        "The proxy uses TLS with an application that uses plain HTTP.",
        &["proxy-misconfiguration", "wrong-port-or-scheme"],
    ),
    says(
        "first record does not look like a TLS handshake",
        "TLS was sent to a port that does not use TLS.",
        &["wrong-port-or-scheme", "proxy-misconfiguration"],
    ),
    beside(
        "malformed HTTP",
        Beside::Words("x15\\"),
        "The proxy uses plain HTTP with an application that requires TLS.",
        &["proxy-misconfiguration", "wrong-port-or-scheme"],
    ),
    says("connectex: No connection could be made because the target machine actively refused it", NOBODY, NOT_THERE),
    says("no such host", "The proxy cannot resolve the application's name.", BEHIND_PROXY),
    beside(
        "x509: ",
        Beside::Words("Unable to reach the origin service"),
        "cloudflared does not accept the origin's certificate.",
        BEHIND_PROXY,
    ),
    beside(
        "i/o timeout",
        Beside::Words("dial tcp"),
        "The connection to the application timed out.",
        &["origin-timeout", "origin-overload", "proxy-misconfiguration"],
    ),
    says("cloudflared: EOF", NO_ANSWER, CLOSED),
    says(
        "cloudflared: http: no Host in request URL",
        "cloudflared could not send the request: the service address in its settings is invalid.",
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
        "The application's response headers exceed the proxy's limit.",
        &["proxy-misconfiguration", "headers-too-large"],
    ),
    says("malformed MIME header", "The application sent an invalid HTTP header.", &["invalid-headers"]),
    says("malformed HTTP", "The application's response does not begin as HTTP.", &["malformed-response"]),
    says("timeout awaiting response headers", "The application did not respond within the proxy's timeout.", GAVE_UP),
    says("no upstreams available", "Caddy considers every application server down.", NOT_THERE),
    says("\"msg\":\"EOF\"", "The application closed the connection without responding.", CLOSED),
    says("\"msg\":\"reading from backend\"", "The application stopped in the middle of its response.", &["truncated-body"]),
    says("connect: connection refused", "Nothing listens where the proxy expects the application.", NOT_THERE),
    says("read: connection reset by peer", CUT, &["connection-reset", "empty-reply"]),
    says("\"error\":\"EOF\"", NO_ANSWER, CLOSED),
    says("x509: certificate signed by unknown authority", "One side does not trust the certificate of the other.", HANDSHAKE),
    says("The HTTP2 server was closed", "The tunnel's HTTP/2 connection to Cloudflare ended.", &["connection-reset"]),
    says("Failed to dial a quic connection", TUNNEL, &[]),
    says("Serve tunnel error", TUNNEL, &[]),
    says("failed to serve tunnel connection", TUNNEL, &[]),
    says("Unable to establish connection with Cloudflare edge", TUNNEL, &[]),
    says("Lost connection with the edge", TUNNEL, &[]),
    says("websocket: bad handshake", "The server did not accept the WebSocket connection.", &[]),
    says("graceful shutdown GOAWAY", "The other side closed an HTTP/2 connection gracefully.", &["idle-connection-reuse", "http2-origin"]),
    says("aborting with incomplete response", "A response was not forwarded completely; the line does not say who aborted it.", &[]),
    says("Reached max children process limit", "All workers of LiteSpeed's application are busy; requests wait.", BUSY),
    says("Premature end of response header", NO_ANSWER, &["empty-reply", "malformed-response"]),
    says("possible dead lock", "LiteSpeed's application has not responded for a long time.", GAVE_UP),
    says("Connection reset by peer, while reading response", CUT, &["connection-reset", "empty-reply"]),
    says("Retry limit reached, return 503", "LiteSpeed cannot connect to its application.", NOT_THERE),
    says("code=H12 ", LATE, GAVE_UP),
    says("code=H13 ", NO_ANSWER, CLOSED),
    says("code=H18 ", LEFT, &[]),
    says("code=H27 ", LEFT, &[]),
    says("overlimit:", "LiteSpeed throttles a client over its limit; behind Cloudflare, that client is many visitors at once.", BLOCKED),
    says("Cannot Server Push (header size over", "The plugin dropped Link headers because they were too large.", &["headers-too-large"]),
    beside("error: Connection reset by peer", Beside::Words("onnection to ["), CUT, &["connection-reset", "empty-reply"]),
    beside("error: Connection refused", Beside::Words("onnection to ["), NOBODY, NOT_THERE),
    says("error=EOF", NO_ANSWER, CLOSED),
    says("error=\"EOF\"", NO_ANSWER, CLOSED),
    // Varnish
    says("req.body read error", LEFT, &[]),
    says("http first read error: EOF", NO_ANSWER, CLOSED),
    says("http first read error", NO_ANSWER, SILENT),
    says("first byte timeout", LATE, GAVE_UP),
    says("http read error: overflow", "The application's response headers exceed Varnish's limit.", LARGE_ANSWER),
    says("HTC eof", NO_ANSWER, SILENT),
    says("http format error", "The application's response is not valid HTTP.", BAD_ANSWER),
    beside("overflow", Beside::Words("FetchError"), "The application's response headers exceed Varnish's limit.", LARGE_ANSWER),
    says("chunked header non-hex", "The application's response has invalid chunks.", BAD_CHUNKS),
    says("fail errno 110", "The connection to the application timed out.", NOT_THERE),
    says("straight insufficient bytes", HALF, &["truncated-body", "bad-content-length"]),
    says("Received junk", "The application's response does not begin as HTTP.", BAD_ANSWER),
    // IIS, ASP.NET
    says("Connection_Abandoned_By_ReqQueue", "The application's process ended while it handled the request.", CRASH),
    says("Connection_Dropped_List_Full", "IIS cannot accept more connections.", BUSY),
    says(" AppOffline ", "The application pool is stopped, perhaps after crashes.", NOT_THERE),
    says(" QueueFull ", "The application pool's queue is full.", BUSY),
    says(" FieldLength ", "A request header exceeds IIS's limit.", REQUEST_SIZE),
    says(" RequestLength ", "The request headers exceed IIS's limit.", REQUEST_SIZE),
    says(
        "Response Content-Length mismatch",
        "The response body does not match its Content-Length.",
        &["bad-content-length", "truncated-body"],
    ),
    says(
        "control character in header",
        "The application tried to send a header with invalid characters.",
        &["invalid-headers", "origin-error"],
    ),
    says("Request headers too long", "The request headers exceed Kestrel's limit.", REQUEST_SIZE),
    says("Request body too large", "The request body exceeds the server's limit.", &["request-body-rejected"]),
    says("An unhandled exception was thrown by the application", "The application raised an exception that nothing caught.", UNCAUGHT),
    // uvicorn, Tomcat
    says("ASGI callable returned without starting response", "The application ended without a response of its own.", UNCAUGHT),
    says("Illegal header value", "The application tried to send a header with invalid characters.", &["invalid-headers", "empty-reply"]),
    says("Exception in ASGI application", "The application raised an exception that nothing caught.", UNCAUGHT),
    says(
        "data for declared Content-Length",
        "The response body does not match its Content-Length.",
        &["bad-content-length", "truncated-body"],
    ),
    beside("uwsgi_response_", Beside::Words("Broken pipe"), LEFT, &[]),
    says("ClientAbortException", LEFT, &[]),
    says("Invalid character found in method name [0x16", "TLS arrived at a plain HTTP port.", TLS_AND_PLAIN),
    says("Request header is too large", "The request headers exceed Tomcat's limit.", REQUEST_SIZE),
    says("HeadersTooLargeException", "The response headers exceed Tomcat's buffer.", &["headers-too-large", "origin-error"]),
    says("java.lang.OutOfMemoryError", "Java ran out of memory.", &["origin-error", "origin-overload", "empty-reply"]),
    says("Connection prematurely closed BEFORE response", NO_ANSWER, CLOSED),
    says("Connection prematurely closed DURING response", HALF, BROKE_OFF),
    beside(
        "timeout (",
        Beside::Words("), killing"),
        "A worker was killed because its request took too long.",
        &["origin-timeout", "empty-reply"],
    ),
    says("application did not send a complete response", NO_ANSWER, &["empty-reply", "truncated-body"]),
    says("open an SSL connection to a non-SSL Puma", "TLS arrived at a plain HTTP port.", TLS_AND_PLAIN),
    says(
        "! Terminating timed out worker",
        "A worker was killed because it stopped reporting.",
        &["origin-timeout", "empty-reply", "origin-overload"],
    ),
    // lighttpd, HAProxy, Envoy, Google's balancers
    says("unexpected end-of-file (perhaps the fastcgi process died)", NO_ANSWER, SILENT),
    says("response not received, request sent", NO_ANSWER, SILENT),
    says("response already sent out, but backend returned error", HALF, BROKE_OFF),
    says("establishing connection failed: ", NOBODY, NOT_THERE),
    says("read timeout on socket: ", LATE, GAVE_UP),
    says("response headers too large for ", "The application's response headers exceed lighttpd's limit.", LARGE_ANSWER),
    beside("all handlers for ", Beside::Words("are down"), NOBODY, NOT_THERE),
    beside("is DOWN, reason: ", Beside::Words("Server "), "HAProxy considers an application server down after health checks.", NOT_THERE),
    says("has no server available!", "HAProxy considers every application server down.", NOT_THERE),
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
        "The kernel's connection table is full: it drops packets.",
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
    says("Memory cgroup out of memory: Killed process", "A service reached its memory limit and the kernel killed a process.", CRASH),
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
            "nginx sent no response: a header exceeded its HTTP/2 limit, or the request never completed.",
            &["request-headers-too-large", "http2-origin", "closed-on-purpose"],
        ),
    ),
    (444, says("status 444", "nginx is configured to close such requests without responding.", &["closed-on-purpose"])),
    (494, says("status 494", "The request headers exceed nginx's limit.", REQUEST_SIZE)),
    (495, says("status 495", "nginx does not accept the client certificate.", CLIENT_CERTIFICATE)),
    (496, says("status 496", "nginx requires a client certificate, and none was sent.", CLIENT_CERTIFICATE)),
    (497, says("status 497", "Plain HTTP arrived at a TLS port.", &["wrong-port-or-scheme"])),
    (
        499,
        says(
            "status 499",
            "The client (Cloudflare or a visitor) closed the connection before the response was ready.",
            &["origin-timeout"],
        ),
    ),
];

/// How `HAProxy` says that a connection ended: who ended it, and in which phase.
pub(super) static FLAGS: &[LogMeaning] = &[
    says("SH--", "The application closed its connection to HAProxy before its headers were complete.", SILENT),
    says("sH--", "The application did not respond within HAProxy's timeout.", GAVE_UP),
    says("SD--", "The application stopped in the middle of its response.", &["truncated-body"]),
    says("sD--", "The application paused within its response for longer than HAProxy's timeout.", &["truncated-body", "origin-timeout"]),
    says(
        "PH--",
        "HAProxy rejected the application's response: its headers are invalid or too large.",
        &["invalid-headers", "malformed-response", "headers-too-large"],
    ),
    says("SC--", "HAProxy cannot connect to the application.", NOT_THERE),
    says("sC--", "HAProxy's connection to the application timed out.", NOT_THERE),
    says("sQ--", "The request waited in HAProxy's queue for too long.", BUSY),
    says("PR--", "A HAProxy rule rejected the request, or the request was invalid.", BLOCKED),
    says("CC--", LEFT, &[]),
    says("cC--", LEFT, &[]),
    says("CH--", "The client (Cloudflare or a visitor) closed the connection before the response was ready.", &["origin-timeout"]),
    says("CD--", LEFT, &[]),
    says("cD--", LEFT, &[]),
    says("CR--", LEFT, &[]),
    says("cR--", "The client did not send a complete request in time.", &[]),
    says("RC--", "HAProxy has no connection or memory left.", BUSY),
];

/// Envoy's response flags.
pub(super) static RESPONSE_FLAGS: &[LogMeaning] = &[
    says("UC", NO_ANSWER, CLOSED),
    says("UPE", BROKEN, &["malformed-response", "invalid-headers", "http2-origin"]),
    says("UF", "Envoy cannot connect to the application.", NOT_THERE),
    says("UT", "The application did not respond within Envoy's timeout.", GAVE_UP),
    says("DT", "The application did not respond within Envoy's timeout.", GAVE_UP),
    says("SI", "A stream was idle for longer than Envoy's timeout.", GAVE_UP),
    says("UR", "The application reset the stream.", &["connection-reset", "http2-origin"]),
    says("UO", "Envoy reached its limit of connections or requests to the application.", BUSY),
    says("OM", "Envoy is short of memory.", BUSY),
    says("UH", "Envoy considers every application server down.", NOT_THERE),
    says("NR", "Envoy has no route for the request.", &["proxy-misconfiguration"]),
    says("NC", "Envoy's route points to a cluster that does not exist.", &["proxy-misconfiguration"]),
    says("DC", LEFT, &[]),
    says("DR", LEFT, &[]),
    says("DPE", "The request to Envoy breaks the protocol; Envoy did not forward it.", &[]),
    says("RL", "Envoy's rate limit rejected the request.", BLOCKED),
    says("via_upstream", "The application itself returned this status, and Envoy forwarded it.", &["origin-error"]),
    says("UAEX", "Envoy's external authorization rejected the request.", BLOCKED),
];

/// The same, of an answer that had begun.
pub(super) static BEGUN_FLAGS: &[LogMeaning] = &[
    says("UC", HALF, BROKE_OFF),
    says(
        "UPE",
        "The application's response breaks the protocol after its headers, or was cut off.",
        &["truncated-body", "malformed-response", "bad-content-length"],
    ),
    says("UT", "The application did not complete its response within Envoy's timeout.", BROKE_OFF),
    says("SI", "The application paused in the middle of its response.", BROKE_OFF),
    says("UR", HALF, &["truncated-body", "http2-origin"]),
];

/// What Windows says of a request in IIS's log, by `sc-win32-status`.
pub(super) static WIN32: &[(&str, LogMeaning)] = &[
    ("12002", says("win32-status 12002", LATE, GAVE_UP)),
    ("12029", says("win32-status 12029", NOBODY, NOT_THERE)),
    ("12030", says("win32-status 12030", NO_ANSWER, SILENT)),
    ("12152", says("win32-status 12152", "The application's response is not valid HTTP.", BAD_ANSWER)),
    ("64", says("win32-status 64", LEFT, &[])),
    ("1236", says("win32-status 1236", LEFT, &[])),
];

/// A request line that is none: `\x16\x03`, the beginning of TLS; of Cloudflare or whoever stands between, and of another client.
pub(super) static TLS_AT_PLAIN: [LogMeaning; 2] = [
    says("\\x16\\x03", "TLS arrived at a plain HTTP port.", TLS_AND_PLAIN),
    says("\\x16\\x03", "A client other than Cloudflare used TLS on a plain HTTP port.", &[]),
];

/// Two statuses: a proxy answered with an error, and has none of whoever it asked.
pub(super) static UNANSWERED: LogMeaning = says(
    "status of the upstream: none",
    "The proxy made this error itself: it got no status from the application, and may not have sent it the request.",
    &[],
);

/// The same of Amazon's balancers, which ask always.
pub(super) static NO_TARGET: LogMeaning =
    says("status of the target: none", "The load balancer made this error itself: the application sent no usable response.", SILENT);

/// An exception of JavaScript's, with the calls below it that led there.
pub(super) static THROWN: LogMeaning = says("Error: ", NODE_MET, CRASH_OF_NODE);

/// Cloudflare's logs: what the origin answered to a request that failed.
pub(crate) static ORIGIN_SILENT: LogMeaning = says("OriginResponseStatus 0", "The origin sent no response that Cloudflare could use.", &[]);
/// The same, when the error is the origin's.
pub(crate) static ORIGIN_ANSWERED: LogMeaning = says(
    "OriginResponseStatus 5xx",
    "The origin itself returned a server error; a 520 beside it comes from Cloudflare.",
    &["origin-error"],
);

/// The same, when Cloudflare answered with the very status.
pub(crate) static ORIGIN_SAME: LogMeaning = says(
    "OriginResponseStatus = EdgeResponseStatus",
    "The origin itself returned this status, and Cloudflare forwarded it.",
    &["origin-error"],
);
/// The same, when the origin began to answer well and Cloudflare answered 520.
pub(crate) static ORIGIN_BEGAN: LogMeaning = says(
    "OriginResponseStatus 2xx",
    "The origin began a response that Cloudflare could not use: malformed or oversized headers, or a truncated response.",
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
