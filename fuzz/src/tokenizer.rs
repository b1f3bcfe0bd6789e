use fivetwenty_captures::json::{Error, Limits, Path, Text, Token, Tokenizer, Want};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::pieces;
use super::wide::{Form, Wide, narrow, order};

/// The tokenizer on any bytes.
///
/// 1. In pieces it says the same as in one: tokens, offsets, lines, paths and errors.
/// 2. What is kept of a string, its length and its hash follow from the string alone.
/// 3. It takes what `serde_json` takes and refuses what that refuses. `serde_json` is asked to pass over the text, for then it is as
///    lenient as this tokenizer means to be: strings may hold bytes that are not UTF-8 and halves of surrogate pairs, numbers may be too
///    large for any type, nesting has no end. This tokenizer in turn refuses nesting and numbers beyond its limits, and it takes what
///    `serde_json` is not given as it stands: a byte order mark, UTF-16.
/// 4. Where `serde_json` makes a value of the text, the tokens make the same value.
/// 5. Passing over an array or object leads to where reading it token by token leads.
/// 6. In UTF-16 the text has the same tokens, but for a text of one byte, which is read when it is over: only a digit is given.
/// 7. It holds on to nothing that it has read, and after an error it has no more to say.
pub fn tokenizer(data: &[u8]) {
    const KEEP: [usize; 8] = [usize::MAX, 0, 1, 2, 3, 5, 16, 300];
    let [how, options, skip, text @ ..] = data else { return };
    let want = Want { keep: KEEP[usize::from(options & 7)], hash: options & 8 != 0 };
    let limits = if options & 16 == 0 { Limits::default() } else { Limits { depth: 5, number: 8, key: 6, known: |_| true } };
    let form = Form { big: options & 32 != 0, mark: options & 64 != 0 };

    let whole = read(&[text], want, limits, None);
    let cut = pieces(text, *how);
    assert_eq!(read(&cut, want, limits, None), whole, "in pieces");
    keeps(&whole, &read(&cut, Want { keep: usize::MAX, hash: false }, limits, None), want, limits);
    agrees(text, &read(&[text], Want { keep: usize::MAX, hash: false }, limits, None));
    let passed = without(&whole, usize::from(*skip));
    for pieces in [&[text][..], &cut] {
        assert_eq!(read(pieces, want, limits, Some(usize::from(*skip))), passed, "passing over");
    }
    if let Some((text, wide)) = std::str::from_utf8(text).ok().and_then(|text| widened(text, form)) {
        let narrow = read(&[text.as_bytes()], want, limits, None);
        assert_eq!(read(&pieces(&wide.bytes, *how), want, limits, None), moved(narrow, &wide), "in UTF-16");
    }
}

/// Reads a text. Of all arrays and objects, in the order in which they start, the one whose number is `skip` is passed over.
fn read(pieces: &[&[u8]], want: Want, limits: Limits, skip: Option<usize>) -> Read {
    let mut tokens = Tokenizer::new(limits);
    let mut pieces = pieces.iter();
    let mut read = Read { steps: Vec::new(), error: None };
    let mut started = 0;
    let mut passing = None;
    loop {
        if let Some((depth, end)) = &passing {
            match tokens.skip(*depth) {
                Ok(true) => {
                    let step = place(&tokens, Kind::clone(end));
                    passing = None;
                    read.steps.push(step);
                    continue;
                }
                Ok(false) => {}
                Err(error) => read.error = Some(error),
            }
        } else {
            match tokens.next(want).map(|token| token.map(Kind::of)) {
                Ok(Some(token)) => {
                    let end = match token {
                        Kind::ArrayStart => Some(Kind::ArrayEnd),
                        Kind::ObjectStart => Some(Kind::ObjectEnd),
                        _ => None,
                    };
                    if let Some(end) = end {
                        passing = (skip == Some(started)).then(|| (tokens.depth() - 1, end));
                        started += 1;
                    }
                    read.steps.push(place(&tokens, token));
                    continue;
                }
                Ok(None) => {}
                Err(error) => read.error = Some(error),
            }
        }
        if read.error.is_some() {
            break;
        }
        // The first two bytes are needed together.
        assert!(tokens.unread().len() <= 1, "what has been read is let go");
        let Some(piece) = pieces.next() else { break };
        tokens.push(piece);
    }
    if read.error.is_none() {
        match tokens.finish().map(|token| token.map(Kind::of)) {
            Ok(Some(token)) => read.steps.push(place(&tokens, token)),
            Ok(None) => {}
            Err(error) => read.error = Some(error),
        }
    }
    if read.error.is_some() {
        let unread = tokens.unread().len();
        tokens.push(b"[]");
        assert_eq!(tokens.unread().len(), unread, "what comes after an error is not kept");
    }
    assert_eq!(tokens.next(want), Ok(None), "the end is the end");
    assert_eq!(tokens.finish(), Ok(None), "there is one error at most");
    read
}

fn place(tokens: &Tokenizer, token: Kind) -> Step {
    Step { token, offset: tokens.offset(), line: tokens.line(), path: tokens.path(), depth: tokens.depth() }
}

/// What is wanted of strings changes nothing but what is kept of them.
fn keeps(read: &Read, all: &Read, want: Want, limits: Limits) {
    assert_eq!((read.steps.len(), &read.error), (all.steps.len(), &all.error), "whatever is wanted of strings");
    for (step, whole) in read.steps.iter().zip(&all.steps) {
        match (&step.token, &whole.token) {
            (Kind::String(string), Kind::String(whole)) => {
                assert_eq!((string.length, whole.length), (whole.kept.len() as u64, whole.kept.len() as u64));
                let most = want.keep.min(whole.kept.len());
                assert!(whole.kept.starts_with(&string.kept) && string.kept.len() <= most, "{string:?} of {whole:?}");
                let cut = string.kept.len() < whole.kept.len();
                assert!(!cut || most - string.kept.len() < 4, "only a character that does not fit is left out: {string:?} of {whole:?}");
                assert!(cut || string.hash == 0, "what is there needs no hash");
                assert!(want.hash || string.hash == 0, "no hash was wanted");
                if cut && want.hash {
                    assert_eq!(string.hash, hash(&whole.kept), "{string:?} of {whole:?}");
                }
            }
            (Kind::Key(key), Kind::Key(whole)) => assert!(key == whole && key.kept.len() <= limits.key),
            (token, whole) => assert_eq!(token, whole),
        }
        assert_eq!((step.offset, step.line, &step.path), (whole.offset, whole.line, &whole.path));
    }
}

/// The hash of a string, from a text that is nothing but it.
fn hash(string: &[u8]) -> u64 {
    let plain = |byte: &u8| *byte >= 0x20 && !matches!(byte, b'"' | b'\\');
    let escaped = string.iter().flat_map(|byte| if plain(byte) { vec![*byte] } else { format!("\\u{byte:04x}").into_bytes() });
    let text: Vec<u8> = [b'"'].into_iter().chain(escaped).chain(*b"\"").collect();
    let mut tokens = Tokenizer::default();
    tokens.push(&text);
    match tokens.next(Want { keep: 0, hash: true }) {
        Ok(Some(Token::String(text))) => text.hash,
        other => panic!("a string was expected: {other:?}"),
    }
}

fn agrees(text: &[u8], read: &Read) {
    let beyond = |error: &Error| matches!(error.expected, "fewer nested arrays and objects" | "a shorter number");
    if read.error.as_ref().is_some_and(beyond) {
        return;
    }
    let text = narrow(text);
    let taken = text.as_ref().is_some_and(|text| serde_json::from_slice::<IgnoredAny>(text).is_ok());
    assert_eq!(read.error.is_none(), taken, "serde_json takes it: {taken}; {:?}", read.error);
    let whole = |step: &Step| !matches!(&step.token, Kind::Key(key) if key.length > key.kept.len() as u64);
    if let Some(Ok(expected)) = text.map(|text| serde_json::from_slice::<Value>(&text))
        && read.steps.iter().all(whole)
    {
        let mut steps = read.steps.iter();
        assert_eq!(steps.next().map(|step| value(&step.token, &mut steps)), Some(expected));
        assert_eq!(steps.next(), None);
    }
}

/// The value that starts with a token.
fn value<'a>(token: &Kind, rest: &mut impl Iterator<Item = &'a Step>) -> Value {
    let text = |content: &Content| String::from_utf8(content.kept.clone()).unwrap();
    match token {
        Kind::ArrayStart => {
            let mut items = Vec::new();
            loop {
                match &rest.next().unwrap().token {
                    Kind::ArrayEnd => return items.into(),
                    token => items.push(value(token, rest)),
                }
            }
        }
        Kind::ObjectStart => {
            let mut members = serde_json::Map::new();
            while let Kind::Key(key) = &rest.next().unwrap().token {
                let member = value(&rest.next().unwrap().token, rest);
                members.insert(text(key), member);
            }
            members.into()
        }
        Kind::String(content) => text(content).into(),
        Kind::Number(number) => serde_json::from_str(number).unwrap(),
        Kind::Bool(value) => (*value).into(),
        Kind::Null => Value::Null,
        Kind::Key(_) | Kind::ArrayEnd | Kind::ObjectEnd => panic!("a value was expected"),
    }
}

/// What is left of a text when one array or object is passed over.
fn without(whole: &Read, skip: usize) -> Read {
    let mut left = whole.clone();
    let starts = |step: &&Step| matches!(step.token, Kind::ArrayStart | Kind::ObjectStart);
    let start = whole.steps.iter().enumerate().filter(|(_, step)| starts(step)).nth(skip);
    if let Some((start, Step { depth, .. })) = start {
        let end = whole.steps[start..].iter().position(|step| step.depth < *depth).map_or(whole.steps.len(), |length| start + length);
        left.steps.drain(start + 1..end);
    }
    left
}

/// The text without its byte order mark, also in UTF-16, if it can be told there.
fn widened(text: &str, form: Form) -> Option<(&str, Wide)> {
    // What begins like UTF-16, behind a mark or not, is not the text that it seems to be; nor is what begins like a second mark.
    let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
    if plain.len() < 2 || plain.as_bytes()[0] == 0xef || order(text.as_bytes()).is_some() || order(plain.as_bytes()).is_some() {
        return None;
    }
    Some((plain, Wide::new(plain, form)?))
}

/// What a text in UTF-8 gives, with the places of UTF-16.
fn moved(mut read: Read, wide: &Wide) -> Read {
    for step in &mut read.steps {
        step.offset = wide.place(step.offset);
    }
    if let Some(error) = &mut read.error {
        error.offset = wide.place(error.offset);
    }
    read
}

/// Everything that a tokenizer says of a text.
#[derive(Clone, Debug, PartialEq)]
struct Read {
    steps: Vec<Step>,
    error: Option<Error>,
}

/// A token and its place.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    token: Kind,
    offset: u64,
    line: u64,
    path: Path,
    depth: usize,
}

/// A token that borrows nothing.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Key(Content),
    String(Content),
    Number(String),
    Bool(bool),
    Null,
}

#[derive(Clone, Debug, PartialEq)]
struct Content {
    kept: Vec<u8>,
    length: u64,
    hash: u64,
}

impl Kind {
    fn of(token: Token<'_>) -> Self {
        let content = |text: Text<'_>| Content { kept: text.kept.to_vec(), length: text.length, hash: text.hash };
        match token {
            Token::ObjectStart => Self::ObjectStart,
            Token::ObjectEnd => Self::ObjectEnd,
            Token::ArrayStart => Self::ArrayStart,
            Token::ArrayEnd => Self::ArrayEnd,
            Token::Key(text) => Self::Key(content(text)),
            Token::String(text) => Self::String(content(text)),
            Token::Number(text) => Self::Number(text.to_owned()),
            Token::Bool(value) => Self::Bool(value),
            Token::Null => Self::Null,
        }
    }
}
