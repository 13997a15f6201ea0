//! A static web server for tests and benchmarks: folders under prefixes, the headers of Trunk.toml, a free port.

mod files;
mod headers;

use std::{
    io::{self, Read},
    net::TcpStream,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use tiny_http::{Method, Request, Response};

pub use headers::{Header, trunk_headers, without_isolation};

/// Requests answered at the same time; a browser opens at most six connections to one host.
const THREADS: usize = 6;

/// What is to be served; `start` serves it.
#[derive(Debug, Default)]
pub struct Site {
    mounts: Vec<Mount>,
    hidden: Vec<String>,
    media: Vec<(String, String)>,
    headers: Vec<Header>,
}

#[derive(Debug)]
struct Mount {
    prefix: String,
    folder: PathBuf,
}

/// More connections than a browser opens at once.
const BURST: usize = 12;

/// Opens and closes so many connections, one after the other. tiny_http has four threads at first, a thread for each
/// connection, and queues a connection while it takes a thread to be free; of several that come at once, one may be queued
/// behind a thread that has just been taken, and is not answered before the browser closes another.
fn warm(port: u16) {
    let open = |_| {
        let stream = TcpStream::connect(("127.0.0.1", port));
        // Until its thread has taken it.
        thread::sleep(Duration::from_millis(2));
        stream
    };
    // All of them are open before the first is closed.
    drop((0..BURST).map(open).collect::<Vec<_>>());
}

impl Site {
    /// Serves the files of `folder` under `prefix` ("/" or "/name/"); the first mount that has a file wins.
    pub fn mount(mut self, prefix: &str, folder: impl Into<PathBuf>) -> Self {
        self.mounts.push(Mount { prefix: prefix.to_owned(), folder: folder.into() });
        self
    }

    /// Answers 404 for `path`, such as "/engine.js", whatever the folders hold.
    pub fn hide(mut self, path: &str) -> Self {
        self.hidden.push(path.to_owned());
        self
    }

    /// Answers with this media type for every path that ends with `end`.
    pub fn media(mut self, end: &str, media: &str) -> Self {
        self.media.push((end.to_owned(), media.to_owned()));
        self
    }

    /// Sends `headers` with every answer.
    pub fn headers(mut self, headers: Vec<Header>) -> Self {
        self.headers.extend(headers);
        self
    }

    /// Listens on a free port of 127.0.0.1 until the server is dropped.
    ///
    /// # Errors
    /// The port could not be opened.
    pub fn start(self) -> io::Result<Server> {
        self.start_on(0)
    }

    /// Listens on this port of 127.0.0.1 until the server is dropped.
    ///
    /// # Errors
    /// The port could not be opened.
    pub fn start_on(self, port: u16) -> io::Result<Server> {
        let http = Arc::new(tiny_http::Server::http(("127.0.0.1", port)).map_err(io::Error::other)?);
        let port = http.server_addr().to_ip().map_or(0, |address| address.port());
        let site = Arc::new(self);
        let (sender, posts) = mpsc::channel();
        let workers = (0..THREADS)
            .map(|_| {
                let (http, site, sender) = (http.clone(), site.clone(), sender.clone());
                thread::spawn(move || {
                    // recv fails once, when Server's drop unblocks it.
                    while let Ok(request) = http.recv() {
                        // A browser that went away is no concern of ours.
                        let _ = site.answer(request, &sender);
                    }
                })
            })
            .collect();
        warm(port);
        Ok(Server { http, port, posts, workers })
    }

    fn answer(&self, mut request: Request, posts: &Sender<Post>) -> io::Result<()> {
        let path = request.url().split(['?', '#']).next().unwrap_or("/").to_owned();
        match request.method() {
            Method::Get | Method::Head => match self.open(&path) {
                Some((kind, file)) => {
                    let wrong = self.media.iter().find(|(end, _)| path.ends_with(end));
                    let kind = wrong.map_or(kind, |(_, media)| media.as_str());
                    // Chunked answers have no Content-Length, and the page shows progress in bytes.
                    let response = Response::from_file(file).with_chunked_threshold(usize::MAX);
                    request.respond(self.dress(response, kind))
                }
                None => request.respond(
                    self.dress(Response::from_string("not found").with_status_code(404), files::TEXT),
                ),
            },
            Method::Post => {
                let mut body = String::new();
                request.as_reader().read_to_string(&mut body)?;
                // Nobody may be listening: the answer is the same.
                let _ = posts.send(Post { path, body });
                request.respond(self.dress(Response::from_string("").with_status_code(204), files::TEXT))
            }
            _ => request.respond(self.dress(Response::from_string("").with_status_code(405), files::TEXT)),
        }
    }

    fn open(&self, path: &str) -> Option<(&'static str, std::fs::File)> {
        if self.hidden.iter().any(|hidden| hidden == path) {
            return None;
        }
        self.mounts.iter().find_map(|mount| files::open(&mount.folder, path.strip_prefix(&mount.prefix)?))
    }

    fn dress<R: Read>(&self, mut response: Response<R>, kind: &str) -> Response<R> {
        let own = [("Content-Type", kind), ("Cache-Control", "no-cache")];
        let given = self.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
        for (name, value) in own.into_iter().chain(given) {
            if let Ok(header) = tiny_http::Header::from_bytes(name, value) {
                response.add_header(header);
            }
        }
        response
    }
}

/// What a page posted to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The path it posted to, such as "/done".
    pub path: String,
    /// The text it posted.
    pub body: String,
}

/// A running server; dropping it closes the port.
pub struct Server {
    http: Arc<tiny_http::Server>,
    port: u16,
    posts: Receiver<Post>,
    workers: Vec<JoinHandle<()>>,
}

impl Server {
    /// The address of `path`, such as "http://127.0.0.1:40123/index.html".
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{}", self.port, path.trim_start_matches('/'))
    }

    /// What pages have posted, in order.
    pub fn posts(&self) -> &Receiver<Post> {
        &self.posts
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in &self.workers {
            self.http.unblock();
        }
        for worker in self.workers.drain(..) {
            // A worker that panicked has said so on stderr.
            let _ = worker.join();
        }
    }
}
