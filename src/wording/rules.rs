//! Who may decide about a proposed text, and how a text looks on the phone. Pure.

use super::Proposal;
use crate::content::texts::fill;
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;

/// Said to whoever proposed a text.
pub const OWN: &str = "这个修改是您提出的，要请另一位同事审批：一人写，一人看，免得发错。";

/// Whether `person` may approve a proposal or send it back.
///
/// # Errors
/// Conflict, with what to do instead.
pub fn may_decide(proposal: &Proposal, person: StaffId) -> Result<()> {
    waits(proposal)?;
    match proposal.proposed_by == person {
        true => Err(Error::conflict(OWN)),
        false => Ok(()),
    }
}

/// Whether `person` may take a proposal back.
///
/// # Errors
/// Conflict when it is decided or somebody else's.
pub fn may_withdraw(proposal: &Proposal, person: StaffId) -> Result<()> {
    waits(proposal)?;
    match proposal.proposed_by == person {
        true => Ok(()),
        false => Err(Error::conflict("这个修改是别人提出的，只有提出的人能撤回。")),
    }
}

fn waits(proposal: &Proposal) -> Result<()> {
    match proposal.decision {
        None => Ok(()),
        Some(_) => Err(Error::conflict("这个修改已经处理过了。请刷新页面，看它的最新状态。")),
    }
}

/// What is filled in at a place, and an example of it.
pub fn place(name: &str) -> (&'static str, &'static str) {
    match name {
        "alliance" => ("联盟名称", "常州微信普法联盟"),
        "station" => ("服务站点名称", "湖塘镇便民服务大厅普法角"),
        "number" => ("咨询编号", "2611-0837"),
        "field" => ("法律领域", "劳动人事"),
        "fields" => ("法律领域", "劳动人事、婚姻家庭"),
        "place" => ("地区", "武进区 湖塘镇"),
        "due" => ("预计答复时间", "明天 10:00"),
        "organization" => ("接收单位", "湖塘暖言法律服务社"),
        "answer" => ("答复全文", "可以先向劳动监察大队投诉，也可以申请劳动仲裁。"),
        "links" => ("可以点的快捷回复", "我要咨询　我的咨询"),
        "page" => ("这件咨询的网页", ""),
        "privacy" => ("个人信息说明的网页", ""),
        "quizzes" => ("答题活动的网页", ""),
        "list" => ("咨询清单", "2611-0837 劳动人事 办理中"),
        _ => ("发送时自动填入", "……"),
    }
}

/// A text with an example in each of its places, before the phone hides the addresses of links.
pub fn example(body: &str, names: &[&str]) -> String {
    let filled: Vec<(&str, &str)> = names.iter().map(|name| (*name, place(name).1)).collect();
    fill(body, &filled)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::content::approving::Decision;
    use crate::content::texts::{SHIPPED, places};
    use crate::platform::clock::Moment;
    use crate::wording::ProposalId;

    const AUTHOR: StaffId = StaffId(Uuid::from_u128(1));
    const OTHER: StaffId = StaffId(Uuid::from_u128(2));

    fn proposal(decision: Option<Decision>) -> Proposal {
        Proposal {
            id: ProposalId(Uuid::from_u128(9)),
            key: "thanks".into(),
            from_version: 0,
            body: "不用谢。".into(),
            proposed_by: AUTHOR,
            proposed_at: Moment(0),
            decision,
            reason: None,
            decided_by: None,
            decided_at: None,
        }
    }

    #[test]
    fn another_decides_and_only_the_author_takes_back() {
        let waiting = proposal(None);
        assert!(may_decide(&waiting, OTHER).is_ok() && may_withdraw(&waiting, AUTHOR).is_ok());
        assert_eq!(may_decide(&waiting, AUTHOR).unwrap_err().public(), OWN);
        assert!(may_withdraw(&waiting, OTHER).is_err());
        for decided in Decision::ALL {
            let settled = proposal(Some(*decided));
            assert!(
                may_decide(&settled, OTHER).is_err() && may_withdraw(&settled, AUTHOR).is_err()
            );
        }
    }

    #[test]
    fn every_place_of_every_shipped_text_has_an_example() {
        for (key, text) in SHIPPED.iter() {
            let names: Vec<&str> = places(&text.body).into_iter().collect();
            let shown = example(&text.body, &names);
            assert!(places(&shown).is_empty(), "{key}: {shown}");
        }
    }
}
