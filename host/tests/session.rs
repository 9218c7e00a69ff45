//! Sessions give what the golden model gives, however they are called and whatever happens to their devices.

use eie_host::link::Settings;
use eie_host::session::{Options, Session, SessionError, Split};
use eie_host::transport::faults::{FaultKind, Faulty};
use eie_host::transport::{self, Transport, TransportError};
use eie_host::{Engine, HostEngine, LinkError, SegmentedEngine};
use eie_spec::config::Config;
use eie_spec::container::decode;
use eie_spec::golden::Sparse;
use eie_spec::model::Model;
use eie_tests::contract::{lenet, picture};
use eie_tests::named_cases;
use ndarray::{Array1, Array2, ArrayView1, Axis};
use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(60);

fn file(name: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(name);
    decode(&std::fs::read(path).unwrap()).unwrap()
}

fn pictures(count: usize) -> Array2<i16> {
    let mut x = Array2::zeros((count, 784));
    for (k, mut row) in x.axis_iter_mut(Axis(0)).enumerate() {
        row.assign(&ArrayView1::from(&picture(k as u64)));
    }
    x
}

/// What the model gives, by the golden model that knows nothing of devices.
fn golden(model: &Model, x: &Array2<i16>) -> Array2<i16> {
    let golden = Sparse::new(model, 48);
    let rows = x.rows().into_iter().map(|row| golden.run(&row.to_vec()).unwrap().layers.pop().unwrap());
    let flat: Vec<i16> = rows.flatten().collect();
    Array2::from_shape_vec((x.nrows(), model.outputs()), flat).unwrap()
}

#[test]
fn one_row_and_many_in_units_and_in_real_numbers() {
    let model = lenet();
    let session = Session::open("model:?pes=16", &model).unwrap();
    let x = pictures(20);
    let want = golden(&model, &x);
    assert_eq!(session.run(x.view()).unwrap(), want);
    assert_ne!(session.run(pictures(21).slice(ndarray::s![1.., ..])).unwrap(), want);
    assert_eq!(session.run(x.row(3)).unwrap(), want.row(3));
    // Columns of another array: not one after the other in memory.
    let turned = x.t().as_standard_layout().to_owned();
    assert_eq!(session.run(turned.t()).unwrap(), want);
    assert_eq!(session.run(turned.column(5)).unwrap(), want.row(5));
    let (in_scale, out_scale) = session.scales();
    let real = x.mapv(|x| f32::from(x) * in_scale);
    let want_real = want.mapv(|y| f32::from(y) * out_scale);
    assert_eq!(session.run(real.view()).unwrap(), want_real);
    assert_eq!(session.run(real.row(7)).unwrap(), want_real.row(7));
    // A batch of nothing.
    assert_eq!(session.run(x.slice(ndarray::s![..0, ..])).unwrap().dim(), (0, 10));
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let session = Session::open("model:?pes=16", &lenet()).unwrap();
    let short = session.run(Array1::<i16>::zeros(783).view()).unwrap_err();
    assert_eq!(short.to_string(), "the input has 783 values a row, the model takes 784");
    let mut x = Array2::<f32>::zeros((2, 784));
    x[[1, 3]] = f32::NAN;
    assert_eq!(session.run(x.view()).unwrap_err(), SessionError::NotANumber { index: 787 });
    let large = session.run(Array1::from_elem(784, i16::MIN).view()).unwrap_err();
    assert!(matches!(large, SessionError::Input(_)), "{large}");
    let mut y = Array2::zeros((1, 10));
    let room = session.run_into(x.view(), y.view_mut()).unwrap_err();
    assert!(matches!(room, SessionError::Room { .. }), "{room}");
    assert_eq!(session.stats().errors, 3);
    assert!(session.run(pictures(1).view()).is_ok());
}

#[test]
fn convolutions_and_lstms() {
    for name in ["lenet-5.eie", "lstm-mnist.eie"] {
        let model = file(name);
        let session = Session::open("model:?pes=16", &model).unwrap();
        let x = pictures(3);
        assert_eq!(session.run(x.view()).unwrap(), golden(&model, &x), "{name}");
        let mut slow = SegmentedEngine::golden(&model, &Config::for_pes(16).unwrap()).unwrap();
        let one = session.run(x.row(2)).unwrap();
        assert_eq!(one.to_vec(), slow.run(&x.row(2).to_vec()).unwrap().pop().unwrap(), "{name}");
    }
}

#[test]
fn layers_that_no_device_holds_run_on_the_host() {
    let mut model = lenet();
    // The same weights with a codebook of 17 entries, the last of which nothing uses.
    let layer = &mut model.layers[1];
    layer.codebook.resize(16, 0);
    layer.codebook.push(0);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let fallback = move |part: &Model| {
        count.fetch_add(part.layers.len(), Ordering::Relaxed);
        Ok(Box::new(HostEngine::new(part, 48)) as Box<dyn Engine + Send>)
    };
    let options = Options { fallback: Arc::new(fallback), ..Options::default() };
    let session = Session::open_with(&["model:?pes=16"], &model, &options).unwrap();
    let x = pictures(5);
    assert_eq!(session.run(x.view()).unwrap(), golden(&lenet(), &x));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let who: Vec<String> = session.placement().into_iter().map(|(_, who)| who).collect();
    assert_eq!(who, ["model:?pes=16", "host", "model:?pes=16"]);
    let none = Options { fallback: Arc::new(|_| Err("there is none".into())), ..Options::default() };
    let error = Session::open_with(&["model:?pes=16"], &model, &none).map(drop).unwrap_err();
    assert!(matches!(error, SessionError::Host { .. }), "{error}");
}

#[test]
fn layers_larger_than_the_device() {
    // So little memory that layers are cut into tiles of rows and of columns.
    let address = "model:?pes=4&act_depth=32&ptr_depth=256&weight_depth=256&acc_depth=16&bias_depth=32&max_steps=4";
    for case in named_cases().into_iter().filter(|c| c.inputs > 1) {
        let model = case.model();
        let wide = format!("{address}&acc_bits={}", case.acc_bits(&model));
        for vectors in [1, 4] {
            let options = Options { vectors, ..Options::default() };
            let session = Session::open_with(&[&wide], &model, &options).unwrap();
            let x: Vec<i16> = (0..5).flat_map(|k| case.input(k)).collect();
            let x = Array2::from_shape_vec((5, case.inputs), x).unwrap();
            assert_eq!(session.run(x.view()).unwrap(), golden(&model, &x), "{}", case.name);
        }
    }
}

#[test]
fn several_devices_share_the_rows_or_the_layers() {
    let model = lenet();
    let x = pictures(50);
    let want = golden(&model, &x);
    for split in [Split::Rows, Split::Layers] {
        let options = Options { split, vectors: 2, ..Options::default() };
        // Devices need not be alike.
        let session = Session::open_with(&["model:?pes=16", "model:?pes=64"], &model, &options).unwrap();
        let packets = |device| session.with_device(device, |d| d.link_stats().requests);
        let before = [0, 1].map(packets);
        assert_eq!(session.run(x.view()).unwrap(), want, "{split:?}");
        // Both did something.
        assert!([0, 1].map(packets).iter().zip(before).all(|(&after, before)| after > before), "{split:?}");
        assert_eq!(session.run(x.row(9)).unwrap(), want.row(9), "{split:?}");
    }
    assert_eq!(Session::open_with(&[], &model, &Options::default()).map(drop).unwrap_err(), SessionError::NoDevice);
}

/// A waker that counts.
#[derive(Default)]
struct Count(AtomicUsize);
impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn runs_in_the_background() {
    let model = lenet();
    let session = Session::open("model:?pes=16", &model).unwrap();
    let x = pictures(40);
    let want = golden(&model, &x);
    let mut handles: Vec<_> = x.rows().into_iter().map(|row| session.submit(row).unwrap()).collect();
    for (handle, want) in handles.iter_mut().zip(want.rows()) {
        let (y, timings) = handle.wait_timed(LONG).unwrap();
        assert_eq!(y, want);
        assert!(timings.vectors == 1 && timings.bytes_up > 0 && timings.link <= timings.total);
    }
    assert_eq!(handles[0].wait(LONG).unwrap_err(), SessionError::Taken);
    // As a future.
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let mut future = pin!(session.submit(x.view()).unwrap());
    let begin = Instant::now();
    let y = loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(y) => break y.unwrap(),
            Poll::Pending => {
                while count.0.load(Ordering::SeqCst) == 0 {
                    assert!(begin.elapsed() < LONG, "never woken");
                    std::thread::yield_now();
                }
            }
        }
    };
    assert_eq!(y, want);
    // A session that goes before its handles finishes what they wait for.
    let mut last = session.submit(x.row(1)).unwrap();
    drop(session);
    assert_eq!(last.wait(LONG).unwrap(), want.row(1));
}

/// A pipe that waits until it may go on.
struct Gate<T> {
    inner: T,
    open: Arc<AtomicBool>,
}
impl<T: Transport> Transport for Gate<T> {
    fn name(&self) -> String {
        self.inner.name()
    }
    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        let begin = Instant::now();
        while !self.open.load(Ordering::SeqCst) {
            assert!(begin.elapsed() < LONG);
            std::thread::sleep(Duration::from_millis(1));
        }
        self.inner.send(bytes, timeout)
    }
    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        self.inner.receive(buffer, timeout)
    }
    fn byte_time(&self) -> Duration {
        self.inner.byte_time()
    }
    fn now(&self) -> Duration {
        self.inner.now()
    }
}

#[test]
fn a_run_is_cancelled_or_dropped_and_the_device_is_ready() {
    let model = lenet();
    let open = Arc::new(AtomicBool::new(true));
    let gate = open.clone();
    let opener = move |address: &str| -> Result<Box<dyn Transport>, TransportError> {
        Ok(Box::new(Gate { inner: transport::open(address)?, open: gate.clone() }))
    };
    let options = Options { opener: Arc::new(opener), ..Options::default() };
    let session = Session::open_with(&["model:?pes=16"], &model, &options).unwrap();
    let x = pictures(3);
    let want = golden(&model, &x);
    open.store(false, Ordering::SeqCst);
    let mut first = session.submit(x.row(0)).unwrap();
    let mut cancelled = session.submit(x.row(1)).unwrap();
    let dropped = session.submit(x.row(2)).unwrap();
    // Many rows: it is ended between two pieces of them.
    let mut long = session.submit(pictures(600).view()).unwrap();
    assert_eq!(first.wait(Duration::from_millis(20)).unwrap_err(), SessionError::NotDone);
    assert!(!first.is_done());
    cancelled.cancel();
    drop(dropped);
    open.store(true, Ordering::SeqCst);
    assert_eq!(first.wait(LONG).unwrap(), want.row(0));
    assert_eq!(cancelled.wait(LONG).unwrap_err(), SessionError::Cancelled);
    let begin = Instant::now();
    while session.stats().timings.requests == 0 && begin.elapsed() < LONG {}
    long.cancel();
    let ended = long.wait(LONG);
    assert!(matches!(ended, Err(SessionError::Cancelled)) || ended.is_ok());
    let before = session.stats();
    assert_eq!(session.run(x.view()).unwrap(), want);
    // What was dropped was not run.
    assert_eq!(session.stats().timings.vectors - before.timings.vectors, 3);
    assert!(before.timings.vectors == 1 || before.timings.vectors == 601, "{before:?}");
}

#[test]
fn many_threads_share_a_session() {
    let model = lenet();
    let session = Session::open_with(&["model:?pes=16", "model:?pes=16"], &model, &Options::default()).unwrap();
    let x = pictures(8);
    let want = golden(&model, &x);
    std::thread::scope(|scope| {
        for k in 0..8 {
            let (session, x, want) = (session.clone(), &x, &want);
            scope.spawn(move || {
                for _ in 0..20 {
                    assert_eq!(session.run(x.row(k)).unwrap(), want.row(k));
                }
            });
        }
    });
    assert_eq!((session.stats().calls, session.stats().errors), (160, 0));
}

/// Pipes of which the test keeps hold.
type Held = Arc<Mutex<Faulty<Box<dyn Transport>>>>;
struct Shared(Held);
impl Transport for Shared {
    fn name(&self) -> String {
        self.0.lock().unwrap().name()
    }
    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        self.0.lock().unwrap().send(bytes, timeout)
    }
    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        self.0.lock().unwrap().receive(buffer, timeout)
    }
    fn byte_time(&self) -> Duration {
        self.0.lock().unwrap().byte_time()
    }
    fn now(&self) -> Duration {
        self.0.lock().unwrap().now()
    }
}

#[test]
fn after_an_error_a_session_is_used_again() {
    let model = lenet();
    let line: Held = Arc::new(Mutex::new(Faulty::new(transport::open("model:?pes=16").unwrap(), 3)));
    let away = Arc::new(AtomicBool::new(false));
    let (held, gone) = (line.clone(), away.clone());
    let opened = Arc::new(AtomicUsize::new(0));
    let times = opened.clone();
    let opener = move |address: &str| -> Result<Box<dyn Transport>, TransportError> {
        if gone.load(Ordering::SeqCst) {
            return Err(TransportError::Open { address: address.into(), why: "no such device".into() });
        }
        times.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(Shared(held.clone())))
    };
    let options = Options {
        opener: Arc::new(opener),
        settings: Settings { timeout: Duration::from_millis(20), ..Settings::default() },
        ..Options::default()
    };
    let session = Session::open_with(&["model:?pes=16"], &model, &options).unwrap();
    let x = pictures(4);
    let want = golden(&model, &x);
    assert_eq!(session.run(x.view()).unwrap(), want);
    for kind in FaultKind::LASTING {
        line.lock().unwrap().set(&[kind], 1);
        let error = session.run(x.view()).unwrap_err();
        match (kind, error.link()) {
            (FaultKind::Cut, Some(LinkError::Transport(TransportError::Closed { .. }))) => {}
            (_, Some(LinkError::NoAnswer { .. })) if kind != FaultKind::Cut => {}
            _ => panic!("{kind:?}: {error}"),
        }
        if kind == FaultKind::Cut {
            // Unplugged, and not back yet.
            away.store(true, Ordering::SeqCst);
            let error = session.run(x.view()).unwrap_err();
            assert!(matches!(error.transport(), Some(TransportError::Open { .. })), "{error}");
            away.store(false, Ordering::SeqCst);
        }
        line.lock().unwrap().set(&[], 0);
        assert_eq!(session.run(x.view()).unwrap(), want, "{kind:?}");
    }
    assert_eq!(opened.load(Ordering::SeqCst), 2, "a device that was unplugged is opened again, others are not");
}

#[test]
fn what_is_no_known_device_is_refused() {
    let error = |address: &str, options: &Options| Session::open_with(&[address], &lenet(), options).map(drop);
    let wrong = Options { config: Some(Config::for_pes(8).unwrap()), ..Options::default() };
    let refused = error("model:?pes=16", &wrong).unwrap_err();
    assert!(refused.to_string().contains("pack it again"), "{refused}");
    // A device whose address says nothing is known by its hash, if it is a usual one.
    let hide =
        |real: &'static str| Options { opener: Arc::new(move |_| transport::open(real)), ..Options::default() };
    error("uart:hidden", &hide("model:?pes=64")).unwrap();
    let unknown = error("uart:hidden", &hide("model:?pes=64&queue_depth=64")).unwrap_err();
    assert!(matches!(unknown, SessionError::UnknownConfig { .. }), "{unknown}");
    error("uart:hidden?pes=64&queue_depth=64", &hide("model:?pes=64&queue_depth=64")).unwrap();
}
