//! Canned answers of the demo city's alliance (`config/demo/canned.toml`).

use anyhow::Context;
use serde::Deserialize;

use crate::app::{App, plain};
use crate::canned::{CannedId, actions};
use crate::staff::{self, Role};

const FILE: &str = include_str!("../../../config/demo/canned.toml");

#[derive(Deserialize)]
struct Texts {
    canned: Vec<Text>,
}

#[derive(Deserialize)]
struct Text {
    title: String,
    body: String,
}

/// Adds them in the name of the first operator.
pub async fn add(app: &App) -> anyhow::Result<()> {
    let texts: Texts = toml::from_str(FILE).context("config/demo/canned.toml")?;
    let deps = &app.web.deps;
    let people = {
        let mut link = deps.db.read().await.map_err(plain)?;
        staff::store::of_alliance(&mut link).await.map_err(plain)?
    };
    let operator = people.into_iter().find(|person| person.role == Role::Operator);
    let operator = operator.context("the demo city has no operator")?;
    for text in texts.canned {
        let id = CannedId(deps.entropy.id_at(deps.clock.now()));
        actions::add(deps, &operator, id, &text.title, &text.body).await.map_err(plain)?;
    }
    Ok(())
}
