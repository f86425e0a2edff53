//! One page: listen to it being drawn, group its words, render it, and decide what its pixels are needed for.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering;

use hayro_interpret::kurbo::Rect;
use hayro_interpret::util::TransformExt;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::Pdf;
use hayro_syntax::page::Page;
use image::RgbImage;

use super::effort::Endless;
use super::glyphs::Listener;
use super::names::Names;
use super::quality::{self, Layer};
use super::render::{self, Renderer, Undrawn};
use super::{PdfPage, Pictures, Pixels};
use crate::document::{Remark, Word};
use crate::fonts::Fonts;
use crate::limits::Limits;
use crate::words;

/// For people and for codes.
const DPI: f64 = 144.0;
/// For OCR: small print of 7 points is then 19 pixels high.
const DPI_OCR: f64 = 200.0;

pub(super) fn read_all(
    pdf: &Pdf,
    count: usize,
    fonts: &Fonts,
    limits: Limits,
    pictures: Pictures,
    remarks: &mut Vec<Remark>,
) -> Vec<PdfPage> {
    let (settings, missed) = fonts.settings();
    let names = Names::new(pdf);
    let cache = InterpreterCache::new();
    let renderer = Renderer::new(settings.clone(), limits);
    let mut pages = Vec::with_capacity(count);
    for (index, page) in pdf.pages().iter().take(count).enumerate() {
        missed.store(false, Ordering::Relaxed);
        let mut notes = Notes { page: index + 1, remarks };
        let listener = listen(pdf, &names, page, &cache, &settings);
        let font_missing = missed.load(Ordering::Relaxed);
        let page = read_one(page, &listener, &renderer, pictures, font_missing, &mut notes);
        let over = pictures == Pictures::Light && page.pixels != Pixels::Shown;
        pages.push(page);
        if over {
            break;
        }
    }
    pages
}

/// Remarks on one page.
struct Notes<'a> {
    page: usize,
    remarks: &'a mut Vec<Remark>,
}

impl Notes<'_> {
    fn add(&mut self, code: &str, text: &str) {
        self.remarks.push(super::remark(code, format!("page {}: {text}", self.page)));
    }
}

fn listen<'a, 'n>(
    pdf: &'a Pdf,
    names: &'n Names<'n>,
    page: &'a Page<'a>,
    cache: &InterpreterCache<'a>,
    settings: &InterpreterSettings,
) -> Listener<'n> {
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let upright = page.initial_transform(true).to_kurbo();
    let mut context = Context::new(upright, bounds, cache, pdf.xref(), settings.clone());
    let mut listener = Listener::new(names, bounds);
    let whole = catch_unwind(AssertUnwindSafe(|| interpret_page(page, &mut context, &mut listener)));
    if let Err(panic) = whole {
        if !panic.is::<Endless>() {
            resume_unwind(panic);
        }
        listener.cut = true;
    }
    listener
}

fn read_one<'a>(
    page: &'a Page<'a>,
    listener: &Listener<'_>,
    renderer: &Renderer<'a>,
    pictures: Pictures,
    font_missing: bool,
    notes: &mut Notes<'_>,
) -> PdfPage {
    let (width, height) = page.render_dimensions();
    let mut found = words::group(&listener.glyphs, f64::from(width), f64::from(height));
    let layer = quality::judge(listener, f64::from(width), f64::from(height));
    let pixels = match layer {
        Layer::Good => Pixels::Shown,
        Layer::GoodWithPictures => Pixels::ReadInPart,
        Layer::Absent | Layer::Invisible | Layer::Useless => Pixels::Read,
    };
    if pictures == Pictures::Light && pixels != Pixels::Shown {
        return PdfPage { width, height, words: found, pixels, codes: None, image: None };
    }
    remark_layer(layer, listener, notes);
    if font_missing {
        notes.add("DH-1114", "no Chinese font is installed, so its picture lacks the Chinese characters");
    }
    // Where the drawing calls tell everything, nothing is drawn: most pages are never looked at again.
    if pixels == Pixels::Shown
        && !listener.cut
        && pictures != Pictures::All
        && listener.sight.is_certain()
        && let Some(codes) = listener.marks.codes(&listener.sight)
    {
        return PdfPage { width, height, words: found, pixels, codes: Some(codes), image: None };
    }
    let dpi = if pixels == Pixels::Shown { DPI } else { DPI_OCR };
    let image = match renderer.render(page, listener, dpi) {
        Ok(image) => Some(image),
        Err(Undrawn(code, reason)) => {
            notes.add(code, reason);
            None
        }
    };
    if let Some(image) = image.as_ref().filter(|_| !font_missing) {
        drop_unseen(&mut found, image, notes);
    }
    PdfPage { width, height, words: found, pixels, codes: None, image }
}

fn remark_layer(layer: Layer, listener: &Listener<'_>, notes: &mut Notes<'_>) {
    match layer {
        Layer::Useless => {
            notes.add("DH-1112", "its text layer cannot be understood, so the page is read from its picture");
        }
        Layer::Invisible => {
            notes.add(
                "DH-1112",
                "its text layer is invisible on the page, so the page is read from its picture",
            );
        }
        Layer::Good | Layer::GoodWithPictures if listener.invisible > 0 => {
            notes.add("DH-1115", "text that cannot be seen on it is left out");
        }
        _ => {}
    }
    if listener.cut {
        notes.add("DH-1111", "it has more on it than is read");
    }
}

/// What stands in the file but cannot be seen on the page (white on white, covered, too small) is not read: a
/// person who checks the page would never see it.
fn drop_unseen(words: &mut Vec<Word>, image: &RgbImage, notes: &mut Notes<'_>) {
    let before = words.len();
    words.retain(|word| render::has_ink(image, word.bbox));
    let unseen = before - words.len();
    if unseen > 0 {
        notes.add("DH-1115", &format!("{unseen} words that cannot be seen on it are left out"));
    }
}
