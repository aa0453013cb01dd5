//! What staff and the system did with an inquiry, in words for its timeline.

use std::collections::HashMap;

use crate::inquiries::{Closing, reviewing};
use crate::language::Field;
use crate::platform::audit;
use crate::staff::StaffId;

/// One deed as a sentence; `None` for what the timeline does not show.
pub(super) fn sentence(deed: &audit::Entry, names: &HashMap<StaffId, String>) -> Option<String> {
    let by = deed.staff_id.and_then(|id| names.get(&StaffId(id))).map_or("工作人员", |n| n);
    match deed.action.as_str() {
        "inquiry.claim" => Some(format!("{by} 认领")),
        "inquiry.field" => {
            let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
            let name = |side: &str| detail[side].as_str().and_then(Field::from_code);
            let (from, to) = (name("from").map_or("待确认", Field::name), name("to")?.name());
            Some(format!("{by} 把领域从“{from}”更正为“{to}”"))
        }
        "inquiry.alert" => {
            let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
            let ids = detail["alerted"].as_array()?.iter();
            let ids = ids.filter_map(|id| id.as_str()?.parse().ok().map(StaffId));
            let known: Vec<&str> =
                ids.filter_map(|id| names.get(&id).map(String::as_str)).collect();
            Some(format!("读出危险，已提醒 {}", known.join("、")))
        }
        "inquiry.alert_seen" => Some(format!("{by} 已知道危险提醒")),
        "inquiry.reveal" => {
            let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
            let reason = detail["reason"].as_str().unwrap_or_default();
            Some(format!("{by} 查看了被遮盖的原文，理由：{reason}"))
        }
        "inquiry.divide" => {
            let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
            let side = |name: &str| detail[name].as_str();
            match (side("to"), side("from")) {
                (Some(to), _) => Some(format!("群众把另一件事分出去单独办，编号 {to}")),
                (_, Some(from)) => Some(format!("群众从咨询 {from} 的同一条消息里分出这件事")),
                _ => None,
            }
        }
        "inquiry.merge" => {
            let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
            let side = |name: &str| detail[name].as_str();
            match (side("to"), side("from")) {
                (Some(to), _) => Some(format!("{by} 把这件并入咨询 {to}")),
                (_, Some(from)) => Some(format!("{by} 把咨询 {from} 并入这件")),
                _ => None,
            }
        }
        "inquiry.cite" => {
            let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
            let article = detail["article"].as_str()?;
            Some(match detail["fits"].as_bool() {
                Some(true) => format!("{by} 确认{article}适用"),
                Some(false) => format!("{by} 认为{article}不适用"),
                None => format!("{by} 收回了对{article}的判断"),
            })
        }
        "inquiry.release" => Some(format!("{by} 放回待认领")),
        "inquiry.take_over" => {
            let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
            let from = detail["from"].as_str().and_then(|id| id.parse().ok()).map(StaffId);
            let from = from.and_then(|id| names.get(&id)).map_or("同事", |name| name);
            let reason = detail["reason"].as_str().unwrap_or_default();
            Some(format!("{by} 从 {from} 手里接手，理由：{reason}"))
        }
        "answer.recall" => Some(format!("{by} 撤回了刚写的答复，没有发送")),
        "answer.stopped" => {
            Some("刚写的答复没有发出：咨询已由别人接手或办结，内容在作者的草稿里".to_owned())
        }
        "inquiry.claim_ended" => Some("认领人太久没有操作，系统放回待认领".to_owned()),
        "inquiry.close" => {
            let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
            let outcome = detail["outcome"].as_str().and_then(Closing::from_code);
            Some(format!("{by} 办结：{}", outcome.map_or("其他", Closing::name)))
        }
        action => reviewing::views::deed(action, by, &deed.detail),
    }
}
