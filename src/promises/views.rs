//! How a promise is put into words, for staff and for the citizen.

use super::{Extension, ExtensionState, Pausing};
use crate::inquiries::Inquiry;
use crate::platform::clock::Moment;
use crate::worktime::in_words;
use crate::worktime::promise::Level;

/// How near the end of a running promise is, for staff; `None` while nothing is to be said.
pub fn stage(inquiry: &Inquiry) -> Option<&'static str> {
    Some(match Level::of(inquiry.warned)? {
        Level::Half => "时间过半",
        Level::Most => "快到时限，升级到单位管理员",
        Level::Slipping => "快到时限，已写通知给群众",
        Level::Passed => "已超时，升级到枢纽型组织",
        Level::DayOver => "超时一个工作日，升级到联盟运营",
    })
}

/// That the clock stands still, for staff.
pub fn paused(inquiry: &Inquiry, now: Moment) -> Option<String> {
    let (reason, until) = (inquiry.pause_reason?, inquiry.paused_until?);
    Some(format!("已暂停计时：{}，最迟{}恢复", reason.name(), in_words(until, now)))
}

/// What happened to the promise so far, for staff, oldest first.
pub fn history(pauses: &[Pausing], extensions: &[Extension], now: Moment) -> Vec<(Moment, String)> {
    let mut lines: Vec<(Moment, String)> = Vec::new();
    for pause in pauses {
        let until = in_words(pause.until_at, now);
        lines.push((pause.from_at, format!("暂停计时：{}，最迟{until}恢复", pause.reason.name())));
        if let (Some(at), Some(ending)) = (pause.ended_at, pause.ending) {
            lines.push((at, format!("恢复计时：{}", ending.name())));
        }
    }
    for one in extensions {
        lines.push((
            one.asked_at,
            format!("申请延期 {} 个工作日，理由：{}", one.workdays, one.reason),
        ));
        let Some(at) = one.decided_at else { continue };
        let remark = if one.remark.is_empty() { "" } else { "，" };
        lines.push((at, format!("延期{}{remark}{}", outcome(one, now), one.remark)));
    }
    lines.sort_by_key(|(at, _)| *at);
    lines
}

fn outcome(extension: &Extension, now: Moment) -> String {
    match (extension.state, extension.due_after) {
        (ExtensionState::Granted, Some(due)) => format!("已同意，新的时限{}", in_words(due, now)),
        (state, _) => state.name().to_owned(),
    }
}

/// What a citizen reads of a pause.
pub fn to_citizen(inquiry: &Inquiry, now: Moment) -> Option<String> {
    let (reason, until) = (inquiry.pause_reason?, inquiry.paused_until?);
    let until = in_words(until, now);
    Some(format!("暂停计时，{}。您来信后马上恢复，最迟{until}恢复", reason.to_citizen()))
}

/// What a citizen reads of an extension that was granted for the running promise.
pub fn extension_to_citizen(
    extensions: &[Extension],
    inquiry: &Inquiry,
    now: Moment,
) -> Option<String> {
    let granted = extensions
        .iter()
        .rev()
        .find(|one| one.state == ExtensionState::Granted && one.asked_at >= inquiry.promised_at)?;
    let before = in_words(granted.due_before, now);
    Some(format!("原定{before}前答复，情况复杂，经单位负责人同意延期"))
}
