//! A fixture as the reader would leave it: pictures and words by poppler, fields from its expected result.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::Trouble;
use crate::seed::{Paper, field};

/// Reads a fixture PDF with its pictures and words.
pub(crate) fn read(fixtures: &Path, name: &'static str) -> Result<Paper, Trouble> {
    let path = fixtures.join(name);
    let folder = tempfile::tempdir()?;
    let stem = folder.path().join("page");
    run(Command::new("pdftoppm").args(["-png", "-r", "144"]).arg(&path).arg(&stem))?;
    let mut pictures: Vec<_> =
        std::fs::read_dir(folder.path())?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    pictures.sort();
    let pages = pictures.iter().map(std::fs::read).collect::<Result<Vec<_>, _>>()?;
    let boxes = run(Command::new("pdftotext").arg("-bbox").arg(&path).arg("-"))?;
    let expected: Value = serde_json::from_slice(&std::fs::read(fixtures.join(format!("{name}.json")))?)?;
    let mut document = words(&boxes);
    document["expected"] = expected;
    Ok(Paper { name, original: std::fs::read(&path)?, pages, document })
}

fn run(command: &mut Command) -> Result<String, Trouble> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}; install poppler-utils"))?;
    if !output.status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `<page width= height=>` and `<word xMin= yMin= xMax= yMax=>text</word>` lines as a document.
fn words(boxes: &str) -> Value {
    let mut pages: Vec<Value> = Vec::new();
    for line in boxes.lines().map(str::trim) {
        let number = |name: &str| -> f64 {
            let start = line.find(&format!("{name}=\"")).map(|at| at + name.len() + 2);
            start.and_then(|at| line[at..].split('"').next()?.parse().ok()).unwrap_or(0.0)
        };
        if line.starts_with("<page") {
            let (width, height) = (number("width"), number("height"));
            pages.push(json!({ "number": pages.len() + 1, "width": width, "height": height, "words": [] }));
        } else if let (true, Some(page)) = (line.starts_with("<word"), pages.last_mut()) {
            let (width, height) =
                (page["width"].as_f64().unwrap_or(1.0), page["height"].as_f64().unwrap_or(1.0));
            let text = line.split('>').nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
            let place = [
                number("xMin") / width,
                number("yMin") / height,
                number("xMax") / width,
                number("yMax") / height,
            ];
            let word = json!({ "text": text.replace("&amp;", "&"), "box": place, "confidence": 1.0, "source": "text_layer" });
            page["words"].as_array_mut().expect("an array").push(word);
        }
    }
    json!({ "pages": pages })
}

/// The invoice that the fixture's expected result describes, with places for what stands on the page.
pub(crate) fn invoice(paper: &Paper) -> Value {
    let expected = &paper.document["expected"];
    let mut fields = serde_json::Map::new();
    for (name, value) in expected["fields"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let raw = written(paper, name, value);
        fields.insert(name.clone(), field(paper, value, &raw, 0.985, "text_layer"));
    }
    let lines: Vec<Value> = expected["lines"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| {
            let mut line = line.clone();
            let amount = line["amount"].as_str().map(grouped).unwrap_or_default();
            if let Some([x0, y0, x1, y1]) = place(paper, &amount) {
                line["box"] = json!([(x0 - 0.6).max(0.05), y0 - 0.004, x1 + 0.02, y1 + 0.004]);
                line["page"] = 1.into();
            }
            line
        })
        .collect();
    json!({
        "kind": expected["kind"], "is_invoice": true, "fields": fields, "lines": lines, "findings": [], "decision": "review",
    })
}

fn place(paper: &Paper, text: &str) -> Option<[f64; 4]> {
    serde_json::from_value(paper.place(text)).ok().filter(|_| !text.is_empty())
}

/// How a value is written on the page, of the ways in which the fixtures write it.
fn written(paper: &Paper, name: &str, value: &str) -> String {
    let mut ways = vec![value.to_owned()];
    if matches!(name, "total" | "tax" | "amount_ex_tax") {
        ways.insert(0, grouped(value));
    }
    if let Ok(day) = value.parse::<chrono::NaiveDate>() {
        ways.extend(
            ["%Y年%m月%d日", "%Y年%-m月%-d日", "%d/%m/%Y", "%-d %B %Y", "%d %b %Y"]
                .map(|form| day.format(form).to_string()),
        );
    }
    ways.into_iter().find(|way| !paper.place(way).is_null()).unwrap_or_else(|| value.to_owned())
}

fn grouped(value: &str) -> String {
    let (whole, cents) = value.split_once('.').unwrap_or((value, "00"));
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{out}.{cents}")
}
