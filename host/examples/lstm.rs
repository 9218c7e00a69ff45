//! Runs a recurrent network (rows of an image, one after the other) on a device: each time step's product for all
//! sequences at once there, the cells here.
//!
//! ```sh
//! cargo run --release -p eie-host --example lstm -- model:?pes=16 8
//! ```

use eie_host::session::Session;
use eie_spec::container::decode;
use ndarray::Array2;
use std::error::Error;
use std::path::Path;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let address = args.next().unwrap_or("model:?pes=16".into());
    let count: usize = args.next().map_or(Ok(8), |text| text.parse())?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/lstm-mnist.eie");
    let model = decode(&std::fs::read(file)?)?;
    let session = Session::open(&address, &model)?;
    for (layers, who) in session.placement() {
        println!("{layers}: {who}");
    }
    // Sequences of 28 rows with a bright pixel that moves.
    let x = Array2::from_shape_fn((count, session.inputs()), |(k, at)| {
        let (row, column) = (at / 28, at % 28);
        if (row + k) % 28 == column {
            1.0f32
        } else {
            0.0
        }
    });
    // In the background: this thread is free meanwhile.
    let mut run = session.submit(x.view())?;
    let (y, t) = run.wait_timed(Duration::from_secs(60))?;
    println!("first sequence: {:.2}", y.row(0));
    println!(
        "{} sequences in {:?}: host {:?}, link {:?}, {} packets",
        t.vectors, t.total, t.host, t.link, t.requests
    );
    Ok(())
}
