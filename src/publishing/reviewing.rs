//! Who may let an article out, and when: what one person wrote, a second has checked against the law
//! (法律审核) and a third has read as the public will (宣传审核). Pure.

use uuid::Uuid;

use super::rules::may_edit;
use super::{Article, ArticleState, Review};
use crate::content::approving::Decision;
use crate::platform::error::{Error, Result};

/// Said when an article is to go out that nobody else has approved.
pub const NOT_APPROVED: &str = "文章还没有通过审批。请先提交审批，由另一位同事通过后再发布。";
/// Said to whoever wrote or submitted an article.
pub const OWN: &str = "文章是您写的或由您提交的，要请另一位同事审批：一人写，一人看，免得发错。";
/// Said to whoever checked the law of an article.
pub const SAME_READER: &str =
    "法律审核是您通过的，宣传审核要请第三位同事：两个人各看一遍，不容易漏。";

/// Whether an article waits for a reader.
pub fn waits(state: ArticleState) -> bool {
    matches!(state, ArticleState::InReview | ArticleState::LegalPassed)
}

/// Whether the text of an article is the one that was approved.
pub fn is_approved(article: &Article, newest: Option<&Review>) -> bool {
    newest.is_some_and(|review| {
        review.decision == Some(Decision::Approved) && review.content_hash == article.content_hash
    })
}

/// Whether an article may be submitted now.
///
/// # Errors
/// Conflict or invalid, with what to do first.
pub fn may_submit(article: &Article) -> Result<()> {
    may_edit(article.state)?;
    match (article.state, article.cover_id) {
        (ArticleState::InReview | ArticleState::LegalPassed, _) => {
            Err(Error::conflict("文章已经在等待审批，不用再提交。请等另一位同事处理。"))
        }
        (ArticleState::Approved, _) => Err(Error::conflict("文章已经通过审批，可以直接发布。")),
        (_, None) => {
            Err(Error::invalid("还没有封面图片，微信不收。请选一张封面、保存，再提交审批。"))
        }
        (_, Some(_)) => Ok(()),
    }
}

/// Whether `person` may decide about an article that waits.
///
/// # Errors
/// Conflict, with what to do instead.
pub fn may_decide(article: &Article, newest: Option<&Review>, person: Uuid) -> Result<()> {
    let waiting = newest.filter(|_| waits(article.state));
    let Some(review) = waiting.filter(|review| review.decision.is_none()) else {
        return Err(Error::conflict("这篇文章现在不在等待审批。请刷新页面，看它的最新状态。"));
    };
    let authors = [Some(review.submitted_by), review.author_id, article.changed_by];
    if authors.contains(&Some(person)) {
        return Err(Error::conflict(OWN));
    }
    if review.legal_by == Some(person) {
        return Err(Error::conflict(SAME_READER));
    }
    Ok(())
}

/// Whether an article may be given to WeChat now.
///
/// # Errors
/// Conflict, with what to do first.
pub fn may_publish(article: &Article, newest: Option<&Review>) -> Result<()> {
    use ArticleState::{Approved, Refused, Withdrawn};
    may_edit(article.state)?;
    let ready = matches!(article.state, Approved | Refused | Withdrawn);
    if ready && is_approved(article, newest) {
        return Ok(());
    }
    Err(Error::conflict(NOT_APPROVED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::Moment;
    use crate::publishing::{ArticleId, PictureId, ReviewId};

    const AUTHOR: Uuid = Uuid::from_u128(1);
    const SENDER: Uuid = Uuid::from_u128(2);
    const OTHER: Uuid = Uuid::from_u128(3);

    fn article(state: ArticleState) -> Article {
        Article {
            id: ArticleId(Uuid::from_u128(9)),
            account_id: "main".into(),
            title: "欠薪怎么办".into(),
            author: String::new(),
            digest: String::new(),
            body: "<p>一</p>".into(),
            source_url: String::new(),
            cover_id: Some(PictureId(Uuid::from_u128(7))),
            content_hash: "a".into(),
            state,
            draft_id: None,
            draft_hash: None,
            publish_id: None,
            article_id: None,
            url: None,
            reason: None,
            version: 1,
            updated_at: Moment(0),
            published_at: None,
            changed_by: Some(AUTHOR),
            organization_id: None,
            source: String::new(),
            licence: crate::publishing::Licence::Own,
            reprint: false,
            doubt: None,
            doubt_settled: None,
        }
    }

    fn review(decision: Option<Decision>) -> Review {
        Review {
            id: ReviewId(Uuid::from_u128(8)),
            article_id: ArticleId(Uuid::from_u128(9)),
            content_hash: "a".into(),
            submitted_by: SENDER,
            submitted_at: Moment(0),
            author_id: Some(AUTHOR),
            legal_by: None,
            legal_at: None,
            decision,
            reason: None,
            decided_by: None,
            decided_at: None,
        }
    }

    #[test]
    fn neither_who_wrote_nor_who_submitted_decides() {
        let (waiting, open) = (article(ArticleState::InReview), review(None));
        assert!(may_decide(&waiting, Some(&open), OTHER).is_ok());
        for own in [AUTHOR, SENDER] {
            assert_eq!(may_decide(&waiting, Some(&open), own).unwrap_err().public(), OWN);
        }
        let decided = review(Some(Decision::Returned));
        assert!(may_decide(&waiting, Some(&decided), OTHER).is_err());
        assert!(may_decide(&article(ArticleState::Draft), Some(&open), OTHER).is_err());
        assert!(may_decide(&waiting, None, OTHER).is_err());
    }

    #[test]
    fn who_checked_the_law_does_not_read_it_a_second_time() {
        let waiting = article(ArticleState::LegalPassed);
        let open = Review { legal_by: Some(OTHER), ..review(None) };
        let refused = may_decide(&waiting, Some(&open), OTHER).unwrap_err();
        assert_eq!(refused.public(), SAME_READER);
        assert!(may_decide(&waiting, Some(&open), Uuid::from_u128(4)).is_ok());
        // Changing hands between author and sender lets neither of them read.
        let mut changed = waiting;
        changed.changed_by = None;
        assert_eq!(may_decide(&changed, Some(&open), AUTHOR).unwrap_err().public(), OWN);
    }

    #[test]
    fn only_the_very_text_that_was_approved_goes_out() {
        let approved = review(Some(Decision::Approved));
        for state in ArticleState::ALL {
            let may = may_publish(&article(*state), Some(&approved)).is_ok();
            use ArticleState::{Approved, Refused, Withdrawn};
            assert_eq!(may, matches!(state, Approved | Refused | Withdrawn), "{state:?}");
        }
        let mut changed = article(ArticleState::Approved);
        changed.content_hash = "b".into();
        assert!(may_publish(&changed, Some(&approved)).is_err());
        for other in [None, Some(Decision::Returned), Some(Decision::Overtaken)] {
            assert!(may_publish(&article(ArticleState::Approved), Some(&review(other))).is_err());
        }
        assert!(may_publish(&article(ArticleState::Approved), None).is_err());
    }

    #[test]
    fn a_cover_is_there_before_anybody_reads() {
        assert!(may_submit(&article(ArticleState::Returned)).is_ok());
        let mut bare = article(ArticleState::Draft);
        bare.cover_id = None;
        assert!(may_submit(&bare).unwrap_err().public().contains("封面"));
        assert!(may_submit(&article(ArticleState::InReview)).is_err());
    }
}
