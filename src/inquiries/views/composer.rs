//! What helps somebody who writes an answer.

use askama::Template;

/// Something that can be inserted.
#[derive(Clone, Debug, Default)]
pub struct Insertion {
    /// 常用答复, 知识卡片, 法条.
    pub kind: &'static str,
    /// By which it is found.
    pub title: String,
    /// What is inserted.
    pub text: String,
    /// Where it is inserted without the script.
    pub href: String,
}

/// What can be inserted, as a block that the script exchanges.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "picker.html", config = "src/console/askama.toml")]
pub struct PickerPart {
    /// What was found.
    pub found: Vec<Insertion>,
}

/// How an answer will look on the phone.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Whether all of it is in the message; else its beginning, with a link to the rest.
    pub whole: bool,
    /// The message as the phone shows it.
    pub text: String,
    /// What becomes of its pictures; empty without any.
    pub pictures: String,
}

/// How an answer will look, and what to look at again; a block that the script exchanges.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "preview.html", config = "src/console/askama.toml")]
pub struct Preview {
    /// The look; nothing for an empty answer.
    pub look: Option<Look>,
    /// What to look at again, one sentence each.
    pub warnings: Vec<String>,
    /// Whether sending was kept back for it.
    pub held: bool,
}

impl Preview {
    /// What the writer was told to look at again, as the form sends it back.
    pub fn told(&self) -> String {
        self.warnings.join("\n")
    }
}
