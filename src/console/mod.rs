//! The staff console's frame: templates every page extends, stylesheets, scripts, and the pages
//! that belong to no single slice (settings, health).

pub mod state;
pub mod views;

/// Pages (arrive with the handlers).
pub fn routes(web: state::Web) -> axum::Router {
    axum::Router::new().with_state(web)
}
