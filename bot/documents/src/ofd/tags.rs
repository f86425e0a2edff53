//! Tags: which text of which page is which value. Most writers' tag files are no well-formed XML.

use std::collections::HashMap;

use super::page::Text;
use super::{Part, part};
use crate::archive::Archive;
use crate::document::{BBox, Embedded, Value};
use crate::xml::Element;

/// More tag files than any invoice has.
const FILES: usize = 16;

/// The tagged values, each file under its own name.
pub(super) fn read(
    archive: &Archive,
    document: &Part,
    objects: &HashMap<(String, String), Text>,
) -> Vec<Embedded> {
    let Some(list) =
        document.root.text_at("CustomTags").and_then(|path| part(archive, &document.folder, path))
    else {
        return Vec::new();
    };
    let files = list.root.all("CustomTag").filter_map(|tag| tag.text_at("FileLoc")).take(FILES);
    files
        .filter_map(|path| {
            let tags = part(archive, &list.folder, path).or_else(|| part(archive, &document.folder, path))?;
            let mut values = Vec::new();
            collect(&tags.root, "", objects, &mut values);
            (!values.is_empty()).then(|| Embedded {
                name: "CustomTags".to_owned(),
                text: String::new(),
                values,
            })
        })
        .collect()
}

/// Walks the tags; the names on the way make a path such as `Buyer.BuyerName`.
fn collect(
    element: &Element,
    path: &str,
    objects: &HashMap<(String, String), Text>,
    values: &mut Vec<Value>,
) {
    let texts: Vec<&Text> = element
        .all("ObjectRef")
        .filter_map(|object| {
            let page = object.attribute("PageRef")?.to_owned();
            objects.get(&(page, object.text.clone()))
        })
        .collect();
    if let Some(first) = texts.first() {
        values.push(Value {
            path: path.to_owned(),
            text: texts.iter().map(|text| text.characters.as_str()).collect(),
            page: first.page,
            bbox: texts.iter().filter_map(|text| text.bbox).reduce(joined),
        });
    }
    let given = element.text_at("ObjectData").or(Some(element.text.as_str()).filter(|text| !text.is_empty()));
    if let Some(text) = given.filter(|_| texts.is_empty() && !path.is_empty()) {
        values.push(Value { path: path.to_owned(), text: text.to_owned(), page: 1, bbox: None });
    }
    for child in element.children.iter().filter(|child| !child.name.starts_with("Object")) {
        let path = if path.is_empty() { child.name.clone() } else { format!("{path}.{}", child.name) };
        collect(child, &path, objects, values);
    }
}

fn joined(a: BBox, b: BBox) -> BBox {
    BBox { x0: a.x0.min(b.x0), y0: a.y0.min(b.y0), x1: a.x1.max(b.x1), y1: a.y1.max(b.y1) }
}
