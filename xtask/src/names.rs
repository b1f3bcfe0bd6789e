//! The names in a module that only people read: those of its functions, and the long ones of what it imports from its script.

use std::collections::HashMap;

/// A module without its custom sections, of which a browser needs none, and the names of its functions: a line for each, by its number.
/// `None` for what is no module.
pub fn split(module: &[u8]) -> Option<(Vec<u8>, String)> {
    let mut rest = module;
    let header = rest.split_off(..8)?;
    if !header.starts_with(b"\0asm") {
        return None;
    }
    let (mut bare, mut names) = (header.to_vec(), String::new());
    while !rest.is_empty() {
        let mut left = rest;
        let kind = *left.split_off_first()?;
        let length = number(&mut left)?;
        let mut content = left.split_off(..length)?;
        if kind > 0 {
            bare.extend_from_slice(&rest[..rest.len() - left.len()]);
        } else if text(&mut content)? == "name" {
            names = functions(content)?;
        }
        rest = left;
    }
    Some((bare, names))
}

/// A module and its script with short names for what wasm-bindgen has the one import from the other. Theirs end in hashes, which do not
/// compress: they are five kilobytes of the first load. `None` for what is no module, or imports anything but functions.
pub fn shorten(module: &[u8], script: &str) -> Option<(Vec<u8>, String)> {
    const IMPORTS: u8 = 2;
    let mut rest = module;
    let mut shorter = rest.split_off(..8)?.to_vec();
    let mut names = HashMap::new();
    while !rest.is_empty() {
        let mut left = rest;
        let kind = *left.split_off_first()?;
        let length = number(&mut left)?;
        let content = left.split_off(..length)?;
        if kind == IMPORTS {
            let section = imports(content, &mut names)?;
            shorter.push(kind);
            write_number(section.len(), &mut shorter);
            shorter.extend(section);
        } else {
            shorter.extend_from_slice(&rest[..rest.len() - left.len()]);
        }
        rest = left;
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut words = String::new();
    for word in script.split_inclusive(|letter| !is_part(letter)) {
        let name = word.trim_end_matches(|letter| !is_part(letter));
        words += names.get(name).map_or(name, String::as_str);
        words += &word[name.len()..];
    }
    Some((shorter, words))
}

/// The section of imports with short names, each put beside its old one.
fn imports(mut section: &[u8], names: &mut HashMap<String, String>) -> Option<Vec<u8>> {
    const FUNCTION: u8 = 0;
    let count = number(&mut section)?;
    let mut shorter = Vec::new();
    write_number(count, &mut shorter);
    for _ in 0..count {
        let (from, name) = (text(&mut section)?, text(&mut section)?);
        if *section.split_off_first()? != FUNCTION {
            return None;
        }
        let new = format!("_{}", names.len());
        let new = if name.starts_with("__wb") { names.entry(name.to_owned()).or_insert(new) } else { name };
        for text in [from, new] {
            write_number(text.len(), &mut shorter);
            shorter.extend_from_slice(text.as_bytes());
        }
        shorter.push(FUNCTION);
        write_number(number(&mut section)?, &mut shorter);
    }
    Some(shorter)
}

/// Writes a number in LEB128.
fn write_number(mut value: usize, bytes: &mut Vec<u8>) {
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        bytes.push(if value > 0 { byte | 0x80 } else { byte });
        if value == 0 {
            return;
        }
    }
}

/// The functions of a section of names.
fn functions(mut section: &[u8]) -> Option<String> {
    let mut names = Vec::new();
    while !section.is_empty() {
        let kind = *section.split_off_first()?;
        let length = number(&mut section)?;
        let mut part = section.split_off(..length)?;
        if kind != 1 {
            continue;
        }
        for _ in 0..number(&mut part)? {
            let index = number(&mut part)?;
            let name = text(&mut part)?;
            names.resize(names.len().max(index + 1), "");
            names[index] = short(name);
        }
    }
    Some(names.join("\n"))
}

/// A name without the hash of the crate's version.
fn short(name: &str) -> &str {
    name.rsplit_once("::h").filter(|(_, hash)| hash.len() == 16).map_or(name, |(name, _)| name)
}

/// A number in LEB128.
fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.split_off_first()?;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let length = number(bytes)?;
    str::from_utf8(bytes.split_off(..length)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a module imports what its script does not have, something else is renamed, or a section after it is lost.
    #[test]
    fn imports_get_short_names() {
        let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        let import = |name: &str, index: u8| [text("./a.js"), text(name), vec![0, index]].concat();
        let module = |one: &str, other: &str| {
            let imports = [vec![3], import(one, 4), import("plain", 0), import(other, 2)].concat();
            [b"\0asm\x01\0\0\0".to_vec(), vec![2, u8::try_from(imports.len()).unwrap()], imports, vec![10, 1, 7]].concat()
        };
        let script = "{__wbg_now_0123: f, __wbg_now_01234: g, plain: h, a__wbg_now_0123: i, __wbindgen_throw: j}";
        let (shorter, words) = shorten(&module("__wbg_now_0123", "__wbindgen_throw"), script).unwrap();
        assert_eq!(shorter, module("_0", "_1"));
        assert_eq!(words, "{_0: f, __wbg_now_01234: g, plain: h, a__wbg_now_0123: i, _1: j}");
        let mut memory = module("__wbg_now_0123", "__wbindgen_throw");
        memory[10 + 1 + 7 + 15] = 2;
        assert_eq!(shorten(&memory, script), None);
    }

    /// Breaks when a name is given to another function, one is lost, or what runs is touched.
    #[test]
    fn names_are_split_off() {
        let entry = |index: u8, name: &str| [&[index, u8::try_from(name.len()).unwrap()], name.as_bytes()].concat();
        let functions = [vec![2], entry(1, "a::b::h0123456789abcdef"), entry(3, "c")].concat();
        let of_module = entry(0, "m");
        let names = [vec![4], b"name".to_vec(), of_module, vec![1, u8::try_from(functions.len()).unwrap()], functions].concat();
        let header = b"\0asm\x01\0\0\0".to_vec();
        let [code, data] = [vec![10, 0x82, 0, 7, 7], vec![11, 1, 9]];
        let module = [header.clone(), code.clone(), vec![0, u8::try_from(names.len()).unwrap()], names, data.clone()].concat();
        assert_eq!(split(&module), Some(([header, code, data.clone()].concat(), "\na::b\n\nc".to_owned())));
        for cut in (0..module.len()).filter(|cut| ![8, 13].contains(cut)) {
            // What is cut is a module only between two sections.
            assert_eq!(split(&module[..cut]).is_some(), cut == module.len() - data.len(), "{cut}");
        }
    }
}
