//! WeChat's own figures (§13), counted from what citizens did. Articles have none here.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Span;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, post};
use crate::platform::clock::Moment;
use crate::simulator::Simulator;
use crate::simulator::world::{Pushed, World, Written};

/// Figures of a day are ready after this time of the next.
const READY_AFTER: Duration = Duration::from_secs(8 * 3600);

/// How a day's items of one kind are made.
type Count = fn(&World, usize, Date) -> Vec<Value>;

macro_rules! figures {
    ($($path:literal, $days:literal, $count:path;)*) => {
        vec![$(post($path, "figures", |simulator, call| answer(simulator, call, $days, $count))),*]
    };
}

/// Routes of this family; the second column is the most days in one call.
pub(super) fn routes() -> Vec<Route> {
    figures! {
        "/datacube/getusersummary", 7, user_summary;
        "/datacube/getusercumulate", 7, user_cumulate;
        "/datacube/getarticleread", 1, none;
        "/datacube/getarticleshare", 1, none;
        "/datacube/getbizsummary", 30, none;
        "/datacube/getarticletotaldetail", 1, none;
        "/datacube/getupstreammsg", 7, upstream;
        "/datacube/getupstreammsghour", 1, upstream_hour;
        "/datacube/getupstreammsgdist", 15, distribution;
        "/datacube/getinterfacesummary", 30, interface;
        "/datacube/getinterfacesummaryhour", 1, interface_hour;
    }
}

fn answer(
    simulator: &Simulator,
    call: &Call,
    most_days: i64,
    count: Count,
) -> Result<Done, Refusal> {
    let day = |name: &str| -> Result<Date, i64> {
        let text = call.json.get(name).and_then(Value::as_str).ok_or(61500)?;
        text.parse().map_err(|_| 61500)
    };
    let (first, last) = (day("begin_date")?, day("end_date")?);
    let now = simulator.now();
    let today = now.in_shanghai().date();
    let length = last.since(first).map_err(|_| 61500)?.get_days();
    if last < first || last >= today || i64::from(length) >= most_days {
        return Err(61501.into());
    }
    let ready = now.minus(READY_AFTER).in_shanghai().date();
    if last >= ready {
        return Err(61503.into());
    }
    let world = simulator.world();
    let days = first.series(Span::new().days(1)).take_while(|day| *day <= last);
    let list: Vec<Value> = days.flat_map(|day| count(&world, call.account, day)).collect();
    Ok(json!({"list": list}).into())
}

fn none(_: &World, _: usize, _: Date) -> Vec<Value> {
    Vec::new()
}

fn on(at: Moment, day: Date) -> bool {
    at.in_shanghai().date() == day
}

fn hour(at: Moment) -> i64 {
    i64::from(at.in_shanghai().hour())
}

fn user_summary(world: &World, account: usize, day: Date) -> Vec<Value> {
    let came = |citizen: &&crate::simulator::world::Citizen| {
        citizen.account == account && citizen.subscribed_at.is_some_and(|at| on(at, day))
    };
    let new = world.citizens().iter().filter(came).count();
    let item = json!({"ref_date": day.to_string(), "user_source": 0, "new_user": new,
        "cancel_user": 0});
    vec![item]
}

fn user_cumulate(world: &World, account: usize, day: Date) -> Vec<Value> {
    let follow = world.citizens().iter().filter(|c| c.account == account && c.following).count();
    vec![json!({"ref_date": day.to_string(), "user_source": 0, "cumulate_user": follow})]
}

/// Messages of a day that are counted.
fn written(world: &World, account: usize, day: Date) -> impl Iterator<Item = &Written> {
    let counted = move |message: &&Written| {
        message.account == account && message.msg_type > 0 && on(message.at, day)
    };
    world.figures.messages.iter().filter(counted)
}

fn upstream(world: &World, account: usize, day: Date) -> Vec<Value> {
    by_type(written(world, account, day), |_| 0, |_| json!({}), day)
}

fn upstream_hour(world: &World, account: usize, day: Date) -> Vec<Value> {
    let hours = |hour: i64| json!({"ref_hour": hour * 100});
    by_type(written(world, account, day), |message| hour(message.at), hours, day)
}

fn by_type<'a>(
    messages: impl Iterator<Item = &'a Written>,
    part: impl Fn(&Written) -> i64,
    head: impl Fn(i64) -> Value,
    day: Date,
) -> Vec<Value> {
    let mut groups: BTreeMap<(i64, u8), (u64, BTreeSet<&str>)> = BTreeMap::new();
    for message in messages {
        let group = groups.entry((part(message), message.msg_type)).or_default();
        group.0 += 1;
        group.1.insert(&message.openid);
    }
    let item = |((part, msg_type), (count, people)): ((i64, u8), (u64, BTreeSet<&str>))| {
        let mut item = head(part);
        item["ref_date"] = json!(day.to_string());
        item["msg_type"] = json!(msg_type);
        item["msg_user"] = json!(people.len());
        item["msg_count"] = json!(count);
        item
    };
    groups.into_iter().map(item).collect()
}

fn distribution(world: &World, account: usize, day: Date) -> Vec<Value> {
    let mut people: BTreeMap<&str, u64> = BTreeMap::new();
    for message in written(world, account, day) {
        *people.entry(&message.openid).or_default() += 1;
    }
    let mut intervals: BTreeMap<u8, u64> = BTreeMap::new();
    for count in people.values() {
        let interval = match count {
            0 => 0,
            1..=5 => 1,
            6..=10 => 2,
            _ => 3,
        };
        *intervals.entry(interval).or_default() += 1;
    }
    let item = |(interval, people)| json!({"ref_date": day.to_string(), "count_interval": interval, "msg_user": people});
    intervals.into_iter().map(item).collect()
}

fn interface(world: &World, account: usize, day: Date) -> Vec<Value> {
    by_part(world, account, day, |_| 0, |_| json!({}))
}

fn interface_hour(world: &World, account: usize, day: Date) -> Vec<Value> {
    by_part(world, account, day, |push| hour(push.at), |hour| json!({"ref_hour": hour * 100}))
}

fn by_part(
    world: &World,
    account: usize,
    day: Date,
    part: impl Fn(&Pushed) -> i64,
    head: impl Fn(i64) -> Value,
) -> Vec<Value> {
    let mut parts: BTreeMap<i64, (u64, u64, u64, u64)> = BTreeMap::new();
    let pushes = &world.figures.pushes;
    for push in pushes.iter().filter(|push| push.account == account && on(push.at, day)) {
        let sums = parts.entry(part(push)).or_default();
        sums.0 += 1;
        sums.1 += u64::from(!push.answered);
        sums.2 += push.took_ms;
        sums.3 = sums.3.max(push.took_ms);
    }
    let item = |(part, (count, failed, total, longest)): (i64, (u64, u64, u64, u64))| {
        let mut item = head(part);
        item["ref_date"] = json!(day.to_string());
        item["callback_count"] = json!(count);
        item["fail_count"] = json!(failed);
        item["total_time_cost"] = json!(total);
        item["max_time_cost"] = json!(longest);
        item
    };
    parts.into_iter().map(item).collect()
}
