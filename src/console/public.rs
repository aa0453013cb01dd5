//! What everybody may know.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Redirect;
use tokio::sync::Mutex;

use super::error::{Answer, page};
use super::form::Fields;
use super::frame;
use super::state::Web;
use crate::disclosure::views::{Figure, PublicHomePage, PublicMember};
use crate::inquiries::store::{PublicFigures, public_figures};
use crate::members::Organization;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::platform::http::shell::CitizenShell;
use crate::routing::rules::Directory;

/// Counts below this are not told, so that nobody can be recognized in them.
const SMALL: i64 = 5;

/// Figures older than this are counted anew: counting reads every inquiry there is, and anybody may
/// ask for the page.
const OLD: Duration = Duration::from_secs(60);

/// The figures as they were counted last.
#[derive(Clone, Debug, Default)]
pub struct Counted(Arc<Mutex<Option<(Moment, PublicFigures)>>>);

impl Counted {
    /// The figures, at most a minute old. Who asks while they are being counted waits for that count.
    ///
    /// # Errors
    /// When the database cannot be read.
    async fn figures(&self, deps: &Deps) -> Result<PublicFigures> {
        let mut held = self.0.lock().await;
        let now = deps.clock.now();
        if let Some((at, figures)) = *held
            && now.since(at) < OLD
        {
            return Ok(figures);
        }
        let figures = public_figures(&mut deps.db.read().await?).await?;
        *held = Some((now, figures));
        Ok(figures)
    }
}

/// `/`.
pub async fn front_door() -> Redirect {
    Redirect::to("/public")
}

/// The public page.
pub async fn home(State(web): State<Web>) -> Answer {
    let directory = web.directory.current();
    let known = web.counted.figures(&web.deps).await?;
    let shell = frame::street(&web, "信息公开", false, "/public", &Fields::default());
    let today = web.deps.clock.now().in_shanghai();
    let members: Vec<PublicMember> = directory
        .organizations
        .iter()
        .filter(|organization| organization.status.takes_inquiries())
        .map(|organization| member(organization, &directory))
        .collect();
    let name = &web.config.alliance.name;
    page(&PublicHomePage {
        shell: CitizenShell { large_href: String::new(), ..shell },
        about: vec![format!(
            "{name}由常州各地的法律服务组织组成，在微信上免费解答群众的法律问题。"
        )],
        figures: figures(known, members.len()),
        members,
        updated: today.strftime("%Y年%-m月%-d日").to_string(),
        responsible: String::new(),
        complaints: web.config.alliance.support_phone.clone(),
    })
}

fn figures(known: PublicFigures, members: usize) -> Vec<Figure> {
    let figure = |label: &str, value: String, meaning: &str| Figure {
        label: label.to_owned(),
        value,
        meaning: meaning.to_owned(),
    };
    let stars = if known.rated < SMALL {
        figure("群众评价", "不足 5 人".into(), "评价的人太少，暂不公布平均值")
    } else {
        // Tenths of a star, in whole numbers.
        let tenths = (known.stars * 10 + known.rated / 2) / known.rated;
        let value = format!("{}.{} 分", tenths / 10, tenths % 10);
        figure("群众评价", value, &format!("{} 人给答复打分的平均值，满分 5 分", known.rated))
    };
    vec![
        figure("收到咨询", count(known.asked), "自开通以来群众提出的咨询件数"),
        figure("已答复", count(known.answered), "其中已有成员单位答复的件数"),
        stars,
        figure("成员单位", format!("{members} 家"), "正在接收咨询的成员单位"),
    ]
}

fn count(number: i64) -> String {
    if number < SMALL { "不足 5 件".into() } else { format!("{number} 件") }
}

fn member(organization: &Organization, directory: &Directory) -> PublicMember {
    let fields: Vec<&str> = organization.fields.iter().map(|field| field.name()).collect();
    let district = organization.district.as_deref();
    PublicMember {
        name: organization.name.clone(),
        kind_name: organization.kind.name().to_owned(),
        district: district.map_or_else(|| "全市".into(), |id| directory.atlas.place_name(id)),
        fields: fields.join("、"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_stay_hidden() {
        let values = |known| figures(known, 3).into_iter().map(|f| f.value).collect::<Vec<_>>();
        let few = PublicFigures { asked: 4, answered: 0, rated: 4, stars: 20 };
        assert_eq!(values(few), ["不足 5 件", "不足 5 件", "不足 5 人", "3 家"]);
        let many = PublicFigures { asked: 5, answered: 1200, rated: 6, stars: 26 };
        assert_eq!(values(many), ["5 件", "1200 件", "4.3 分", "3 家"]);
    }
}
