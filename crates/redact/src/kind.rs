//! The kinds of values that are removed, and the groups in which a person reviews them.

use serde::{Deserialize, Serialize};

/// What a removed value was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A cookie's value.
    Cookie,
    /// A header's value.
    Header,
    /// What proves who somebody is: the value behind `Bearer` and the like.
    Credentials,
    /// A JSON Web Token.
    Jwt,
    /// A private key.
    Key,
    /// A key of a service's interface, as its beginning tells.
    ApiKey,
    /// The value of a parameter in a query.
    Query,
    /// The same, and it looks like a time or like chance.
    Chance,
    /// What follows the `#` of a URL.
    Fragment,
    /// User name and password in a URL.
    User,
    /// A part of a path.
    Path,
    /// A field of a form.
    Form,
    /// A file in a form.
    File,
    /// A value in a JSON body.
    Json,
    /// A body.
    Body,
    /// A title.
    Title,
    /// A comment.
    Comment,
    /// A name that may be a secret itself.
    Name,
    /// An e-mail address.
    Email,
    /// An IP address.
    Ip,
    /// The number of a payment card.
    Card,
    /// Any other text.
    Text,
}

/// Groups of kinds, as a person reviews them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Cookies.
    Cookies,
    /// What lets somebody in.
    Credentials,
    /// What is about a person.
    Personal,
    /// Values of URLs and forms.
    Parameters,
    /// What was sent and received.
    Bodies,
    /// All else.
    Other,
}

impl Group {
    /// All of them, in the order in which a person reviews them.
    pub const ALL: [Self; 6] = [Self::Cookies, Self::Credentials, Self::Personal, Self::Parameters, Self::Bodies, Self::Other];
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 22] = [
        Self::Cookie,
        Self::Header,
        Self::Credentials,
        Self::Jwt,
        Self::Key,
        Self::ApiKey,
        Self::Query,
        Self::Chance,
        Self::Fragment,
        Self::User,
        Self::Path,
        Self::Form,
        Self::File,
        Self::Json,
        Self::Body,
        Self::Title,
        Self::Comment,
        Self::Name,
        Self::Email,
        Self::Ip,
        Self::Card,
        Self::Text,
    ];

    /// As it stands in a token.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Header => "header",
            Self::Credentials => "credentials",
            Self::Jwt => "jwt",
            Self::Key => "key",
            Self::ApiKey => "apikey",
            Self::Query => "query",
            Self::Chance => "chance",
            Self::Fragment => "fragment",
            Self::User => "user",
            Self::Path => "path",
            Self::Form => "field",
            Self::File => "file",
            Self::Json => "json",
            Self::Body => "body",
            Self::Title => "title",
            Self::Comment => "comment",
            Self::Name => "name",
            Self::Email => "email",
            Self::Ip => "ip",
            Self::Card => "card",
            Self::Text => "text",
        }
    }

    /// The group that a person finds it in.
    pub fn group(self) -> Group {
        match self {
            Self::Cookie => Group::Cookies,
            Self::Credentials | Self::Jwt | Self::Key | Self::ApiKey | Self::User => Group::Credentials,
            Self::Email | Self::Ip | Self::Card => Group::Personal,
            Self::Query | Self::Chance | Self::Fragment | Self::Path | Self::Form => Group::Parameters,
            Self::File | Self::Json | Self::Body => Group::Bodies,
            Self::Header | Self::Title | Self::Comment | Self::Name | Self::Text => Group::Other,
        }
    }
}
