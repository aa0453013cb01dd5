//! Accounts: of a member organization for its manager, of everybody for the security administrator.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, Problem, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries;
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, Input};
use crate::platform::secrets::Secret;
use crate::staff::actions::manage::{self, NewAccount, may_manage, roles_for};
use crate::staff::actions::second;
use crate::staff::views::people::{PeoplePage, PersonPage, PersonRow};
use crate::staff::{Qualification, Qualified, Role, StaffId, StaffMember, password, store};

/// Whose people: an organization's, or the alliance's own.
type House = Option<OrganizationId>;

/// Where the list of a house is.
fn list_of(house: House) -> String {
    match house {
        Some(id) => format!("/console/members/{id}/staff"),
        None => "/console/staff".into(),
    }
}

/// Whether the person may manage this house; what they may not manage does not exist for them.
fn check(web: &Web, signed: &SignedIn, house: House) -> Result<()> {
    let there = house.is_none_or(|id| web.directory.current().organization(id).is_some());
    if there && may_manage(&signed.member, house) { Ok(()) } else { Err(Error::not_found()) }
}

/// The people of a member organization.
pub async fn of_member(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Asked(asked): Asked,
) -> Answer {
    list(&web, &signed, Some(id), &asked).await
}

/// The alliance's own people.
pub async fn of_alliance(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    list(&web, &signed, None, &asked).await
}

async fn list(web: &Web, signed: &SignedIn, house: House, asked: &Fields) -> Answer {
    check(web, signed, house)?;
    let mut link = web.deps.db.read().await?;
    let mut people = match house {
        Some(id) => store::of_organization(&mut link, id).await?,
        None => store::of_alliance(&mut link).await?,
    };
    let logins = store::last_logins(&mut link, house).await?;
    let on_hand: HashMap<StaffId, i64> =
        inquiries::store::on_hand(&mut link).await?.into_iter().collect();
    drop(link);
    people.sort_by_key(|person| !person.active);
    let row = |person: &StaffMember| PersonRow {
        href: format!("/console/staff/{}", person.id),
        name: person.name.clone(),
        username: person.username.clone(),
        role_name: person.role.name().to_owned(),
        active: person.active,
        open: on_hand.get(&person.id).copied().unwrap_or(0),
        last_seen: logins.get(&person.id).map(|at: &Moment| frame::when(web, *at)),
    };
    let here = list_of(house);
    page(&PeoplePage {
        shell: frame::desk(web, signed, "人员", &here, asked).await?,
        organization_name: house_name(web, house),
        new_href: format!("{here}/new"),
        rows: people.iter().map(row).collect(),
    })
}

fn house_name(web: &Web, house: House) -> String {
    match house {
        Some(id) => web.directory.current().organization_name(Some(id)).to_owned(),
        None => web.config.alliance.name.clone(),
    }
}

/// The form of a new person of a member organization.
pub async fn blank_of_member(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
) -> Answer {
    blank(&web, &signed, Some(id)).await
}

/// The form of a new person of the alliance.
pub async fn blank_of_alliance(State(web): State<Web>, signed: SignedIn) -> Answer {
    blank(&web, &signed, None).await
}

async fn blank(web: &Web, signed: &SignedIn, house: House) -> Answer {
    check(web, signed, house)?;
    let entered =
        Entered { active: true, role: roles_for(house).first().copied(), ..Entered::default() };
    page(&form(web, signed, house, None, &entered).await?)
}

/// Adds a person to a member organization.
pub async fn add_to_member(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    add(&web, &signed, Some(id), &fields).await
}

/// Adds a person to the alliance.
pub async fn add_to_alliance(
    State(web): State<Web>,
    signed: SignedIn,
    Form(fields): Form,
) -> Answer {
    add(&web, &signed, None, &fields).await
}

async fn add(web: &Web, signed: &SignedIn, house: House, fields: &Fields) -> Answer {
    check(web, signed, house)?;
    let mut entered = Entered::from(fields);
    let password = Secret::from(fields.text("password").to_owned());
    let added = match entered.role().and_then(|role| Ok((role, entered.qualified()?))) {
        Ok((role, qualified)) => {
            let (username, name) = (entered.username.clone(), entered.name.clone());
            let new = NewAccount { username, name, role, organization: house, password };
            match manage::add(&web.deps, &signed.member, new).await {
                Ok(id) => manage::qualify(&web.deps, &signed.member, id, &qualified).await,
                Err(error) => Err(error),
            }
        }
        Err(error) => Err(error),
    };
    match added {
        Ok(()) => Ok(Redirect::to(&format!("{}?done=added", list_of(house))).into_response()),
        Err(error) => {
            entered.blame(&error);
            refused(web, signed, house, None, &entered, error).await
        }
    }
}

/// The form of one person.
pub async fn show(State(web): State<Web>, signed: SignedIn, Target(id): Target<StaffId>) -> Answer {
    let person = find(&web, &signed, id).await?;
    let qualified = store::qualified(&mut web.deps.db.read().await?, id).await?.unwrap_or_default();
    let entered = Entered {
        qualification: qualified.qualification.map_or("", Qualification::code).to_owned(),
        licence: qualified.licence,
        name: person.name.clone(),
        username: person.username.clone(),
        role: Some(person.role),
        active: person.active,
        version: person.version,
        ..Entered::default()
    };
    page(&form(&web, &signed, person.organization_id, Some(id), &entered).await?)
}

/// Changes one person; with a password also that.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<StaffId>,
    Form(fields): Form,
) -> Answer {
    let person = find(&web, &signed, id).await?;
    let mut entered = Entered::from(&fields);
    entered.username.clone_from(&person.username);
    let house = person.organization_id;
    match save(&web, &signed, &person, &entered, &fields).await {
        Ok(()) => Ok(Redirect::to(&format!("{}?done=saved", list_of(house))).into_response()),
        Err(error) => {
            entered.blame(&error);
            refused(&web, &signed, house, Some(id), &entered, error).await
        }
    }
}

async fn save(
    web: &Web,
    signed: &SignedIn,
    person: &StaffMember,
    entered: &Entered,
    fields: &Fields,
) -> Result<()> {
    let fresh = Some(fields.text("password")).filter(|text| !text.is_empty());
    let fresh = fresh.map(|text| Secret::from(text.to_owned()));
    if let Some(fresh) = &fresh {
        // Before anything is written: the two changes are refused or done together.
        password::check(fresh)?;
    }
    let qualified = entered.qualified()?;
    let (role, Entered { version, name, active, .. }) = (entered.role()?, entered);
    let by = &signed.member;
    manage::change(&web.deps, by, person.id, *version, name, role, *active).await?;
    manage::qualify(&web.deps, by, person.id, &qualified).await?;
    if !active {
        inquiries::actions::staff::hand_back(&web.deps, by.id, person.id).await?;
    }
    if let Some(fresh) = fresh {
        manage::reset_password(&web.deps, Some(by.id), &person.username, fresh).await?;
    }
    Ok(())
}

/// Takes the second factor of somebody who lost the phone away.
pub async fn reset_second_factor(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<StaffId>,
) -> Answer {
    let person = find(&web, &signed, id).await?;
    second::reset(&web.deps, &signed.member, id).await?;
    let list = list_of(person.organization_id);
    Ok(Redirect::to(&format!("{list}?done=second-reset")).into_response())
}

/// A person whom the reader may manage; all others do not exist.
async fn find(web: &Web, signed: &SignedIn, id: StaffId) -> Result<StaffMember> {
    let found = store::get(&mut web.deps.db.read().await?, id).await?;
    let managed = found.filter(|person| may_manage(&signed.member, person.organization_id));
    managed.ok_or_else(Error::not_found)
}

/// What was typed into the form.
#[derive(Default)]
struct Entered {
    name: String,
    username: String,
    role: Option<Role>,
    qualification: String,
    licence: String,
    active: bool,
    version: i64,
    password_error: Option<String>,
    error: Option<String>,
}

impl From<&Fields> for Entered {
    fn from(fields: &Fields) -> Self {
        Self {
            name: fields.text("name").trim().to_owned(),
            username: fields.text("username").trim().to_lowercase(),
            role: Role::from_code(fields.text("role")),
            qualification: fields.text("qualification").to_owned(),
            licence: fields.text("licence").trim().to_owned(),
            active: fields.ticked("active"),
            version: fields.read("version").unwrap_or(0),
            ..Self::default()
        }
    }
}

impl Entered {
    fn role(&self) -> Result<Role> {
        self.role.ok_or_else(|| Error::invalid("请选择角色。"))
    }

    fn qualified(&self) -> Result<Qualified> {
        Qualified::read(&self.qualification, &self.licence)
    }

    /// Puts the sentence where it belongs.
    fn blame(&mut self, error: &Error) {
        let sentence = Some(error.public().to_owned());
        if error.public().starts_with("密码") {
            self.password_error = sentence;
        } else {
            self.error = sentence;
        }
    }
}

async fn refused(
    web: &Web,
    signed: &SignedIn,
    house: House,
    id: Option<StaffId>,
    entered: &Entered,
    error: Error,
) -> Answer {
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(Problem::from(error));
    }
    let form = form(web, signed, house, id, entered).await?;
    Ok((status_of(error.kind()), page(&form)?).into_response())
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    house: House,
    id: Option<StaffId>,
    entered: &Entered,
) -> Result<PersonPage> {
    let (open, second) = match id {
        Some(id) => {
            let mut link = web.deps.db.read().await?;
            let all = inquiries::store::on_hand(&mut link).await?;
            let open = all.into_iter().find(|(who, _)| *who == id).map_or(0, |(_, open)| open);
            let factor = store::second::factor(&mut link, id).await?;
            let set_up = factor.is_some_and(|factor| factor.secret.is_some());
            (open, set_up && id != signed.member.id)
        }
        None => (0, false),
    };
    let list = list_of(house);
    let roles = roles_for(house).iter();
    Ok(PersonPage {
        shell: frame::desk(web, signed, "人员", &list, &Fields::default()).await?,
        action: id.map_or_else(|| format!("{list}/new"), |id| format!("/console/staff/{id}")),
        back_href: list,
        organization_name: house_name(web, house),
        new: id.is_none(),
        version: entered.version,
        error: entered.error.clone(),
        name: Input::new(&entered.name),
        username: Input::new(&entered.username),
        password: Input { value: String::new(), error: entered.password_error.clone() },
        roles: roles.map(|r| Choice::new(r.code(), r.name(), Some(*r) == entered.role)).collect(),
        qualifications: qualifications(house, &entered.qualification),
        licence: Input::new(&entered.licence),
        active: entered.active,
        open,
        second,
    })
}

/// As what people of a member organization may give legal help.
fn qualifications(house: House, chosen: &str) -> Vec<Choice> {
    let all = house.map_or(&[] as &[Qualification], |_| Qualification::ALL).iter();
    all.map(|q| Choice::new(q.code(), q.name(), q.code() == chosen)).collect()
}
