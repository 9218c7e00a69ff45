//! Weights that no longer do anything once others are gone.

/// Which weights of a fully connected layer are kept.
#[derive(Debug)]
pub struct LayerMask<'a> {
    /// Row-major: all inputs of the first output, and so on.
    pub mask: &'a mut [bool],
    /// Rows.
    pub outputs: usize,
    /// Columns.
    pub inputs: usize,
}

/// What a sweep did and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Weights pruned.
    pub pruned: usize,
    /// (layer, output) of hidden units that are used but never vary, as no weight leads there from an input that
    /// does. Their weights stay: what they carry on is the bias, which would have to be folded into the next
    /// layer's first.
    pub constant: Vec<(usize, usize)>,
}

/// Prunes, in a chain of fully connected layers, weights from inputs of the first one that are not in
/// `used_inputs` (such as pixels that are always black: these inputs must be 0, not just constant) and all weights
/// to hidden units that no weight leads on from. The outputs of the network are the same after it.
///
/// # Panics
/// If masks are not outputs x inputs long, or do not fit each other or the inputs.
pub fn sweep(layers: &mut [LayerMask], used_inputs: &[bool]) -> Swept {
    let mut width = used_inputs.len();
    for layer in &*layers {
        assert_eq!(layer.inputs, width, "inputs of a layer are the outputs before");
        assert_eq!(layer.mask.len(), layer.outputs * layer.inputs, "one entry of the mask for each weight");
        width = layer.outputs;
    }
    let mut swept = Swept::default();
    let Some(first) = layers.first_mut() else { return swept };
    for row in first.mask.chunks_mut(first.inputs.max(1)) {
        for (m, &used) in row.iter_mut().zip(used_inputs) {
            swept.pruned += usize::from(*m && !used);
            *m &= used;
        }
    }
    // From the end, as a unit without use can only make those before it useless: one pass is enough.
    for k in (1..layers.len()).rev() {
        let used = columns(&layers[k]);
        let before = &mut layers[k - 1];
        for (row, _) in before.mask.chunks_mut(before.inputs.max(1)).zip(&used).filter(|(_, &used)| !used) {
            swept.pruned += row.iter().filter(|&&m| m).count();
            row.fill(false);
        }
    }
    let mut varying = used_inputs.to_vec();
    for k in 0..layers.len().saturating_sub(1) {
        let layer = &layers[k];
        let varies = |row: &[bool]| row.iter().zip(&varying).any(|(&m, &v)| m && v);
        let mut next: Vec<bool> = layer.mask.chunks(layer.inputs.max(1)).map(varies).collect();
        // A layer without inputs has no rows to look at.
        next.resize(layer.outputs, false);
        let used = columns(&layers[k + 1]);
        swept.constant.extend((0..layer.outputs).filter(|&u| used[u] && !next[u]).map(|u| (k, u)));
        varying = next;
    }
    swept
}

/// Which columns have a weight at all.
fn columns(layer: &LayerMask) -> Vec<bool> {
    let mut used = vec![false; layer.inputs];
    for row in layer.mask.chunks(layer.inputs.max(1)) {
        for (used, &m) in used.iter_mut().zip(row) {
            *used |= m;
        }
    }
    used
}
