//! A browser without a window, driven through its DevTools pipe.

use serde_json::{json, Value};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{channel, Receiver};
use std::time::{Duration, Instant};

/// Time for an answer.
const TIME: Duration = Duration::from_secs(120);

/// A browser with one page.
pub struct Browser {
    child: Child,
    input: ChildStdin,
    answers: Receiver<Value>,
    asked: u64,
    session: Option<String>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// With a page of this size; none, and a line that says so, without a browser.
    pub fn open(width: u32, height: u32) -> Option<Browser> {
        let names = ["chromium", "chromium-browser", "google-chrome"];
        let found =
            names.iter().find(|n| Command::new(n).arg("--version").output().is_ok_and(|o| o.status.success()));
        let Some(name) = found else {
            println!("SKIPPED: pages in a browser, as there is none of {}", names.join(", "));
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        // The pipe is at descriptors 3 and 4, which a shell can arrange.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null", name])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (input, mut output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let (send, answers) = channel();
        std::thread::spawn(move || loop {
            let mut text = Vec::new();
            match output.read_until(0, &mut text) {
                Ok(n) if n > 1 => match send.send(serde_json::from_slice(&text[..n - 1]).unwrap()) {
                    Ok(()) => (),
                    Err(_) => break,
                },
                _ => break,
            }
        });
        let mut browser = Browser { child, input, answers, asked: 0, session: None, _profile: profile };
        let target = browser.ask("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let session = browser.ask("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        browser.ask("Emulation.setDeviceMetricsOverride", size);
        Some(browser)
    }

    /// A command's result.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let mut command = json!({ "id": self.asked, "method": method, "params": params });
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        self.input.write_all(format!("{command}\0").as_bytes()).unwrap();
        let begin = Instant::now();
        loop {
            let left = TIME.checked_sub(begin.elapsed()).unwrap_or_else(|| panic!("no answer to {method}"));
            let answer = self.answers.recv_timeout(left).unwrap_or_else(|e| panic!("{method}: {e}"));
            if answer["id"] == self.asked {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    /// The value of an expression in the page, of what it promises if it is a promise.
    pub fn value(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let found = self.ask("Runtime.evaluate", params);
        assert!(found["exceptionDetails"].is_null(), "{expression}: {}", found["exceptionDetails"]);
        found["result"]["value"].clone()
    }

    /// Opens a page, and waits until this expression is true of it.
    pub fn go(&mut self, url: &str, ready: &str) {
        self.ask("Page.navigate", json!({ "url": url }));
        self.until(&format!("document.readyState === 'complete' && !!({ready})"));
    }

    /// Waits until an expression is true.
    pub fn until(&mut self, expression: &str) {
        let begin = Instant::now();
        while self.value(expression) != true {
            assert!(begin.elapsed() < TIME, "never true: {expression}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Presses a key and lets it go.
    pub fn key(&mut self, key: &str, shift: bool) {
        let (code, number, text) = match key {
            "Tab" => ("Tab", 9, ""),
            "Enter" => ("Enter", 13, "\r"),
            " " => ("Space", 32, " "),
            "Backspace" => ("Backspace", 8, ""),
            "ArrowLeft" => ("ArrowLeft", 37, ""),
            "ArrowUp" => ("ArrowUp", 38, ""),
            "ArrowRight" => ("ArrowRight", 39, ""),
            "ArrowDown" => ("ArrowDown", 40, ""),
            digit => ("", i32::from(digit.as_bytes()[0]), digit),
        };
        let mut event = json!({
            "type": "keyDown", "key": key, "code": code, "windowsVirtualKeyCode": number,
            "modifiers": if shift { 8 } else { 0 },
        });
        if !text.is_empty() {
            event["text"] = json!(text);
        }
        self.ask("Input.dispatchKeyEvent", event.clone());
        event["type"] = json!("keyUp");
        event.as_object_mut().unwrap().remove("text");
        self.ask("Input.dispatchKeyEvent", event);
    }

    /// Writes a picture of the whole page into the folder that `EIE_PICTURES` names, if it does.
    pub fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("EIE_PICTURES") else { return };
        let data = self.ask("Page.captureScreenshot", json!({ "captureBeyondViewport": true }));
        use base64::prelude::{Engine as _, BASE64_STANDARD};
        let png = BASE64_STANDARD.decode(data["data"].as_str().unwrap()).unwrap();
        std::fs::write(Path::new(&folder).join(name), png).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
