//! Articles beside the conversation: cited in an answer, judged, or offered.

/// The panel; empty while no law is there to be searched.
#[derive(Clone, Debug, Default)]
pub struct Citing {
    /// Articles, those that matter most first.
    pub articles: Vec<CitedArticle>,
    /// What is wrong with citations in the answers or the draft, one sentence each.
    pub doubts: Vec<String>,
    /// Whether this person may judge.
    pub may_judge: bool,
}

/// One article.
#[derive(Clone, Debug, Default)]
pub struct CitedArticle {
    /// 《中华人民共和国民法典》第一千零四十三条.
    pub title: String,
    /// 《民法典》第一千零四十三条, to be put into the answer.
    pub insert: String,
    /// The text.
    pub text: String,
    /// Why it stands here: 答复中引用了, 与问题相近.
    pub why: &'static str,
    /// What somebody said of it: whether it fits, and who.
    pub judged: Option<(bool, String)>,
    /// The name the law is kept by, sent back.
    pub name: String,
    /// Number, sent back.
    pub number: i64,
    /// 1 for 之一, sent back.
    pub insertion: i64,
}
