use super::body::{Body, Encoding};
use super::entry::Entry;
use super::fields::{Field, Value};
use super::header::Draft;
use super::intern::Interner;
use super::limits::Limits;
use super::problem::Tail;
use super::scalar::{Scalar, date, flag, number, size, status, text};

/// What the fields of a file are written to.
pub(super) struct Target<'a> {
    pub(super) limits: &'a Limits,
    pub(super) entry: &'a mut Entry,
    pub(super) header: &'a mut Draft,
    pub(super) interner: &'a mut Interner,
    pub(super) body: &'a mut Body,
    pub(super) tail: &'a mut Tail,
}

impl Target<'_> {
    /// Sets a field; gives what is wrong with the value. `null` is never wrong: it is a value that is not known.
    #[inline]
    pub(super) fn set(self, field: &'static Field, scalar: Scalar<'_>, in_list: bool) -> Option<&'static str> {
        let (entry, interner) = (self.entry, self.interner);
        match &field.value {
            Value::Unread => None,
            Value::Object | Value::List => match scalar {
                Scalar::Null => None,
                _ => Some("expected an array or object, found another kind of value"),
            },
            Value::Text(member) | Value::Version(member) => text(scalar, |text| *(member.get_mut)(entry) = interner.text(text)),
            Value::OptionalText(member) => text(scalar, |text| *(member.get_mut)(entry) = (!text.is_empty()).then(|| interner.text(text))),
            Value::FirstText(member) => text(scalar, |text| {
                let first = (member.get_mut)(entry);
                if first.is_none() && !text.is_empty() {
                    *first = Some(interner.text(text));
                }
            }),
            Value::Method(member) => text(scalar, |text| *(member.get_mut)(entry) = interner.text(&text.to_ascii_uppercase())),
            Value::Date(member) => date(scalar, (member.get_mut)(entry)),
            Value::Milliseconds(member) => number(scalar, (member.get_mut)(entry)),
            Value::Bytes(member) => size(scalar, (member.get_mut)(entry)),
            Value::Flag(member) => flag(scalar, (member.get_mut)(entry)),
            Value::Status => status(scalar, &mut entry.response.status),
            // A hostile file names its creator over and over.
            Value::CreatorName | Value::CreatorVersion if self.tail.creator.len() > self.limits.string => None,
            Value::CreatorName => text(scalar, |name| self.tail.creator.insert_str(0, name)),
            Value::CreatorVersion => text(scalar, |version| {
                self.tail.creator.push(' ');
                self.tail.creator.push_str(version);
            }),
            Value::HeaderName => text(scalar, |text| self.header.name.replace_range(.., text)),
            Value::HeaderValue => self.header.add(scalar, self.limits.header_value),
            Value::HeaderLength => {
                let mut length = None;
                let wrong = size(scalar, &mut length);
                self.header.length = length.unwrap_or(self.header.length);
                wrong
            }
            Value::Body => {
                if let Scalar::Text(text) = scalar {
                    if !in_list {
                        // Of bodies that repeat, the last counts, as it does to every other parser.
                        self.body.cut();
                    }
                    self.body.add(text, self.limits);
                }
                None
            }
            Value::BodyEncoding => text(scalar, |text| self.body.encoding = Encoding::named(text)),
        }
    }
}
