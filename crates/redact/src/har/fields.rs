//! The policy as data: what becomes of a HAR's strings, by field. Numbers, `true`, `false` and `null` stay everywhere but in bodies.

/// What an object is; an array is what its elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Root,
    Log,
    Creator,
    Page,
    Entry,
    Request,
    Response,
    RequestHeader,
    ResponseHeader,
    RequestCookie,
    ResponseCookie,
    Query,
    PostData,
    Param,
    Content,
    Cache,
    Initiator,
    Message,
    Security,
    Error,
    /// Nothing that is known: names stay, strings go.
    Unknown,
}

/// What becomes of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// It goes.
    Text,
    /// It goes, as a comment.
    Comment,
    /// It goes, as a title, but for a URL.
    Title,
    /// It stays when it is made of a few plain words, numbers and signs.
    Word,
    /// It stays when it is a network error's name or made of the words of such.
    Error,
    /// It stays when it is made of the words that servers have for statuses.
    Phrase,
    /// It stays when it is a method.
    Method,
    /// It stays when it is the version of a protocol.
    Version,
    /// It stays when it is a time.
    Time,
    /// A media type: of its parameters only the character set stays.
    MediaType,
    /// It stays when it is an IP address.
    Address,
    /// A name, which may be a secret itself.
    Name,
    /// A URL.
    Url,
    /// The value of the header at hand.
    Header,
    /// The value of the cookie at hand.
    Cookie,
    /// The value of the query's parameter at hand.
    Query,
    /// The value of the form's field at hand.
    Form,
    /// A body.
    Body,
    /// How a body is encoded.
    Encoding,
}

/// A member: its name, what becomes of it as a string, and what it is as an object or array.
type Field = (&'static str, Rule, Node);

const LOG: &[Field] = &[
    ("version", Rule::Word, Node::Unknown),
    ("creator", Rule::Text, Node::Creator),
    ("browser", Rule::Text, Node::Creator),
    ("pages", Rule::Text, Node::Page),
    ("entries", Rule::Text, Node::Entry),
    ("comment", Rule::Comment, Node::Unknown),
];
const CREATOR: &[Field] =
    &[("name", Rule::Word, Node::Unknown), ("version", Rule::Word, Node::Unknown), ("comment", Rule::Comment, Node::Unknown)];
const PAGE: &[Field] = &[
    ("startedDateTime", Rule::Time, Node::Unknown),
    ("id", Rule::Name, Node::Unknown),
    ("title", Rule::Title, Node::Unknown),
    ("pageTimings", Rule::Text, Node::Unknown),
    ("comment", Rule::Comment, Node::Unknown),
];
const ENTRY: &[Field] = &[
    ("startedDateTime", Rule::Time, Node::Unknown),
    ("time", Rule::Time, Node::Unknown),
    ("request", Rule::Text, Node::Request),
    ("response", Rule::Text, Node::Response),
    ("timings", Rule::Text, Node::Unknown),
    ("cache", Rule::Text, Node::Cache),
    ("pageref", Rule::Name, Node::Unknown),
    ("serverIPAddress", Rule::Address, Node::Unknown),
    ("connection", Rule::Word, Node::Unknown),
    ("comment", Rule::Comment, Node::Unknown),
    ("_initiator", Rule::Text, Node::Initiator),
    ("_webSocketMessages", Rule::Text, Node::Message),
    ("_eventSourceMessages", Rule::Text, Node::Message),
    ("_priority", Rule::Word, Node::Unknown),
    ("_resourceType", Rule::Word, Node::Unknown),
    ("_fromCache", Rule::Word, Node::Unknown),
    ("_fetchType", Rule::Word, Node::Unknown),
    ("_connectionId", Rule::Word, Node::Unknown),
    ("_securityState", Rule::Word, Node::Unknown),
    ("_securityDetails", Rule::Text, Node::Security),
    ("_serverAddress", Rule::Address, Node::Unknown),
    ("_error", Rule::Error, Node::Error),
];
const REQUEST: &[Field] = &[
    ("method", Rule::Method, Node::Unknown),
    ("url", Rule::Url, Node::Unknown),
    ("httpVersion", Rule::Version, Node::Unknown),
    ("headers", Rule::Text, Node::RequestHeader),
    ("cookies", Rule::Text, Node::RequestCookie),
    ("queryString", Rule::Text, Node::Query),
    ("postData", Rule::Body, Node::PostData),
    ("comment", Rule::Comment, Node::Unknown),
];
const RESPONSE: &[Field] = &[
    ("status", Rule::Word, Node::Unknown),
    ("statusText", Rule::Phrase, Node::Unknown),
    ("httpVersion", Rule::Version, Node::Unknown),
    ("headers", Rule::Text, Node::ResponseHeader),
    ("cookies", Rule::Text, Node::ResponseCookie),
    ("content", Rule::Body, Node::Content),
    ("redirectURL", Rule::Url, Node::Unknown),
    ("_error", Rule::Error, Node::Error),
    ("_fetchedViaServiceWorker", Rule::Word, Node::Unknown),
    ("_serviceWorkerResponseSource", Rule::Word, Node::Unknown),
    ("_charlesStatus", Rule::Error, Node::Unknown),
    ("comment", Rule::Comment, Node::Unknown),
];
const HEADER: &[Field] = &[
    ("name", Rule::Name, Node::Unknown),
    ("value", Rule::Header, Node::Unknown),
    ("_fromType", Rule::Word, Node::Unknown),
    ("comment", Rule::Comment, Node::Unknown),
];
const COOKIE: &[Field] = &[
    ("name", Rule::Name, Node::Unknown),
    ("value", Rule::Cookie, Node::Unknown),
    ("path", Rule::Url, Node::Unknown),
    ("domain", Rule::Word, Node::Unknown),
    ("expires", Rule::Time, Node::Unknown),
    ("sameSite", Rule::Word, Node::Unknown),
    ("comment", Rule::Comment, Node::Unknown),
];
const QUERY: &[Field] =
    &[("name", Rule::Name, Node::Unknown), ("value", Rule::Query, Node::Unknown), ("comment", Rule::Comment, Node::Unknown)];
const POST_DATA: &[Field] = &[
    ("mimeType", Rule::MediaType, Node::Unknown),
    ("params", Rule::Text, Node::Param),
    ("text", Rule::Body, Node::Unknown),
    ("encoding", Rule::Encoding, Node::Unknown),
    ("comment", Rule::Comment, Node::Unknown),
];
const PARAM: &[Field] = &[
    ("name", Rule::Name, Node::Unknown),
    ("value", Rule::Form, Node::Unknown),
    ("contentType", Rule::MediaType, Node::Unknown),
    ("encoding", Rule::Encoding, Node::Unknown),
    ("comment", Rule::Comment, Node::Unknown),
];
const CONTENT: &[Field] = &[
    ("mimeType", Rule::MediaType, Node::Unknown),
    ("text", Rule::Body, Node::Unknown),
    ("encoding", Rule::Encoding, Node::Unknown),
    ("comment", Rule::Comment, Node::Unknown),
];
const CACHE: &[Field] = &[
    ("beforeRequest", Rule::Text, Node::Cache),
    ("afterRequest", Rule::Text, Node::Cache),
    ("expires", Rule::Time, Node::Unknown),
    ("lastAccess", Rule::Time, Node::Unknown),
    ("lastFetched", Rule::Time, Node::Unknown),
    ("_lastModified", Rule::Time, Node::Unknown),
    ("comment", Rule::Comment, Node::Unknown),
];
const INITIATOR: &[Field] = &[
    ("type", Rule::Word, Node::Unknown),
    ("url", Rule::Url, Node::Unknown),
    ("stack", Rule::Text, Node::Initiator),
    ("parent", Rule::Text, Node::Initiator),
    ("parentId", Rule::Text, Node::Initiator),
    ("callFrames", Rule::Text, Node::Initiator),
    ("functionName", Rule::Word, Node::Unknown),
    ("scriptId", Rule::Word, Node::Unknown),
    ("description", Rule::Word, Node::Unknown),
    ("id", Rule::Word, Node::Unknown),
    ("requestId", Rule::Word, Node::Unknown),
];
const MESSAGE: &[Field] =
    &[("type", Rule::Word, Node::Unknown), ("opcode", Rule::Word, Node::Unknown), ("data", Rule::Body, Node::Unknown)];
const SECURITY: &[Field] = &[
    ("protocol", Rule::Word, Node::Unknown),
    ("issuer", Rule::Word, Node::Unknown),
    ("subjectName", Rule::Word, Node::Unknown),
    ("cipher", Rule::Word, Node::Unknown),
];
const ERROR: &[Field] = &[("code", Rule::Error, Node::Unknown), ("message", Rule::Error, Node::Unknown)];

/// Comments that stay: they say what the exporter left out.
pub(super) const COMMENTS: [&str; 3] = [
    "Response bodies are not included.",
    "Request bodies are not included.",
    "SSL Proxying not enabled for this host: enable in Proxy Settings, SSL locations",
];

/// Whether an object has a member of this name in its table.
pub(super) fn is_known(node: Node, key: &str) -> bool {
    field(node, key) != (Rule::Text, Node::Unknown)
}

/// What the member of an object is; of an unknown one, and of one that the table does not name, all strings go.
pub(super) fn field(node: Node, key: &str) -> (Rule, Node) {
    let (first, second): (&[Field], &[Field]) = match node {
        // Instead of a whole file there may be a bare list of entries, or one bare entry.
        Node::Root => (&[("log", Rule::Text, Node::Log), ("entries", Rule::Text, Node::Entry)], ENTRY),
        Node::Log => (LOG, &[]),
        Node::Creator => (CREATOR, &[]),
        Node::Page => (PAGE, &[]),
        Node::Entry => (ENTRY, &[]),
        Node::Request => (REQUEST, &[]),
        Node::Response => (RESPONSE, &[]),
        Node::RequestHeader | Node::ResponseHeader => (HEADER, &[]),
        Node::RequestCookie | Node::ResponseCookie => (COOKIE, &[]),
        Node::Query => (QUERY, &[]),
        Node::PostData => (POST_DATA, &[]),
        Node::Param => (PARAM, &[]),
        Node::Content => (CONTENT, &[]),
        Node::Cache => (CACHE, &[]),
        Node::Initiator => (INITIATOR, &[]),
        Node::Message => (MESSAGE, &[]),
        Node::Security => (SECURITY, &[]),
        Node::Error => (ERROR, &[]),
        Node::Unknown => (&[], &[]),
    };
    let found = first.iter().chain(second).find(|(name, ..)| *name == key);
    found.map_or((Rule::Text, Node::Unknown), |(_, rule, node)| (*rule, *node))
}

/// Where the members of an object stand, in words that are the program's own.
pub(super) fn place(node: Node) -> &'static str {
    match node {
        Node::Root => "file",
        Node::Log | Node::Creator => "log",
        Node::Page => "pages",
        Node::Entry | Node::Cache | Node::Security | Node::Error => "entry",
        Node::Request => "request",
        Node::Response => "response",
        Node::RequestHeader => "request.headers",
        Node::ResponseHeader => "response.headers",
        Node::RequestCookie => "request.cookies",
        Node::ResponseCookie => "response.cookies",
        Node::Query => "request.queryString",
        Node::PostData | Node::Param => "request.postData",
        Node::Content => "response.content",
        Node::Initiator => "entry._initiator",
        Node::Message => "entry._webSocketMessages",
        Node::Unknown => "unknown field",
    }
}
