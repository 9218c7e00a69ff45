//! What the repository has beside code: pictures that fit the Verilog, a Dockerfile that fits the repository, links.

use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A script's exit code and what it says; none without Python.
fn script(args: &[&str]) -> Option<(i32, String)> {
    match Command::new("python3").current_dir(root()).args(args).output() {
        Ok(done) => {
            let said = [done.stdout, done.stderr].concat();
            Some((done.status.code()?, String::from_utf8_lossy(&said).into_owned()))
        }
        Err(e) => {
            println!("SKIPPED: {}, as there is no python3: {e}", args[0]);
            None
        }
    }
}

#[test]
fn pictures_are_those_of_the_verilog() {
    let Some((code, said)) = script(&["scripts/diagrams.py", "--check"]) else { return };
    assert_eq!(code, 0, "{said}");
    // Another one is noticed.
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    assert_eq!(script(&["scripts/diagrams.py", "--out", &out]).unwrap().0, 0);
    let file = folder.path().join("pe.svg");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(">spmat_read<"));
    std::fs::write(&file, text.replace("spmat_read", "another")).unwrap();
    let (code, said) = script(&["scripts/diagrams.py", "--check", "--out", &out]).unwrap();
    assert!(code == 1 && said.contains("pe.svg"), "{said}");
}

#[test]
fn the_dockerfile_fits_the_repository() {
    let Some((code, said)) = script(&["scripts/dockerfile.py"]) else { return };
    said.lines().filter(|l| l.starts_with("SKIPPED")).for_each(|l| println!("{l}"));
    assert_eq!(code, 0, "{said}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Dockerfile");
    let text = std::fs::read_to_string(root().join("Dockerfile")).unwrap();
    for (old, new, says) in [
        ("COPY models models", "COPY moduls models", "moduls: there is none"),
        ("\"doctor\"", "\"docter\"", "no verb"),
        ("--profile dist", "--profile none", "no profile"),
    ] {
        assert!(text.contains(old), "{old}");
        std::fs::write(&file, text.replace(old, new)).unwrap();
        let (code, said) = script(&["scripts/dockerfile.py", &file.display().to_string()]).unwrap();
        assert!(code == 1 && said.contains(says), "{said}");
    }
}

#[test]
fn links_lead_somewhere() {
    let Some((code, said)) = script(&["scripts/links.py"]) else { return };
    assert_eq!(code, 0, "{said}");
    // In a repository of a page and a book of one page, a link that is right, and three that are not.
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(root.path().join(name), text).unwrap();
    std::fs::create_dir(root.path().join("docs")).unwrap();
    write("README.md", "# Read this\n");
    write("docs/SUMMARY.md", "[A page](page.md)\n");
    for (link, want, says) in [
        ("page.md#a-page", 0, ", 0 wrong"),
        ("other.md", 1, "other.md: no such file"),
        ("page.md#another", 1, "page.md#another: no such heading"),
        ("../README.md", 1, "../README.md: not in the book"),
    ] {
        write("docs/page.md", &format!("# A page\n\n[A link]({link})\n"));
        let (code, said) = script(&["scripts/links.py", "--root", &root.path().display().to_string()]).unwrap();
        assert!(code == want && said.contains(says), "{said}");
    }
}
