//! What everybody may see of a round: its league tables, its draw, the list of entries.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::Reader;
use super::quiz::published;
use crate::console::error::Answer;
use crate::console::form::Target;
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Result};
use crate::quiz::round::{Phase, Round, RoundId};
use crate::quiz::rules::draw::{list, masked};
use crate::quiz::rules::round::population;
use crate::quiz::store::playing::{self, Tally, Team};
use crate::quiz::store::rounds;
use crate::quiz::views::playing::{DrawPage, LeaguePage, TeamRow};

/// Teams with fewer people are not shown, so that nobody can be recognized in them.
const SMALL: i64 = 5;
/// Teams of one table.
const MOST: usize = 50;

/// The league tables.
pub async fn league(State(web): State<Web>, Target(id): Target<RoundId>, reader: Reader) -> Answer {
    let (round, _) = published(&web, id).await?;
    let mut tables = Vec::new();
    for (name, team) in [("按区", Team::District), ("按镇街", Team::Town), ("按单位", Team::Unit)]
    {
        if team == Team::Unit && round.units.is_empty() {
            continue;
        }
        let tallies = playing::league(&mut web.deps.db.read().await?, id, team).await?;
        tables.push((name, rows(&web, &round, team, tallies)));
    }
    let here = format!("/c/quiz/{id}/league");
    reader.give(&LeaguePage {
        shell: frame::street(&web, "排行榜", reader.large, &here, &reader.asked),
        id: id.to_string(),
        title: round.title,
        tables,
        source: if round.population.is_empty() { String::new() } else { round.population_source },
        least: SMALL,
    })
}

fn rows(web: &Web, round: &Round, team: Team, tallies: Vec<Tally>) -> Vec<TeamRow> {
    let directory = web.directory.current();
    let atlas = &directory.atlas;
    let shown =
        tallies.into_iter().filter(|tally| !tally.name.is_empty() && tally.players >= SMALL);
    let row = |tally: Tally| {
        let name = match team {
            Team::District | Team::Town => atlas.place_name(&tally.name),
            Team::Unit | Team::All => tally.name,
        };
        TeamRow {
            rate: population(round, &name).map_or_else(String::new, |all| {
                let tenths = tally.players * 1000 / all;
                format!("{}.{}%", tenths / 10, tenths % 10)
            }),
            name,
            players: tally.players,
            right_answers: tally.right_answers,
            percent: tally.right_answers * 100 / tally.answers.max(1),
        }
    };
    shown.map(row).take(MOST).collect()
}

/// The draw: how it works, and how it came out.
pub async fn draw(State(web): State<Web>, Target(id): Target<RoundId>, reader: Reader) -> Answer {
    let (round, _) = published(&web, id).await?;
    let mut link = web.deps.db.read().await?;
    let entries = rounds::entries(&mut link, id).await?.len();
    let winners = rounds::winners(&mut link, id).await?;
    drop(link);
    let here = format!("/c/quiz/{id}/draw");
    let shown = |(rank, number, nickname): (i64, String, String)| (rank, number, masked(&nickname));
    reader.give(&DrawPage {
        shell: frame::street(&web, "抽奖公示", reader.large, &here, &reader.asked),
        id: id.to_string(),
        title: round.title,
        prizes: round.prizes,
        commitment: round.commitment.unwrap_or_default(),
        count: round.winners,
        least_right: round.least_right.max(1),
        seed: round.seed.unwrap_or_default(),
        list_hash: round.list_hash.unwrap_or_default(),
        entries,
        winners: winners.into_iter().map(shown).collect(),
    })
}

/// The numbers that took part in the draw, as their digest is computed.
pub async fn entries(State(web): State<Web>, Target(id): Target<RoundId>) -> Answer {
    Ok(text(&web, id).await?)
}

async fn text(web: &Web, id: RoundId) -> Result<axum::response::Response> {
    let (_, phase) = published(web, id).await?;
    if phase != Phase::Drawn {
        return Err(Error::conflict("开奖以后才公布名单。"));
    }
    let numbers = rounds::entries(&mut web.deps.db.read().await?, id).await?;
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((kind, list(&numbers)).into_response())
}
