//! JSON Web Tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::name::is_harmless_name;

/// The algorithm and the names of the claims of a JSON Web Token.
pub(crate) fn jwt(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with("eyJ") || text.len() > 100_000 {
        return None;
    }
    let mut parts = text.split('.');
    let (header, claims) = (parts.next()?, parts.next()?);
    let fits = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte));
    if !(fits(header) && fits(claims) && parts.next().is_none_or(fits)) || parts.count() > 2 {
        return None;
    }
    let object = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
        serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes).ok()
    };
    let harmless = |name: &&str| is_harmless_name(name);
    let header = object(header)?;
    let algorithm = header.get("alg").and_then(|value| value.as_str()).filter(harmless).unwrap_or("JWT");
    let claims = object(claims).unwrap_or_default();
    let names: Vec<&str> = claims.keys().map(String::as_str).filter(harmless).take(8).collect();
    Some(if names.is_empty() { algorithm.to_owned() } else { [algorithm, &names.join(",")].join(" ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a token's algorithm or the names of its claims are lost, or a value is shown.
    #[test]
    fn a_jwt_shows_names_alone() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.c2ln", part(r#"{"alg":"HS256","kid":"k"}"#), part(r#"{"sub":"alice","exp":1}"#));
        assert_eq!(jwt(&token).as_deref(), Some("HS256 exp,sub"));
    }
}
