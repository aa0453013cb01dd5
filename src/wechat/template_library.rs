//! The account's own templates: message templates and subscription templates
//! (wechat-protocol.md §6.1, §6.2). Sending is next door in [`super::template`].

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::{CallError, Client, decode};

/// A message template of the account (`get_all_private_template`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MessageTemplate {
    /// Id to send with.
    pub template_id: String,
    /// Title; empty for some old ones.
    #[serde(default)]
    pub title: String,
    /// The text with places such as `{{thing1.DATA}}`.
    #[serde(default)]
    pub content: String,
    /// An example.
    #[serde(default)]
    pub example: String,
    /// First industry, of the old model.
    #[serde(default)]
    pub primary_industry: String,
    /// Second industry, of the old model.
    #[serde(default)]
    pub deputy_industry: String,
}

/// A subscription template of the account (`newtmpl/gettemplate`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SubscriptionTemplate {
    /// Id to send with.
    #[serde(rename = "priTmplId")]
    pub template_id: String,
    /// Title.
    pub title: String,
    /// The text with places such as `{{date2.DATA}}`.
    pub content: String,
    /// An example.
    #[serde(default)]
    pub example: String,
    /// 2: one consent, one notification; 3: one consent for good.
    #[serde(rename = "type")]
    pub kind: i64,
    /// Fields whose values are given.
    #[serde(default, rename = "keywordEnumValueList")]
    pub choices: Vec<FieldChoices>,
}

/// The values an enumerated field takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChoices {
    /// The field as `enum_string2.DATA`.
    #[serde(rename = "keywordCode")]
    pub field: String,
    /// Its values.
    #[serde(rename = "enumValueList")]
    pub values: Vec<String>,
}

/// The account's industries, of the old model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Industries {
    /// First.
    pub primary_industry: Industry,
    /// Second.
    pub secondary_industry: Industry,
}

/// One industry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Industry {
    /// Group.
    pub first_class: String,
    /// Industry.
    pub second_class: String,
}

/// A service category of the account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Category {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
}

/// A template of WeChat's library.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublicTitle {
    /// Id in the library.
    pub tid: i64,
    /// Title.
    pub title: String,
    /// 2: one consent, one notification; 3: one consent for good.
    #[serde(rename = "type")]
    pub kind: i64,
    /// Category, as text.
    #[serde(rename = "categoryId")]
    pub category_id: String,
}

/// A field that a template of the library offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublicKeyword {
    /// Id for [`NewSubscriptionTemplate::keywords`].
    pub kid: i64,
    /// Name.
    pub name: String,
    /// An example.
    #[serde(default)]
    pub example: String,
    /// Kind of its values, the prefix of its key.
    pub rule: String,
}

/// A message template to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewMessageTemplate {
    /// Number in the library; digits only for category templates.
    pub template_id_short: String,
    /// Names of the fields, which category templates need (40246).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keyword_name_list: Vec<String>,
}

/// A subscription template to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewSubscriptionTemplate {
    /// Id in the library.
    pub tid: String,
    /// Two to five fields, in the order wanted.
    #[serde(rename = "kidList")]
    pub keywords: Vec<i64>,
    /// What it is for, at most 15 characters.
    #[serde(rename = "sceneDesc")]
    pub purpose: String,
}

/// The body that sets the industries; once a month.
pub fn industries_request(first: &str, second: &str) -> Value {
    json!({ "industry_id1": first, "industry_id2": second })
}

/// The body that deletes a message template.
pub fn delete_request(template_id: &str) -> Value {
    json!({ "template_id": template_id })
}

/// The body that deletes a subscription template.
pub fn delete_subscription_request(template_id: &str) -> Value {
    json!({ "priTmplId": template_id })
}

/// The body that asks why messages of a template were withheld: 100 from `after` on.
pub fn withheld_request(template_id: &str, after: u64) -> Value {
    json!({ "tmpl_msg_id": template_id, "largest_id": after, "limit": 100 })
}

impl Client {
    /// Every message template of the account.
    ///
    /// # Errors
    /// [`CallError`]; 48001 when the account is no verified service account.
    pub async fn message_templates(&self) -> Result<Vec<MessageTemplate>, CallError> {
        let mut answer = self.get_json("/cgi-bin/template/get_all_private_template", &[]).await?;
        decode(answer["template_list"].take())
    }

    /// Adds a message template of the library and returns its id.
    ///
    /// # Errors
    /// [`CallError`]; 45026 when the account has 25.
    pub async fn add_message_template(
        &self,
        template: &NewMessageTemplate,
    ) -> Result<String, CallError> {
        let mut answer = self.post_json("/cgi-bin/template/api_add_template", template).await?;
        decode(answer["template_id"].take())
    }

    /// Deletes a message template.
    ///
    /// # Errors
    /// [`CallError`]; 40037.
    pub async fn delete_message_template(&self, template_id: &str) -> Result<(), CallError> {
        let body = delete_request(template_id);
        self.post_json("/cgi-bin/template/del_private_template", &body).await.map(drop)
    }

    /// The account's industries.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn industries(&self) -> Result<Industries, CallError> {
        decode(self.get_json("/cgi-bin/template/get_industry", &[]).await?)
    }

    /// Sets the account's industries; once a month (43100).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn set_industries(&self, first: &str, second: &str) -> Result<(), CallError> {
        let body = industries_request(first, second);
        self.post_json("/cgi-bin/template/api_set_industry", &body).await.map(drop)
    }

    /// Messages of a template that WeChat withheld, raw: its page contradicts itself about the
    /// shape (§6.1).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn withheld_messages(
        &self,
        template_id: &str,
        after: u64,
    ) -> Result<Value, CallError> {
        let body = withheld_request(template_id, after);
        let mut answer = self.post_json("/wxa/sec/queryblocktmplmsg", &body).await?;
        Ok(answer["msginfo"].take())
    }

    /// Every subscription template of the account.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn subscription_templates(&self) -> Result<Vec<SubscriptionTemplate>, CallError> {
        let mut answer = self.get_json("/wxaapi/newtmpl/gettemplate", &[]).await?;
        decode(answer["data"].take())
    }

    /// The account's service categories.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn subscription_categories(&self) -> Result<Vec<Category>, CallError> {
        let mut answer = self.get_json("/wxaapi/newtmpl/getcategory", &[]).await?;
        decode(answer["data"].take())
    }

    /// A page of the library for these categories: at most 30 from `start` on.
    ///
    /// # Errors
    /// [`CallError`]; 200016 to 200019.
    pub async fn public_titles(
        &self,
        categories: &[i64],
        start: u32,
    ) -> Result<Vec<PublicTitle>, CallError> {
        let ids: Vec<String> = categories.iter().map(i64::to_string).collect();
        let (ids, start) = (ids.join(","), start.to_string());
        let query = [("ids", ids.as_str()), ("start", &start), ("limit", "30")];
        let mut answer = self.get_json("/wxaapi/newtmpl/getpubtemplatetitles", &query).await?;
        decode(answer["data"].take())
    }

    /// The fields a template of the library offers.
    ///
    /// # Errors
    /// [`CallError`]; 200014.
    pub async fn public_keywords(&self, tid: i64) -> Result<Vec<PublicKeyword>, CallError> {
        let tid = tid.to_string();
        let query = [("tid", tid.as_str())];
        let mut answer = self.get_json("/wxaapi/newtmpl/getpubtemplatekeywords", &query).await?;
        decode(answer["data"].take())
    }

    /// Adds a subscription template of the library and returns its id.
    ///
    /// # Errors
    /// [`CallError`]; 200012, 200014, 200020 to 200022.
    pub async fn add_subscription_template(
        &self,
        template: &NewSubscriptionTemplate,
    ) -> Result<String, CallError> {
        let mut answer = self.post_json("/wxaapi/newtmpl/addtemplate", template).await?;
        decode(answer["priTmplId"].take())
    }

    /// Deletes a subscription template.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn delete_subscription_template(&self, template_id: &str) -> Result<(), CallError> {
        let body = delete_subscription_request(template_id);
        self.post_json("/wxaapi/newtmpl/deltemplate", &body).await.map(drop)
    }
}
