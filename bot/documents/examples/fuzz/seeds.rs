//! Good files to begin with: the invented invoices that are small enough, and tiny files of every kind.

use std::error::Error;
use std::io::{Cursor, Write};
use std::path::Path;

use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, RgbaImage};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::target::Target;

/// Larger files only slow the cases down.
const SMALL: u64 = 220_000;

/// The good files of a target.
pub(crate) fn of(target: Target) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    Ok(match target {
        Target::Pdf | Target::Witness => {
            // The Chinese forms and one letterhead: drawing a page is the slow part, and the tiny ones draw little.
            let mut files = fixtures("pdf")?;
            files.retain(|file| file.len() < 50_000);
            files.extend([
                tiny_pdf(TEXT),
                tiny_pdf(DRAWING),
                tiny_pdf(FONTS),
                tiny_pdf(PICTURE),
                tiny_pdf(PATTERN),
            ]);
            files
        }
        Target::Ofd => {
            let mut files = fixtures("ofd")?;
            files.push(tiny_ofd()?);
            files
        }
        Target::Xml => fixtures("xml")?,
        Target::Image => pictures(),
        Target::Zip => {
            let pdf = tiny_pdf(TEXT);
            let inner = zipped(&[("a.pdf", &pdf)])?;
            vec![
                zipped(&[("一/發票.pdf", &pdf), ("b.xml", b"<a><b>1</b></a>"), ("__MACOSX/._b", b"x")])?,
                zipped(&[("in.zip", &inner), ("c", &[0; 3000])])?,
            ]
        }
        Target::Mail => vec![MAIL.as_bytes().to_vec(), FORWARDED.as_bytes().to_vec()],
    })
}

/// The invented invoices with this ending.
fn fixtures(ending: &str) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/invoices");
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let size = path.metadata()?.len();
        if path.extension().is_some_and(|e| e == ending) && (1..SMALL).contains(&size) {
            files.push(std::fs::read(path)?);
        }
    }
    Ok(files)
}

fn pictures() -> Vec<Vec<u8>> {
    let shade = |n: u32| n.to_le_bytes()[0];
    let rgb = RgbImage::from_fn(40, 24, |x, y| image::Rgb([shade(x * 6), shade(y * 9), shade(x ^ y)]));
    let rgba = RgbaImage::from_fn(17, 31, |x, y| image::Rgba([shade(x * 9), 7, shade(y * 8), shade(x * y)]));
    let deep = DynamicImage::ImageRgb8(rgb.clone()).into_rgb16();
    let all: [DynamicImage; 4] = [rgb.into(), rgba.into(), GrayImage::new(33, 9).into(), deep.into()];
    let mut files = Vec::new();
    for image in &all {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Tiff] {
            let mut bytes = Cursor::new(Vec::new());
            // Not every format takes every kind of pixel.
            if image.write_to(&mut bytes, format).is_ok() {
                files.push(bytes.into_inner());
            }
        }
    }
    files.push(LOSSY_WEBP.to_vec());
    files
}

/// Eight grey pixels by eight, as a camera's WebP stores them.
const LOSSY_WEBP: &[u8] = b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x08\0\x08\0\x02\0\x34\x25\xa4\0\x03\x70\0\xfe\xfb\x94\0\0";

/// A small page with these further objects; object 4 is its content.
fn tiny_pdf(objects: &[&str]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 150] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> \
                /XObject << /X 5 0 R >> /Pattern << /P1 5 0 R >> /Shading << /S1 6 0 R >> >> >>";
    let head = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page];
    let mut places = Vec::new();
    for (number, object) in (1..).zip(head.iter().chain(objects)) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    file.extend(
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", places.len() + 1).bytes(),
    );
    file
}

const TEXT: &[&str] = &[
    "<< /Length 58 >>\nstream\nBT /F1 12 Tf 20 100 Td (Invoice 4711) Tj 0 -20 Td <41> Tj ET\nendstream",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
];
const DRAWING: &[&str] = &[
    "<< /Length 120 >>\nstream\nq 0.5 0 0 0.5 9 9 cm 1 0 0 RG 2 w [3 2] 0 d 0 0 m 90 80 l 5 5 60 40 20 20 c S 1 1 50 50 re W n 9 9 30 30 re f Q /S1 sh\nendstream",
    "<< >>",
    "<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 100 100] /Function << /FunctionType 2 /Domain [0 1] /C0 [1 0 0] /C1 [0 0 1] /N 1 >> >>",
];
const FONTS: &[&str] = &[
    "<< /Length 52 >>\nstream\nBT /F1 12 Tf 20 100 Td <B7A2C6B1> Tj (123.45) Tj ET\nendstream",
    "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /GBK-EUC-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 \
     /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /W [1 [500 600] 7 20 1000] >>] >>",
];
const PICTURE: &[&str] = &[
    "<< /Length 30 >>\nstream\nq 90 0 0 60 9 9 cm /X Do Q\nendstream",
    "<< /Subtype /Image /Width 4 /Height 3 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /ASCIIHexDecode /Length 25 >>\nstream\n00112233445566778899AABB>\nendstream",
];
const PATTERN: &[&str] = &[
    "<< /Length 44 >>\nstream\n/Pattern cs /P1 scn 5 5 150 100 re f\nendstream",
    "<< /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << >> /Length 25 >>\nstream\n1 0 0 rg 1 1 5 5 re f\nendstream",
];

/// A small page with a text, a line, a picture and a value, for the drawing is the slow part.
fn tiny_ofd() -> Result<Vec<u8>, Box<dyn Error>> {
    let mut png = Cursor::new(Vec::new());
    RgbImage::new(8, 8).write_to(&mut png, ImageFormat::Png)?;
    let head = "<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\" Version=\"1.1\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>\
        <ofd:CustomDatas><ofd:CustomData Name=\"a\">1</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>";
    let document = "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea>\
        <ofd:PhysicalBox>0 0 40 30</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>Res.xml</ofd:DocumentRes></ofd:CommonData>\
        <ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Page.xml\"/></ofd:Pages><ofd:Attachments>Att.xml</ofd:Attachments><ofd:CustomTags>Tags.xml</ofd:CustomTags></ofd:Document>";
    let resources = "<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\"><ofd:Fonts><ofd:Font ID=\"1\" FontName=\"SimSun\"/></ofd:Fonts>\
        <ofd:MultiMedias><ofd:MultiMedia ID=\"2\" Type=\"Image\"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>\
        <ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID=\"3\" Width=\"9\" Height=\"9\"><ofd:Content><ofd:ImageObject ID=\"8\" Boundary=\"0 0 9 9\" ResourceID=\"2\"/></ofd:Content>\
        </ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>";
    let page = "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content><ofd:Layer ID=\"3\"><ofd:TextObject ID=\"4\" Boundary=\"2 2 30 5\" Font=\"1\" Size=\"3\">\
        <ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3 1.5 2\">票1234</ofd:TextCode></ofd:TextObject><ofd:PathObject ID=\"5\" Boundary=\"1 9 30 9\" LineWidth=\"0.2\" DashPattern=\"1 1\" Fill=\"true\">\
        <ofd:AbbreviatedData>M 0 0 L 9 9 B 1 2 3 4 5 6 Q 1 1 2 2 A 3 3 0 1 1 9 0 C</ofd:AbbreviatedData></ofd:PathObject>\
        <ofd:ImageObject ID=\"6\" Boundary=\"5 5 9 9\" CTM=\"9 0 0 9 0 0\" ResourceID=\"2\"/><ofd:CompositeObject ID=\"7\" Boundary=\"0 0 9 9\" ResourceID=\"3\"/></ofd:Layer></ofd:Content></ofd:Page>";
    zipped(&[
        ("OFD.xml", head.as_bytes()),
        ("Doc_0/Document.xml", document.as_bytes()),
        ("Doc_0/Res.xml", resources.as_bytes()),
        ("Doc_0/Res/a.png", png.get_ref()),
        ("Doc_0/Page.xml", page.as_bytes()),
        ("Doc_0/Att.xml", b"<a><Attachment Name=\"b\"><FileLoc>b.xml</FileLoc></Attachment></a>"),
        ("Doc_0/b.xml", b"<eInvoice/>"),
        ("Doc_0/Tags.xml", b"<a><CustomTag><FileLoc>Tag.xml</FileLoc></CustomTag></a>"),
        ("Doc_0/Tag.xml", b"<e><No><ofd:ObjectRef PageRef=\"1\">4</ofd:ObjectRef></No></e>"),
    ])
}

fn zipped(files: &[(&str, &[u8])]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(content)?;
    }
    Ok(zip.finish()?.into_inner())
}

const MAIL: &str = "From: =?utf-8?b?5bqX?= <a@example.com>\r\nTo: b@example.com\r\nSubject: =?utf-8?b?55m856Wo?=\r\nDate: Mon, 1 Jun 2026 09:00:00 +0800\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\
    Content-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=B7=A2=C6=B1\r\n--c\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n--c--\r\n\
    --b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''%E7%99%BC%E7%A5%A8.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjc=\r\n--b--\r\n";
const FORWARDED: &str = "From: a@example.com\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
    From: c@example.com\r\nSubject: inner\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n--d\r\nContent-Type: image/png; name=\"a.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--d--\r\n\r\n--b--\r\n";
