//! How much each layer bears: error against density, one layer pruned at a time, without retraining (Han et al.,
//! NIPS 2015, figure 6). It tells how to divide the weights between the layers.

use crate::config::check_densities;
use crate::data::Dataset;
use crate::error::CompressError;
use crate::net::DenseNet;
use crate::plot::{lines, Labels, PlotError, Series};
use crate::prune::{prune, quality_for};
use serde::Serialize;

/// One layer pruned to one density.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Share of the layer's weights asked for.
    pub density: f64,
    /// Weights kept.
    pub kept: usize,
    /// Error of the whole network.
    pub error_pct: f64,
}

/// A layer's points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curve {
    /// The layer.
    pub name: String,
    /// In the order of the densities given.
    pub points: Vec<Point>,
}

/// Prunes each layer alone to each density. `done` is told after each point.
///
/// # Errors
/// A density outside of 0 to 1, or a network that does not fit the data.
pub fn scan(
    net: &DenseNet,
    data: &Dataset,
    densities: &[f64],
    mut done: impl FnMut(),
) -> Result<Vec<Curve>, CompressError> {
    check_densities(densities)?;
    let mut curves = Vec::new();
    for (k, layer) in net.layers.iter().enumerate() {
        let mut points = Vec::new();
        for &density in densities {
            let mut mask = vec![true; layer.weight.len()];
            let quality = quality_for(&layer.weight, &mask, density);
            prune(&layer.weight, &mut mask, quality);
            let mut pruned = net.clone();
            let weights = pruned.layers[k].weight.iter_mut().zip(&mask);
            weights.filter(|(_, &kept)| !kept).for_each(|(w, _)| *w = 0.0);
            let kept = mask.iter().filter(|&&m| m).count();
            points.push(Point { density, kept, error_pct: pruned.error_pct(data)? });
            done();
        }
        curves.push(Curve { name: layer.name.clone(), points });
    }
    Ok(curves)
}

/// The scan as an SVG.
///
/// # Errors
/// If the plot library fails.
pub fn plot(curves: &[Curve]) -> Result<String, PlotError> {
    let series = |c: &Curve| Series {
        name: c.name.clone(),
        points: c.points.iter().map(|p| (100.0 * p.density, p.error_pct)).collect(),
    };
    let labels = Labels { title: "Sensitivity", x: "weights kept of one layer, %", y: "error, %" };
    lines(labels, &curves.iter().map(series).collect::<Vec<_>>(), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{initialise, Shape};

    #[test]
    fn all_weights_change_nothing_and_none_change_something() {
        let net = initialise(&Shape::Dense(vec![9, 8, 3]), 1);
        let images: Vec<u8> = (0..90 * 9u32).map(|i| (i * i % 251) as u8).collect();
        let mut data = Dataset { images, labels: vec![0; 90], pixels: 9 };
        // Labels as the network itself has them, so that it has no error.
        let outputs = net.forward(&data, 0, 90).unwrap()[1].t().unwrap().to_vec2::<f32>().unwrap();
        data.labels = outputs.iter().map(|y| crate::net::argmax(y) as u8).collect();
        let curves = scan(&net, &data, &[1.0, 0.0], || ()).unwrap();
        assert_eq!(curves.len(), 2);
        for c in &curves {
            assert_eq!((c.points[0].error_pct, c.points[0].kept > 20), (0.0, true));
            assert!(c.points[1].error_pct > 0.0, "{c:?}");
        }
        assert!(plot(&curves).unwrap().contains("fc2"));
        assert!(scan(&net, &data, &[1.5], || ()).is_err());
    }
}
