//! A page about a compression.
