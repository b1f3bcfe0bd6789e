//! Which part of a host's name somebody has registered, by the public suffix list (publicsuffix.org).

/// A line for each top-level label that has rules of several labels: `uk(ac,co,*.sch-…)`. A label that is followed by `-` is no suffix
/// itself, `*` stands for any label, and `!` excludes one from it. What has no rule has its last label as its suffix. Nested like this, the
/// list compresses to half of the usual tables.
#[cfg(not(target_arch = "wasm32"))]
fn rules() -> &'static str {
    include_str!("../../../../static/public-suffixes.txt")
}

/// The same in the browser's programs, of which it is no part.
#[cfg(target_arch = "wasm32")]
static RULES: std::sync::OnceLock<&str> = std::sync::OnceLock::new();

#[cfg(target_arch = "wasm32")]
fn rules() -> &'static str {
    RULES.get().copied().unwrap_or_default()
}

/// Gives the program the public suffix list, the content of `static/public-suffixes.txt`. Later calls change nothing; without one, every
/// name has its last label as its suffix.
#[cfg(target_arch = "wasm32")]
pub fn set_public_suffixes(rules: &'static str) {
    let _ = RULES.set(rules);
}

/// The registrable domain of a host's name in lower case; `None` for a public suffix itself, and for what is no name.
pub(crate) fn registrable(name: &str) -> Option<&str> {
    if name.split('.').any(str::is_empty) {
        return None;
    }
    let mut labels = name.rsplit('.');
    let top = labels.next()?;
    let rest = rules().lines().find_map(|line| line.strip_prefix(top).filter(|rest| rest.starts_with(['-', '('])));
    let (mut count, mut suffix) = (1, 1);
    let mut rules = rest.map_or("", |rest| inside(rest.trim_start_matches('-')));
    for label in labels {
        count += 1;
        let find = |wanted: &str| Rules(rules).find(|rule| rule.label == wanted);
        let (own, any) = (find(label), find("*"));
        if own.as_ref().is_some_and(|rule| rule.is_exception) {
            suffix = count - 1;
            break;
        }
        if own.as_ref().is_some_and(|rule| rule.is_suffix) || any.is_some() {
            suffix = count;
        }
        let Some(own) = own else { break };
        rules = own.children;
    }
    let (start, _) = name.rmatch_indices('.').nth(suffix).map_or((0, ""), |(at, dot)| (at + 1, dot));
    (name.split('.').count() > suffix).then_some(&name[start..])
}

/// The rules of one level.
struct Rules<'a>(&'a str);

/// One label of a rule.
struct Rule<'a> {
    label: &'a str,
    is_exception: bool,
    is_suffix: bool,
    children: &'a str,
}

impl<'a> Iterator for Rules<'a> {
    type Item = Rule<'a>;

    fn next(&mut self) -> Option<Rule<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let end = self.0.find([',', '(']).unwrap_or(self.0.len());
        let (label, rest) = self.0.split_at(end);
        let children = if rest.starts_with('(') { inside(rest) } else { "" };
        let behind = if children.is_empty() { rest } else { &rest[children.len() + 2..] };
        self.0 = behind.strip_prefix(',').unwrap_or(behind);
        let is_exception = label.starts_with('!');
        // A dash at the end of a label is none of its own: no label may end in one.
        let is_suffix = children.is_empty() || !label.ends_with('-');
        Some(Rule { label: label.trim_start_matches('!').trim_end_matches('-'), is_exception, is_suffix, children })
    }
}

/// What stands between the first parenthesis and the one that closes it.
fn inside(text: &str) -> &str {
    let mut depth = 0;
    let end = text.bytes().position(|byte| {
        depth += i32::from(byte == b'(') - i32::from(byte == b')');
        depth == 0
    });
    end.and_then(|end| text.get(1..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use expect_test::expect_file;
    use public_suffix::{DEFAULT_PROVIDER, EffectiveTLDProvider as _, ListProvider, Table};

    use super::*;

    /// A label with what stands before it.
    #[derive(Default)]
    struct Node {
        is_suffix: bool,
        is_exception: bool,
        children: BTreeMap<String, Node>,
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

    /// Breaks when the list is not the library's: `UPDATE_EXPECT=1` writes it anew from that.
    #[test]
    fn the_list_is_the_librarys() {
        let mut text = String::new();
        // A rule of one label is what holds without a rule.
        for (label, node) in read(&DEFAULT_PROVIDER).iter().filter(|(_, node)| !node.children.is_empty()) {
            write(label, node, &mut text);
            text.push('\n');
        }
        expect_file!["../../../../static/public-suffixes.txt"].assert_eq(&text);
    }

    #[track_caller]
    fn check(name: &str) {
        assert_eq!(registrable(name), DEFAULT_PROVIDER.effective_tld_plus_one(name).ok(), "{name}");
    }

    /// Breaks when the list as it is held here says something else than the library that it was made from, for any rule.
    #[test]
    fn every_rule_is_the_librarys() {
        fn walk(rules: &str, behind: &str, count: &mut usize) {
            for rule in Rules(rules) {
                let label = if rule.label == "*" { "any" } else { rule.label };
                let name = [label, ".", behind].concat();
                for before in ["", "shop.", "www.shop.", "a.www.shop."] {
                    check(&[before, &name].concat());
                }
                *count += 1;
                walk(rule.children, &name, count);
            }
        }
        let mut count = 0;
        for line in rules().lines() {
            let end = line.find(['-', '(']).unwrap();
            walk(inside(line[end..].trim_start_matches('-')), &line[..end], &mut count);
        }
        assert!(count > 8000, "only {count} rules");
    }

    /// Breaks when a name without a rule, or what is no name, has another registrable domain than the library says.
    #[test]
    fn other_names_follow_the_last_label() {
        for name in [
            "shop.example",
            "a.b.shop.example",
            "example",
            "localhost",
            "",
            ".",
            "a..example",
            ".example",
            "example.",
            "www.ck",
            "a.ck",
            "b.a.ck",
        ] {
            check(name);
        }
    }
}
