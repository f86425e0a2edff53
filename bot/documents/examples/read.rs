//! Prints what is read in files: words with boxes, codes, remarks.
//!
//! `cargo run --release -p documents --example read -- [--json] [--images FOLDER] FILE…`; the models are looked for
//! in `ocr-models`, or where `DESKHAND_MODELS` says. The program is its own child, as `deskhand` is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use documents::{ChildCommand, Document, Reader, ReaderConfig, child};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [command, kind] = args.as_slice()
        && command == "child"
    {
        let served = child::serve(kind, std::io::stdin().lock(), std::io::stdout().lock());
        return if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let mut json = false;
    let mut images = None;
    let mut files = Vec::new();
    let mut rest = args.into_iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--json" => json = true,
            "--images" => images = rest.next().map(PathBuf::from),
            _ => files.push(PathBuf::from(arg)),
        }
    }
    let models =
        std::env::var_os("DESKHAND_MODELS").map_or_else(|| PathBuf::from("ocr-models"), PathBuf::from);
    let mut config = ReaderConfig::with_models(models);
    config.child =
        std::env::current_exe().ok().map(|program| ChildCommand { program, args: vec!["child".to_owned()] });
    let reader = Reader::new(config);
    if files.is_empty() {
        for health in reader.health() {
            println!(
                "{} {}: {} {}",
                if health.ok { "ok " } else { "BAD" },
                health.name,
                health.detail,
                health.remedy.unwrap_or_default()
            );
        }
    }
    let mut code = ExitCode::SUCCESS;
    for file in files {
        if let Err(error) = show(&reader, &file, json, images.as_deref()) {
            eprintln!("{}: {error}", file.display());
            code = ExitCode::FAILURE;
        }
    }
    code
}

fn show(
    reader: &Reader,
    file: &Path,
    json: bool,
    images: Option<&Path>,
) -> Result<(), Box<dyn std::error::Error>> {
    let bytes = std::fs::read(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let start = Instant::now();
    let document = reader.read(&name, &bytes)?;
    let took = start.elapsed();
    if json {
        println!("{}", serde_json::to_string_pretty(&document)?);
    } else {
        print(&document);
        println!("{name}: {} ms", took.as_millis());
    }
    if let Some(folder) = images {
        for page in &document.pages {
            if let Some(image) = &page.image {
                image.save(folder.join(format!("{name}-{}.png", page.number)))?;
            }
        }
    }
    Ok(())
}

fn print(document: &Document) {
    println!("{} {:?} sha256 {}", document.name, document.media, document.sha256);
    for page in &document.pages {
        println!("page {}: {} x {}, {} words", page.number, page.width, page.height, page.words.len());
        let mut words: Vec<_> = page.words.iter().collect();
        words.sort_by(|a, b| a.bbox.y1.total_cmp(&b.bbox.y1).then(a.bbox.x0.total_cmp(&b.bbox.x0)));
        for word in words {
            let b = word.bbox;
            println!(
                "  {:.3} {:.3} {:.3} {:.3}  {:.2} {}",
                b.x0, b.y0, b.x1, b.y1, word.confidence, word.text
            );
        }
        for code in &page.codes {
            let b = code.bbox;
            println!("  {:.3} {:.3} {:.3} {:.3}  {} {:?}", b.x0, b.y0, b.x1, b.y1, code.format, code.text);
        }
    }
    for embedded in &document.embedded {
        println!("embedded {}: {} bytes of text", embedded.name, embedded.text.len());
    }
    println!("witness: {}", document.witness_text.as_ref().map_or(0, String::len));
    for remark in &document.remarks {
        println!("{}: {}", remark.code, remark.text);
    }
}
