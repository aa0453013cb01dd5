//! Bringing what a campaign sends to WeChat, before any of it is sent.

use crate::campaigns::audience::Target;
use crate::campaigns::jobs::{Dispatcher, NO_ACCOUNT};
use crate::campaigns::store::{self, audience};
use crate::campaigns::{Campaign, Kind, Slice, content};
use crate::platform::error::Error;
use crate::publishing::jobs::Trouble;
use crate::publishing::{self, ArticleId, PictureId};
use crate::wechat::client::Client;
use crate::wechat::mass::{self, ClientMsgId, MassContent, MassMessage, Previewer};

impl Dispatcher {
    /// The call of a slice, its content being at WeChat.
    pub(in crate::campaigns) async fn message(
        &self,
        campaign: &Campaign,
        slice: &Slice,
    ) -> Result<MassMessage, Trouble> {
        let content = self.content(campaign).await?;
        let broken = |_| Trouble::Lasting("这一部分的名单或编号不完整，不能发送。".to_owned());
        let target = serde_json::from_str(&slice.target).map_err(Error::from)?;
        let audience = match target {
            Target::Everybody => mass::Audience::Everybody,
            Target::Tag(tag) => mass::Audience::Tag(tag),
            Target::List => {
                let mut link = self.deps.db.read().await?;
                let members = audience::members(&mut link, slice.campaign_id, slice.nth).await?;
                mass::Audience::followers(members).map_err(broken)?
            }
        };
        let client_msg_id = ClientMsgId::new(&slice.client_msg_id).map_err(broken)?;
        Ok(MassMessage { audience, content, despite_reprint: false, client_msg_id })
    }

    /// What is sent, being at WeChat.
    pub(in crate::campaigns) async fn content(
        &self,
        campaign: &Campaign,
    ) -> Result<MassContent, Trouble> {
        let client = self.clients.get(&campaign.account_id);
        let client = client.ok_or_else(|| Trouble::Lasting(NO_ACCOUNT.to_owned()))?;
        match campaign.kind {
            Kind::Text => Ok(MassContent::Text { content: campaign.body.clone() }),
            Kind::Articles => {
                Ok(MassContent::Articles { media_id: self.draft(client, campaign).await? })
            }
            Kind::Images => {
                let mut media_ids = Vec::new();
                for id in content::items(campaign) {
                    media_ids.push(self.publisher.material(client, PictureId(id)).await?);
                }
                let recommend = Some(campaign.body.clone()).filter(|line| !line.is_empty());
                let (open_comment, only_fans_comment) = (false, false);
                Ok(MassContent::Images { media_ids, recommend, open_comment, only_fans_comment })
            }
        }
    }

    /// WeChat's draft of the articles, made when there is none of this state of the campaign.
    async fn draft(&self, client: &Client, campaign: &Campaign) -> Result<String, Trouble> {
        let mut link = self.deps.db.read().await?;
        let newest = store::get(&mut link, campaign.id).await?;
        let known = newest.filter(|kept| kept.draft_hash.as_ref() == Some(&campaign.hash));
        if let Some(draft) = known.and_then(|kept| kept.draft_id) {
            return Ok(draft);
        }
        let mut articles = Vec::new();
        for id in content::items(campaign) {
            let found = publishing::store::get(&mut link, ArticleId(id)).await?;
            let gone = || Trouble::Lasting("选的一篇文章已经不在了。请重新选择并送审。".to_owned());
            articles.push(found.ok_or_else(gone)?);
        }
        drop(link);
        let draft = self.publisher.draft_of(client, &articles).await?;
        let mut tx = self.deps.db.begin().await?;
        store::set_draft(&mut tx, campaign.id, &draft, &campaign.hash).await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// Shows a campaign on one phone.
    pub(in crate::campaigns) async fn show(
        &self,
        campaign: &Campaign,
        openid: String,
    ) -> Result<(), Trouble> {
        let content = self.content(campaign).await?;
        let client = self.clients.get(&campaign.account_id);
        let client = client.ok_or_else(|| Trouble::Lasting(NO_ACCOUNT.to_owned()))?;
        Ok(client.mass_preview(&Previewer::Openid(openid), &content).await?)
    }
}
