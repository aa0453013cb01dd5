//! Alerting two people to danger, in the very transaction that takes the message in.

use serde_json::json;

use crate::inquiries::InquiryId;
use crate::inquiries::store::{self, Alarm};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::staff::{Role, StaffId, StaffMember};

/// Alerts two people: the manager of the organization that answers (without one, somebody of it who
/// answers) and an operator; where one of them is missing, another operator. Of several, whoever
/// was here last.
pub async fn raise(tx: &mut Tx, alarm: &Alarm, now: Moment) -> Result<Vec<StaffId>> {
    let mut chosen: Vec<StaffId> = Vec::new();
    if let Some(organization) = alarm.organization {
        for role in [Role::OrgManager, Role::Responder] {
            let people = store::on_duty(tx, role, Some(organization)).await?;
            chosen.extend(people.first().filter(|_| chosen.is_empty()));
        }
    }
    chosen.extend(store::on_duty(tx, Role::Operator, None).await?);
    chosen.truncate(2);
    for staff in &chosen {
        store::alert(tx, alarm, *staff, now).await?;
    }
    let object = format!("inquiry:{}", alarm.inquiry);
    let detail = json!({ "kinds": alarm.kinds, "alerted": chosen });
    audit::record(tx, now, None, "inquiry.alert", &object, &detail).await?;
    Ok(chosen)
}

/// Notes that an alerted person knows.
///
/// # Errors
/// Not found when they were not alerted to this inquiry.
pub async fn seen(deps: &Deps, by: &StaffMember, id: InquiryId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if !store::mark_alert_seen(&mut tx, id, by.id, now).await? {
        return Err(Error::not_found());
    }
    let object = format!("inquiry:{id}");
    audit::record(&mut tx, now, Some(by.id.0), "inquiry.alert_seen", &object, &json!({})).await?;
    tx.commit().await
}
