//! Permanent material (wechat-protocol.md §12): kept by WeChat until it is deleted.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::{CallError, Client, Download, decode, lacking};
use super::draft::NewsItem;
use super::media::{File, MediaKind};

/// Most items a page of a list has.
pub const PAGE_LIMIT: u32 = 20;

/// Kinds of material that lists are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaterialKind {
    /// Pictures; 100 000 at most.
    Image,
    /// Voices; 1000 at most.
    Voice,
    /// Films; 1000 at most.
    Video,
    /// Articles of the time before the draft box.
    News,
}

impl MaterialKind {
    fn name(self) -> &'static str {
        match self {
            MaterialKind::Image => "image",
            MaterialKind::Voice => "voice",
            MaterialKind::Video => "video",
            MaterialKind::News => "news",
        }
    }
}

/// A piece of material just made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Added {
    /// Its id.
    pub media_id: String,
    /// Its address; only pictures have one.
    pub url: Option<String>,
}

/// Title and text under a film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilmDescription {
    /// Title.
    pub title: String,
    /// A few words about it.
    pub introduction: String,
}

/// A piece of material as WeChat gives it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Material {
    /// Articles.
    News(Vec<NewsItem>),
    /// A film: WeChat says where it is.
    Film {
        /// Title.
        title: String,
        /// Text under it.
        description: String,
        /// Where it can be fetched.
        down_url: String,
    },
    /// Everything else: the file itself.
    File(Download),
}

/// How much material there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct MaterialCount {
    /// Voices.
    #[serde(rename = "voice_count")]
    pub voices: u64,
    /// Films.
    #[serde(rename = "video_count")]
    pub films: u64,
    /// Pictures.
    #[serde(rename = "image_count")]
    pub pictures: u64,
    /// Articles of the time before the draft box.
    #[serde(rename = "news_count")]
    pub news: u64,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MaterialPage {
    /// How many there are in all.
    pub total_count: u64,
    /// Those of this page.
    #[serde(rename = "item")]
    pub items: Vec<MaterialItem>,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MaterialItem {
    /// Its id.
    pub media_id: String,
    /// Name of the file; articles have none.
    pub name: Option<String>,
    /// Address; only pictures have one.
    pub url: Option<String>,
    /// When it was changed, in seconds since the epoch.
    pub update_time: i64,
    /// The articles; files have none.
    pub content: Option<MaterialNews>,
}

/// Articles within a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MaterialNews {
    /// The articles.
    pub news_item: Vec<NewsItem>,
}

impl Client {
    /// Keeps a picture, voice or thumbnail for good. Films go through [`Client::add_film`].
    ///
    /// # Errors
    /// [`CallError`]; 45001, 40005 and 40009 are about the file.
    pub async fn add_material(&self, kind: MediaKind, file: &File<'_>) -> Result<Added, CallError> {
        let query = [("type", kind.name())];
        decode(self.upload("/cgi-bin/material/add_material", &query, file).await?)
    }

    /// Keeps a film for good.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn add_film(
        &self,
        file: &File<'_>,
        about: &FilmDescription,
    ) -> Result<Added, CallError> {
        let about = serde_json::to_string(about)
            .map_err(|error| CallError::NotSent(format!("not to be written as JSON: {error}")))?;
        let (query, fields) = ([("type", "video")], [("description", about)]);
        let path = "/cgi-bin/material/add_material";
        decode(self.upload_with(path, &query, file, &fields).await?)
    }

    /// Fetches material.
    ///
    /// # Errors
    /// [`CallError`]; 40007 when there is none of that id.
    pub async fn get_material(&self, media_id: &str) -> Result<Material, CallError> {
        let body = json!({ "media_id": media_id });
        let file = self.download_by("/cgi-bin/material/get_material", &body).await?;
        let Some(value) = file.json else { return Ok(Material::File(file)) };
        if value.get("news_item").is_some() {
            return decode::<MaterialNews>(value).map(|news| Material::News(news.news_item));
        }
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        Ok(Material::Film {
            title: text("title").unwrap_or_default(),
            description: text("description").unwrap_or_default(),
            down_url: text("down_url").ok_or_else(lacking)?,
        })
    }

    /// Deletes material, for good.
    ///
    /// # Errors
    /// [`CallError`]; 48005 when a menu or an automatic reply uses it.
    pub async fn delete_material(&self, media_id: &str) -> Result<(), CallError> {
        let body = json!({ "media_id": media_id });
        self.post_json("/cgi-bin/material/del_material", &body).await.map(done)
    }

    /// How much material there is, also what was added in WeChat's console.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn count_material(&self) -> Result<MaterialCount, CallError> {
        decode(self.get_json("/cgi-bin/material/get_materialcount", &[]).await?)
    }

    /// A page of a list, newest first; at most [`PAGE_LIMIT`] items, more are cut.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn list_material(
        &self,
        kind: MaterialKind,
        offset: u32,
        count: u32,
    ) -> Result<MaterialPage, CallError> {
        let count = count.clamp(1, PAGE_LIMIT);
        let body = json!({ "type": kind.name(), "offset": offset, "count": count });
        decode(self.post_json("/cgi-bin/material/batchget_material", &body).await?)
    }
}

fn done(_: Value) {}
