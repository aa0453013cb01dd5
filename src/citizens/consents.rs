//! What citizens are asked to agree to, word for word and by version. A changed text gets a new
//! version and is asked for again; older versions stay, because consents refer to them. Pure.

use crate::text_enum;

text_enum!(
    /// What a consent is about.
    Subject {
        /// Question and answer are kept and shown to whoever answers.
        Asking = "asking", "提问和答复";
        /// The question may hold sensitive matters.
        Sensitive = "sensitive", "敏感个人信息";
        /// Legal knowledge of chosen fields is sent by itself.
        Topics = "topics", "普法订阅";
    }
);

/// A text to agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentText {
    /// About what.
    pub subject: Subject,
    /// Version: year and month.
    pub version: &'static str,
    /// The text.
    pub body: &'static str,
}

/// Every text there has ever been, the one in force of each subject last.
pub const TEXTS: &[ConsentText] = &[
    ConsentText {
        subject: Subject::Asking,
        version: "2026-11",
        body: "我同意普法联盟为了答复我的问题，保存我写的内容和微信给我的编号，交给接手的成员单位\
               人员阅读和答复。我知道可以随时查看、导出、删除，也可以撤回同意。",
    },
    ConsentText {
        subject: Subject::Sensitive,
        version: "2026-11",
        body: "我的问题可能写到健康、家庭、未成年人、案件、财产等敏感情况。我单独同意：只为答复这个\
               问题，由接手的人员阅读和处理这些内容。",
    },
    ConsentText {
        subject: Subject::Topics,
        version: "2026-11",
        body: "我同意普法联盟记下我选的法律领域和微信给我的编号，只用来给我发这些领域的普法内容。\
               回复“取消订阅”随时取消，取消后马上删除。",
    },
];

/// The text in force.
pub fn in_force(subject: Subject) -> &'static ConsentText {
    // Every subject has a text; the test below holds that.
    TEXTS.iter().rev().find(|text| text.subject == subject).unwrap_or(&TEXTS[0])
}

/// The text a consent was given to.
pub fn text_of(subject: Subject, version: &str) -> Option<&'static ConsentText> {
    TEXTS.iter().find(|text| text.subject == subject && text.version == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_has_a_text_in_force_and_no_version_twice() {
        for subject in Subject::ALL {
            assert_eq!(in_force(*subject).subject, *subject);
        }
        for (n, text) in TEXTS.iter().enumerate() {
            assert_eq!(
                TEXTS.iter().position(|other| text_of(text.subject, text.version) == Some(other)),
                Some(n)
            );
        }
    }
}
