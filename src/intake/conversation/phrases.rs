//! Filling the stored texts.

use super::{Current, Turn};
use crate::inquiries::{InquiryId, State};
use crate::language::fields::Field;
use crate::wechat::reply::menu_link;
use crate::worktime;

/// Fields offered for a tap, commonest first.
const OFFERED: [Field; 9] = [
    Field::Labor,
    Field::Family,
    Field::Debt,
    Field::Housing,
    Field::Traffic,
    Field::Consumer,
    Field::Contract,
    Field::Criminal,
    Field::Other,
];

/// A link that, tapped, sends its label back with an id we understand.
pub(super) fn tap(label: &str, id: &str) -> String {
    menu_link(label, label, id)
}

impl Turn<'_, '_, '_> {
    pub(super) fn say(&self, key: &str, places: &[(&str, &str)]) -> String {
        self.world.texts.fill(key, places)
    }

    pub(super) fn welcome(&self, scene: Option<&str>) -> String {
        let privacy = self.world.links.site("/c/privacy");
        let links = starters();
        let (key, station) = match scene.and_then(|scene| self.host(scene)) {
            Some(name) => ("welcome_station", name),
            None => ("welcome", ""),
        };
        self.say(
            key,
            &[
                ("alliance", self.world.alliance),
                ("station", station),
                ("links", &links),
                ("privacy", &privacy),
            ],
        )
    }

    /// Name of the station or organization whose code it is.
    fn host(&self, scene: &str) -> Option<&str> {
        let directory = self.world.directory;
        let station = directory.station(scene).map(|station| station.name.as_str());
        let organization = || {
            let id = directory.codes.get(scene)?;
            directory.organization(*id).map(|organization| organization.name.as_str())
        };
        station.or_else(organization)
    }

    /// A text about one inquiry, with everything the catalogue may ask for.
    pub(super) fn about(&self, key: &str, current: &Current, links: &str) -> String {
        let field = current.field.map_or("待确认", Field::name);
        let place = self.place_name(current.territory.as_deref());
        let due = worktime::in_words(current.due_at, self.world.now);
        let organization = self.world.directory.organization_name(current.organization);
        let page = self.world.links.url(current.id, self.world.now);
        self.say(
            key,
            &[
                ("number", &current.number),
                ("field", field),
                ("place", &place),
                ("organization", organization),
                ("due", &due),
                ("links", links),
                ("page", &page),
            ],
        )
    }

    pub(super) fn place_name(&self, territory: Option<&str>) -> String {
        territory
            .map_or_else(|| "待确认".to_owned(), |id| self.world.directory.atlas.place_name(id))
    }

    pub(super) fn corrections(current: &Current) -> String {
        let number = &current.number;
        format!(
            "不对？{} {}",
            tap("改类别", &format!("fixfield:{number}")),
            tap("改地区", &format!("fixplace:{number}"))
        )
    }

    pub(super) fn field_links(&self, number: &str, guesses: &[Field]) -> String {
        let mut offered: Vec<Field> = guesses.to_vec();
        offered.extend(OFFERED.iter().filter(|field| !guesses.contains(field)));
        offered.truncate(OFFERED.len());
        let links: Vec<String> = offered
            .iter()
            .map(|field| tap(field.name(), &format!("field:{}:{number}", field.code())))
            .collect();
        links.join(" ")
    }

    /// The fields offered for a tap that subscribes to one.
    pub(super) fn topic_links(&self) -> String {
        let fields = OFFERED.iter().filter(|field| **field != Field::Other);
        let links: Vec<String> =
            fields.map(|field| tap(field.name(), &format!("topic:{}", field.code()))).collect();
        links.join(" ")
    }

    pub(super) fn place_links(&self, number: &str) -> String {
        let links: Vec<String> = self
            .world
            .directory
            .atlas
            .districts()
            .map(|d| tap(&d.name, &format!("place:{}:{number}", d.id)))
            .collect();
        links.join(" ")
    }

    pub(super) fn mine(&self) -> String {
        let lines: Vec<String> = self
            .facts
            .iter()
            .filter(|fact| fact.merged_into.is_none())
            .take(5)
            .map(|fact| {
                let how = match fact.state {
                    State::Waiting => "正在分派".to_owned(),
                    State::Offered | State::Claimed => format!(
                        "{}办理中，最迟{} 前答复",
                        self.world.directory.organization_name(fact.organization_id),
                        worktime::in_words(fact.due_at, self.world.now)
                    ),
                    State::Answered => "已答复".to_owned(),
                    State::Closed => "已办结".to_owned(),
                };
                let page = self.page(fact.id);
                format!(
                    "{} {}\n{how}\n<a href=\"{page}\">查看</a>",
                    fact.number,
                    shorten(&fact.first_line)
                )
            })
            .collect();
        match (lines.is_empty(), &self.standing.current) {
            (false, _) => self.say("mine", &[("list", &lines.join("\n\n"))]),
            // Written a moment ago, not yet in the lists.
            (true, Some(current)) => {
                let line =
                    format!("{}\n<a href=\"{}\">查看</a>", current.number, self.page(current.id));
                self.say("mine", &[("list", &line)])
            }
            (true, None) => self.say("mine_none", &[]),
        }
    }

    fn page(&self, id: InquiryId) -> String {
        self.world.links.url(id, self.world.now)
    }
}

/// Links a newcomer can begin with.
pub(super) fn starters() -> String {
    format!("{}　{}　{}", tap("我要咨询", "ask"), tap("我的咨询", "mine"), tap("人工", "human"))
}

fn shorten(line: &str) -> String {
    let short: String = line.chars().take(18).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}
