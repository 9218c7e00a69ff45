//! Deep Compression (Han et al., ICLR 2016) from a trained network to a model that the hardware runs.
//!
//! The way of a weight: [`train`] (or [`net`], from a file) -> [`prune`] with retraining -> [`share`] (k-means)
//! -> fine-tuned centroids ([`train`] again, assignments fixed) -> [`quantise`] to integers ->
//! [`eie_spec::model::Model`], which [`eie_spec::container`] writes. [`compress`] does it all.
//!
//! The crate knows nothing about devices, and no HDL.
#![forbid(unsafe_code)]

mod adam;
pub mod archive;
mod backprop;
pub mod compress;
pub mod config;
mod conv;
pub mod data;
pub mod direct;
pub mod error;
pub mod formats;
mod forward;
pub mod made;
pub mod net;
pub mod plot;
pub mod prune;
pub mod quantise;
pub mod report;
pub mod sensitivity;
pub mod shape;
pub mod share;
pub mod study;
pub mod train;

pub use error::CompressError;
