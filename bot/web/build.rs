//! Puts the error pages of `docs/errors/` into the program, and gives the assets a version by content.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(out.join("errors.rs"), error_pages(&here.join("../../docs/errors"))?)?;
    println!("cargo::rustc-env=DESKHAND_ASSETS={}", version(&here.join("assets"))?);
    Ok(())
}

/// A table `&[("DH-1001", include_str!(...)), ...]`, sorted by code.
fn error_pages(folder: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut table = String::from("&[\n");
    for path in files(folder)? {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if stem.starts_with("DH-") && path.extension().is_some_and(|end| end == "md") {
            let path = path.canonicalize()?;
            table.extend(["    (\"", stem, "\", include_str!(r\"", &path.to_string_lossy(), "\")),\n"]);
        }
    }
    Ok(table + "]\n")
}

fn version(folder: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut hasher = DefaultHasher::new();
    for path in files(folder)? {
        fs::read(path)?.hash(&mut hasher);
    }
    Ok(format!("{:08x}", hasher.finish() & 0xffff_ffff))
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    files.sort();
    Ok(files)
}
