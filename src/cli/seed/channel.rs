//! The demo city's official account: who follows it, what operators say of them, WeChat's agents and
//! templates. One half goes into the database, the other is played to the simulated WeChat, which
//! forgets everything when the demo ends.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::city::City;
use crate::app::App;
use crate::citizens::followers::{BlockReason, Detail, Notice};
use crate::citizens::store::{followers, labels};
use crate::notices::rules::Filler;
use crate::notices::{self, Fields, Purpose};
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::simulator::{ANSWERED_NOTICE, Simulator};
use crate::wechat::client::{CallError, Client};
use crate::wechat::tag::TAGGING_LIMIT;

/// Followers of the demo account; the first of them wrote.
pub const FOLLOWERS: u64 = 320;
/// Days over which they came.
const DAYS: u64 = 200;
/// One in so many leaves; every second of those comes back.
const LEAVES: u64 = 23;
/// Nobody after this one has left: they came too lately.
const SETTLED: u64 = 280;
/// WeChat numbers the tags of a new account from here.
pub(super) const FIRST_TAG: i64 = 100;
/// Tags: name, and one in how many has it.
const TAGS: [(&str, u64); 4] =
    [("普法志愿者", 19), ("新就业群体", 7), ("社区网格员", 29), ("问卷已答", 5)];
/// Names operators gave.
const REMARKS: [(u64, &str); 6] = [
    (4, "湖塘赵师傅"),
    (57, "红梅网格员"),
    (131, "志愿者小顾"),
    (209, "三井王阿姨"),
    (301, "外卖站站长"),
    (318, "新闻办联系人"),
];
/// Who is on the blacklist.
const BLOCKED: u64 = 288;
const BLOCK_NOTE: &str = "三天发了四十多条贷款广告，提醒两次无效";
/// WeChat id of the official account.
const HOME: &str = "cz_pufa_demo";
/// How followers found the account.
const SOURCES: [&str; 4] =
    ["ADD_SCENE_QR_CODE", "ADD_SCENE_SEARCH", "ADD_SCENE_PROFILE_CARD", "ADD_SCENE_PROFILE_LINK"];

/// The openid of a follower, as the simulated WeChat's crowd has it.
pub fn openid(number: u64) -> String {
    format!("oSYN{number:024}")
}

fn leaves(number: u64) -> bool {
    number.is_multiple_of(LEAVES) && number <= SETTLED
}

fn returns(number: u64) -> bool {
    leaves(number) && number.is_multiple_of(2 * LEAVES)
}

fn follows(number: u64) -> bool {
    !leaves(number) || returns(number)
}

fn tags(number: u64) -> Vec<usize> {
    (0..TAGS.len()).filter(|at| follows(number) && number.is_multiple_of(TAGS[*at].1)).collect()
}

/// Writes the followers with their comings and goings, their particulars and the blacklist.
pub async fn add(app: &App, city: &City) -> Result<()> {
    let deps = &app.web.deps;
    let now = deps.clock.now();
    let account = app.web.config.wechat.accounts.keys().next().map_or("main", String::as_str);
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let came = |number: u64| {
        let back = DAYS * 86_400 * (FOLLOWERS - number) / FOLLOWERS + 3_600 + number % 40 * 61;
        now.minus(Duration::from_secs(back))
    };
    let mut details = Vec::new();
    let mut tx = deps.db.begin().await?;
    for number in 1..=FOLLOWERS {
        let (openid, first) = (openid(number), came(number));
        followers::note(&mut tx, account, &openid, true, first, Notice::Push).await?;
        let mut since = first;
        if leaves(number) {
            let left = first.plus(days(9));
            followers::note(&mut tx, account, &openid, false, left, Notice::Push).await?;
        }
        if returns(number) {
            since = first.plus(days(17));
            followers::note(&mut tx, account, &openid, true, since, Notice::Push).await?;
        }
        if follows(number) {
            details.push(detail(number, openid, since, city));
        }
    }
    followers::save_details(&mut tx, account, &details, (now, now)).await?;
    if let Some(one) = labels::of_user(&mut tx, account, &openid(BLOCKED)).await? {
        let why = (BlockReason::Advertising, BLOCK_NOTE);
        labels::set_blocked(&mut tx, one.id, Some(why), now.minus(days(3))).await?;
    }
    tx.commit().await
}

fn detail(number: u64, openid: String, since: Moment, city: &City) -> Detail {
    let source = SOURCES[number as usize % SOURCES.len()];
    let station = &city.station[number as usize % city.station.len()];
    let remark = REMARKS.iter().find(|(one, _)| *one == number).map_or("", |(_, remark)| remark);
    Detail {
        openid,
        subscribed_at: Some(since),
        source: Some(source.to_owned()),
        scene: (source == SOURCES[0]).then(|| station.scene.clone()),
        tags: tags(number).into_iter().map(|at| FIRST_TAG + at as i64).collect(),
        remark: remark.to_owned(),
        unionid: None,
    }
}

/// Plays it all to the simulated WeChat: followers, tags, remarks, blacklist, agents. `account` is
/// its first.
///
/// # Errors
/// When it does not take them.
pub async fn play(simulator: &Simulator, account: &str, client: &Client) -> Result<(), CallError> {
    simulator.set_crowd(account, FOLLOWERS, (1..=FOLLOWERS).filter(|one| !follows(*one)));
    for (at, (name, _)) in TAGS.iter().enumerate() {
        let tag = client.create_tag(name).await?;
        let having = (1..=FOLLOWERS).filter(|number| tags(*number).contains(&at)).map(openid);
        for some in having.collect::<Vec<_>>().chunks(TAGGING_LIMIT) {
            client.tag_users(tag.id, some).await?;
        }
    }
    for (number, remark) in REMARKS {
        client.set_remark(&openid(number), remark).await?;
    }
    client.block_users(&[openid(BLOCKED)]).await?;
    let (lawyer, volunteer) = (format!("lawyer01@{HOME}"), format!("night02@{HOME}"));
    client.add_agent(&lawyer, "朱律师").await?;
    client.invite_agent(&lawyer, "zhu_lawyer").await?;
    simulator.set_agent(account, &lawyer, true);
    client.add_agent(&volunteer, "夜间值班小陆").await?;
    client.invite_agent(&volunteer, "lu_night_duty").await
}

/// Lists the templates and puts the subscription template into use, unless one is in use already.
pub async fn choose_template(app: &App, account: &str, client: &Client, by: Uuid) -> Result<()> {
    let deps = &app.web.deps;
    notices::actions::read_templates(deps, client, account).await?;
    let mut link = deps.db.read().await?;
    let chosen = notices::store::chosen(&mut link, account, Purpose::Answered).await?;
    drop(link);
    if !chosen.is_empty() {
        return Ok(());
    }
    let fields = [
        ("character_string1", Filler::Number),
        ("thing2", Filler::Organization),
        ("time3", Filler::AnsweredAt),
    ];
    let fields: BTreeMap<_, _> =
        fields.into_iter().map(|(key, filler)| (key.to_owned(), filler)).collect();
    let template = ANSWERED_NOTICE;
    notices::actions::choose(deps, by, account, Purpose::Answered, template, Fields(fields)).await
}
