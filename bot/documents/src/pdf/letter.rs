//! A letter that is itself a small page: anything may stand in it.

use hayro_interpret::font::GlyphRun;
use hayro_interpret::kurbo::{BezPath, Rect};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};

use super::effort::{Effort, Reckoner};
use super::seen::{Colour, colour};

/// What stands in it.
pub(super) struct Letter {
    pub(super) reckoner: Reckoner,
    /// The colour of the text that it is a letter of.
    text: Option<Colour>,
    has_ink: bool,
    /// It does more than to paint shapes in the colour of the text.
    is_special: bool,
}

impl Letter {
    pub(super) fn new(text: Option<Colour>, page: Rect) -> Self {
        let reckoner = Reckoner { effort: Effort::default(), page };
        Self { reckoner, text, has_ink: false, is_special: false }
    }

    /// Whether it is drawn as a letter of any other font is: a shape in the colour of the text.
    pub(super) fn is_plain(&self) -> bool {
        self.has_ink && !self.is_special
    }
}

impl<'a> Device<'a> for Letter {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let plain = props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal;
        self.has_ink |= !path.elements().is_empty();
        self.is_special |= !plain || self.text.is_none() || colour(&props.paint) != self.text;
        self.reckoner.draw_path(path, props, mode);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.is_special = true;
        self.reckoner.draw_image(image, props);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.is_special = true;
        self.reckoner.draw_glyph_run(run, props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.is_special = true;
        self.reckoner.push_clip_path(clip);
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        self.is_special = true;
        self.reckoner.push_transparency_group(opacity, mask, blend);
    }

    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
