//! The staff console's frame: templates every page extends, stylesheets and scripts.
