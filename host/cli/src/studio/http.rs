//! As much of HTTP/1.1 as one page needs: one request a connection, bodies with a length, and limits on everything.
//!
//! Nothing is read from the file system, so a path leads nowhere. Names in `Host` are checked, so that a page of
//! somebody else's cannot reach a server on this machine through a name of its own (DNS rebinding).

use httparse::{Request as Head, Status, EMPTY_HEADER};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Bytes of a request without its body, and number of its headers.
const HEAD: usize = 16 << 10;
const HEADERS: usize = 64;
/// Bytes of a body: an image file.
pub const BODY: usize = 16 << 20;
/// Time for a request to come, and for an answer to go.
const TIME: Duration = Duration::from_secs(10);
/// Connections at a time.
const CONNECTIONS: usize = 32;
/// Scripts and styles are within the page; it may ask this server only.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
                      img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// What was asked.
pub struct Request {
    pub method: String,
    /// As it came, without what is behind a question mark.
    pub path: String,
    pub query: String,
    pub body: Vec<u8>,
}

/// What is answered.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub kind: &'static str,
    pub body: Vec<u8>,
}

impl Response {
    /// An object.
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Response { status, kind: "application/json", body: value.to_string().into_bytes() }
    }

    /// A sentence that says what is wrong.
    pub fn error(status: u16, why: impl std::fmt::Display) -> Self {
        Self::json(status, &serde_json::json!({ "error": why.to_string() }))
    }
}

/// Serves until `stop` is set. Requests that are being answered then are answered.
///
/// # Errors
/// The port fails.
pub fn serve(
    listener: &TcpListener,
    handler: &(dyn Fn(&Request) -> Response + Sync),
    stop: &AtomicBool,
) -> std::io::Result<()> {
    let local = listener.local_addr()?.ip().is_loopback();
    listener.set_nonblocking(true)?;
    let open = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        while !stop.load(Ordering::SeqCst) {
            match listener.accept() {
                Ok((stream, _)) => {
                    let crowded = open.fetch_add(1, Ordering::SeqCst) >= CONNECTIONS;
                    let open = &open;
                    let work = move || {
                        // What becomes of one connection does not matter to the others.
                        let _ = answer(stream, local, crowded, handler);
                        open.fetch_sub(1, Ordering::SeqCst);
                    };
                    if crowded {
                        work();
                    } else {
                        scope.spawn(work);
                    }
                }
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(e) if e.kind() == ErrorKind::ConnectionAborted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    })
}

fn answer(
    mut stream: TcpStream,
    local: bool,
    crowded: bool,
    handler: &(dyn Fn(&Request) -> Response + Sync),
) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_write_timeout(Some(TIME))?;
    if crowded {
        let why = format!("{CONNECTIONS} connections are open: try again");
        return send(&mut stream, &Response::error(503, why), true);
    }
    let (response, body) = match read(&mut stream, local) {
        Ok(request) => (handler(&request), request.method != "HEAD"),
        Err(Refusal::Answer(response)) => (response, true),
        Err(Refusal::Gone(e)) => return Err(e),
    };
    send(&mut stream, &response, body)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    // What still comes is read, a little of it, or the answer could be lost with the connection.
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    let mut rest = [0; 4096];
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(1) && stream.read(&mut rest)? > 0 {}
    Ok(())
}

fn send(stream: &mut TcpStream, response: &Response, body: bool) -> std::io::Result<()> {
    let reason = match response.status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        411 => "Length Required",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
    let head = format!(
        "HTTP/1.1 {} {reason}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\
         Content-Security-Policy: {POLICY}\r\n\r\n",
        response.status,
        response.kind,
        response.body.len()
    );
    stream.write_all(head.as_bytes())?;
    if body {
        stream.write_all(&response.body)?;
    }
    stream.flush()
}

enum Refusal {
    Answer(Response),
    Gone(std::io::Error),
}

impl From<std::io::Error> for Refusal {
    fn from(e: std::io::Error) -> Self {
        match e.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                Refusal::Answer(Response::error(408, format!("no whole request within {} s", TIME.as_secs())))
            }
            _ => Refusal::Gone(e),
        }
    }
}

fn refuse<T>(status: u16, why: impl std::fmt::Display) -> Result<T, Refusal> {
    Err(Refusal::Answer(Response::error(status, why)))
}

/// A request, within the limits.
fn read(stream: &mut TcpStream, local: bool) -> Result<Request, Refusal> {
    let end = Instant::now() + TIME;
    let mut got = Vec::new();
    // More of it, unless the time is over, however slowly it drips.
    let more = |stream: &mut TcpStream, got: &mut Vec<u8>| -> Result<(), Refusal> {
        let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left))?;
        let mut part = [0; 16 << 10];
        match stream.read(&mut part)? {
            0 => Err(Refusal::Gone(ErrorKind::UnexpectedEof.into())),
            n => {
                got.extend_from_slice(&part[..n]);
                Ok(())
            }
        }
    };
    let (mut request, length, begin, waits) = loop {
        let mut headers = [EMPTY_HEADER; HEADERS];
        let mut head = Head::new(&mut headers);
        match head.parse(&got) {
            Ok(Status::Complete(begin)) => {
                let (request, length, waits) = understand(&head, local)?;
                break (request, length, begin, waits);
            }
            Ok(Status::Partial) if got.len() > HEAD => {
                return refuse(431, format!("a head of more than {HEAD} bytes"))
            }
            Ok(Status::Partial) => more(stream, &mut got)?,
            Err(httparse::Error::TooManyHeaders) => return refuse(431, format!("more than {HEADERS} headers")),
            Err(e) => return refuse(400, format!("no HTTP request: {e}")),
        }
    };
    if waits && length > 0 {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let mut body = got.split_off(begin);
    while body.len() < length {
        more(stream, &mut body)?;
    }
    body.truncate(length);
    request.body = body;
    Ok(request)
}

/// The request without its body, the body's length, and whether who sends it waits to be asked for it.
fn understand(head: &Head, local: bool) -> Result<(Request, usize, bool), Refusal> {
    let header = |name: &str| {
        let found = head.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name));
        found.map(|h| String::from_utf8_lossy(h.value).trim().to_owned())
    };
    let host = header("host").unwrap_or_default();
    if local && !is_local(&host) {
        return refuse(421, format!("the host {host:?} is not this machine: use localhost or 127.0.0.1"));
    }
    if let Some(origin) = header("origin").filter(|o| o.split_once("://").is_none_or(|(_, from)| from != host)) {
        return refuse(403, format!("a page of {origin:?} asks, which is another one"));
    }
    if header("transfer-encoding").is_some() {
        return refuse(411, "a body in pieces: send it with Content-Length");
    }
    let length = match header("content-length") {
        None => 0,
        Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse::<usize>().unwrap_or(usize::MAX),
        Some(text) => return refuse(400, format!("Content-Length is {text:?}, expected a number")),
    };
    if length > BODY {
        return refuse(413, format!("{length} bytes, expected at most {BODY}"));
    }
    let target = head.path.unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let waits = header("expect").is_some_and(|e| e.eq_ignore_ascii_case("100-continue"));
    let method = head.method.unwrap_or_default().to_owned();
    Ok((Request { method, path: path.to_owned(), query: query.to_owned(), body: Vec::new() }, length, waits))
}

/// Names of this machine, with or without a port.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(v6) => return v6.split_once(']').is_some_and(|(v6, _)| v6 == "::1"),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine() {
        for host in ["localhost", "localhost:80", "127.0.0.1:8050", "[::1]:8050", "LOCALHOST:1"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["", "example.org", "localhost.example.org:80", "10.0.0.1", "127.0.0.1.example.org", "[::2]:80"] {
            assert!(!is_local(host), "{host}");
        }
    }
}
