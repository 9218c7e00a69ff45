//! Offloads the fully connected layers of a small convolutional network: the convolutions run here, by
//! [`eie_spec::model::Layer::apply`], the rest on a device.
//!
//! ```sh
//! cargo run --release -p eie-host --example lenet5 -- model:?pes=16 20
//! ```

use eie_host::session::{Options, Session};
use eie_spec::container::decode;
use eie_spec::golden::sparse_product;
use eie_spec::model::{Layer, Model};
use eie_spec::op::Op;
use ndarray::{Array2, Axis};
use std::convert::Infallible;
use std::error::Error;
use std::path::Path;

/// Bits of the sums, more than any certificate asks for.
const ACC_BITS: u32 = 48;

/// What the convolutions make of an image.
fn features(convolutions: &[Layer], image: &[i16]) -> Vec<i16> {
    let apply = |x: Vec<i16>, layer: &Layer| {
        let Ok(y) = layer.apply(&x, |patch| Ok::<_, Infallible>(sparse_product(layer, patch, ACC_BITS)));
        y
    };
    convolutions.iter().fold(image.to_vec(), apply)
}

/// An image as activations, and what it shows.
type Digit = (Vec<i16>, u8);

/// Digits of MNIST's test set.
fn digits(count: usize) -> Result<Vec<Digit>, Box<dyn Error>> {
    /// Units of an input activation in a step of a grey value, as the model was trained.
    const PIXEL: i16 = 128;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/mnist-test");
    let read = |name: &str| -> Result<Vec<u8>, Box<dyn Error>> {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(folder.join(name))?;
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut bytes)?;
        Ok(bytes)
    };
    let (images, labels) = (read("t10k-images-idx3-ubyte.gz")?, read("t10k-labels-idx1-ubyte.gz")?);
    let images = images[16..].chunks_exact(784).map(|i| i.iter().map(|&p| i16::from(p) * PIXEL).collect());
    Ok(images.zip(labels[8..].iter().copied()).take(count).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let address = args.next().unwrap_or("model:?pes=16".into());
    let count: usize = args.next().map_or(Ok(20), |text| text.parse())?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/lenet-5.eie");
    let model = decode(&std::fs::read(file)?)?;
    let first = model.layers.iter().position(|l| l.op == Op::Linear).ok_or("a model without such layers")?;
    let (convolutions, connected) = model.layers.split_at(first);
    let connected = Model { name: model.name.clone(), layers: connected.to_vec() };

    let session = Session::open_with(&[&address], &connected, &Options::default())?;
    let digits = digits(count)?;
    let mut x = Array2::zeros((digits.len(), session.inputs()));
    for (mut row, (image, _)) in x.axis_iter_mut(Axis(0)).zip(&digits) {
        row.assign(&ndarray::aview1(&features(convolutions, image)));
    }
    let (y, t) = session.run_timed(x.view())?;
    let best = |row: ndarray::ArrayView1<i16>| (0..row.len()).max_by_key(|&k| (row[k], row.len() - k));
    let right = y.rows().into_iter().zip(&digits).filter(|(row, (_, label))| best(*row) == Some(usize::from(*label)));
    println!(
        "{} of {} right; host {:?}, link {:?}, {} cycles",
        right.count(),
        digits.len(),
        t.host,
        t.link,
        t.kernel_cycles
    );
    Ok(())
}
