//! The colours of the page.

use yew::{hook, use_effect_with};

use crate::state::Theme;

/// Tells the style sheets which colours were chosen.
#[hook]
pub(crate) fn use_theme(theme: Theme) {
    use_effect_with(theme, |theme| {
        let Some(root) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element()) else {
            return;
        };
        // An attribute of the root can always be set.
        let _ = match theme {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
        };
    });
}
