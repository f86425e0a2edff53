//! Small PDFs made by hand, for tests.

/// Objects of a PDF, numbered from 1 in the order in which they are added.
#[derive(Default)]
pub(crate) struct Sample {
    objects: Vec<Vec<u8>>,
    trailer: String,
}

impl Sample {
    /// A PDF of one page of A4 with this content, these fonts (`/F1 … /F2 …`) and these additions to its page.
    pub(crate) fn page(content: &str, fonts: &[&str], more: &str) -> Self {
        let mut sample = Self::default();
        sample.add("<< /Type /Catalog /Pages 2 0 R >>");
        sample.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        let named: Vec<String> = (0..fonts.len()).map(|n| format!("/F{} {} 0 R", n + 1, n + 5)).collect();
        let named = named.join(" ");
        sample.add(&format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << {named}>> >> {more} >>"
        ));
        sample.stream("", content.as_bytes());
        for font in fonts {
            sample.add(font);
        }
        sample
    }

    /// Adds an object and returns its number.
    pub(crate) fn add(&mut self, object: &str) -> usize {
        self.objects.push(object.as_bytes().to_vec());
        self.objects.len()
    }

    /// Adds a stream and returns its number.
    pub(crate) fn stream(&mut self, entries: &str, data: &[u8]) -> usize {
        let mut object = format!("<< /Length {} {entries} >>\nstream\n", data.len()).into_bytes();
        object.extend(data);
        object.extend(b"\nendstream");
        self.objects.push(object);
        self.objects.len()
    }

    /// Puts another object in the place of one.
    pub(crate) fn replace(&mut self, number: usize, object: &str) {
        self.objects[number - 1] = object.as_bytes().to_vec();
    }

    /// Adds entries to the trailer.
    pub(crate) fn trailer(&mut self, entries: &str) {
        self.trailer.push_str(entries);
    }

    /// The file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut offsets = Vec::new();
        for (index, object) in self.objects.iter().enumerate() {
            offsets.push(file.len());
            file.extend(format!("{} 0 obj\n", index + 1).into_bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let table = file.len();
        file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).into_bytes());
        for offset in &offsets {
            file.extend(format!("{offset:010} 00000 n \n").into_bytes());
        }
        let (size, more) = (offsets.len() + 1, &self.trailer);
        file.extend(
            format!("trailer\n<< /Size {size} /Root 1 0 R {more} >>\nstartxref\n{table}\n%%EOF\n")
                .into_bytes(),
        );
        file
    }
}

/// A font that is always there.
pub(crate) const HELVETICA: &str =
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

/// A Chinese font that is not embedded, as mainland e-invoices have it.
pub(crate) fn chinese(encoding: &str, ordering: &str) -> String {
    format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /{encoding} /DescendantFonts [<< /Type /Font \
         /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering ({ordering}) \
         /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -141 1000 \
         859] /ItalicAngle 0 /Ascent 859 /Descent -141 /CapHeight 680 /StemV 80 >> >>] >>"
    )
}
