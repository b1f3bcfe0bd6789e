use fivetwenty_inputs::{MAX_EXTRACTS, recognise};

/// A text that somebody pastes, whatever it is.
///
/// 1. Any bytes give an input, with no more extracts than are kept, each within the text.
/// 2. No more lines are understood than there are.
/// 3. The ends of lines do not matter.
///
/// That it is quick is for `tests/it/growth.rs` to say, which has something to compare with; here the fuzzer ends what takes seconds.
pub fn paste(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let input = recognise("paste-1", &text);
    let lines = text.split(['\n', '\r']).count();
    assert!(input.extracts.len() <= MAX_EXTRACTS);
    assert!(input.extracts.iter().all(|extract| extract.lines.start < extract.lines.end && extract.lines.end <= lines), "within the text");
    assert!(input.understood <= input.lines && input.lines as usize <= lines);

    if !text.contains('\r') {
        let other = recognise("paste-1", &text.replace('\n', "\r\n"));
        assert_eq!((other.kind, other.extracts), (input.kind, input.extracts), "with the line ends of Windows");
    }
}
