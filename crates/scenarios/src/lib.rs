//! Scenarios over the four real services
