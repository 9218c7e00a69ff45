//! What can be wrong with the files and settings that a user gives.

/// An error of the compressor.
#[derive(Debug, thiserror::Error)]
pub enum CompressError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A data set is not where it was looked for.
    #[error("no {name} (nor {name}.gz) in {dir}: give the folder of the MNIST files with --data or EIE_DATA, or fetch them with `eie data mnist`")]
    MissingData {
        /// The file looked for.
        name: String,
        /// The folder.
        dir: String,
    },
    /// A data set's file is damaged or of another kind.
    #[error("{path}, offset {offset}: found {found}, expected {expected}")]
    Data {
        /// The file.
        path: String,
        /// Byte in the unpacked file.
        offset: u64,
        /// What is there.
        found: String,
        /// What should be.
        expected: String,
    },
    /// A file is not the one that its name says.
    #[error("{path}: SHA-256 is {found}, expected {expected}: damaged or another file")]
    Checksum {
        /// The file.
        path: String,
        /// Its sum.
        found: String,
        /// The right one.
        expected: String,
    },
    /// A network's file is not a valid one.
    #[error("{path}: {why}")]
    Network {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// A tensor is not what it should be.
    #[error("{path}: tensor {tensor}: {why}")]
    Tensor {
        /// The file.
        path: String,
        /// The tensor.
        tensor: String,
        /// What is wrong, and what was expected.
        why: String,
    },
    /// A graph has a node that the chain of layers cannot hold.
    #[error("{path}: node {node} ({op}): {why}")]
    Node {
        /// The file.
        path: String,
        /// The node.
        node: String,
        /// Its operator.
        op: String,
        /// What is wrong, and the way out.
        why: String,
    },
    /// Network and data set do not fit.
    #[error("the network takes {inputs} inputs and gives {outputs}, the data set has {pixels} pixels and {classes} classes")]
    Mismatch {
        /// Inputs of the network.
        inputs: usize,
        /// Outputs of the network.
        outputs: usize,
        /// Pixels of an image.
        pixels: usize,
        /// Largest label plus one.
        classes: usize,
    },
    /// A setting is out of range.
    #[error("{name} is {found}, expected {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A layer cannot be brought to integers.
    #[error("layer {layer}: {why}")]
    Quantise {
        /// The layer.
        layer: String,
        /// The reason.
        why: String,
    },
    /// The result is not a valid model.
    #[error(transparent)]
    Model(#[from] eie_spec::model::ModelError),
    /// The result does not fit into a file.
    #[error(transparent)]
    Container(#[from] eie_spec::container::ContainerError),
    /// The tensor library failed.
    #[error("training: {0}")]
    Candle(#[from] candle_core::Error),
}

impl CompressError {
    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| CompressError::Io { path: path.display().to_string(), source }
    }
}
