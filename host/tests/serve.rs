//! A device behind a port: who is let in, and who is not.

use eie_host::link::{Link, LinkError, Settings};
use eie_host::transport::serve::{serve, ServeSettings};
use eie_host::transport::{open, TransportError};
use eie_tests::contract::{check, small};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A server of the model, until it is dropped.
struct Server {
    port: u16,
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    fn new(token: Option<&str>, idle: Option<Duration>, device: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = Arc::new(AtomicBool::new(false));
        let (held, settings) = (stop.clone(), ServeSettings { token: token.map(Into::into), idle, hosts: None });
        let run = move || serve(&listener, &|| open(device), &settings, &held).unwrap();
        Server { port, stop, thread: Some(std::thread::spawn(run)) }
    }

    fn address(&self, options: &str) -> String {
        format!("tcp:127.0.0.1:{}{options}", self.port)
    }

    /// Tries until the host before is gone.
    fn link(&self, options: &str) -> Link<Box<dyn eie_host::transport::Transport>> {
        let begin = Instant::now();
        loop {
            let result = open(&self.address(options))
                .map_err(LinkError::from)
                .and_then(|p| Link::open(p, Settings::default()));
            match result {
                Ok(link) => return link,
                Err(e) => assert!(begin.elapsed() < Duration::from_secs(10), "{e}"),
            }
        }
    }

    fn refusal(&self, options: &str) -> TransportError {
        let result =
            open(&self.address(options)).map_err(LinkError::from).and_then(|p| Link::open(p, Settings::default()));
        match result.map(drop) {
            Err(LinkError::Transport(e)) => e,
            other => panic!("{other:?}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.take().map(|t| t.join());
    }
}

#[test]
fn the_second_host_is_told_that_it_is_locked() {
    let server = Server::new(None, None, "model:?pes=4");
    let first = server.link("");
    let error = server.refusal("");
    assert!(matches!(error, TransportError::Locked { .. }), "{error}");
    let error = server.refusal("?token=any");
    assert!(matches!(error, TransportError::Locked { .. }), "{error}");
    drop(first);
    drop(server.link(""));
    let (program, inputs) = small(4);
    let begin = Instant::now();
    let pipe = loop {
        // The one before may not be gone yet.
        match open(&server.address("?token=not-asked-for")) {
            Ok(pipe) => break pipe,
            Err(e) => assert!(begin.elapsed() < Duration::from_secs(10), "{e}"),
        }
    };
    check(pipe, &program, &inputs);
}

#[test]
fn without_the_token_nobody_is_let_in() {
    let server = Server::new(Some("open sesame"), None, "model:?pes=4");
    for options in ["", "?token=open sesam", "?token=open sesame!", "?token=x"] {
        let error = server.refusal(options);
        assert!(matches!(&error, TransportError::Refused { why, .. } if why.contains("token")), "{options}: {error}");
    }
    drop(server.link("?token=open sesame"));
    // A host that says nothing, one that says too much, and bytes of any kind do no harm.
    let silent = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let mut long = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    // The server may have hung up by the end of it.
    let _ = long.write_all(&[b'E'; 100_000]);
    let mut any = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    any.write_all(&[0xe1, 0, 255, 3]).unwrap();
    let mut answer = String::new();
    any.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    any.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "EIE-REFUSED token\n");
    drop(server.link("?token=open sesame"));
    drop(silent);
}

#[test]
fn a_host_that_says_nothing_loses_the_device() {
    let server = Server::new(None, Some(Duration::from_millis(100)), "model:?pes=4");
    let _idle = server.link("");
    std::thread::sleep(Duration::from_millis(300));
    drop(server.link(""));
}

#[test]
fn a_device_that_is_not_there() {
    let server = Server::new(None, None, "uart:/dev/not-there");
    let error = server.refusal("");
    assert!(matches!(&error, TransportError::Refused { why, .. } if why.contains("/dev/not-there")), "{error}");
}
