//! HTML and XML: what goes with such a body, of which only the length stays, and may stand elsewhere.

use crate::leak_check::without_entities;
use crate::values::Context;

/// Attributes whose values are a person's, or the page's for this person: `value`, `content`, and those that begin with `data-`.
const VALUES: [&str; 2] = ["value", "content"];
/// Bytes of a value that could stand elsewhere.
const MAX_VALUE: usize = 256;

impl Context<'_> {
    /// Notes the values of attributes, and the texts of XML's elements that hold nothing else.
    pub(super) fn markup(&self, text: &str) {
        if !self.tokens.is_survey() || !text.trim_start().starts_with('<') {
            return;
        }
        let is_html = text.split('<').skip(1).take(64).any(|tag| {
            let name = tag.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '!').next().unwrap_or_default();
            ["!doctype", "html", "body", "head", "form", "input", "div", "meta"].iter().any(|known| known.eq_ignore_ascii_case(name))
        });
        for tag in text.split('<').skip(1) {
            let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
            self.attributes(tag);
            let cdata = tag.strip_prefix("![CDATA[").and_then(|rest| rest.split("]]").next());
            let leaf = cdata.or_else(|| (!is_html && !tag.starts_with('/')).then_some(behind));
            self.note(leaf.unwrap_or_default());
        }
    }

    /// Notes the values of a tag's attributes.
    fn attributes(&self, tag: &str) {
        let mut rest = tag;
        while let Some((before, behind)) = rest.split_once('=') {
            let name = before.trim_end().rsplit(|letter: char| letter.is_whitespace() || letter == '/').next().unwrap_or_default();
            let value = behind.trim_start();
            let quote = value.chars().next().filter(|letter| matches!(letter, '"' | '\''));
            let (value, after) = match quote {
                Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            let name = name.to_ascii_lowercase();
            if VALUES.contains(&name.as_str()) || name.starts_with("data-") {
                self.note(value);
            }
            rest = after;
        }
    }

    fn note(&self, value: &str) {
        if (1..=MAX_VALUE).contains(&value.len()) {
            self.tokens.goes(&without_entities(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;
    use crate::tokens::Tokens;
    use crate::values::Context;

    /// Breaks when a value that goes with a page or an XML document stays elsewhere, or a text of a page is looked for.
    #[test]
    fn values_in_markup_go_everywhere() {
        let policy = Policy::default();
        let mut survey = Tokens::survey();
        let context = Context { tokens: &mut survey, policy: &policy, field: "test" };
        for body in [
            "<form><input name=user value='velvet Kenji &amp; Ko'><option value=swordfish>x</option><p>Ordinary Words</p></form>",
            "<div data-token=\"tigercoral\"></div><meta name=author content=\"Olga Petrova\">",
            "<?xml version=\"1.0\"?><r><user>adoramendez</user><![CDATA[meadowember]]></r>",
        ] {
            context.markup(body);
        }
        for word in ["velvet Kenji & Ko", "swordfish", "tigercoral", "Olga Petrova", "adoramendez", "meadowember", "Ordinary Words"] {
            context.tokens.stays(word);
        }
        let tokens = survey.surveyed(&policy, &[]);
        for word in ["velvet Kenji & Ko", "swordfish", "tigercoral", "Olga Petrova", "adoramendez", "meadowember"] {
            assert_eq!(tokens.known(word), Some(word));
        }
        assert_eq!(tokens.known("Ordinary Words"), None);
    }
}
