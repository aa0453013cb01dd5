//! How a referral moves, how long institutions have, who may get legal aid, and where to apply. Pure.
//!
//! Sources: 法律援助法 (in force since 2022-01-01) articles 31, 32, 38, 42, 43, told in our own words;
//! five workdays for feedback as with tickets handed on by 12348.

use std::time::Duration;

use super::{Item, ItemKey, Referral, ReferralKind, ReferralState};
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::text_enum;
use crate::worktime::calendar::Calendar;
use crate::worktime::deadline::{Amount, deadline};

/// Longest text of an item, in characters.
pub const ITEM_LIMIT: usize = 2000;
/// Longest name of an institution, remark or contact, in characters.
pub const LINE_LIMIT: usize = 200;
/// Days in which legal aid decides (art. 43).
const DAYS_TO_DECIDE: u32 = 7;
/// Days in which a lawyer is assigned after that (art. 43).
const DAYS_TO_ASSIGN: u32 = 3;
/// Workdays in which every other institution says something.
const WORKDAYS: u32 = 5;

text_enum!(
    /// Something that happens to a referral.
    Step {
        /// The citizen agrees.
        Consent = "consent", "同意";
        /// The citizen does not.
        Refuse = "refuse", "不同意";
        /// The citizen takes the consent back.
        Withdraw = "withdraw", "撤回同意";
        /// It is handed over.
        Send = "send", "已经交给对方";
        /// The institution takes it.
        Accept = "accept", "对方受理了";
        /// The institution does not.
        Decline = "decline", "对方没有受理";
        /// There is a result.
        Finish = "finish", "已有结果";
        /// Staff drop it.
        Cancel = "cancel", "取消转介";
    }
);

impl Step {
    /// Whether it is the citizen's alone.
    pub fn is_citizens(self) -> bool {
        matches!(self, Self::Consent | Self::Refuse | Self::Withdraw)
    }

    /// Whether it says something the citizen should read.
    pub fn needs_words(self) -> bool {
        matches!(self, Self::Decline | Self::Finish)
    }
}

/// Where a step leads.
///
/// # Errors
/// Conflict when the state does not allow it.
pub fn next(state: ReferralState, step: Step) -> Result<ReferralState> {
    use ReferralState::*;
    Ok(match (state, step) {
        (Proposed, Step::Consent) => Consented,
        (Proposed, Step::Refuse) => Refused,
        (Proposed | Consented, Step::Cancel) => Cancelled,
        (Consented, Step::Send) => Sent,
        (Consented | Sent | Accepted, Step::Withdraw) => Withdrawn,
        (Sent, Step::Accept) => Accepted,
        (Sent, Step::Decline) => Declined,
        (Sent | Accepted, Step::Finish) => Done,
        (Proposed, Step::Send) => {
            return Err(Error::conflict("群众还没有同意，不能转出。请等群众在手机上逐项确认。"));
        }
        _ => {
            return Err(Error::conflict(format!(
                "转介现在是“{}”，不能再做“{}”。请刷新页面看最新状态。",
                state.name(),
                step.name()
            )));
        }
    })
}

/// The steps staff can take from here.
pub fn open_to_staff(state: ReferralState) -> Vec<Step> {
    let steps = Step::ALL.iter().copied().filter(|step| !step.is_citizens());
    steps.filter(|step| next(state, *step).is_ok()).collect()
}

/// Whether what was agreed may leave the house.
pub fn may_leave(state: ReferralState) -> bool {
    use ReferralState::*;
    matches!(state, Consented | Sent | Accepted)
}

/// By when the institution should say something more; `None` when nobody waits for it.
pub fn due(
    kind: ReferralKind,
    state: ReferralState,
    calendar: &Calendar,
    now: Moment,
) -> Option<Moment> {
    let days = |days: u32| Some(now.plus(Duration::from_secs(u64::from(days) * 86_400)));
    match (kind, state) {
        (ReferralKind::LegalAid, ReferralState::Sent) => days(DAYS_TO_DECIDE),
        (ReferralKind::LegalAid, ReferralState::Accepted) => days(DAYS_TO_ASSIGN),
        (_, ReferralState::Sent | ReferralState::Accepted) => {
            let counted = deadline(calendar, now, Amount::Workdays(WORKDAYS), &[]);
            counted.map(|deadline| deadline.at).or_else(|| days(WORKDAYS + 2))
        }
        _ => None,
    }
}

/// What the clock of a referral counts, in words.
pub fn clock_words(kind: ReferralKind) -> &'static str {
    match kind {
        ReferralKind::LegalAid => {
            "法律援助机构收到申请后 7 日内决定，决定援助后 3 日内指派人员（法律援助法第 43 条）"
        }
        _ => "转出后 5 个工作日内向对方问回音，受理后再过 5 个工作日跟进结果",
    }
}

/// One ground on which legal aid may be granted.
pub struct Ground {
    /// Article and number within it: `31-5`.
    pub code: &'static str,
    /// In our words.
    pub words: &'static str,
}

/// A list of grounds with what it means.
pub struct Grounds {
    /// Article of 法律援助法.
    pub article: u8,
    /// What ticking one of them means.
    pub meaning: &'static str,
    /// The grounds.
    pub grounds: &'static [Ground],
}

/// The checklist of articles 31, 32 and 42.
pub const CHECKLIST: [Grounds; 3] = [
    Grounds {
        article: 31,
        meaning: "经济困难又没请代理人的，这些事可以申请",
        grounds: &[
            Ground { code: "31-1", words: "请求国家赔偿" },
            Ground { code: "31-2", words: "请求社会保险待遇或社会救助" },
            Ground { code: "31-3", words: "请求发给抚恤金" },
            Ground { code: "31-4", words: "请求赡养费、抚养费、扶养费" },
            Ground { code: "31-5", words: "请求确认劳动关系或支付劳动报酬" },
            Ground { code: "31-6", words: "请求认定无或限制民事行为能力" },
            Ground {
                code: "31-7", words: "工伤、交通、食药安全、医疗事故的人身损害赔偿"
            },
            Ground { code: "31-8", words: "环境污染、生态破坏的损害赔偿" },
            Ground { code: "31-9", words: "法律、法规、规章规定的其他事项" },
        ],
    },
    Grounds {
        article: 32,
        meaning: "这些情形不看经济条件",
        grounds: &[
            Ground { code: "32-1", words: "英雄烈士近亲属维护英烈人格权益" },
            Ground { code: "32-2", words: "因见义勇为主张民事权益" },
            Ground { code: "32-3", words: "再审改判无罪后请求国家赔偿" },
            Ground { code: "32-4", words: "受虐待、遗弃或家庭暴力的人主张权益" },
            Ground { code: "32-5", words: "法律、法规、规章规定的其他情形" },
        ],
    },
    Grounds {
        article: 42,
        meaning: "有材料证明是这些人员的，不再核查经济状况",
        grounds: &[
            Ground {
                code: "42-1", words: "没有固定生活来源的未成年人、老年人、残疾人等"
            },
            Ground { code: "42-2", words: "社会救助、司法救助或优抚对象" },
            Ground { code: "42-3", words: "讨薪或请求工伤赔偿的进城务工人员" },
            Ground { code: "42-4", words: "法律、法规、规章规定的其他人员" },
        ],
    },
];

/// The item of the grounds with these codes; `None` when none of them is known.
pub fn grounds_item<'a>(codes: impl Iterator<Item = &'a str> + Clone) -> Option<Item> {
    let all = CHECKLIST.iter().flat_map(|list| list.grounds.iter().map(move |g| (list.article, g)));
    let ticked: Vec<_> =
        all.filter(|(_, ground)| codes.clone().any(|c| c == ground.code)).collect();
    let line = |(article, ground): &(u8, &Ground)| format!("第 {article} 条：{}", ground.words);
    let value = ticked.iter().map(line).collect::<Vec<_>>().join("；");
    let codes = ticked.iter().map(|(_, ground)| ground.code.to_owned()).collect();
    (!ticked.is_empty()).then_some(Item { key: ItemKey::Grounds, value, codes })
}

text_enum!(
    /// What decides where legal aid is applied for (art. 38).
    Matter {
        /// A case before a court or another authority.
        Litigation = "litigation", "已经或准备打官司、仲裁：看办案机关在哪里";
        /// A dispute that an authority deals with.
        Dispute = "dispute", "不打官司，有机关在处理：看处理机关在哪里";
        /// Neither.
        Cause = "cause", "不打官司，也没有机关处理：看事情发生在哪里";
    }
);

/// The institution to apply to and why (art. 38), for a matter whose authority or cause lies in
/// `district`.
pub fn venue(matter: Matter, district: &str) -> (String, Item) {
    let seat = match matter {
        Matter::Litigation => "诉讼事项，办案机关在",
        Matter::Dispute => "非诉讼事项，争议处理机关在",
        Matter::Cause => "非诉讼事项，事情发生在",
    };
    let item = Item {
        key: ItemKey::Venue,
        value: format!("{seat}{district}（法律援助法第 38 条）"),
        codes: vec![format!("38-{}", matter.code())],
    };
    (format!("{district}法律援助中心"), item)
}

/// The name of an institution as proposed, when the kind has only one.
pub fn usual_receiver(kind: ReferralKind) -> &'static str {
    match kind {
        ReferralKind::Hotline12345 => "常州市 12345 政务服务便民热线",
        ReferralKind::Hotline12348 => "12348 公共法律服务热线",
        ReferralKind::LegalAid | ReferralKind::Mediation | ReferralKind::Notary => "",
    }
}

/// Whether what was typed can be proposed.
///
/// # Errors
/// Invalid, with what to fill in.
pub fn checked(referral: &Referral) -> Result<()> {
    if referral.receiver.is_empty() || referral.receiver.chars().count() > LINE_LIMIT {
        return Err(Error::invalid("请填写接收机构的名称，最多 200 个字。"));
    }
    let question = referral.items.iter().find(|item| item.key == ItemKey::Question);
    if question.is_none_or(|item| item.value.chars().count() < 4) {
        return Err(Error::invalid("请写明事情经过，对方才知道要办什么。"));
    }
    if let Some(long) = referral.items.iter().find(|i| i.value.chars().count() > ITEM_LIMIT) {
        let name = long.key.name();
        return Err(Error::invalid(format!("“{name}”太长，请控制在 {ITEM_LIMIT} 个字以内。")));
    }
    let has = |key| referral.items.iter().any(|item| item.key == key);
    if referral.kind == ReferralKind::LegalAid && !has(ItemKey::Grounds) {
        return Err(Error::invalid(
            "请至少勾选一项申请法律援助的理由。都不符合的，建议改为转 12348 或人民调解。",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::hours::office_calendar;
    use ReferralState::*;

    #[test]
    fn nothing_is_handed_over_and_nothing_may_leave_without_consent() {
        for state in ReferralState::ALL {
            let sent = next(*state, Step::Send);
            assert_eq!(sent.is_ok(), *state == Consented, "{state:?}");
            let kept = [Proposed, Refused, Withdrawn, Cancelled, Declined, Done];
            assert_eq!(may_leave(*state), !kept.contains(state), "{state:?}");
        }
    }

    #[test]
    fn the_citizen_can_take_consent_back_until_it_is_over() {
        let may: Vec<_> =
            ReferralState::ALL.iter().filter(|s| next(**s, Step::Withdraw).is_ok()).collect();
        assert_eq!(may, [&Consented, &Sent, &Accepted]);
        for over in [Refused, Declined, Done, Withdrawn, Cancelled] {
            assert!(Step::ALL.iter().all(|step| next(over, *step).is_err()), "{over:?}");
        }
    }

    #[test]
    fn legal_aid_has_seven_days_and_then_three_others_five_workdays() {
        let friday = Moment::from_seconds(1_763_690_400); // 2025-11-21 10:00 in Shanghai
        let day = |kind, state| {
            let due = due(kind, state, &office_calendar(), friday);
            due.map(|at| at.in_shanghai().strftime("%m-%d").to_string())
        };
        assert_eq!(day(ReferralKind::LegalAid, Sent).as_deref(), Some("11-28"));
        assert_eq!(day(ReferralKind::LegalAid, Accepted).as_deref(), Some("11-24"));
        assert_eq!(day(ReferralKind::Notary, Sent).as_deref(), Some("11-28"));
        assert_eq!(day(ReferralKind::LegalAid, Done), None);
        assert_eq!(day(ReferralKind::Hotline12345, Proposed), None);
    }

    #[test]
    fn the_venue_follows_the_matter_and_the_checklist_keeps_its_articles() {
        let (receiver, item) = venue(Matter::Litigation, "武进区");
        assert_eq!(receiver, "武进区法律援助中心");
        assert!(item.value.contains("办案机关在武进区") && item.value.contains("第 38 条"));
        let item = grounds_item(["31-5", "42-3", "99-9"].into_iter()).unwrap();
        assert_eq!(item.codes, ["31-5", "42-3"]);
        assert!(item.value.starts_with("第 31 条：") && item.value.contains("；第 42 条："));
        assert!(grounds_item(["99-9"].into_iter()).is_none());
        let counts = CHECKLIST.map(|list| (list.article, list.grounds.len()));
        assert_eq!(counts, [(31, 9), (32, 5), (42, 4)]);
        for list in &CHECKLIST {
            let prefix = format!("{}-", list.article);
            assert!(list.grounds.iter().all(|ground| ground.code.starts_with(&prefix)));
        }
    }
}
