//! Writes the public suffix list as the program holds it: its rules of several labels, nested, which compresses to half of the usual tables.
//! `src/evidence/public_suffix.rs` says how it is read.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use public_suffix::{DEFAULT_PROVIDER, ListProvider, Table};

/// A label with what stands before it.
#[derive(Default)]
struct Node {
    is_suffix: bool,
    is_exception: bool,
    children: BTreeMap<String, Node>,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    let root = Node { children: read(&DEFAULT_PROVIDER), ..Node::default() };
    let mut text = String::new();
    // A rule of one label is what holds without a rule.
    for (label, node) in root.children.iter().filter(|(_, node)| !node.children.is_empty()) {
        write(label, node, &mut text);
        text.push('\n');
    }
    fs::write(folder.join("public_suffixes.txt"), text)?;
    Ok(())
}

/// The rules as the library's tables hold them.
fn read<T: Table>(_: &ListProvider<T>) -> BTreeMap<String, Node> {
    children::<T>(0, T::NUM_TLD)
}

fn children<T: Table>(from: u32, to: u32) -> BTreeMap<String, Node> {
    let take = |bits: &mut u32, count: u32| {
        let value = *bits & ((1 << count) - 1);
        *bits >>= count;
        value
    };
    let node = |place: u32| {
        let mut bits = T::NODES[place as usize];
        let length = take(&mut bits, T::NODES_BITS_TEXT_LENGTH) as usize;
        let offset = take(&mut bits, T::NODES_BITS_TEXT_OFFSET) as usize;
        take(&mut bits, T::NODES_BITS_ICANN);
        let mut bits = T::CHILDREN[take(&mut bits, T::NODES_BITS_CHILDREN) as usize];
        let from = take(&mut bits, T::CHILDREN_BITS_LO);
        let to = take(&mut bits, T::CHILDREN_BITS_HI);
        let kind = take(&mut bits, T::CHILDREN_BITS_NODE_TYPE);
        let mut children = children::<T>(from, to);
        if take(&mut bits, T::CHILDREN_BITS_WILDCARD) == 1 {
            children.insert("*".to_owned(), Node { is_suffix: true, ..Node::default() });
        }
        let (is_suffix, is_exception) = (kind == T::NODE_TYPE_NORMAL, kind == T::NODE_TYPE_EXCEPTION);
        (T::TEXT[offset..offset + length].to_owned(), Node { is_suffix, is_exception, children })
    };
    (from..to).map(node).collect()
}

fn write(label: &str, node: &Node, text: &mut String) {
    if node.is_exception {
        text.push('!');
    }
    text.push_str(label);
    if node.children.is_empty() {
        return;
    }
    if !node.is_suffix {
        text.push('-');
    }
    text.push('(');
    for (number, (label, node)) in node.children.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        write(label, node, text);
    }
    text.push(')');
}
