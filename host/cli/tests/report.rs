//! The page of `eie report`, in a browser: it computes what the program computed, and notices what does not fit.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Writes the page of a model of the repository, and reads it.
fn page(model: &str, folder: &Path) -> (PathBuf, String) {
    let out = folder.join("page.html");
    let done = Command::new(env!("CARGO_BIN_EXE_eie"))
        .current_dir(root())
        .args(["report", &format!("models/{model}.eie"), "--json", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let facts: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(facts["images"], 14);
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(facts["bytes"], text.len());
    (out, text)
}

/// The page's elements when its script is through, in a browser without a window; none without a browser.
fn opened(page: &Path) -> Option<String> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.iter().find(|n| Command::new(n).arg("--version").output().is_ok_and(|o| o.status.success()));
    let Some(name) = found else {
        println!("SKIPPED: pages in a browser, as there is none of {}", names.join(", "));
        return None;
    };
    let profile = tempfile::tempdir().unwrap();
    let out = page.with_extension("dom");
    let mut browser = Command::new(name)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    while browser.try_wait().unwrap().is_none() {
        if begin.elapsed() > Duration::from_secs(120) {
            browser.kill().unwrap();
            panic!("{name} was not through with the page after 120 s");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Some(std::fs::read_to_string(out).unwrap())
}

#[test]
fn the_page_computes_what_the_program_computed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, text) = page("lenet-300-100", folder.path());
    assert!(!text.contains("http://") && !text.contains("https://"), "the page refers to something else");
    let Some(dom) = opened(&path) else { return };
    assert!(dom.contains("data-checked=\"14 of 14\""), "{}", &dom[dom.len().saturating_sub(300)..]);
    assert!(dom.contains("Image 3 of the test set, a 0: the network says 0."));
    assert_eq!(dom.matches("<meter").count(), 10);
    // A bias that is another one is seen, in whatever images it matters.
    let at = text.find("\"bias\":[").unwrap() + 8;
    let damaged = folder.path().join("damaged.html");
    std::fs::write(
        &damaged,
        format!(
            "{}99999999{}",
            &text[..at],
            &text[at..].trim_start_matches(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        ),
    )
    .unwrap();
    let dom = opened(&damaged).unwrap();
    assert!(dom.contains(" of 14\"") && !dom.contains("\"14 of 14\""), "a wrong bias was not seen");
}

#[test]
fn a_network_of_convolutions_has_a_page_without_computation() {
    let folder = tempfile::tempdir().unwrap();
    let (path, text) = page("lenet-5", folder.path());
    assert!(!text.contains("id=\"pad\""));
    let Some(dom) = opened(&path) else { return };
    assert!(dom.contains("data-checked=\"none\"") && dom.contains("the network says 0."));
}

#[test]
fn what_is_wrong_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let say = |args: &[&str]| {
        let done =
            Command::new(env!("CARGO_BIN_EXE_eie")).current_dir(root()).arg("report").args(args).output().unwrap();
        (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let out = folder.path().join("page.html").display().to_string();
    let (code, text) = say(&["models/none.eie", "--out", &out]);
    assert!(code == Some(2) && text.contains("none.eie"), "{text}");
    let (code, text) = say(&["models/lenet-300-100.eie", "--out", &out, "--images", "0"]);
    assert!(code == Some(2) && text.contains("--images"), "{text}");
    let (code, text) = say(&["models/lenet-300-100.eie", "--out", "/none/page.html"]);
    assert!(code == Some(2) && text.contains("/none/page.html"), "{text}");
}
