/// How long what opens a call is, at the start of a file: a byte order mark, a comment `/**/` or the like, a name and a bracket. 0 when
/// there is none, and `None` when only more of the file will tell.
pub fn wrapper(start: &[u8]) -> Option<usize> {
    const MAX_LENGTH: usize = 200;
    let start = &start[..start.len().min(MAX_LENGTH)];
    let white = |from: usize| from + start[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let mut at = white(if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 });
    if start[at..].starts_with(b"/**/") {
        at = white(at + 4);
    }
    let name = start[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.')).count();
    let bracket = white(at + name);
    match start.get(bracket) {
        Some(b'(') if name > 0 => Some(bracket + 1),
        None if start.len() < MAX_LENGTH => None,
        Some(b'/' | b'*') if name == 0 && bracket + 4 > start.len() && b"/**/".starts_with(&start[bracket..]) => None,
        Some(0xef | 0xbb) if bracket < 3 && start.len() < 3 && b"\xef\xbb\xbf".starts_with(start) => None,
        _ => Some(0),
    }
}
