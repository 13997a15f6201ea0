//! The server over a real socket.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use vggscope_serve::{Header, Post, Server, Site, trunk_headers, without_isolation};

fn ask(server: &Server, request: &str) -> io::Result<String> {
    let url = server.url("");
    let mut stream = TcpStream::connect(url.trim_start_matches("http://").trim_end_matches('/'))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn get(server: &Server, path: &str) -> io::Result<String> {
    ask(server, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn answers_files_types_and_headers() -> io::Result<()> {
    let header = Header { name: "X-Test".to_owned(), value: "yes".to_owned() };
    let server = Site::default()
        .mount("/code/", root().join("src"))
        .mount("/", root())
        .hide("/code/headers.rs")
        .headers(vec![header])
        .start()?;
    let cases = [
        ("/Cargo.toml", "200", "octet-stream"),
        ("/Cargo.toml?a=1", "200", "octet-stream"),
        ("/code/lib.rs", "200", "octet-stream"),
        ("/lib.rs", "404", "text/plain"),
        ("/code/headers.rs", "404", "text/plain"),
        ("/", "404", "text/plain"),
        ("/../Cargo.toml", "404", "text/plain"),
        ("/code/../Cargo.toml", "404", "text/plain"),
        ("//etc/passwd", "404", "text/plain"),
    ];
    for (path, status, kind) in cases {
        let answer = get(&server, path)?;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
        assert!(answer.contains(kind), "{path}: {answer}");
        assert!(answer.contains("X-Test: yes"), "{path}: {answer}");
        assert!(answer.contains("Content-Length: "), "{path}: {answer}");
    }
    Ok(())
}

#[test]
fn hands_on_what_is_posted() -> io::Result<()> {
    let server = Site::default().start()?;
    let answer = ask(
        &server,
        "POST /done?x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    )?;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let post = server.posts().recv_timeout(Duration::from_secs(5)).map_err(io::Error::other)?;
    assert_eq!(post, Post { path: "/done".to_owned(), body: "hello".to_owned() });
    Ok(())
}

#[test]
fn reads_the_headers_of_trunk() -> io::Result<()> {
    let headers = trunk_headers(&root().join("../../Trunk.toml"))?;
    let has = |headers: &[Header], name: &str| headers.iter().any(|header| header.name == name);
    assert!(has(&headers, "Cross-Origin-Opener-Policy"));
    assert!(has(&headers, "Content-Security-Policy"));
    let plain = without_isolation(headers);
    assert!(!has(&plain, "Cross-Origin-Opener-Policy"));
    assert!(!has(&plain, "Cross-Origin-Embedder-Policy"));
    assert!(has(&plain, "Content-Security-Policy"));
    Ok(())
}
