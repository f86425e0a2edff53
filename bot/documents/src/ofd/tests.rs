#![expect(clippy::unwrap_used, reason = "a test may panic")]

use super::*;
use crate::archive::tests::zipped;
use crate::child::tests::children;

const HEAD: &str = r#"<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo>
<ofd:DocID>1</ofd:DocID><ofd:CustomDatas><ofd:CustomData Name="发票号码">26442000000000000041</ofd:CustomData></ofd:CustomDatas>
</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"#;
const DOCUMENT: &str = r#"<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID>
<ofd:PageArea><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea><ofd:TemplatePage ID="2" BaseLoc="Tpls/Tpl_0/Content.xml"/>
</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>
<ofd:Attachments>/Doc_0/Attachs/Attachments.xml</ofd:Attachments><ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags></ofd:Document>"#;
const PAGE: &str = r#"<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Template TemplateID="2"/><ofd:Content><ofd:Layer ID="3">
<ofd:TextObject ID="4" Boundary="164 6 40 5" Font="1" Size="3.175"><ofd:TextCode X="0" Y="4" DeltaX="g 7 1.5875">83089647</ofd:TextCode></ofd:TextObject>
<ofd:PageBlock><ofd:TextObject ID="5" Boundary="30 100 80 5" Font="1" Size="3.175"><ofd:TextCode X="0" Y="4" DeltaX="g 4 3.175"><![CDATA[晴海虚构厂]]></ofd:TextCode></ofd:TextObject></ofd:PageBlock>
<ofd:TextObject ID="6" Boundary="120 100 4 5" Font="1" Size="3.175"><ofd:TextCode X="0" Y="4">¥</ofd:TextCode></ofd:TextObject>
<ofd:TextObject ID="7" Boundary="123.2 100 40 5" Font="1" Size="3.175"><ofd:TextCode X="0" Y="4" DeltaX="g 5 1.5875">526.00</ofd:TextCode></ofd:TextObject>
</ofd:Layer></ofd:Content></ofd:Page>"#;
const TEMPLATE: &str = r#"<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer ID="8">
<ofd:TextObject ID="9" Boundary="140 6 24 5" Font="1" Size="3.175"><ofd:TextCode X="0" Y="4" DeltaX="g 4 3.175">发票号码:</ofd:TextCode></ofd:TextObject>
</ofd:Layer></ofd:Content></ofd:Page>"#;
const ATTACHED: &str = r#"<a><Attachment Name="original_invoice" Format="xml"><FileLoc>original_invoice.xml</FileLoc></Attachment></a>"#;
const TAGS: &str = r"<a><CustomTag><FileLoc>CustomTag.xml</FileLoc></CustomTag></a>";
/// As a widely used writer makes it: no well-formed XML.
const TAG: &str = r#"<:eInvoice xmlns:=""><InvoiceNo><ofd:ObjectRef PageRef="1">4</ofd:ObjectRef></InvoiceNo><Seller><SellerName>
<ofd:ObjectRef PageRef="1">5</ofd:ObjectRef></SellerName></Seller><Total><ofd:ObjectRef PageRef="1">6</ofd:ObjectRef><ofd:ObjectRef PageRef="1">7</ofd:ObjectRef></Total></:eInvoice>"#;

pub(crate) fn invoice() -> Vec<u8> {
    zipped(&[
        ("OFD.xml", HEAD.as_bytes()),
        ("Doc_0/Document.xml", DOCUMENT.as_bytes()),
        ("Doc_0/Pages/Page_0/Content.xml", PAGE.as_bytes()),
        ("Doc_0/TPLS/Tpl_0/Content.xml", TEMPLATE.as_bytes()),
        ("Doc_0/Attachs/Attachments.xml", ATTACHED.as_bytes()),
        ("Doc_0/Attachs/original_invoice.xml", b"<eInvoice/>"),
        ("Doc_0/Tags/CustomTags.xml", TAGS.as_bytes()),
        ("Doc_0/Tags/CustomTag.xml", TAG.as_bytes()),
    ])
}

#[test]
fn all_four_places_are_read() {
    let ofd = read(&invoice(), Limits::default()).unwrap();
    let page = &ofd.pages[0];
    assert!((page.width - 595.3).abs() < 0.1 && (page.height - 396.9).abs() < 0.1);
    let mut words: Vec<&str> = page.words.iter().map(|word| word.text.as_str()).collect();
    words.sort_unstable();
    assert_eq!(words, ["83089647", "¥526.00", "发票号码:", "晴海虚构厂"]);
    let number = page.words.iter().find(|word| word.text == "83089647").unwrap().bbox;
    assert!((number.x0 - 164.0 / 210.0).abs() < 0.01 && number.y0 > 0.04 && number.y1 < 0.08, "{number:?}");
    let values =
        |name: &str| ofd.embedded.iter().find(|embedded| embedded.name == name).unwrap().values.clone();
    assert_eq!(values("CustomDatas")[0].path, "发票号码");
    let tags = values("CustomTags");
    let tag = |path: &str| tags.iter().find(|tag| tag.path == path).unwrap();
    assert_eq!(
        (tag("InvoiceNo").text.as_str(), tag("Seller.SellerName").text.as_str()),
        ("83089647", "晴海虚构厂")
    );
    assert_eq!(tag("Total").text, "¥526.00");
    assert!(tag("Total").bbox.unwrap().x0 < tag("Total").bbox.unwrap().x1);
    assert!(ofd.embedded.iter().any(|embedded| embedded.text == "<eInvoice/>"));
}

#[test]
fn a_child_reads_the_same_as_this_process() {
    let here = read(&invoice(), Limits::default()).unwrap();
    let there = read_apart(Some(&children()), &invoice(), Limits::default()).unwrap();
    assert_eq!(here.pages[0].words, there.pages[0].words);
    assert!(here.pages[0].image == there.pages[0].image && here.pages[0].image.is_some());
    let error = read_apart(Some(&children()), b"PK\x03\x04", Limits::default()).unwrap_err();
    assert!(matches!(error, ReadError::Damaged { .. }), "{error}");
}

#[test]
fn a_page_of_kilometres_is_drawn_small() {
    let wide = DOCUMENT.replace("0 0 210 140", "0 0 99999 99999");
    let parts = [("OFD.xml", HEAD), ("Doc_0/Document.xml", &wide), ("Doc_0/Pages/Page_0/Content.xml", PAGE)];
    let ofd = read(&zipped(&parts.map(|(name, text)| (name, text.as_bytes()))), Limits::default()).unwrap();
    let pixels = ofd.pages[0].image.as_ref().map_or(0, |image| image.as_raw().len() / 3);
    assert!(pixels < 41_000_000, "{pixels}");
}

#[test]
fn a_part_that_is_missing_is_missed_alone() {
    let some = [("OFD.xml", HEAD.as_bytes()), ("Doc_0/Document.xml", DOCUMENT.as_bytes())];
    assert!(matches!(read(&zipped(&some), Limits::default()), Err(ReadError::Damaged { .. })));
    let mut more = some.to_vec();
    more.push(("Doc_0/Pages/Page_0/Content.xml", PAGE.as_bytes()));
    assert_eq!(read(&zipped(&more), Limits::default()).unwrap().pages[0].words.len(), 3);
    assert!(matches!(read(&zipped(&[("a", b"b")]), Limits::default()), Err(ReadError::Damaged { .. })));
}

#[test]
fn paths_start_where_they_say() {
    assert_eq!(join("Doc_0/Tags", "../Attachs/a.xml"), "Doc_0/Attachs/a.xml");
    assert_eq!(join("Doc_0", "/OFD.xml"), "OFD.xml");
    assert_eq!(join("", "../../etc/passwd"), "../../etc/passwd"); // a name in the archive, never a file
}
