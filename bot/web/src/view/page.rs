//! The pages of a document: their sizes, and places on them.

use documents::BBox;
use serde::Serialize;
use serde_json::Value;
use store::Store;

/// A page of the document.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PageView {
    pub(crate) number: u64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// The pages whose sizes the store knows. None when the document has not been read.
pub(crate) async fn of_document(store: &Store, sha256: &str) -> Vec<PageView> {
    let document = read_document(store, sha256).await;
    let pages = document.as_ref().and_then(|document| document["pages"].as_array());
    pages.map(|pages| pages.iter().filter_map(size).collect()).unwrap_or_default()
}

/// The document as it was read, if it was.
pub(crate) async fn read_document(store: &Store, sha256: &str) -> Option<Value> {
    let bytes = store.blobs().get(&format!("documents/{sha256}/document.json")).await.ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn size(page: &Value) -> Option<PageView> {
    let (width, height) = (page["width"].as_f64()?, page["height"].as_f64()?);
    (width > 0.0 && height > 0.0).then_some(PageView { number: page["number"].as_u64()?, width, height })
}

/// x, y, width and height of a box, kept on the page; a hundred-thousandth of a page is exact enough.
pub(crate) fn spot(place: BBox) -> [f64; 4] {
    let [x0, y0, x1, y1] = <[f32; 4]>::from(place).map(|edge| f64::from(edge).clamp(0.0, 1.0));
    [x0, y0, (x1 - x0).max(0.0), (y1 - y0).max(0.0)].map(|edge| (edge * 1e5).round() / 1e5)
}

/// The part of a page around a spot, as an SVG view box in the page's own units.
pub(crate) fn crop(spot: [f64; 4], page: &PageView) -> String {
    let [x, y, width, height] = spot;
    let (x, width) = (x * page.width, width * page.width);
    let (y, height) = (y * page.height, height * page.height);
    // Room for half a line above and below and two characters beside: enough to see what it belongs to.
    let margin = height.max(page.height * 0.008);
    let (left, top) = ((x - 2.0 * margin).max(0.0), (y - 0.6 * margin).max(0.0));
    let wide = (width + 4.0 * margin).min(page.width - left);
    let high = (height + 1.2 * margin).min(page.height - top);
    format!("{left:.1} {top:.1} {wide:.1} {high:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_beyond_the_page_is_kept_on_it() {
        let [x, y, width, height] = spot(BBox { x0: -0.5, y0: 0.5, x1: 2.0, y1: 0.25 });
        assert!(x >= 0.0 && x + width <= 1.0 && y >= 0.0 && height >= 0.0);
    }

    #[test]
    fn a_crop_has_room_around_the_words() {
        let page = PageView { number: 1, width: 600.0, height: 800.0 };
        assert_eq!(crop([0.5, 0.5, 0.1, 0.02], &page), "268.0 390.4 124.0 35.2");
    }
}
