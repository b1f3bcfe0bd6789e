//! The members of a HAR file's objects, each in one row: where it stands, what is read of it, how much is kept, whether two captures are
//! compared by it, and what kind of content it is to whoever hides secrets.
//!
//! The decoder, the interner, trimming, redaction and comparison all read this table. A new field is a row here, a member of
//! [`Entry`](super::Entry) that the row points to, and a test.

use std::sync::{Arc, LazyLock};

use super::entry::Entry;
use crate::evidence::timestamp::Timestamp;

/// What an object of a HAR file is; an array is what its elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// The whole file. Instead of `log` it may have `entries`, or be one bare entry.
    Root,
    /// `log`
    Log,
    /// `log.creator` or `log.browser`
    Creator,
    /// `log.pages[]`
    Page,
    /// `log.entries[]`
    Entry,
    /// `entry.request`
    Request,
    /// `entry.response`
    Response,
    /// `request.headers[]`
    RequestHeader,
    /// `response.headers[]`
    ResponseHeader,
    /// `request.cookies[]`
    RequestCookie,
    /// `response.cookies[]`
    ResponseCookie,
    /// `request.queryString[]`
    Query,
    /// `request.postData`
    PostData,
    /// `request.postData.params[]`
    Param,
    /// `response.content`
    Content,
    /// `entry.timings`
    Timings,
    /// `entry.cache`, and the objects in it
    Cache,
    /// `entry._initiator`, and the objects in it
    Initiator,
    /// `entry._webSocketMessages[]` or `entry._eventSourceMessages[]`
    Message,
    /// `entry._securityDetails`
    Security,
    /// `_error`, where it is an object
    Error,
    /// Any other.
    Unknown,
}

/// The type of a field, and where in an [`Entry`] it is kept.
#[derive(Debug)]
pub enum Value {
    /// It is passed over.
    Unread,
    /// An object whose members are read.
    Object,
    /// An array of objects whose members are read.
    List,
    /// A text; empty when there is none.
    Text(Member<Arc<str>>),
    /// A text that may be missing, or empty, which is the same.
    OptionalText(Member<Option<Arc<str>>>),
    /// A text that several fields may give: the first that is not empty counts.
    FirstText(Member<Option<Arc<str>>>),
    /// The version of a protocol.
    Version(Member<Arc<str>>),
    /// A method, which is written in upper case.
    Method(Member<Arc<str>>),
    /// A date with its time.
    Date(Member<Option<Timestamp>>),
    /// A duration.
    Milliseconds(Member<Option<f64>>),
    /// A size.
    Bytes(Member<Option<u64>>),
    /// `true` or `false`.
    Flag(Member<bool>),
    /// `response.status`
    Status,
    /// The name of the program that wrote the file.
    CreatorName,
    /// The version of that program.
    CreatorVersion,
    /// The name of a header field.
    HeaderName,
    /// The value of a header field, or an array of several.
    HeaderValue,
    /// The length of that value before it was redacted.
    HeaderLength,
    /// The text of a body, or an array of its pieces.
    Body,
    /// How a body was made text.
    BodyEncoding,
}

/// Access to a member of an entry.
#[derive(Debug)]
pub struct Member<T> {
    /// Reads it.
    pub get: fn(&Entry) -> &T,
    /// Changes it.
    pub get_mut: fn(&mut Entry) -> &mut T,
}

/// How much is kept of a field that is a string: see the member of [`Limits`](super::Limits) of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// Nothing.
    Nothing,
    /// As of any string.
    String,
    /// As of a URL.
    Url,
    /// As of a header's name.
    HeaderName,
    /// As of a header's value, with a hash of a longer one.
    HeaderValue,
    /// As of a body.
    Body,
}

/// What kind of content the strings of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Anything.
    Text,
    /// A number; a string is not expected.
    Number,
    /// Somebody's comment.
    Comment,
    /// The title of a page, or its URL.
    Title,
    /// A few plain words, numbers and signs.
    Word,
    /// A network error's name or description.
    Error,
    /// The reason phrase of a status.
    Phrase,
    /// A method.
    Method,
    /// The version of a protocol.
    Version,
    /// A date or a time.
    Time,
    /// A media type.
    MediaType,
    /// An IP address.
    Address,
    /// A name, of a header field or a parameter for instance.
    Name,
    /// A URL.
    Url,
    /// The value of the header field whose name stands in the same object.
    Header,
    /// The value of the cookie whose name stands in the same object.
    Cookie,
    /// The value of the query's parameter whose name stands in the same object.
    Query,
    /// The value of the form's field whose name stands in the same object.
    Form,
    /// A body.
    Body,
    /// How the body in the same object is encoded.
    Encoding,
}

/// The aspect of an answer under which two entries are compared by a field. Header fields are compared by their names, not by this table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// What the answer was.
    Answer,
    /// The size of its body.
    Size,
    /// The version of HTTP.
    Protocol,
    /// The time that it took.
    Time,
}

/// A field: a row of the table.
#[derive(Debug)]
pub struct Field {
    /// The object that has it.
    pub object: Object,
    /// Its name in the file.
    pub name: &'static str,
    /// Its type, and where it is kept.
    pub value: Value,
    /// How much of it is kept.
    pub cap: Cap,
    /// What kind of content it is.
    pub privacy: Privacy,
    /// What it is as an object or array.
    pub inside: Object,
    /// The aspect under which it is compared, if it is.
    pub compared: Option<Aspect>,
}

/// The member of a header that gives its value's length in bytes before it was redacted.
pub const HEADER_LENGTH: &[u8] = b"_length";

/// Points to a member of an [`Entry`].
macro_rules! member {
    ($($name:ident).+) => {
        Member { get: |entry| &entry.$($name).+, get_mut: |entry| &mut entry.$($name).+ }
    };
}

/// All fields. What no row names is passed over, and its content may be anything.
static FIELDS: &[Field] = &[
    Field::new(Object::Root, "log", Value::Object, Privacy::Text).inside(Object::Log),
    Field::new(Object::Root, "entries", Value::List, Privacy::Text).inside(Object::Entry),
    Field::new(Object::Log, "version", Value::Unread, Privacy::Word),
    Field::new(Object::Log, "creator", Value::Object, Privacy::Text).inside(Object::Creator),
    Field::new(Object::Log, "browser", Value::Unread, Privacy::Text).inside(Object::Creator),
    Field::new(Object::Log, "pages", Value::Unread, Privacy::Text).inside(Object::Page),
    Field::new(Object::Log, "entries", Value::List, Privacy::Text).inside(Object::Entry),
    Field::new(Object::Log, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Creator, "name", Value::CreatorName, Privacy::Word),
    Field::new(Object::Creator, "version", Value::CreatorVersion, Privacy::Word),
    Field::new(Object::Creator, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Page, "startedDateTime", Value::Unread, Privacy::Time),
    Field::new(Object::Page, "id", Value::Unread, Privacy::Name),
    Field::new(Object::Page, "title", Value::Unread, Privacy::Title),
    Field::new(Object::Page, "pageTimings", Value::Unread, Privacy::Text).inside(Object::Timings),
    Field::new(Object::Page, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Entry, "startedDateTime", Value::Date(member!(started)), Privacy::Time),
    Field::new(Object::Entry, "time", Value::Milliseconds(member!(time_ms)), Privacy::Time).compared(Aspect::Time),
    Field::new(Object::Entry, "request", Value::Object, Privacy::Text).inside(Object::Request),
    Field::new(Object::Entry, "response", Value::Object, Privacy::Text).inside(Object::Response),
    Field::new(Object::Entry, "timings", Value::Object, Privacy::Text).inside(Object::Timings),
    Field::new(Object::Entry, "cache", Value::Unread, Privacy::Text).inside(Object::Cache),
    Field::new(Object::Entry, "pageref", Value::Unread, Privacy::Name),
    Field::new(Object::Entry, "serverIPAddress", Value::OptionalText(member!(server_ip)), Privacy::Address),
    Field::new(Object::Entry, "connection", Value::Unread, Privacy::Word),
    Field::new(Object::Entry, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Entry, "_initiator", Value::Unread, Privacy::Text).inside(Object::Initiator),
    Field::new(Object::Entry, "_webSocketMessages", Value::Unread, Privacy::Text).inside(Object::Message),
    Field::new(Object::Entry, "_eventSourceMessages", Value::Unread, Privacy::Text).inside(Object::Message),
    Field::new(Object::Entry, "_priority", Value::Unread, Privacy::Word),
    Field::new(Object::Entry, "_resourceType", Value::OptionalText(member!(resource_type)), Privacy::Word),
    Field::new(Object::Entry, "_fromCache", Value::OptionalText(member!(from_cache)), Privacy::Word),
    Field::new(Object::Entry, "_fetchType", Value::Unread, Privacy::Word),
    Field::new(Object::Entry, "_connectionId", Value::Unread, Privacy::Word),
    Field::new(Object::Entry, "_securityState", Value::Unread, Privacy::Word),
    Field::new(Object::Entry, "_securityDetails", Value::Unread, Privacy::Text).inside(Object::Security),
    Field::new(Object::Entry, "_serverAddress", Value::Unread, Privacy::Address),
    Field::new(Object::Entry, "_error", Value::FirstText(member!(response.error)), Privacy::Error).inside(Object::Error),
    Field::new(Object::Request, "method", Value::Method(member!(request.method)), Privacy::Method),
    Field::new(Object::Request, "url", Value::Text(member!(request.url)), Privacy::Url).cap(Cap::Url),
    Field::new(Object::Request, "httpVersion", Value::Version(member!(request.http_version)), Privacy::Version),
    Field::new(Object::Request, "headers", Value::List, Privacy::Text).inside(Object::RequestHeader),
    Field::new(Object::Request, "cookies", Value::Unread, Privacy::Text).inside(Object::RequestCookie),
    Field::new(Object::Request, "queryString", Value::Unread, Privacy::Text).inside(Object::Query),
    Field::new(Object::Request, "postData", Value::Unread, Privacy::Body).inside(Object::PostData),
    Field::new(Object::Request, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Request, "headersSize", Value::Bytes(member!(request.headers_size)), Privacy::Number),
    Field::new(Object::Request, "bodySize", Value::Bytes(member!(request.body_size)), Privacy::Number),
    Field::new(Object::Response, "status", Value::Status, Privacy::Word).compared(Aspect::Answer),
    Field::new(Object::Response, "statusText", Value::Text(member!(response.status_text)), Privacy::Phrase),
    Field::new(Object::Response, "httpVersion", Value::Version(member!(response.http_version)), Privacy::Version)
        .compared(Aspect::Protocol),
    Field::new(Object::Response, "headers", Value::List, Privacy::Text).inside(Object::ResponseHeader),
    Field::new(Object::Response, "cookies", Value::Unread, Privacy::Text).inside(Object::ResponseCookie),
    Field::new(Object::Response, "content", Value::Object, Privacy::Body).inside(Object::Content),
    Field::new(Object::Response, "redirectURL", Value::Unread, Privacy::Url),
    Field::new(Object::Response, "_error", Value::FirstText(member!(response.error)), Privacy::Error)
        .inside(Object::Error)
        .compared(Aspect::Answer),
    Field::new(Object::Response, "_fetchedViaServiceWorker", Value::Flag(member!(response.via_service_worker)), Privacy::Word),
    Field::new(
        Object::Response,
        "_serviceWorkerResponseSource",
        Value::OptionalText(member!(response.service_worker_source)),
        Privacy::Word,
    ),
    Field::new(Object::Response, "_fromServiceWorker", Value::Flag(member!(response.via_service_worker)), Privacy::Word),
    Field::new(Object::Response, "_fromPrefetchCache", Value::Flag(member!(response.from_prefetch_cache)), Privacy::Word),
    Field::new(Object::Response, "_failureText", Value::FirstText(member!(response.error)), Privacy::Error),
    Field::new(Object::Response, "_charlesStatus", Value::Unread, Privacy::Error),
    Field::new(Object::Response, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Response, "headersSize", Value::Bytes(member!(response.headers_size)), Privacy::Number),
    Field::new(Object::Response, "bodySize", Value::Bytes(member!(response.body_size)), Privacy::Number),
    Field::new(Object::Response, "_transferSize", Value::Bytes(member!(response.transfer_size)), Privacy::Number),
    Field::new(Object::RequestHeader, "name", Value::HeaderName, Privacy::Name),
    Field::new(Object::RequestHeader, "value", Value::HeaderValue, Privacy::Header),
    Field::new(Object::RequestHeader, "_fromType", Value::Unread, Privacy::Word),
    Field::new(Object::RequestHeader, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::RequestHeader, "_length", Value::HeaderLength, Privacy::Number),
    Field::new(Object::RequestCookie, "name", Value::Unread, Privacy::Name),
    Field::new(Object::RequestCookie, "value", Value::Unread, Privacy::Cookie),
    Field::new(Object::RequestCookie, "path", Value::Unread, Privacy::Url),
    Field::new(Object::RequestCookie, "domain", Value::Unread, Privacy::Word),
    Field::new(Object::RequestCookie, "expires", Value::Unread, Privacy::Time),
    Field::new(Object::RequestCookie, "sameSite", Value::Unread, Privacy::Word),
    Field::new(Object::RequestCookie, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Query, "name", Value::Unread, Privacy::Name),
    Field::new(Object::Query, "value", Value::Unread, Privacy::Query),
    Field::new(Object::Query, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::PostData, "mimeType", Value::Unread, Privacy::MediaType),
    Field::new(Object::PostData, "params", Value::Unread, Privacy::Text).inside(Object::Param),
    Field::new(Object::PostData, "text", Value::Unread, Privacy::Body),
    Field::new(Object::PostData, "encoding", Value::Unread, Privacy::Encoding),
    Field::new(Object::PostData, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Param, "name", Value::Unread, Privacy::Name),
    Field::new(Object::Param, "value", Value::Unread, Privacy::Form),
    Field::new(Object::Param, "contentType", Value::Unread, Privacy::MediaType),
    Field::new(Object::Param, "encoding", Value::Unread, Privacy::Encoding),
    Field::new(Object::Param, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Content, "mimeType", Value::Text(member!(response.mime_type)), Privacy::MediaType),
    Field::new(Object::Content, "text", Value::Body, Privacy::Body),
    Field::new(Object::Content, "encoding", Value::BodyEncoding, Privacy::Encoding),
    Field::new(Object::Content, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Content, "size", Value::Bytes(member!(response.content_size)), Privacy::Number).compared(Aspect::Size),
    Field::new(Object::Timings, "blocked", Value::Milliseconds(member!(timings.blocked)), Privacy::Number),
    Field::new(Object::Timings, "dns", Value::Milliseconds(member!(timings.dns)), Privacy::Number),
    Field::new(Object::Timings, "connect", Value::Milliseconds(member!(timings.connect)), Privacy::Number),
    Field::new(Object::Timings, "ssl", Value::Milliseconds(member!(timings.ssl)), Privacy::Number),
    Field::new(Object::Timings, "send", Value::Milliseconds(member!(timings.send)), Privacy::Number),
    Field::new(Object::Timings, "wait", Value::Milliseconds(member!(timings.wait)), Privacy::Number),
    Field::new(Object::Timings, "receive", Value::Milliseconds(member!(timings.receive)), Privacy::Number),
    Field::new(Object::Timings, "onContentLoad", Value::Unread, Privacy::Number),
    Field::new(Object::Timings, "onLoad", Value::Unread, Privacy::Number),
    Field::new(Object::Cache, "beforeRequest", Value::Unread, Privacy::Text).inside(Object::Cache),
    Field::new(Object::Cache, "afterRequest", Value::Unread, Privacy::Text).inside(Object::Cache),
    Field::new(Object::Cache, "expires", Value::Unread, Privacy::Time),
    Field::new(Object::Cache, "lastAccess", Value::Unread, Privacy::Time),
    Field::new(Object::Cache, "lastFetched", Value::Unread, Privacy::Time),
    Field::new(Object::Cache, "_lastModified", Value::Unread, Privacy::Time),
    Field::new(Object::Cache, "comment", Value::Unread, Privacy::Comment),
    Field::new(Object::Initiator, "type", Value::Unread, Privacy::Word),
    Field::new(Object::Initiator, "url", Value::Unread, Privacy::Url),
    Field::new(Object::Initiator, "stack", Value::Unread, Privacy::Text).inside(Object::Initiator),
    Field::new(Object::Initiator, "parent", Value::Unread, Privacy::Text).inside(Object::Initiator),
    Field::new(Object::Initiator, "parentId", Value::Unread, Privacy::Text).inside(Object::Initiator),
    Field::new(Object::Initiator, "callFrames", Value::Unread, Privacy::Text).inside(Object::Initiator),
    Field::new(Object::Initiator, "functionName", Value::Unread, Privacy::Word),
    Field::new(Object::Initiator, "scriptId", Value::Unread, Privacy::Word),
    Field::new(Object::Initiator, "description", Value::Unread, Privacy::Word),
    Field::new(Object::Initiator, "id", Value::Unread, Privacy::Word),
    Field::new(Object::Initiator, "requestId", Value::Unread, Privacy::Word),
    Field::new(Object::Message, "type", Value::Unread, Privacy::Word),
    Field::new(Object::Message, "opcode", Value::Unread, Privacy::Word),
    Field::new(Object::Message, "data", Value::Unread, Privacy::Body),
    Field::new(Object::Security, "protocol", Value::Unread, Privacy::Word),
    Field::new(Object::Security, "issuer", Value::Unread, Privacy::Word),
    Field::new(Object::Security, "subjectName", Value::Unread, Privacy::Word),
    Field::new(Object::Security, "cipher", Value::Unread, Privacy::Word),
    Field::new(Object::Error, "code", Value::FirstText(member!(response.error)), Privacy::Error),
    Field::new(Object::Error, "message", Value::FirstText(member!(response.error)), Privacy::Error),
];

impl Field {
    const fn new(object: Object, name: &'static str, value: Value, privacy: Privacy) -> Self {
        let cap = match value {
            Value::Unread => Cap::Nothing,
            Value::HeaderName => Cap::HeaderName,
            Value::HeaderValue => Cap::HeaderValue,
            Value::Body => Cap::Body,
            _ => Cap::String,
        };
        Self { object, name, value, cap, privacy, inside: Object::Unknown, compared: None }
    }

    const fn cap(self, cap: Cap) -> Self {
        Self { cap, ..self }
    }

    const fn inside(self, inside: Object) -> Self {
        Self { inside, ..self }
    }

    const fn compared(self, aspect: Aspect) -> Self {
        Self { compared: Some(aspect), ..self }
    }

    /// The member `name` of an object; `None` when no row names it.
    #[inline]
    pub fn find(object: Object, name: &[u8]) -> Option<&'static Self> {
        match object {
            Object::Root => search(Object::Root, name).or_else(|| search(Object::Entry, name)),
            Object::ResponseHeader => search(Object::RequestHeader, name),
            Object::ResponseCookie => search(Object::RequestCookie, name),
            _ => search(object, name),
        }
    }

    /// Whether any row has this name.
    pub fn is_name(name: &[u8]) -> bool {
        FIELDS.iter().any(|field| field.name.as_bytes() == name)
    }

    /// The fields that two captures are compared by.
    pub fn compared_ones() -> &'static [&'static Self] {
        static COMPARED: LazyLock<Vec<&Field>> = LazyLock::new(|| FIELDS.iter().filter(|field| field.compared.is_some()).collect());
        &COMPARED
    }
}

impl Entry {
    /// Visits every text that a field gives, header fields and bodies aside; one that is missing is left out, and so is that of a part of
    /// which nothing is known.
    pub fn each_text(&mut self, visit: &mut dyn FnMut(&mut Arc<str>)) {
        let blank = Self::default();
        for field in FIELDS {
            match &field.value {
                Value::Text(member) | Value::Version(member) | Value::Method(member)
                    if !std::ptr::eq((member.get)(self), (member.get)(&blank)) =>
                {
                    visit((member.get_mut)(self));
                }
                Value::OptionalText(member) | Value::FirstText(member) if (member.get)(self).is_some() => {
                    (member.get_mut)(self).iter_mut().for_each(&mut *visit);
                }
                _ => {}
            }
        }
    }
}

/// Places of [`INDEX`]: a power of two, several times as many as there are fields.
const PLACES: usize = 1024;
/// A place that no field has.
const FREE: u8 = u8::MAX;

/// The fields by their [`place`], or the next one that was free.
#[expect(clippy::cast_possible_truncation, reason = "there are fewer fields than that, as is checked below")]
static INDEX: [u8; PLACES] = {
    let mut index = [FREE; PLACES];
    let mut row = 0;
    while row < FIELDS.len() {
        let mut at = place(FIELDS[row].object, FIELDS[row].name.as_bytes());
        while index[at] != FREE {
            at = (at + 1) % PLACES;
        }
        index[at] = row as u8;
        row += 1;
    }
    index
};

const _: () = assert!(FIELDS.len() < FREE as usize);

/// A place for a member: from its object, its length, and the letters that tell names of one length apart.
const fn place(object: Object, name: &[u8]) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let letters = name[0] as usize * 3 + name[length / 2] as usize * 37 + name[length - 1] as usize * 11;
    (object as usize * 89 + length * 53 + letters) % PLACES
}

#[inline]
fn search(object: Object, name: &[u8]) -> Option<&'static Field> {
    let mut at = place(object, name);
    loop {
        let field = FIELDS.get(usize::from(INDEX[at]))?;
        if field.object == object && field.name.as_bytes() == name {
            return Some(field);
        }
        at = (at + 1) % PLACES;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a field cannot be found by its name, or two rows are for the same one.
    #[test]
    fn every_field_is_found() {
        for field in FIELDS {
            let found = Field::find(field.object, field.name.as_bytes()).unwrap();
            assert!(std::ptr::eq(found, field), "{} of {:?}", field.name, field.object);
        }
        for (object, name) in [(Object::Entry, "url"), (Object::Unknown, "url"), (Object::Request, ""), (Object::Error, "_code")] {
            assert!(Field::find(object, name.as_bytes()).is_none(), "{name}");
        }
        assert_eq!(Field::find(Object::Root, b"time").unwrap().object, Object::Entry);
        assert_eq!(Field::find(Object::ResponseHeader, HEADER_LENGTH).unwrap().object, Object::RequestHeader);
    }

    /// Breaks when the index is so crowded that finding a field takes many steps, which every member of a file would be slowed by.
    #[test]
    fn fields_are_found_at_once() {
        let steps = |field: &Field| {
            let at = place(field.object, field.name.as_bytes());
            (0..PLACES)
                .find(|step| FIELDS.get(usize::from(INDEX[(at + step) % PLACES])).is_some_and(|found| std::ptr::eq(found, field)))
                .unwrap()
        };
        let all: Vec<usize> = FIELDS.iter().map(steps).collect();
        assert!(all.iter().sum::<usize>() * 4 < all.len() && all.iter().all(|steps| *steps < 4), "{all:?}");
    }

    /// Breaks when a text that an entry has is not visited, and so is neither shared nor trimmed.
    #[test]
    fn every_text_is_visited() {
        let mut entry = Entry::default();
        entry.request.url = "a".into();
        entry.from_cache = Some("disk".into());
        entry.response.error = Some("b".into());
        entry.each_text(&mut |text| *text = "x".into());
        assert_eq!((&*entry.request.url, &*entry.request.method, &*entry.response.mime_type), ("x", "x", "x"));
        assert_eq!((entry.from_cache.as_deref(), entry.response.error.as_deref(), entry.server_ip), (Some("x"), Some("x"), None));
        let mut entry = Entry::default();
        entry.each_text(&mut |text| *text = "x".into());
        assert_eq!(entry, Entry::default());
    }
}
