//! How ready a service is, at a given date: one function for every surface.
