//! Bringing articles to WeChat, asking how they stand there, taking them down.
//!
//! Pictures and drafts may be brought twice without harm. Publishing may not: the article's state
//! says `calling` on disk before the call and is settled after it; what cannot be known is `unknown`
//! until WeChat's event or a person says more, and nothing repeats it by itself.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::rules::{self, Verdict};
use super::{Article, ArticleId, ArticleState, Picture, PictureId, actions, reviewing, store};
use crate::media::files::Files;
use crate::media::rules::{extension, mime};
use crate::platform::Deps;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, Claimed, NewJob, Outcome};
use crate::wechat::client::{CallError, Client};
use crate::wechat::draft;
use crate::wechat::errcode::Action;
use crate::wechat::media::{File, MediaKind};

/// Kind of the job that brings an article to WeChat and has it published; payload: its id.
pub const PUBLISH: &str = "article.publish";
/// Kind of the job that asks how a publication stands, in case its event is lost; payload: its id.
pub const CHECK: &str = "article.check";
/// Kind of the job that deletes a published article at WeChat; payload: its id.
pub const WITHDRAW: &str = "article.withdraw";

/// Kind of the recurring job that looks whether cited laws changed; no payload.
pub const RECHECK: &str = "article.recheck";

/// At this hour in Beijing.
const RECHECK_HOUR: u8 = 6;
/// Tries to bring an article to WeChat before it counts as refused.
const MOST_TRIES: i64 = 6;
/// WeChat is asked for a result that has not come this often, this far apart.
const CHECKS: i64 = 6;
const CHECK_PAUSE: Duration = Duration::from_secs(10 * 60);

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, RECHECK, deps.clock.now()).await
}

/// The job [`RECHECK`].
///
/// # Errors
/// When the database cannot be used.
pub async fn recheck(deps: Deps) -> Result<Outcome> {
    actions::validity::recheck(&deps).await?;
    Ok(Outcome::RetryAt(deps.clock.now().next_at_hour(RECHECK_HOUR), "every morning".to_owned()))
}

/// What the jobs need; cheap to clone.
#[derive(Clone)]
pub struct Publisher {
    /// Database, time, chance.
    pub deps: Deps,
    /// A client for each account.
    pub clients: Arc<HashMap<String, Client>>,
    /// Pictures for articles.
    pub files: Files,
}

/// Why something is not at WeChat where it should be.
#[derive(Debug)]
pub enum Trouble {
    /// Try again.
    Passing(String),
    /// It will not come right by itself; a sentence in Chinese.
    Lasting(String),
    /// Our own database or disk.
    Own(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        let CallError::Refused { errcode, meaning, rid, .. } = &error else {
            return Self::Passing(error.to_string());
        };
        match meaning.action {
            Action::GiveUp | Action::FixRequest | Action::TellOperator => {
                let rid = rid.as_deref().map(|rid| format!("，rid {rid}")).unwrap_or_default();
                Self::Lasting(format!("{}（错误码 {errcode}{rid}）", meaning.operator_hint))
            }
            _ => Self::Passing(error.to_string()),
        }
    }
}

impl Publisher {
    /// The job [`PUBLISH`].
    pub async fn publish(&self, job: Claimed) -> Result<Outcome> {
        let id: ArticleId = job.argument()?;
        let found = store::get(&mut self.deps.db.read().await?, id).await?;
        let Some(article) = found else { return Ok(Outcome::Done) };
        match article.state {
            ArticleState::Sending => {}
            // The process ended between the call and its record.
            ArticleState::Calling => {
                return self.end_call(&job, &article, ArticleState::Unknown, UNKNOWN).await;
            }
            _ => return Ok(Outcome::Done),
        }
        match self.ready(&article).await {
            Ok((client, draft)) => self.call(&job, client, &article, &draft).await,
            Err(trouble) => self.later_or_never(&job, &article, trouble).await,
        }
    }

    /// Has an approved article brought to WeChat; gives its draft there.
    async fn ready(&self, article: &Article) -> Result<(&Client, String), Trouble> {
        let review = store::reviews::newest(&mut self.deps.db.read().await?, article.id).await?;
        if !reviewing::is_approved(article, review.as_ref()) {
            return Err(Trouble::Lasting(reviewing::NOT_APPROVED.to_owned()));
        }
        let client = self.client(article)?;
        let draft = self.bring(client, article).await?;
        Ok((client, draft))
    }

    fn client(&self, article: &Article) -> Result<&Client, Trouble> {
        self.clients
            .get(&article.account_id)
            .ok_or_else(|| Trouble::Lasting("配置里没有这个公众号。请联系系统管理员。".to_owned()))
    }

    /// Brings pictures and draft to WeChat; gives the draft's id.
    async fn bring(&self, client: &Client, article: &Article) -> Result<String, Trouble> {
        let known = article
            .draft_id
            .as_ref()
            .filter(|_| article.draft_hash.as_ref() == Some(&article.content_hash));
        if let Some(draft) = known {
            return Ok(draft.clone());
        }
        let wire = self.wire(client, article).await?;
        let draft = self.draft(client, article, &wire).await?;
        let mut tx = self.deps.db.begin().await?;
        let hash = Some(article.content_hash.as_str());
        store::set_draft(&mut tx, article.id, Some(&draft), hash).await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// Updates the draft WeChat has, or adds one.
    async fn draft(
        &self,
        client: &Client,
        article: &Article,
        wire: &draft::Article,
    ) -> Result<String, Trouble> {
        if let Some(draft) = &article.draft_id {
            match client.update_draft(draft, 0, wire).await {
                Ok(()) => return Ok(draft.clone()),
                // Deleted or published by hand in WeChat's console; 40007 may also mean the cover.
                Err(CallError::Refused { errcode: 40007, .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(client.add_draft(std::slice::from_ref(wire)).await?)
    }

    /// WeChat's address of a picture, which is brought there first if need be.
    async fn address(&self, client: &Client, id: PictureId) -> Result<String, Trouble> {
        let picture = self.picture(id).await?;
        if let Some(url) = picture.url {
            return Ok(url);
        }
        let bytes = self.bytes(&picture).await?;
        let url = client.upload_article_picture(&file(&picture, &bytes)).await?;
        let mut tx = self.deps.db.begin().await?;
        store::set_copies(&mut tx, id, Some(&url), None).await?;
        tx.commit().await?;
        Ok(url)
    }

    /// An article as WeChat takes it, its pictures being there.
    async fn wire(&self, client: &Client, article: &Article) -> Result<draft::Article, Trouble> {
        let mut addresses = Vec::new();
        for id in rules::pictures_in(&article.body) {
            addresses.push((id, self.address(client, id).await?));
        }
        let cover = article.cover_id.ok_or_else(|| {
            Trouble::Lasting("还没有封面图片，微信不收。请选一张封面再发布。".to_owned())
        })?;
        Ok(draft::Article {
            title: article.title.clone(),
            author: article.author.clone(),
            digest: article.digest.clone(),
            content: rules::with_pictures_at(&article.body, &addresses),
            content_source_url: article.source_url.clone(),
            thumb_media_id: self.material(client, cover).await?,
            need_open_comment: false,
            only_fans_can_comment: false,
        })
    }

    /// A draft of its own with these articles, for a campaign: what is sent to many shares no draft with
    /// what is published, since deleting one would delete the other (§7.4).
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn draft_of(&self, client: &Client, articles: &[Article]) -> Result<String, Trouble> {
        let mut wires = Vec::new();
        for article in articles {
            wires.push(self.wire(client, article).await?);
        }
        Ok(client.add_draft(&wires).await?)
    }

    /// WeChat's permanent id of a picture, which is brought there first if need be.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn material(&self, client: &Client, id: PictureId) -> Result<String, Trouble> {
        let picture = self.picture(id).await?;
        if let Some(material) = picture.material_id {
            return Ok(material);
        }
        let bytes = self.bytes(&picture).await?;
        let added = client.add_material(MediaKind::Image, &file(&picture, &bytes)).await?;
        let mut tx = self.deps.db.begin().await?;
        store::set_copies(&mut tx, id, None, Some(&added.media_id)).await?;
        tx.commit().await?;
        Ok(added.media_id)
    }

    async fn picture(&self, id: PictureId) -> Result<Picture, Trouble> {
        let found = store::picture(&mut self.deps.db.read().await?, id).await?;
        found.ok_or_else(gone)
    }

    async fn bytes(&self, picture: &Picture) -> Result<Vec<u8>, Trouble> {
        self.files.read(&picture.sha256).await?.ok_or_else(gone)
    }

    /// Has the draft published: written down, called, settled.
    async fn call(
        &self,
        job: &Claimed,
        client: &Client,
        article: &Article,
        draft: &str,
    ) -> Result<Outcome> {
        let (id, now) = (article.id, self.deps.clock.now());
        let mut tx = self.deps.db.begin().await?;
        let (from, to) = (ArticleState::Sending, ArticleState::Calling);
        if !store::step(&mut tx, id, from, to, None, now).await? {
            return Ok(Outcome::Done);
        }
        tx.commit().await?;
        match client.submit_publication(draft).await {
            Ok(submitted) => self.taken_on(job, id, &submitted.publish_id).await,
            Err(error) if error.may_have_been_accepted() => {
                self.end_call(job, article, ArticleState::Unknown, UNKNOWN).await
            }
            Err(error) => {
                // Nothing was done: the draft box may have changed under us, so it is filled anew.
                let mut tx = self.deps.db.begin().await?;
                store::step(&mut tx, id, to, from, None, self.deps.clock.now()).await?;
                store::set_draft(&mut tx, id, article.draft_id.as_deref(), None).await?;
                tx.commit().await?;
                self.later_or_never(job, article, error.into()).await
            }
        }
    }

    async fn taken_on(&self, job: &Claimed, id: ArticleId, publish_id: &str) -> Result<Outcome> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        // Not when the event was faster than the answer.
        if store::taken_on(&mut tx, id, publish_id, now).await? {
            let check = NewJob::new(CHECK, &(id, 1), now.plus(CHECK_PAUSE))?;
            jobs::store::enqueue(&mut tx, &check, now).await?;
        }
        jobs::store::finish(&mut tx, job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }

    async fn end_call(
        &self,
        job: &Claimed,
        article: &Article,
        to: ArticleState,
        why: &str,
    ) -> Result<Outcome> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        store::step(&mut tx, article.id, ArticleState::Calling, to, Some(why), now).await?;
        actions::note_outcome(&mut tx, now, article.id, to).await?;
        jobs::store::finish(&mut tx, job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }

    async fn later_or_never(
        &self,
        job: &Claimed,
        article: &Article,
        trouble: Trouble,
    ) -> Result<Outcome> {
        let now = self.deps.clock.now();
        let why = match trouble {
            Trouble::Own(error) => return Err(error),
            Trouble::Passing(why) if job.attempts < MOST_TRIES => {
                tracing::warn!(article = %article.id, attempt = job.attempts, why, "article.delayed");
                let seconds = 30 << job.attempts.clamp(0, 8);
                return Ok(Outcome::RetryAt(now.plus(Duration::from_secs(seconds)), why));
            }
            Trouble::Passing(_) => "多次联系不上微信，已停止。请稍后再发布。".to_owned(),
            Trouble::Lasting(why) => why,
        };
        let mut tx = self.deps.db.begin().await?;
        let (from, to) = (ArticleState::Sending, ArticleState::Refused);
        store::step(&mut tx, article.id, from, to, Some(&why), now).await?;
        actions::note_outcome(&mut tx, now, article.id, to).await?;
        jobs::store::finish(&mut tx, job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }

    /// The job [`CHECK`]: asks for a result whose event has not come.
    pub async fn check(&self, job: Claimed) -> Result<Outcome> {
        let (id, nth): (ArticleId, i64) = job.argument()?;
        let found = store::get(&mut self.deps.db.read().await?, id).await?;
        let Some(article) = found.filter(|a| a.state == ArticleState::Checking) else {
            return Ok(Outcome::Done);
        };
        let (Ok(client), Some(publish_id)) = (self.client(&article), &article.publish_id) else {
            return Ok(Outcome::Done);
        };
        let answer = client.publication(publish_id).await;
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let judged = match answer {
            Ok(publication) => {
                let verdict = Verdict::from(publication);
                actions::settle(&mut tx, &article.account_id, &verdict, now).await?;
                rules::judged(&verdict).is_some()
            }
            Err(_) => false,
        };
        if !judged && nth < CHECKS {
            let pause = CHECK_PAUSE * u32::try_from(nth).unwrap_or(1);
            let again = NewJob::new(CHECK, &(id, nth + 1), now.plus(pause))?;
            jobs::store::enqueue(&mut tx, &again, now).await?;
        }
        jobs::store::finish(&mut tx, &job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }

    /// The job [`WITHDRAW`]; deleting what is gone already is success, so it may be repeated.
    pub async fn withdraw(&self, job: Claimed) -> Result<Outcome> {
        let id: ArticleId = job.argument()?;
        let found = store::get(&mut self.deps.db.read().await?, id).await?;
        let Some(article) = found.filter(|a| a.state == ArticleState::Withdrawing) else {
            return Ok(Outcome::Done);
        };
        let (client, published) = match (self.client(&article), &article.article_id) {
            (Ok(client), Some(published)) => (client, published),
            _ => return self.end_withdrawal(&job, id, Some(NOT_WITHDRAWN)).await,
        };
        match client.delete_published(published, None).await {
            Ok(()) | Err(CallError::Refused { errcode: 53600, .. }) => {
                self.end_withdrawal(&job, id, None).await
            }
            Err(error) => match Trouble::from(error) {
                Trouble::Passing(why) if job.attempts < MOST_TRIES => {
                    let pause = Duration::from_secs(30 << job.attempts.clamp(0, 8));
                    Ok(Outcome::RetryAt(self.deps.clock.now().plus(pause), why))
                }
                Trouble::Lasting(why) => self.end_withdrawal(&job, id, Some(&why)).await,
                _ => self.end_withdrawal(&job, id, Some(NOT_WITHDRAWN)).await,
            },
        }
    }

    /// Withdrawn, or published still with the reason why.
    async fn end_withdrawal(
        &self,
        job: &Claimed,
        id: ArticleId,
        why: Option<&str>,
    ) -> Result<Outcome> {
        let now = self.deps.clock.now();
        let to = if why.is_none() { ArticleState::Withdrawn } else { ArticleState::Published };
        let mut tx = self.deps.db.begin().await?;
        store::step(&mut tx, id, ArticleState::Withdrawing, to, why, now).await?;
        actions::note_outcome(&mut tx, now, id, to).await?;
        jobs::store::finish(&mut tx, job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }
}

/// What people are told when the call broke off.
const UNKNOWN: &str = "提交发布时连接中断，不知道微信有没有收下。请到公众平台的“发表记录”核对；\
    系统不会自动重发。";
/// What people are told when an article could not be deleted.
const NOT_WITHDRAWN: &str = "没能撤下，文章仍在微信上。请稍后再试，或到公众平台删除。";

fn gone() -> Trouble {
    Trouble::Lasting("文章的一张图片已不在存储里。请重新上传图片。".to_owned())
}

fn file<'a>(picture: &Picture, bytes: &'a [u8]) -> File<'a> {
    File { extension: extension(picture.format), mime: mime(picture.format), bytes }
}
