//! The quiz of the demo city: a bank of questions (`config/demo/quiz.toml`), written by one person
//! and checked by another, and a round that runs.

use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;

use crate::app::{App, plain};
use crate::knowledge::live::day_of;
use crate::language::Field;
use crate::quiz::actions::{bank, rounds};
use crate::quiz::round::{RoundEdit, RoundId};
use crate::quiz::rules::question::key_of;
use crate::quiz::{Kind, QuestionEdit, QuestionId};
use crate::staff::{self, Role};

const FILE: &str = include_str!("../../../config/demo/quiz.toml");

/// Days the round runs.
const DAYS: u32 = 14;

#[derive(Deserialize)]
struct Bank {
    question: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    kind: Kind,
    field: Field,
    #[serde(default)]
    situation: String,
    text: String,
    #[serde(default)]
    options: String,
    key: String,
    explanation: String,
    law: String,
    article: String,
    difficulty: i64,
}

impl From<Written> for QuestionEdit {
    fn from(written: Written) -> Self {
        Self {
            kind: written.kind,
            field: written.field,
            situation: written.situation,
            question: written.text,
            options: written.options,
            answer_key: key_of(written.kind, &written.key),
            explanation: written.explanation,
            law: written.law,
            article: written.article,
            source: "演示题库".to_owned(),
            difficulty: written.difficulty,
            expires_on: None,
        }
    }
}

pub async fn add(app: &App) -> anyhow::Result<()> {
    let deps = &app.web.deps;
    let written: Bank = toml::from_str(FILE).context("config/demo/quiz.toml")?;
    let people = staff::store::of_alliance(&mut deps.db.read().await.map_err(plain)?)
        .await
        .map_err(plain)?;
    let with = |role| people.iter().find(|person| person.role == role).map(|person| person.id);
    let (Some(author), Some(checker)) = (with(Role::Operator), with(Role::Approver)) else {
        anyhow::bail!("the demo city has no operator or no approver");
    };
    let now = deps.clock.now();
    let edits: Vec<(QuestionId, QuestionEdit)> = written
        .question
        .into_iter()
        .map(|one| (QuestionId(deps.entropy.id_at(now)), one.into()))
        .collect();
    let ids: Vec<QuestionId> = edits.iter().map(|(id, _)| *id).collect();
    bank::add_all(deps, author, edits).await.map_err(plain)?;
    for id in ids {
        bank::decide(deps, checker, id, 1, Ok(())).await.map_err(plain)?;
    }
    let round = RoundId(deps.entropy.id_at(now));
    rounds::add(deps, author, round, edit(app)).await.map_err(plain)?;
    rounds::submit(deps, author, round).await.map_err(plain)?;
    rounds::let_go(deps, checker, round, 1).await.map_err(plain)
}

fn edit(app: &App) -> RoundEdit {
    let now = app.web.deps.clock.now();
    let account = app.web.config.wechat.accounts.keys().next().map_or("main", String::as_str);
    RoundEdit {
        account_id: account.to_owned(),
        title: "宪法宣传周 每日五题".to_owned(),
        intro: "每天五道题，都是身边常遇到的法律问题。答完马上看解析。".to_owned(),
        prizes: "普法帆布袋一个（演示）".to_owned(),
        winners: 10,
        least_right: 3,
        opens_on: day_of(now),
        closes_on: day_of(now.plus(Duration::from_secs(86_400) * (DAYS - 1))),
        period_days: 1,
        per_period: 5,
        field: String::new(),
        hardest: 5,
        units: "湖塘桥小学\n运河中学\n青果社区".to_owned(),
        population: String::new(),
        population_source: String::new(),
    }
}
