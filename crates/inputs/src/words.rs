//! Known words, found in one pass over a line.

/// An index of words by their first byte.
pub(super) struct Words {
    words: Vec<&'static str>,
    /// The numbers of the words that begin with a byte. No word begins with a letter that is not ASCII.
    by_first: [Vec<usize>; 128],
}

impl Words {
    /// An index of these words.
    pub(super) fn new(words: impl IntoIterator<Item = &'static str>) -> Self {
        let words: Vec<&str> = words.into_iter().collect();
        let mut by_first = [const { Vec::new() }; 128];
        for (number, word) in words.iter().enumerate() {
            if let Some(of_byte) = word.bytes().next().and_then(|first| by_first.get_mut(usize::from(first))) {
                of_byte.push(number);
            }
        }
        Self { words, by_first }
    }

    /// Every place at which one of the words stands: the word's number, and the byte where it begins.
    pub(super) fn places<'a>(&'a self, line: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        line.bytes().enumerate().flat_map(move |(at, byte)| {
            let of_byte = self.by_first.get(usize::from(byte)).into_iter().flatten().copied();
            of_byte.filter(move |number| line.as_bytes()[at..].starts_with(self.words[*number].as_bytes())).map(move |number| (number, at))
        })
    }
}
