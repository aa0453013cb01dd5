//! Who has which inquiry open at this moment, so that two colleagues do not write at once. A hint,
//! kept in memory only; it ends with the stream of the open page.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::inquiries::Inquiry;
use crate::inquiries::InquiryId;
use crate::platform::coord::{Coord, News};
use crate::staff::{StaffId, StaffMember};

/// One open page.
struct Sitter {
    seat: u64,
    staff: StaffId,
    name: String,
}

#[derive(Default)]
struct Room {
    next: u64,
    sitters: HashMap<InquiryId, Vec<Sitter>>,
}

/// Everybody who is looking; cheap to clone.
#[derive(Clone, Default)]
pub struct Presence(Arc<Mutex<Room>>);

/// Somebody's place before an inquiry; leaves it when dropped.
pub struct Seat {
    presence: Presence,
    inquiry: InquiryId,
    seat: u64,
    news: News,
    coord: Coord,
}

impl Presence {
    /// Sits somebody down before an inquiry and tells the others.
    pub fn sit(&self, coord: &Coord, inquiry: &Inquiry, member: &StaffMember) -> Seat {
        let mut room = self.room();
        room.next += 1;
        let seat = room.next;
        let sitter = Sitter { seat, staff: member.id, name: member.name.clone() };
        room.sitters.entry(inquiry.id).or_default().push(sitter);
        drop(room);
        let organization = inquiry.organization_id.map(|organization| organization.0);
        let news = News::Inquiry { inquiry: inquiry.id.0, organization, formerly: None };
        coord.publish(news.clone());
        Seat { presence: self.clone(), inquiry: inquiry.id, seat, news, coord: coord.clone() }
    }

    /// The names of those who look at an inquiry besides `reader`, in words; `None` for nobody.
    pub fn others(&self, inquiry: InquiryId, reader: StaffId) -> Option<String> {
        let room = self.room();
        let sitters = room.sitters.get(&inquiry)?;
        let mut names: Vec<&str> = Vec::new();
        for sitter in sitters.iter().filter(|sitter| sitter.staff != reader) {
            if !names.contains(&sitter.name.as_str()) {
                names.push(&sitter.name);
            }
        }
        (!names.is_empty()).then(|| format!("{} 正在查看", names.join("、")))
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut room = self.presence.room();
        if let Some(sitters) = room.sitters.get_mut(&self.inquiry) {
            sitters.retain(|sitter| sitter.seat != self.seat);
            if sitters.is_empty() {
                room.sitters.remove(&self.inquiry);
            }
        }
        drop(room);
        self.coord.publish(self.news.clone());
    }
}
