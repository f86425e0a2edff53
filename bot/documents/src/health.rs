//! Whether everything that reading needs is there.

use crate::child::Children;
use crate::fonts::Fonts;
use crate::ocr::{Ocr, PpOcr};
use crate::reader::ReaderConfig;

/// One line of a doctor's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// What to do when it is not.
    pub remedy: Option<String>,
}

impl Health {
    fn good(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, ok: true, detail: detail.into(), remedy: None }
    }

    fn bad(name: &'static str, detail: impl Into<String>, remedy: &str) -> Self {
        Self { name, ok: false, detail: detail.into(), remedy: Some(remedy.to_owned()) }
    }
}

/// Looks at the models, the Chinese fonts, the child process and the second reader.
pub(crate) fn examine(
    config: &ReaderConfig,
    fonts: &Fonts,
    children: Option<&Children>,
    second: Option<&dyn Ocr>,
) -> Vec<Health> {
    vec![models(config), chinese_fonts(fonts), child(children), second_reader(second)]
}

fn models(config: &ReaderConfig) -> Health {
    const NAME: &str = "OCR models";
    match PpOcr::load(&config.models).and_then(|ocr| ocr.warm_up()) {
        Ok(()) => Health::good(NAME, config.models.display().to_string()),
        Err(error) => Health::bad(
            NAME,
            error.to_string(),
            "run scripts/models to fetch them again, or set `models` to their folder",
        ),
    }
}

fn chinese_fonts(fonts: &Fonts) -> Health {
    const NAME: &str = "Chinese fonts";
    if let Some(path) = fonts.path() {
        return Health::good(NAME, path.display().to_string());
    }
    let dirs = fonts.dirs().iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(", ");
    let detail = format!("NotoSansCJK-Regular.ttc is in none of: {dirs}");
    Health::bad(NAME, detail, "install the package fonts-noto-cjk, or set its folder in the configuration")
}

fn child(children: Option<&Children>) -> Health {
    const NAME: &str = "child process";
    let Some(children) = children else {
        return Health::bad(
            NAME,
            "none is configured",
            "start the program as deskhand; nothing else is needed",
        );
    };
    match children.probe() {
        Ok(()) => Health::good(NAME, children.command().program.display().to_string()),
        Err(error) => Health::bad(NAME, error.to_string(), "check that the program may start itself"),
    }
}

fn second_reader(second: Option<&dyn Ocr>) -> Health {
    const NAME: &str = "second reader";
    const REMEDY: &str = "install tesseract-ocr-chi-sim, tesseract-ocr-chi-tra and tesseract-ocr-eng";
    let Some(second) = second else {
        return Health::bad(NAME, "Tesseract's languages are not installed", REMEDY);
    };
    // A white line: the answer matters less than that there is one.
    let line = image::RgbImage::from_pixel(160, 40, image::Rgb([255; 3]));
    match second.read_line(&line, crate::ocr::Expect::Text) {
        Ok(_) => Health::good(NAME, "Tesseract answers"),
        Err(error) => Health::bad(NAME, error.to_string(), REMEDY),
    }
}
