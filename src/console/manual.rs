//! The manual inside the console: `config/manual.toml`, embedded. Pure.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::staff::Role;

/// One chapter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Its id, part of its address.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The roles whose work it describes; none for everybody.
    pub roles: Vec<Role>,
    /// One or two sentences.
    pub intro: String,
    /// Its sections.
    #[serde(rename = "section")]
    pub sections: Vec<Section>,
}

/// One section of a chapter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// What to do, one step after the other.
    pub steps: Vec<String>,
    /// Name of a picture among the assets, taken by the browser tests; empty without one.
    #[serde(default)]
    pub picture: String,
    /// What the picture shows.
    #[serde(default)]
    pub alt: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manual {
    #[serde(rename = "chapter")]
    chapters: Vec<Chapter>,
}

/// Every chapter in the order of the file.
pub static CHAPTERS: LazyLock<Vec<Chapter>> = LazyLock::new(|| {
    // The file is embedded; a test parses it, so this cannot fail in a built binary.
    let manual = toml::from_str::<Manual>(include_str!("../../config/manual.toml"));
    manual.map(|manual| manual.chapters).unwrap_or_default()
});

/// The chapters about the work of a role, and the others.
pub fn for_role(role: Role) -> (Vec<&'static Chapter>, Vec<&'static Chapter>) {
    CHAPTERS.iter().partition(|c| c.roles.is_empty() || c.roles.contains(&role))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::platform::http::assets;

    #[test]
    fn every_role_has_a_chapter_of_its_own_and_every_picture_is_there() {
        for role in Role::ALL {
            let (own, _) = for_role(*role);
            assert!(own.iter().any(|chapter| chapter.roles.contains(role)), "{role:?}");
        }
        let ids: HashSet<&str> = CHAPTERS.iter().map(|chapter| chapter.id.as_str()).collect();
        assert_eq!(ids.len(), CHAPTERS.len(), "ids are unique");
        for section in CHAPTERS.iter().flat_map(|chapter| &chapter.sections) {
            assert!(!section.steps.is_empty(), "{}", section.title);
            assert_eq!(section.picture.is_empty(), section.alt.is_empty(), "{}", section.title);
            if !section.picture.is_empty() {
                assert_ne!(assets::url(&section.picture), "/assets/none", "{}", section.picture);
            }
        }
    }
}
