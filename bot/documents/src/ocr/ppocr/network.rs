//! A network: an ONNX file, run by `rten`.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use image::RgbImage;
use rten::{Model, ModelOptions};
use rten_tensor::{NdTensorView, Tensor};

use crate::ocr::OcrError;

/// A network that is loaded when it is first needed, once.
pub(super) struct Network {
    path: PathBuf,
    model: OnceLock<Model>,
    loading: Mutex<()>,
}

impl Network {
    /// # Errors
    /// When there is no such file. It is not opened yet.
    pub(super) fn at(path: PathBuf) -> Result<Self, OcrError> {
        if !path.is_file() {
            return Err(OcrError::ModelMissing { path: path.display().to_string() });
        }
        Ok(Self { path, model: OnceLock::new(), loading: Mutex::new(()) })
    }

    /// The network itself.
    pub(super) fn model(&self) -> Result<&Model, OcrError> {
        if let Some(model) = self.model.get() {
            return Ok(model);
        }
        // A thread that panicked while it loaded has left nothing behind, so its poison means nothing.
        let _turn = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = self.model.get() {
            return Ok(model);
        }
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load_file(&self.path)
            .map_err(|error| self.damaged(error.to_string()))?;
        Ok(self.model.get_or_init(|| model))
    }

    /// Runs the network on a batch of images of one size. What it answers is a row of numbers for each image,
    /// together with their shape.
    pub(super) fn run(&self, images: &Batch) -> Result<Tensor<f32>, OcrError> {
        let [count, height, width] = images.shape;
        let input = NdTensorView::from_data([count, 3, height, width], images.values.as_slice());
        let output = self.model()?.run_one(input.into(), None);
        let output = output.map_err(|error| OcrError::Engine { reason: error.to_string() })?;
        output.try_into().map_err(|_| self.damaged("it answers with something else than numbers".into()))
    }

    pub(super) fn damaged(&self, reason: String) -> OcrError {
        OcrError::ModelDamaged { path: self.path.display().to_string(), reason }
    }
}

/// Images of one size as a network takes them: planes of blue, green, red, each value within -1..=1.
pub(super) struct Batch {
    shape: [usize; 3],
    values: Vec<f32>,
}

impl Batch {
    /// The images, each filled up on its right with middle grey to this width. None may be wider or of another height.
    pub(super) fn of(images: &[&RgbImage], width: u32, height: u32) -> Self {
        let (columns, rows) = (width as usize, height as usize);
        let plane = columns * rows;
        let mut values = vec![0.0; images.len() * 3 * plane];
        for (image, space) in images.iter().zip(values.chunks_exact_mut(3 * plane)) {
            for (y, line) in image.rows().enumerate().take(rows) {
                for (x, pixel) in line.enumerate().take(columns) {
                    for (channel, value) in pixel.0.iter().rev().enumerate() {
                        space[channel * plane + y * columns + x] = f32::from(*value) / 127.5 - 1.0;
                    }
                }
            }
        }
        Self { shape: [images.len(), rows, columns], values }
    }
}
