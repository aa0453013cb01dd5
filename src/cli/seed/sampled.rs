//! Last month's quality sample of the demo city, partly read, with one answer to be put right, and a
//! citizen who was not satisfied yesterday.

use super::held::first;
use crate::app::App;
use crate::inquiries::State;
use crate::inquiries::actions::citizen::{Word, said};
use crate::members;
use crate::platform::error::{Kind, Result};
use crate::quality::Scores;
use crate::quality::actions::{draw, hand_in, take};
use crate::quality::pass::BlindPass;
use crate::quality::rules::{Reading, last_month};
use crate::staff;

/// Readings: marks, remark, and the right answer where the one given was wrong.
const READINGS: [([u8; 5], &str, Option<&str>); 3] = [
    ([5, 4, 5, 5, 4], "先说结论，步骤清楚。", None),
    ([4, 3, 4, 4, 3], "建议补上仲裁时效。", None),
    (
        [2, 3, 4, 4, 4],
        "时效说错了，会让群众错过期限。",
        Some(
            "一般民事纠纷的诉讼时效是三年，从知道权利受到损害和对方是谁那天算起，请在期限内主张。",
        ),
    ),
];

pub async fn add(app: &App) -> Result<()> {
    let deps = &app.web.deps;
    let now = deps.clock.now();
    if let Some((_, inquiry)) = first(deps, State::Answered).await? {
        let mut tx = deps.db.begin().await?;
        said(&mut tx, inquiry.id, &Word::Rated(2), now).await?;
        tx.commit().await?;
    }
    draw(deps, None, &last_month(now)).await?;
    let mut link = deps.db.read().await?;
    let mut readers = Vec::new();
    for organization in members::store::all(&mut link).await? {
        let people = staff::store::of_organization(&mut link, organization.id).await?;
        readers.extend(people.iter().find_map(BlindPass::of));
    }
    drop(link);
    for (pass, (marks, remark, correction)) in readers.iter().zip(READINGS) {
        let id = match take(deps, pass).await {
            Err(error) if error.kind() == Kind::Conflict => continue,
            taken => taken?,
        };
        let reading = Reading {
            scores: Scores(marks),
            remark: remark.to_owned(),
            correction: correction.map(str::to_owned),
        };
        hand_in(deps, pass, id, reading).await?;
    }
    Ok(())
}
