//! Why a session gave no result.

use crate::device::DeviceError;
use crate::engine::EngineError;
use crate::link::LinkError;
use crate::transport::TransportError;
use crate::BusError;
use eie_spec::golden::InputError;
use eie_spec::model::ModelError;
use eie_spec::pack::PackError;

/// Why a session gave no result. It can be used again after each of these: what is needed is opened, reset and loaded
/// by the next call.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// No device was named.
    #[error("no device is named: give one address or more, for instance model:?pes=16")]
    NoDevice,
    /// The device's configuration is not known.
    #[error(
        "{address}: the device has configuration {hash:08x}, which is none of the usual ones: name its parameters in \
         the address (?pes=16&act_depth=...) as they were when its design was emitted"
    )]
    UnknownConfig {
        /// Where it is.
        address: String,
        /// What it says.
        hash: u32,
    },
    /// The model is not a valid one.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model cannot be packed.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// What should run on the host cannot.
    #[error("layers {layers} cannot run on the host: {why}")]
    Host {
        /// Their names.
        layers: String,
        /// What its engine says.
        why: String,
    },
    /// The input is of another shape.
    #[error("the input has {found} values a row, the model takes {expected}")]
    Columns {
        /// Of the input.
        found: usize,
        /// Of the model.
        expected: usize,
    },
    /// The place for the results is of another shape.
    #[error("the results are {rows} rows of {columns}, there is room for {found:?}")]
    Room {
        /// Rows of the input.
        rows: usize,
        /// Results of each.
        columns: usize,
        /// What was given.
        found: [usize; 2],
    },
    /// A value that is no number.
    #[error("value {index} is not a number")]
    NotANumber {
        /// Its place, row by row.
        index: usize,
    },
    /// An input outside the range that the model's certificate allows.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The engine that runs what the device cannot.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// It was cancelled before it was done.
    #[error("the run was cancelled")]
    Cancelled,
    /// It is not done yet.
    #[error("the run is not done yet")]
    NotDone,
    /// The result was taken already.
    #[error("the result was taken already")]
    Taken,
    /// The thread that ran it ended.
    #[error("the thread that ran it ended without a result: this is a defect of the driver")]
    Lost,
}

impl From<LinkError> for SessionError {
    fn from(error: LinkError) -> Self {
        SessionError::Device(DeviceError::Bus(BusError::Link(error)))
    }
}

impl From<TransportError> for SessionError {
    fn from(error: TransportError) -> Self {
        LinkError::Transport(error).into()
    }
}

impl SessionError {
    /// The link's error, if it is one.
    pub fn link(&self) -> Option<&LinkError> {
        match self {
            SessionError::Device(DeviceError::Bus(BusError::Link(error))) => Some(error),
            _ => None,
        }
    }

    /// The transport's error, if it is one.
    pub fn transport(&self) -> Option<&TransportError> {
        match self.link() {
            Some(LinkError::Transport(error)) => Some(error),
            _ => None,
        }
    }
}
