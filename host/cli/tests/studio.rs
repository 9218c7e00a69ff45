//! `eie studio`: its answers are those of the engines, it refuses what is wrong, and its page is usable in a browser by
//! keys only and on a phone.

use base64::prelude::{Engine as _, BASE64_STANDARD};
use eie_compressor::data::{Dataset, Split};
use eie_compressor::quantise::input;
use eie_spec::config::Config;
use eie_spec::cycles::Model as CycleModel;
use eie_spec::golden::Sparse;
use eie_spec::pack::pack;
use serde_json::{json, Value};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[path = "program/browser.rs"]
mod browser;
use browser::Browser;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn eie() -> Command {
    let mut eie = Command::new(env!("CARGO_BIN_EXE_eie"));
    eie.current_dir(root()).arg("studio");
    eie
}

/// A server on any free port.
struct Server {
    child: Child,
    at: String,
}

impl Server {
    fn of(model: &str, more: &[&str]) -> Self {
        let mut child = eie()
            .args([model, "--listen", "127.0.0.1:0", "--json"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let facts: Value = serde_json::from_str(&line).expect("the server did not start");
        Server { child, at: facts["listening"].as_str().unwrap().to_owned() }
    }

    /// What is answered to these bytes: the status, the headers and the body.
    fn send(&self, request: &[u8]) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.at).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // A server that has read enough may have closed.
        let _ = stream.write_all(request);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let end = all.windows(4).position(|w| w == b"\r\n\r\n").expect("no answer");
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        (head[9..12].parse().unwrap(), head, all[end + 4..].to_vec())
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n", self.at, body.len());
        let (status, _, body) = self.send(&[head.as_bytes(), body].concat());
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    fn interrupt(&self) {
        assert!(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const LENET: &str = "models/lenet-300-100.eie";

/// A picture of a digit of the test set as somebody would have it: large, dark on light.
fn photo(images: &Dataset, number: usize) -> Vec<u8> {
    let small =
        image::GrayImage::from_raw(28, 28, images.image(number).iter().map(|p| 235 - p / 2).collect()).unwrap();
    let large = image::imageops::resize(&small, 420, 420, image::imageops::FilterType::CatmullRom);
    let mut file = std::io::Cursor::new(Vec::new());
    large.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

fn images() -> Dataset {
    Dataset::load(&root().join("models/mnist-test"), Split::Test).unwrap()
}

#[test]
fn answers_are_those_of_the_golden_model_and_the_cycle_model() {
    let server = Server::of(LENET, &[]);
    let (images, file) = (images(), std::fs::read(root().join(LENET)).unwrap());
    let model = eie_spec::container::decode(&file).unwrap();
    let drawn: Vec<u8> = (0..784).map(|i| if (300..420).contains(&i) { 250 } else { 0 }).collect();
    let results = |answer: &Value| -> Vec<Vec<i16>> {
        let one = |text: &Value| {
            let bytes = BASE64_STANDARD.decode(text.as_str().unwrap()).unwrap();
            bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect()
        };
        answer["results"].as_array().unwrap().iter().map(one).collect()
    };
    for pes in [16, 64] {
        let config = Config::for_pes(pes).unwrap();
        let program = pack(&model, &config).unwrap();
        let mut seen = Vec::new();
        for (path, body, pixels) in [
            ("/api/test/7", None, images.image(7)),
            ("/api/test/8", None, images.image(8)),
            ("/api/run", Some(&drawn), &drawn),
        ] {
            let method = if body.is_some() { "POST" } else { "GET" };
            let (status, answer) = server.ask(method, &format!("{path}?pes={pes}"), body.map_or(&[], |b| b));
            assert_eq!(status, 200, "{answer}");
            let x = input(pixels);
            let golden = Sparse::new(&model, config.acc_bits).run(&x).unwrap();
            assert_eq!(results(&answer), golden.layers);
            let counts = CycleModel::new(&program).run(&[&x]).unwrap();
            assert_eq!(answer["map"]["cycles"], counts.cycles);
            assert_eq!(answer["map"]["pes"], pes);
            assert_eq!(answer["same"], true);
            // The map has the counts: its cells are shares of 255.
            for (name, count) in [
                ("busy", counts.per_pe.iter().map(|p| p.busy).sum::<u64>()),
                ("stalled", counts.per_pe.iter().map(|p| p.stalled).sum()),
            ] {
                let cells = BASE64_STANDARD.decode(answer["map"][name].as_str().unwrap()).unwrap();
                let width = answer["map"]["width"].as_f64().unwrap();
                let sum = cells.iter().map(|&c| f64::from(c) / 255.0 * width).sum::<f64>();
                assert!((sum - count as f64).abs() <= 0.02 * count as f64 + 1.0, "{name}: {sum} of {count}");
            }
            seen.push(results(&answer));
        }
        // Another image gives something else.
        assert!(seen[0] != seen[1] && seen[1] != seen[2]);
    }
    assert_eq!(server.ask("GET", "/api/test/7", &[]).1["label"], images.labels[7]);
}

#[test]
fn image_files_of_digits_are_recognised() {
    let (server, images) = (Server::of(LENET, &[]), images());
    let right = (0..30).filter(|&i| {
        let (status, answer) = server.ask("POST", "/api/image", &photo(&images, i));
        assert_eq!(status, 200, "{answer}");
        answer["found"] == images.labels[i]
    });
    let right = right.count();
    assert!(right >= 28, "{right} of 30");
}

#[test]
fn convolutions_and_lstms_are_shown_too() {
    for model in ["models/lenet-5.eie", "models/lstm-mnist.eie"] {
        let server = Server::of(model, &["--images", "2"]);
        let (status, answer) = server.ask("GET", "/api/test/3", &[]);
        assert_eq!((status, &answer["same"], &answer["found"]), (200, &json!(true), &json!(0)), "{model}");
        assert!(answer["map"]["cycles"].as_u64().unwrap() > 1000, "{model}");
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let server = Server::of(LENET, &["--images", "1"]);
    let refused = |method: &str, path: &str, body: &[u8], status: u16, says: &str| {
        let (found, answer) = server.ask(method, path, body);
        let why = answer["error"].as_str().unwrap_or_default();
        assert!(found == status && why.contains(says), "{method} {path}: {found} {why}");
    };
    refused("POST", "/api/image", b"this is no image", 415, "no image");
    refused("POST", "/api/image", &[], 415, "no image");
    refused("POST", "/api/run", &[0; 783], 400, "783 bytes, expected 784");
    refused("GET", "/api/test/10000", &[], 404, "0 to 9999");
    refused("GET", "/api/test/-1", &[], 404, "0 to 9999");
    refused("GET", "/api/test/..%2f..%2fetc", &[], 404, "0 to 9999");
    refused("GET", "/api/test/1?pes=5000", &[], 400, "one of");
    for path in ["/../../etc/passwd", "/models/lenet-300-100.eie", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "*"] {
        refused("GET", path, &[], 404, "there is nothing");
    }
    refused("DELETE", "/", &[], 405, "GET");
    refused("GET", "/api/run", &[], 405, "POST");
    refused("POST", "/api/test/1", &[], 405, "GET");
    let status = |request: &str| server.send(request.as_bytes()).0;
    let host = &server.at;
    assert_eq!(
        status(&format!("POST /api/image HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999999\r\n\r\n")),
        413
    );
    assert_eq!(status(&format!("POST /api/run HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n")), 400);
    assert_eq!(status(&format!("POST /api/run HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n")), 411);
    assert_eq!(status("GET / HTTP/1.1\r\nHost: rebound.example.org\r\n\r\n"), 421);
    assert_eq!(status("GET / HTTP/1.1\r\n\r\n"), 421);
    assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nOrigin: http://example.org\r\n\r\n")), 403);
    assert_eq!(status("\x16\x03\x01 no http\r\n\r\n"), 400);
    assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n", "x".repeat(40_000))), 431);
    assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n{}\r\n", "X: y\r\n".repeat(100))), 431);
    let (found, head, body) = server.send(format!("HEAD / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    assert!(found == 200 && body.is_empty() && head.contains("default-src 'none'"), "{head}");
    // Who sends slowly keeps nobody else waiting, and is sent away.
    let begin = Instant::now();
    let mut slow = TcpStream::connect(&server.at).unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    assert_eq!(server.ask("GET", "/api/test/1", &[]).0, 200);
    slow.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut answer = Vec::new();
    let _ = slow.read_to_end(&mut answer);
    assert!(answer.starts_with(b"HTTP/1.1 408") && begin.elapsed() >= Duration::from_secs(9));
    // The page is still there.
    assert_eq!(status(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")), 200);
}

#[test]
fn it_ends_when_it_is_interrupted() {
    let mut server = Server::of(LENET, &["--images", "1"]);
    // Also with a connection that says nothing.
    let _silent = TcpStream::connect(&server.at).unwrap();
    server.interrupt();
    let begin = Instant::now();
    while server.child.try_wait().unwrap().is_none() {
        assert!(begin.elapsed() < Duration::from_secs(20), "it goes on");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_is_wrong_at_the_start_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let say = |args: &[&str], text: &str| {
        let done = eie().args(args).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.code() == Some(2) && said.contains(text), "{args:?}: {said}");
    };
    let server = Server::of(LENET, &["--images", "1"]);
    say(&[LENET, "--listen", &server.at], "cannot listen there");
    say(&[LENET, "--listen", "nowhere"], "nowhere");
    say(&["models/none.eie"], "none.eie");
    say(&["README.md"], "README.md");
    say(&[LENET, "--listen", "127.0.0.1:0", "--image", "README.md"], "README.md: no image");
    say(&[LENET, "--listen", "127.0.0.1:0", "--image", "none.png"], "none.png");
    let huge = folder.path().join("huge.png");
    image::GrayImage::new(10_000, 4).save(&huge).unwrap();
    say(&[LENET, "--listen", "127.0.0.1:0", "--image", &huge.display().to_string()], "too large");
    let archive = folder.path().join("a.eie").display().to_string();
    let made = Command::new(env!("CARGO_BIN_EXE_eie"))
        .current_dir(root())
        .args(["compress", "--no-retrain", "--model", "models/lenet-300-100.safetensors", "--out", &archive])
        .output()
        .unwrap();
    assert!(made.status.success());
    say(&[&archive], "archive of tensors");
}

#[test]
fn the_page_is_used_by_keys_only() {
    let Some(mut page) = Browser::open(1280, 900) else { return };
    let server = Server::of(LENET, &[]);
    page.go(&format!("http://{}/", server.at), "document.body.dataset.checked");
    assert_eq!(page.value("document.body.dataset.checked"), "14 of 14");
    assert_eq!(page.value("document.body.dataset.same"), "true");
    // Whatever can be focused has a name.
    page.ask("Accessibility.enable", json!({}));
    let tree = page.ask("Accessibility.getFullAXTree", json!({}));
    let mut focusable = 0;
    for node in tree["nodes"].as_array().unwrap().iter().filter(|n| n["role"]["value"] != "RootWebArea") {
        let can = node["properties"]
            .as_array()
            .is_some_and(|p| p.iter().any(|p| p["name"] == "focusable" && p["value"]["value"] == true));
        focusable += usize::from(can);
        assert!(!can || node["name"]["value"].as_str().is_some_and(|n| !n.trim().is_empty()), "{node}");
    }
    assert!(focusable > 20, "{focusable}");
    // Tab goes through all of it in the page's order, and shows where it is.
    let mut order = Vec::new();
    let what =
        "(() => { const a = document.activeElement; const box = a.closest('label:has(input[name=sample])') ?? a; \
                return [a.id || a.name || a.className, getComputedStyle(box).outlineStyle]; })()";
    for _ in 0..16 {
        page.key("Tab", false);
        let found = page.value(what);
        let name = found[0].as_str().unwrap().to_owned();
        if order.contains(&name) || name.is_empty() {
            break;
        }
        assert_ne!(found[1], "none", "no visible focus at {name}");
        order.push(name);
    }
    assert_eq!(order[..7], ["sample", "number", "take-it", "pes", "pad", "clear", "file"], "{order:?}");
    for name in ["play", "scroll", "view", "cycle"] {
        assert!(order.contains(&name.to_owned()), "{name} of {order:?}");
    }
    let focus = |page: &mut Browser, id: &str| {
        page.value(&format!("document.getElementById('{id}').focus()"));
    };
    // Another picture, by an arrow.
    page.value("document.querySelector('input[name=sample]:checked').focus()");
    page.key("ArrowRight", false);
    page.until("document.getElementById('verdict').textContent.includes('a 1: the network says 1')");
    // An image by its number.
    focus(&mut page, "number");
    page.value("document.getElementById('number').select()");
    ["1", "2", "3"].into_iter().for_each(|digit| page.key(digit, false));
    page.key("Enter", false);
    page.until("document.getElementById('verdict').textContent.startsWith('Image 123 ')");
    page.value("(document.getElementById('number').value = '10000', 0)");
    page.key("Enter", false);
    page.until("document.getElementById('wrong').textContent.includes('0 to 9999')");
    // A one is drawn with arrows, and computed by the server.
    focus(&mut page, "pad");
    (0..8).for_each(|_| page.key("ArrowUp", false));
    (0..16).for_each(|_| page.key("ArrowDown", true));
    page.until("document.body.dataset.asking === 'no' && document.getElementById('verdict').textContent === 'Your drawing: the network says 1.'");
    assert!(page.value("document.getElementById('engines').textContent").as_str().unwrap().contains("golden"));
    assert_eq!(page.value("document.getElementById('map-box').hidden"), false);
    // On other PEs.
    focus(&mut page, "pes");
    page.key("ArrowDown", false);
    page.until("document.getElementById('map-note').textContent.startsWith('64 PEs')");
    // The time, and the queues.
    focus(&mut page, "cycle");
    (0..30).for_each(|_| page.key("ArrowRight", false));
    page.until("/Cycle [1-9]/.test(document.getElementById('cycle-note').textContent)");
    let work = page.value("document.getElementById('map').toDataURL()");
    page.value("document.querySelector('input[name=view]:checked').focus()");
    page.key("ArrowRight", false);
    page.until("!document.querySelector('[data-view=queues]').hidden");
    assert_ne!(page.value("document.getElementById('map').toDataURL()"), work);
    page.picture("studio-queues.png");
    focus(&mut page, "pad");
    page.key("Backspace", false);
    page.until("document.getElementById('verdict').textContent === ''");
}

#[test]
fn images_are_dropped_on_it_and_it_fits_a_phone() {
    let Some(mut page) = Browser::open(390, 844) else { return };
    let (server, images) = (Server::of(LENET, &[]), images());
    page.go(&format!("http://{}/", server.at), "document.body.dataset.checked");
    let fits = "document.documentElement.scrollWidth <= 390 && document.body.scrollWidth <= 390";
    assert_eq!(page.value(fits), true, "wider than the screen");
    let drop = |page: &mut Browser, name: &str, file: &[u8]| {
        let text = BASE64_STANDARD.encode(file);
        page.value(&format!(
            "(() => {{ const d = new DataTransfer(); const b = Uint8Array.from(atob('{text}'), (c) => c.charCodeAt(0)); \
             d.items.add(new File([b], '{name}')); \
             document.dispatchEvent(new DragEvent('drop', {{ dataTransfer: d, bubbles: true, cancelable: true }})); }})()"
        ));
    };
    drop(&mut page, "four.png", &photo(&images, 4));
    page.until("document.getElementById('verdict').textContent === 'four.png: the network says 4.'");
    assert_eq!(page.value(fits), true, "wider than the screen");
    page.until("!document.querySelector('.waits')");
    std::thread::sleep(Duration::from_millis(500));
    page.picture("studio-phone.png");
    drop(&mut page, "text.txt", b"no image");
    page.until("document.getElementById('wrong').textContent.startsWith('No image')");
    // What was there before is still there.
    assert_eq!(page.value("document.getElementById('verdict').textContent"), "four.png: the network says 4.");
    page.ask(
        "Emulation.setDeviceMetricsOverride",
        json!({ "width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": false }),
    );
    page.value("document.querySelector('input[name=sample]').click()");
    page.until("!document.querySelector('.waits')");
    std::thread::sleep(Duration::from_millis(500));
    page.picture("studio-desktop.png");
    page.ask(
        "Emulation.setEmulatedMedia",
        json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] }),
    );
    page.picture("studio-dark.png");
    // The server is gone.
    drop_server(server);
    page.value("document.getElementById('number').form.requestSubmit()");
    page.until("document.getElementById('wrong').textContent.includes('does not answer')");
}

fn drop_server(server: Server) {
    server.interrupt();
    drop(server);
}
