#![expect(clippy::unwrap_used, reason = "a test may panic")]

use documents::media::Media;
use documents::{Document, Embedded, Value};

use crate::invoice::{Decision, FieldName as F, Invoice, Kind};
use crate::{Facts, check};

fn document(embedded: Vec<Embedded>) -> Document {
    Document {
        sha256: "0".repeat(64),
        name: "a.xml".to_owned(),
        media: Media::Xml,
        pages: Vec::new(),
        embedded,
        witness_text: None,
        remarks: Vec::new(),
    }
}

fn read(xml: &str) -> Invoice {
    let embedded = Embedded { name: "a.xml".to_owned(), text: xml.to_owned(), values: Vec::new() };
    let mut invoice = crate::extract(&document(vec![embedded]), None, &crate::Known::default());
    check(&mut invoice, &Facts::of_day(chrono::NaiveDate::from_ymd_opt(2026, 4, 1).unwrap()));
    invoice
}

fn holds(invoice: &Invoice, wanted: &[(F, &str)]) {
    for (field, value) in wanted {
        assert_eq!(invoice.value(*field).unwrap_or("—"), *value, "{field:?}");
    }
}

const DIGITAL: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><EInvoice><Header><EIid>26442000000000000041</EIid><InherentLabel>
<InIssuType><LabelCode>Y</LabelCode></InIssuType><GeneralOrSpecialVAT><LabelCode>01</LabelCode><LabelName>增值税专用发票</LabelName></GeneralOrSpecialVAT>
</InherentLabel></Header><EInvoiceData><SellerInformation><SellerIdNum>91440101MA5KTE107F</SellerIdNum><SellerName>广州纸鸢示例贸易有限公司</SellerName>
</SellerInformation><BuyerInformation><BuyerIdNum>91440300MA5HYR502U</BuyerIdNum><BuyerName>深圳市海燕示例零售有限公司</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>4197.17</TotalAmWithoutTax><TotalTaxAm>251.83</TotalTaxAm><TotalTax-includedAmount>4449.00</TotalTax-includedAmount>
<TotalTax-includedAmountInChinese>肆仟肆佰肆拾玖圆整</TotalTax-includedAmountInChinese><RequestTime>2026-03-05 16:23:48</RequestTime></BasicInformation>
<IssuItemInformation><ItemName>*信息技术服务*示例</ItemName><Quantity>1</Quantity><UnPrice>4197.17</UnPrice><Amount>4197.17</Amount><TaxRate>0.06</TaxRate>
<ComTaxAm>251.83</ComTaxAm><TotaltaxIncludedAmount>4449.00</TotaltaxIncludedAmount></IssuItemInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>26442000000000000041</InvoiceNumber><IssueTime>2026-03-05</IssueTime></TaxSupervisionInfo></EInvoice>";

#[test]
fn a_digital_invoice_goes_straight_through_as_data() {
    let invoice = read(DIGITAL);
    assert_eq!(
        (invoice.kind, invoice.decision),
        (Kind::CnDigitalSpecial, Decision::StraightThrough),
        "{:?}",
        invoice.findings
    );
    holds(
        &invoice,
        &[
            (F::InvoiceNumber, "26442000000000000041"),
            (F::IssueDate, "2026-03-05"),
            (F::Total, "4449.00"),
            (F::Tax, "251.83"),
            (F::Currency, "CNY"),
        ],
    );
    assert_eq!(invoice.lines[0].tax_rate.as_deref(), Some("6%"));
}

#[test]
fn a_red_letter_and_a_batch_are_for_a_person() {
    let red = read(&DIGITAL.replace("<LabelCode>Y<", "<LabelCode>N<"));
    assert!(red.findings.iter().any(|f| f.code == "DH-2705") && red.decision == Decision::Review);
    let both = format!("<Batch>{0}{0}</Batch>", DIGITAL.split_once("?>").unwrap().1);
    let batch = read(&both);
    assert!(batch.findings.iter().any(|f| f.code == "DH-2315") && batch.decision == Decision::Review);
}

#[test]
fn a_wrong_sum_or_an_unreadable_date_is_seen() {
    let wrong = read(&DIGITAL.replace(">4449.00</TotalTax-", ">4949.00</TotalTax-"));
    assert!(wrong.findings.iter().any(|f| f.code == "DH-2208"), "{:?}", wrong.findings);
    let odd = read(&DIGITAL.replace("<IssueTime>2026-03-05<", "<IssueTime>soon<"));
    assert!(odd.findings.iter().any(|f| f.code == "DH-2321") && odd.decision == Decision::Review);
}

#[test]
fn the_earlier_form_is_read() {
    let invoice = read(
        "<eInvoice xmlns:fp='x'><fp:InvoiceCode>044032500111</fp:InvoiceCode><fp:InvoiceNo>07160033</fp:InvoiceNo><fp:IssueDate>2026年03月05日</fp:IssueDate>
        <fp:Seller><fp:SellerName>广州纸鸢示例贸易有限公司</fp:SellerName><fp:SellerTaxID>91440101MA5KTE107F</fp:SellerTaxID></fp:Seller>
        <fp:TaxInclusiveTotalAmount>106.00</fp:TaxInclusiveTotalAmount><fp:TaxTotalAmount>***</fp:TaxTotalAmount><fp:TaxExclusiveTotalAmount>106.00</fp:TaxExclusiveTotalAmount>
        <fp:GoodsInfos><fp:GoodsInfo><fp:Item>x</fp:Item><fp:Amount>106.00</fp:Amount><fp:TaxScheme>免税</fp:TaxScheme><fp:TaxAmount>***</fp:TaxAmount></fp:GoodsInfo></fp:GoodsInfos></eInvoice>",
    );
    assert_eq!(invoice.kind, Kind::CnVatElectronicNormal);
    holds(
        &invoice,
        &[
            (F::InvoiceCode, "044032500111"),
            (F::InvoiceNumber, "07160033"),
            (F::IssueDate, "2026-03-05"),
            (F::Tax, "0.00"),
            (F::Total, "106.00"),
        ],
    );
}

#[test]
fn tags_and_named_values_are_read() {
    let value =
        |path: &str, text: &str| Value { path: path.to_owned(), text: text.to_owned(), page: 1, bbox: None };
    let tags = Embedded {
        name: "CustomTags".to_owned(),
        text: String::new(),
        values: vec![
            value("InvoiceNo", "26442000000000000041"),
            value("Seller.SellerName", "广州纸鸢示例贸易有限公司"),
            value("TaxInclusiveTotalAmount", "肆仟肆佰肆拾玖圆整¥4449.00"),
            value("TaxTotalAmount", "¥"),
        ],
    };
    let named = Embedded {
        name: "CustomDatas".to_owned(),
        text: String::new(),
        values: vec![
            value("发票号码", "26442000000000000041"),
            value("合计金额", "4197.17"),
            value("native-producer", "x"),
        ],
    };
    let invoice = crate::extract(&document(vec![tags, named]), None, &crate::Known::default());
    holds(
        &invoice,
        &[
            (F::SellerName, "广州纸鸢示例贸易有限公司"),
            (F::Total, "4449.00"),
            (F::AmountExTax, "4197.17"),
            (F::TotalInWords, "肆仟肆佰肆拾玖圆整"),
        ],
    );
    assert_eq!(invoice.value(F::Tax), None);
}

#[test]
fn a_rail_ticket_is_told_by_its_concepts() {
    let invoice = read(
        "<xbrl xmlns:rai='http://xbrl.mof.gov.cn/taxonomy/2023-12-31/rai'><rai:ElectronicInvoiceRailwayETicketNumber>26419000000000000041</rai:ElectronicInvoiceRailwayETicketNumber>
        <rai:DateOfIssue>2026-03-05</rai:DateOfIssue><rai:Fare>109.00</rai:Fare><rai:TotalAmountExcludingTax>100.00</rai:TotalAmountExcludingTax><rai:TaxAmount>9.00</rai:TaxAmount></xbrl>",
    );
    assert_eq!(invoice.kind, Kind::CnRail);
    holds(&invoice, &[(F::Total, "109.00"), (F::Tax, "9.00"), (F::InvoiceNumber, "26419000000000000041")]);
    assert!(!read("<xbrl><BankReceiptNumber>1</BankReceiptNumber></xbrl>").is_invoice);
}

#[test]
fn ubl_is_read() {
    let invoice = read(
        "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2' xmlns:cac='a' xmlns:cbc='b'><cbc:ID>FL-7</cbc:ID><cbc:IssueDate>2026-03-05</cbc:IssueDate>
        <cbc:DocumentCurrencyCode>HKD</cbc:DocumentCurrencyCode><cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Foglamp Demo Paper Limited</cbc:RegistrationName>
        </cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty><cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount>100.00</cbc:TaxExclusiveAmount>
        <cbc:TaxInclusiveAmount>100.00</cbc:TaxInclusiveAmount><cbc:PayableAmount>100.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
        <cac:InvoiceLine><cbc:InvoicedQuantity unitCode='EA'>4</cbc:InvoicedQuantity><cbc:LineExtensionAmount>100.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>Box</cbc:Name></cac:Item>
        <cac:Price><cbc:PriceAmount>25.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine></Invoice>",
    );
    assert_eq!(invoice.kind, Kind::Ubl);
    holds(
        &invoice,
        &[
            (F::InvoiceNumber, "FL-7"),
            (F::SellerName, "Foglamp Demo Paper Limited"),
            (F::Total, "100.00"),
            (F::Currency, "HKD"),
        ],
    );
    assert_eq!(invoice.lines[0].quantity.as_deref(), Some("4"));
}

#[test]
fn taiwan_is_read_in_both_forms() {
    let mig = read(
        "<Invoice xmlns='urn:GEINV:eInvoiceMessage:F0401:4.0'><Main><InvoiceNumber>AB12345678</InvoiceNumber><InvoiceDate>20260305</InvoiceDate>
        <Seller><Identifier>04595257</Identifier><Name>示範股份有限公司</Name></Seller><Buyer><Identifier>22099131</Identifier><Name>買方</Name></Buyer></Main>
        <Details><ProductItem><Description>紙</Description><Quantity>1</Quantity><UnitPrice>100</UnitPrice><Amount>100</Amount></ProductItem></Details>
        <Amount><SalesAmount>100</SalesAmount><TaxAmount>5</TaxAmount><TotalAmount>105</TotalAmount></Amount></Invoice>",
    );
    assert_eq!(mig.kind, Kind::TwEinvoiceB2b);
    holds(
        &mig,
        &[
            (F::InvoiceNumber, "AB12345678"),
            (F::IssueDate, "2026-03-05"),
            (F::BuyerTaxId, "22099131"),
            (F::Total, "105.00"),
            (F::Currency, "TWD"),
        ],
    );
    let flat = read(
        "<InvoiceRoot><Invoice><InvoiceNumber>AB12345678</InvoiceNumber><InvoiceDate>2026/03/05</InvoiceDate><SellerId>04595257</SellerId>
        <BuyerId>0000000000</BuyerId><BuyerName>a person</BuyerName><SalesAmount>110</SalesAmount><TaxAmount>0</TaxAmount><TotalAmount>110</TotalAmount>
        <RandomNumber>7809</RandomNumber></Invoice></InvoiceRoot>",
    );
    holds(&flat, &[(F::RandomCode, "7809"), (F::Total, "110.00"), (F::AmountExTax, "110.00")]);
    assert_eq!((flat.value(F::BuyerTaxId), flat.value(F::BuyerName)), (None, None));
}

#[test]
fn other_xml_is_no_invoice() {
    let other = read("<html><body>hello</body></html>");
    assert_eq!((other.is_invoice, other.decision), (false, Decision::NotAnInvoice));
    assert_eq!(other.findings[0].code, "DH-2907");
}

#[test]
fn a_locked_file_is_for_a_person_and_no_failure() {
    let mut locked = document(Vec::new());
    locked.remarks = vec![documents::Remark {
        code: "DH-1107".to_owned(),
        text: "it opens only with a password".to_owned(),
    }];
    let mut invoice = crate::extract(&locked, None, &crate::Known::default());
    check(&mut invoice, &Facts::of_day(chrono::NaiveDate::from_ymd_opt(2026, 4, 1).unwrap()));
    assert_eq!((invoice.is_invoice, invoice.decision), (true, Decision::Review));
    assert!(invoice.findings.iter().any(|f| f.code == "DH-1107" && f.severity == crate::Severity::Review));
}
