//! What the page asks for.
//!
//! | path | body | answer |
//! |---|---|---|
//! | `GET /` | | the page |
//! | `GET /api/test/NUMBER` | | an image of the test set and what came of it |
//! | `POST /api/run` | a byte for each pixel | the same for a drawn one |
//! | `POST /api/image` | an image file | the same for what is on it |
//!
//! Each takes `?pes=N`, one of the page's choices. An error is `{"error": "a sentence"}` with a status of its own.

use super::http::{Request, Response};
use super::picture;
use crate::report::shown::{Sample, Shown};
use anyhow::Result;
use eie_compressor::data::Dataset;
use eie_spec::config::Config;
use eie_spec::model::Model;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Images that are computed at the same time; others wait.
const AT_ONCE: usize = 2;

/// The model, the test set, and the model packed for each number of PEs that was asked for.
pub struct Api<'a> {
    model: &'a Model,
    images: Dataset,
    config: Config,
    choices: Vec<usize>,
    side: usize,
    first: Option<Vec<u8>>,
    packed: Mutex<HashMap<usize, Arc<Shown<'a>>>>,
    free: Mutex<usize>,
    freed: Condvar,
}

/// A place among those that compute.
struct Place<'a>(&'a Mutex<usize>, &'a Condvar);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.1.notify_one();
    }
}

impl<'a> Api<'a> {
    /// With images of `side` * `side` pixels, if that is not 0, and one to begin with.
    ///
    /// # Errors
    /// Those of the packer.
    pub fn new(
        model: &'a Model,
        images: Dataset,
        config: Config,
        choices: Vec<usize>,
        side: usize,
        first: Option<Vec<u8>>,
    ) -> Result<Self> {
        let packed = HashMap::from([(config.pes, Arc::new(Shown::new(model, &config)?))]);
        let (packed, free) = (Mutex::new(packed), Mutex::new(AT_ONCE));
        Ok(Api { model, images, config, choices, side, first, packed, free, freed: Condvar::new() })
    }

    /// The image to begin with, and what came of it.
    ///
    /// # Errors
    /// Those of the engines.
    pub fn begin(&self) -> Result<Option<Sample>> {
        self.first.as_ref().map(|pixels| self.shown(self.config.pes)?.run(pixels)).transpose()
    }

    /// The model packed for so many PEs.
    fn shown(&self, pes: usize) -> Result<Arc<Shown<'a>>> {
        let mut packed = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shown) = packed.get(&pes) {
            return Ok(shown.clone());
        }
        let shown = Arc::new(Shown::new(self.model, &Config::for_pes(pes)?)?);
        packed.insert(pes, shown.clone());
        Ok(shown)
    }

    fn place(&self) -> Place<'_> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Place(&self.free, &self.freed)
    }

    /// Answers a request.
    pub fn answer(&self, request: &Request, page: &[u8]) -> Response {
        let reads = matches!(request.method.as_str(), "GET" | "HEAD");
        let number = request.path.strip_prefix("/api/test/");
        match (request.path.as_str(), reads, request.method == "POST") {
            ("/", true, _) => Response { status: 200, kind: "text/html; charset=utf-8", body: page.to_vec() },
            ("/api/run", _, true) => self.sample(request, |api| api.drawn(&request.body)),
            ("/api/image", _, true) => self.sample(request, |api| api.picture(&request.body)),
            ("/", ..) => Response::error(405, "the page is read with GET"),
            ("/api/run" | "/api/image", ..) => Response::error(405, "images are sent with POST"),
            _ => match number {
                Some(number) if reads => self.sample(request, |api| api.numbered(number)),
                Some(_) => Response::error(405, "images of the test set are read with GET"),
                None => Response::error(404, "there is nothing: the page is at /"),
            },
        }
    }

    /// Pixels, and their place in the test set, if they have one.
    fn sample(
        &self,
        request: &Request,
        pixels: impl FnOnce(&Self) -> Result<(Vec<u8>, Option<usize>), Response>,
    ) -> Response {
        let pes = match self.pes(&request.query) {
            Ok(pes) => pes,
            Err(wrong) => return wrong,
        };
        let _place = self.place();
        let (pixels, number) = match pixels(self) {
            Ok(found) => found,
            Err(wrong) => return wrong,
        };
        let done = self.shown(pes).and_then(|shown| {
            let sample = shown.run(&pixels)?;
            Ok(serde_json::to_value(match number {
                Some(n) => sample.of_set(n, self.images.labels[n]),
                None => sample,
            })?)
        });
        match done {
            Ok(sample) => Response::json(200, &sample),
            Err(e) => Response::error(500, format!("{e:#}")),
        }
    }

    fn pes(&self, query: &str) -> Result<usize, Response> {
        let Some(value) = query.split('&').find_map(|part| part.strip_prefix("pes=")) else {
            return Ok(self.config.pes);
        };
        let found = value.parse().ok().filter(|pes| self.choices.contains(pes));
        found.ok_or_else(|| Response::error(400, format!("{value:?} PEs, expected one of {:?}", self.choices)))
    }

    fn drawn(&self, body: &[u8]) -> Result<(Vec<u8>, Option<usize>), Response> {
        match body.len() == self.images.pixels {
            true => Ok((body.to_vec(), None)),
            false => {
                let why = format!("{} bytes, expected {}: one for each pixel", body.len(), self.images.pixels);
                Err(Response::error(400, why))
            }
        }
    }

    fn picture(&self, body: &[u8]) -> Result<(Vec<u8>, Option<usize>), Response> {
        if self.side == 0 {
            return Err(Response::error(400, "the model takes images that are not square"));
        }
        let wrong = |e: picture::PictureError| {
            let status = if matches!(e, picture::PictureError::Large) { 413 } else { 415 };
            Response::error(status, e)
        };
        Ok((picture::pixels(body, self.side).map_err(wrong)?, None))
    }

    fn numbered(&self, number: &str) -> Result<(Vec<u8>, Option<usize>), Response> {
        match number.parse::<usize>() {
            Ok(n) if n < self.images.len() => Ok((self.images.image(n).to_vec(), Some(n))),
            _ => {
                let last = self.images.len() - 1;
                Err(Response::error(404, format!("image {number:?}, expected a number from 0 to {last}")))
            }
        }
    }
}
