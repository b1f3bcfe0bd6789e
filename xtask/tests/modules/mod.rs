//! The modules of a crate, and which of them import which: read from the tokens of the code, tests left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A module's path in its crate; empty for the crate's root.
type Name = Vec<String>;

/// The modules of a crate.
pub(crate) struct Modules {
    /// By name, what each refers to by `crate::`, `super::` or `self::`, as whole paths.
    references: BTreeMap<Name, BTreeSet<Name>>,
    /// By module and name, what a `use` in it lets others take from it: the path of the thing itself.
    reexports: BTreeMap<(Name, String), Name>,
}

impl Modules {
    /// Reads all files below a folder of sources.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut modules = Self { references: BTreeMap::new(), reexports: BTreeMap::new() };
        modules.read_folder(folder, &[]);
        modules
    }

    fn read_folder(&mut self, folder: &Path, parent: &[String]) {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let name: Name = parent.iter().cloned().chain([stem.clone()]).collect();
            if path.is_dir() {
                self.read_folder(&path, &name);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let is_root = ["lib", "main", "mod"].contains(&stem.as_str());
                let name = if is_root { parent.to_vec() } else { name };
                let tokens: TokenStream = std::fs::read_to_string(&path).unwrap().parse().unwrap();
                let mut found = BTreeSet::new();
                self.walk(&name, tokens, &mut found);
                self.references.entry(name).or_default().extend(found);
            }
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.references.len()
    }

    /// Groups of modules that import each other, over however many others. A module and one inside it are one thing.
    pub(crate) fn circles(&self) -> Vec<Vec<String>> {
        let names: Vec<&Name> = self.references.keys().collect();
        let mut graph = DiGraphMap::<usize, ()>::new();
        for (from, paths) in self.references.values().enumerate() {
            for path in paths {
                let to = self.module_of(path, 0);
                let is_family = names[from].starts_with(&to) || to.starts_with(names[from]);
                if let (Ok(to), false) = (names.binary_search(&&to), is_family) {
                    graph.add_edge(from, to, ());
                }
            }
        }
        let circles = tarjan_scc(&graph).into_iter().filter(|circle| circle.len() > 1);
        circles.map(|circle| circle.into_iter().map(|at| names[at].join("::")).collect()).collect()
    }

    /// The module in which the thing of a path is, re-exports followed.
    fn module_of(&self, path: &[String], depth: u8) -> Name {
        let length = (0..=path.len()).rev().find(|length| self.references.contains_key(&path[..*length])).unwrap_or_default();
        let module = path[..length].to_vec();
        match path.get(length).and_then(|name| self.reexports.get(&(module.clone(), name.clone()))) {
            Some(target) if depth < 8 && *target != path => self.module_of(target, depth + 1),
            _ => module,
        }
    }

    /// Collects the paths in some tokens of a module, and what its `use` items re-export.
    fn walk(&mut self, module: &[String], tokens: TokenStream, found: &mut BTreeSet<Name>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if is_for_tests(&tokens[at..]) {
                at += after_item(&tokens[at..]);
                continue;
            }
            match &tokens[at] {
                TokenTree::Group(group) => self.walk(module, group.stream(), found),
                TokenTree::Ident(ident) if *ident == "use" => {
                    let end = tokens[at..].iter().position(|token| is_punct(token, ';')).map_or(tokens.len(), |length| at + length);
                    let mut paths = Vec::new();
                    expand(&tokens[at + 1..end], &mut Vec::new(), &mut paths);
                    for (path, alias) in paths {
                        if let Some(path) = absolute(module, &path).or_else(|| local(module, &path)) {
                            self.reexports.insert((module.to_vec(), alias), path.clone());
                            found.insert(path);
                        }
                    }
                    at = end;
                }
                TokenTree::Ident(ident) if ["crate", "super", "self"].iter().any(|start| *ident == start) => {
                    let mut path = Vec::new();
                    at += segments(&tokens[at..], &mut path) - 1;
                    found.extend(absolute(module, &path));
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// A path that begins with a module inside this one, as in `mod a; pub use a::B;`. Files are read in any order, so any name may be one.
fn local(module: &[String], path: &[String]) -> Option<Name> {
    let first = path.first()?;
    let is_crate = first.starts_with("fivetwenty_") || ["std", "core", "alloc"].contains(&first.as_str());
    (!is_crate && path.len() > 1).then(|| module.iter().chain(path).cloned().collect())
}

/// A path from the crate's root, if it begins in this crate.
fn absolute(module: &[String], path: &[String]) -> Option<Name> {
    let mut base = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return None,
    };
    for segment in path {
        match segment.as_str() {
            "crate" | "self" => {}
            "super" => drop(base.pop()),
            _ => base.push(segment.clone()),
        }
    }
    Some(base)
}

/// Reads `a::b::c`, and says how many tokens that was.
fn segments(tokens: &[TokenTree], path: &mut Name) -> usize {
    let mut at = 0;
    while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
        path.push(ident.to_string());
        at += 1;
        if !(tokens.get(at).is_some_and(|token| is_punct(token, ':')) && tokens.get(at + 1).is_some_and(|token| is_punct(token, ':'))) {
            break;
        }
        at += 2;
    }
    at.max(1)
}

/// All paths of a `use` item, each with the name that it has from then on.
fn expand(tokens: &[TokenTree], prefix: &mut Name, paths: &mut Vec<(Name, String)>) {
    let mut path = prefix.clone();
    let length = segments(tokens, &mut path);
    match tokens.get(length) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for part in inner.split(|token| is_punct(token, ',')).filter(|part| !part.is_empty()) {
                expand(part, &mut path.clone(), paths);
            }
        }
        Some(TokenTree::Ident(word)) if *word == "as" => {
            paths.push((path, tokens.get(length + 1).map(ToString::to_string).unwrap_or_default()));
        }
        _ => {
            let alias = path.last().cloned().unwrap_or_default();
            paths.push((path, alias));
        }
    }
}

/// Whether an item begins here that only tests have.
fn is_for_tests(tokens: &[TokenTree]) -> bool {
    let [first, TokenTree::Group(group), ..] = tokens else { return false };
    is_punct(first, '#') && group.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// How many tokens the item has whose attribute begins here.
fn after_item(tokens: &[TokenTree]) -> usize {
    let is_end =
        |token: &TokenTree| is_punct(token, ';') || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    tokens.iter().position(is_end).map_or(tokens.len(), |at| at + 1)
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}
