//! The names of a module's functions, which its pages do without.

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

    /// Breaks when a name is given to another function, one is lost, or what runs is touched.
    #[test]
    fn names_are_split_off() {
        let named = |index: u8, name: &str| [&[index, u8::try_from(name.len()).unwrap()], name.as_bytes()].concat();
        let functions = [vec![2], named(1, "a::b::h0123456789abcdef"), named(3, "c")].concat();
        let of_module = named(0, "m");
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
