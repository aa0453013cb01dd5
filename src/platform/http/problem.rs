//! Error pages: what happened, what to do, whom to call. Never a cause from inside.

use askama::Template;

use super::shell::{CitizenShell, Site};

/// A page for an answer that is not the one asked for.
#[derive(Clone, Debug, Template)]
#[template(path = "problem.html", config = "src/console/askama.toml")]
pub struct ProblemPage {
    /// Title, imprint.
    pub shell: CitizenShell,
    /// HTTP status.
    pub status: u16,
    /// What happened, one sentence.
    pub what: String,
    /// What to do now.
    pub todo: String,
    /// Where the button leads and what it says.
    pub way_out: Option<(String, String)>,
    /// Number to name when calling for help (the request's id); empty hides it.
    pub reference: String,
    /// What the person had typed and would otherwise lose; empty hides it.
    pub kept: String,
}

impl ProblemPage {
    /// The stored wording for `status`; other codes get the wording of 500.
    pub fn of(status: u16, site: Site) -> Self {
        let (title, what, todo) = wording(status);
        Self {
            shell: CitizenShell { title: title.into(), site, ..CitizenShell::default() },
            status,
            what: what.into(),
            todo: todo.into(),
            way_out: None,
            reference: String::new(),
            kept: String::new(),
        }
    }

    /// Adds a button.
    pub fn with_way_out(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.way_out = Some((href.into(), label.into()));
        self
    }

    /// Shows what the person had typed, so that it can be copied.
    pub fn with_kept(mut self, text: impl Into<String>) -> Self {
        self.kept = text.into();
        self
    }

    /// Adds the number to name when calling for help.
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = reference.into();
        self
    }
}

fn wording(status: u16) -> (&'static str, &'static str, &'static str) {
    match status {
        400 => (
            "没有看懂这次提交",
            "提交的内容不完整，或者格式不对，系统没有做任何改动。",
            "请返回上一页，检查后再提交一次。",
        ),
        401 => {
            ("请先登录", "登录已经过期，或者还没有登录。", "请登录后再继续，已保存的草稿不会丢失。")
        }
        403 => (
            "您没有权限看这一页",
            "这项内容不属于您的单位，或者您的角色不能做这件事。",
            "如果工作需要，请联系本单位管理员或联盟运营人员。",
        ),
        404 => (
            "没有找到这一页",
            "链接可能抄写不全，或者内容已经移走、删除。",
            "请检查链接，或者返回首页重新进入。",
        ),
        409 => (
            "内容已经被别人改动",
            "在您打开这一页之后，别人先做了修改，系统没有覆盖对方的内容。",
            "请返回刷新，看过新内容后再操作。",
        ),
        413 => (
            "提交的内容太大",
            "文字或文件超过了允许的大小，没有保存。",
            "请缩短内容或压缩文件后再提交。",
        ),
        429 => (
            "操作太频繁",
            "短时间内的请求太多，系统暂时停止受理。",
            "请等一分钟再试，不需要重复点击。",
        ),
        503 => (
            "系统正忙或正在维护",
            "现在暂时不能提供服务，已经提交的内容都还在。",
            "请过几分钟再试。情况紧急请拨打 110，法律咨询可拨打 12348。",
        ),
        _ => (
            "系统出了问题",
            "这次操作没有完成，问题已经记录下来。",
            "请稍后再试。如果一直不行，请把下面的编号告诉我们。",
        ),
    }
}
