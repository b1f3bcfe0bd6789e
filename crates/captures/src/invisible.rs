/// A text that does nothing where it is shown: control, bidirectional and zero-width characters become `\u{…}`, and it is cut at `most`
/// characters.
pub fn escape_invisible(text: &str, most: usize) -> String {
    let mut safe = String::with_capacity(text.len().min(most));
    for (count, letter) in text.chars().enumerate() {
        if count == most {
            safe.push('…');
            break;
        }
        if is_invisible_or_bidi(letter) {
            safe.extend(letter.escape_unicode());
        } else {
            safe.push(letter);
        }
    }
    safe
}

/// Not seen, or changes how what stands beside it is seen.
pub fn is_invisible_or_bidi(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a character that hides or turns text around is let through, or ordinary text is changed.
    #[test]
    fn what_hides_is_escaped() {
        assert_eq!(escape_invisible("a\u{202e}b\0c\n\u{200b}\u{1b}[2J", 99), r"a\u{202e}b\u{0}c\u{a}\u{200b}\u{1b}[2J");
        assert_eq!(escape_invisible("Größe 日本 <b>", 99), "Größe 日本 <b>");
        assert_eq!(escape_invisible("abcdef", 3), "abc…");
    }
}
