//! Who gets a campaign: a filter that is kept and evaluated when it is sent. Pure.

use serde::{Deserialize, Serialize};

use crate::language::Field;
use crate::platform::clock::Moment;
use crate::platform::config::AccountKind;
use crate::platform::error::{Error, Result};

/// Most followers of one call (§7.4).
pub const SLICE: usize = 10_000;
/// Fewest followers of one call (40130).
const LEAST: usize = 2;
/// Fewest whom a filter over what people asked may leave: fewer would single persons out.
pub const LEAST_BY_MATTER: i64 = 10;

/// Who is meant. Nothing chosen: every follower.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Those who have this tag of WeChat's.
    pub tag: Option<i64>,
    /// Those who asked from one of these territories, by the first digits of their codes.
    pub territories: Vec<String>,
    /// Those who asked about one of these fields.
    pub fields: Vec<Field>,
    /// Those who follow since this moment or later.
    pub followed_from: Option<Moment>,
    /// Those who followed before this moment.
    pub followed_until: Option<Moment>,
    /// Only those who have asked before, or only those who have not.
    pub asked: Option<bool>,
}

/// How a slice is addressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Every follower, by WeChat itself.
    Everybody,
    /// Those with a tag, by WeChat itself.
    Tag(i64),
    /// Those of a list that is kept with the campaign.
    List,
}

impl Filter {
    /// How those who are meant are addressed.
    pub fn target(&self) -> Target {
        match (self, self.tag) {
            (filter, _) if *filter == Self::default() => Target::Everybody,
            (filter, Some(tag)) if *filter == (Self { tag: Some(tag), ..Self::default() }) => {
                Target::Tag(tag)
            }
            _ => Target::List,
        }
    }

    /// Whether it looks at what people asked.
    pub fn by_matter(&self) -> bool {
        !self.territories.is_empty() || !self.fields.is_empty() || self.asked == Some(true)
    }

    /// Whether an account of this kind may send to those who are meant, `count` of them.
    ///
    /// # Errors
    /// Invalid, with what to choose instead.
    pub fn check(&self, kind: AccountKind, count: i64) -> Result<()> {
        let list = self.target() == Target::List;
        if list && kind == AccountKind::Subscription {
            return Err(Error::invalid(
                "订阅号只能发给全部关注者或一个标签，不能按其他条件挑选。请改选受众。",
            ));
        }
        if count == 0 {
            return Err(Error::invalid("现在没有人符合这些条件，发了也没有人收到。请放宽条件。"));
        }
        if list && self.by_matter() && count < LEAST_BY_MATTER {
            return Err(Error::invalid(format!(
                "符合条件的只有 {count} 人。按咨询内容挑选时至少要有 {LEAST_BY_MATTER} 人，以免暴露是谁\
                 问过什么。请放宽条件。"
            )));
        }
        if list && count < 2 {
            return Err(Error::invalid(
                "符合条件的只有 1 人，微信的群发至少要 2 人。请放宽条件，或改在咨询里单独回复。",
            ));
        }
        Ok(())
    }
}

/// Cuts a list of `count` into slices of 2 to [`SLICE`]; nothing for fewer than 2.
pub fn cut(count: usize) -> Vec<usize> {
    let mut sizes = Vec::new();
    let mut left = count;
    while left >= LEAST {
        // Not one that would be left over alone.
        let take = if left == SLICE + 1 { SLICE - 1 } else { left.min(SLICE) };
        sizes.push(take);
        left -= take;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wechat_itself_addresses_everybody_and_a_tag_and_all_else_is_a_list() {
        assert_eq!(Filter::default().target(), Target::Everybody);
        let tag = Filter { tag: Some(2), ..Filter::default() };
        assert_eq!(tag.target(), Target::Tag(2));
        let both = Filter { asked: Some(false), ..tag };
        assert_eq!(both.target(), Target::List);
    }

    #[test]
    fn a_subscription_account_sends_to_no_list_and_nobody_is_singled_out() {
        let asked = Filter { asked: Some(true), ..Filter::default() };
        assert!(asked.check(AccountKind::Subscription, 500).is_err());
        assert!(asked.check(AccountKind::Service, LEAST_BY_MATTER - 1).is_err());
        assert!(asked.check(AccountKind::Service, LEAST_BY_MATTER).is_ok());
        let new = Filter { followed_from: Some(Moment(1)), ..Filter::default() };
        assert!(new.check(AccountKind::Service, 1).is_err());
        assert!(new.check(AccountKind::Service, 2).is_ok());
        assert!(Filter::default().check(AccountKind::Subscription, 1).is_ok());
        assert!(Filter::default().check(AccountKind::Service, 0).is_err());
    }

    proptest! {
        #[test]
        fn slices_hold_everybody_and_wechat_takes_each(count in 2usize..60_000) {
            let sizes = cut(count);
            prop_assert_eq!(sizes.iter().sum::<usize>(), count);
            prop_assert!(sizes.iter().all(|size| (LEAST..=SLICE).contains(size)));
        }
    }
}
