//! The pages, through the real router, as browsers with and without a session see them.

mod browser;
mod citizens;
mod live;
mod login;
mod managing;
mod talking;
mod walking;
