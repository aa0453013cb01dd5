//! Statements that insert many rows at once with bound values.

use std::fmt::Write;
use std::sync::OnceLock;

use super::{Backend, Link};

/// An `INSERT … VALUES` whose text is made once for each number of rows, so that it stays prepared.
///
/// # Why
/// 2026-11-23: rows handed over as one JSON array cost three quarters of SQLite's time on the path
/// of a push (counted in instructions); bound values cost almost nothing. Where few or short rows
/// are looked up, [`many_rows!`](crate::many_rows) stays: one text for any number. On SQLite the
/// places are plain `?`: sqlx looks the name of every numbered one up in a list.
pub struct ManyValues {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    sqlite: [OnceLock<String>; Self::MOST],
    postgres: [OnceLock<String>; Self::MOST],
}

impl ManyValues {
    /// Rows that one statement takes; more are written in several.
    pub const MOST: usize = 64;

    /// `head VALUES (…), (…) tail` with `columns` values a row.
    pub const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self {
            head,
            columns,
            tail,
            sqlite: [const { OnceLock::new() }; Self::MOST],
            postgres: [const { OnceLock::new() }; Self::MOST],
        }
    }

    /// The text for the database behind `link` and `rows` rows, 1 to [`ManyValues::MOST`]; beyond
    /// that the text for the most.
    pub fn text(&'static self, link: &mut impl Link, rows: usize) -> &'static str {
        self.text_for(link.conn().backend(), rows)
    }

    fn text_for(&'static self, backend: Backend, rows: usize) -> &'static str {
        let rows = rows.clamp(1, Self::MOST);
        let texts = match backend {
            Backend::Sqlite => &self.sqlite,
            Backend::Postgres => &self.postgres,
        };
        texts[rows - 1].get_or_init(|| self.build(backend, rows))
    }

    fn build(&self, backend: Backend, rows: usize) -> String {
        let mut text = format!("{} VALUES ", self.head);
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 1..=self.columns {
                let comma = if column == 1 { "" } else { ", " };
                // Writing into a String cannot fail.
                let _ = match backend {
                    Backend::Sqlite => write!(text, "{comma}?"),
                    Backend::Postgres => write!(text, "{comma}${}", row * self.columns + column),
                };
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.tail);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Backend, ManyValues};

    #[test]
    fn places_are_numbered_through_all_rows_where_the_database_wants_numbers() {
        static PAIRS: ManyValues =
            ManyValues::new("INSERT INTO t (a, b)", 2, "ON CONFLICT DO NOTHING");
        assert_eq!(
            PAIRS.text_for(Backend::Postgres, 2),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            PAIRS.text_for(Backend::Sqlite, 2),
            "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) ON CONFLICT DO NOTHING"
        );
    }
}
