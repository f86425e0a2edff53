//! A page on which a test puts words.

use documents::{BBox, Code, Document, Media, Page, Source, Word};

use crate::duplicates::Facts;
use crate::invoice::Invoice;
use crate::sheet::Sheet;
use crate::{Known, check, extract};

/// One page in points.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    width: f32,
    height: f32,
    words: Vec<Word>,
    codes: Vec<Code>,
    source: Source,
    witness: bool,
}

impl Paper {
    pub(crate) fn a4() -> Self {
        Self::of(595.0, 842.0)
    }

    /// The size of a mainland electronic invoice.
    pub(crate) fn fapiao() -> Self {
        Self::of(610.0, 394.0)
    }

    fn of(width: f32, height: f32) -> Self {
        Self { width, height, words: Vec::new(), codes: Vec::new(), source: Source::TextLayer, witness: true }
    }

    /// As if an engine had read the page from pixels.
    pub(crate) fn scanned(mut self) -> Self {
        self.source = Source::OcrPpocr;
        self.witness = false;
        for word in &mut self.words {
            word.source = Source::OcrPpocr;
            word.confidence = 0.98;
        }
        self
    }

    /// A word whose left top corner is at x, y.
    pub(crate) fn put(&mut self, x: f32, y: f32, size: f32, text: &str) -> &mut Self {
        let width: f32 = text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum::<f32>() * size;
        let bbox = BBox {
            x0: x / self.width,
            y0: y / self.height,
            x1: (x + width) / self.width,
            y1: (y + size) / self.height,
        };
        self.words.push(Word { text: text.to_owned(), bbox, confidence: 1.0, source: self.source });
        self
    }

    /// A word whose right top corner is at x, y.
    pub(crate) fn put_right(&mut self, x: f32, y: f32, size: f32, text: &str) -> &mut Self {
        let width: f32 = text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum::<f32>() * size;
        self.put(x - width, y, size, text)
    }

    /// Characters one below the other.
    pub(crate) fn put_down(&mut self, x: f32, y: f32, size: f32, step: f32, text: &str) -> &mut Self {
        let mut at = y;
        for c in text.chars() {
            self.put(x, at, size, &c.to_string());
            at += step;
        }
        self
    }

    pub(crate) fn code(&mut self, text: &str) -> &mut Self {
        let bbox = BBox { x0: 0.05, y0: 0.05, x1: 0.15, y1: 0.2 };
        self.codes.push(Code { text: text.to_owned(), format: "qr".to_owned(), bbox });
        self
    }

    /// Changes the words that read `from`; the test fails if there is none.
    pub(crate) fn change(&mut self, from: &str, to: &str) -> &mut Self {
        let mut changed = false;
        for word in self.words.iter_mut().filter(|w| w.text == from) {
            to.clone_into(&mut word.text);
            changed = true;
        }
        assert!(changed, "no word reads {from}");
        self
    }

    /// Puts another digit in the place of one in a sum of money.
    pub(crate) fn alter_a_figure(&mut self, at: proptest::sample::Index, digit: u8) -> &mut Self {
        let sums: Vec<(usize, usize)> = self
            .words
            .iter()
            .enumerate()
            .filter(|(_, w)| {
                w.text.contains('.') && w.text.chars().all(|c| c.is_ascii_digit() || "HK$¥.,()-".contains(c))
            })
            .flat_map(|(i, w)| {
                w.text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(move |(k, _)| (i, k))
            })
            .collect();
        let (word, place) = sums[at.index(sums.len())];
        self.words[word].text.replace_range(place..=place, &digit.to_string());
        self
    }

    pub(crate) fn page(&self, number: u32) -> Page {
        Page {
            number,
            width: self.width,
            height: self.height,
            words: self.words.clone(),
            codes: self.codes.clone(),
            image: None,
        }
    }

    pub(crate) fn sheet(&self) -> Sheet {
        Sheet::new(&self.page(1))
    }

    pub(crate) fn document(&self) -> Document {
        let text = self.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join("\n");
        Document {
            sha256: "0".repeat(64),
            name: "test.pdf".to_owned(),
            media: Media::Pdf,
            pages: vec![self.page(1)],
            embedded: Vec::new(),
            witness_text: self.witness.then_some(text),
            remarks: Vec::new(),
        }
    }

    /// Extracted and checked on 1 June 2026.
    pub(crate) fn invoice(&self) -> Invoice {
        let mut invoice = extract(&self.document(), None, &Known::default());
        check(&mut invoice, &facts());
        invoice
    }
}

/// Nothing known but the day.
pub(crate) fn facts() -> Facts {
    Facts {
        oldest_months: 18,
        today: chrono::NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day of the calendar"),
        twins: Vec::new(),
        memories: std::collections::BTreeSet::new(),
    }
}

/// An electronic invoice in the old layout: buyer above the table, seller below; two lines and a discount.
pub(crate) fn old_layout() -> Paper {
    let mut p = Paper::fapiao();
    p.put(200.0, 20.0, 20.0, "广东增值税电子普通发票");
    for (y, label, value) in [(12.0, "发票代码:", "044002600111"), (30.0, "发票号码:", "00012345")] {
        p.put(435.0, y, 9.0, label).put(480.0, y, 9.0, value);
    }
    p.put(435.0, 48.0, 9.0, "开票日期:").put(482.0, 49.0, 9.0, "2026 年03 月05 日");
    p.put(435.0, 65.0, 9.0, "校").put(448.0, 65.0, 9.0, "验").put(461.0, 65.0, 9.0, "码:");
    p.put(478.0, 65.0, 9.0, "12345")
        .put(502.0, 65.0, 9.0, "67890")
        .put(527.0, 65.0, 9.0, "12345")
        .put(551.0, 65.0, 9.0, "67890");
    p.put_down(29.0, 93.0, 9.0, 15.5, "购买方").put_down(351.0, 90.0, 9.0, 19.0, "密码区");
    p.put(381.0, 90.0, 9.0, "0696/79+6663/1*8*0462405794");
    party(&mut p, 87.0, "深圳市海燕示例零售有限公司", BUYER_ID);
    columns(&mut p);
    p.put(27.0, 161.0, 9.0, "*纸制品*示例包装纸箱")
        .put(27.0, 173.0, 9.0, "加厚1")
        .put(27.0, 185.0, 9.0, "20g");
    row(&mut p, 161.0, ["大号", "箱", "3", "100.00", "300.00", "13%", "39.00"]);
    p.put(27.0, 197.0, 9.0, "*纸制品*示例包装纸箱");
    row(&mut p, 197.0, ["", "", "", "", "-20.00", "13%", "-2.60"]);
    p.put(61.0, 257.0, 9.0, "合")
        .put(101.0, 257.0, 9.0, "计")
        .put_right(478.0, 261.0, 9.0, "¥280.00")
        .put_right(590.0, 261.0, 9.0, "¥36.40");
    p.put(61.0, 276.0, 9.0, "价税合计(大写)").put(180.0, 276.0, 9.0, "⊗").put(
        190.0,
        276.0,
        9.0,
        "叁佰壹拾陆圆肆角",
    );
    p.put(448.0, 276.0, 9.0, "(小写)").put(484.0, 277.0, 9.0, "¥316.40");
    p.put_down(29.0, 302.0, 9.0, 14.0, "销售方").put_down(351.0, 302.0, 9.0, 30.0, "备注");
    party(&mut p, 295.0, "广州纸鸢示例贸易有限公司", SELLER_ID);
    p.put(370.0, 294.0, 9.0, "订单号:100068");
    p.put(33.0, 356.0, 9.0, "收款人:").put(66.0, 356.0, 9.0, "甲").put(192.0, 356.0, 9.0, "复核:").put(
        314.0,
        356.0,
        9.0,
        "开票人:",
    );
    p
}

pub(crate) const BUYER_ID: &str = "91440300MA5HYR502U";
pub(crate) const SELLER_ID: &str = "91440101MA5KTE107F";

fn party(p: &mut Paper, y: f32, name: &str, id: &str) {
    p.put(48.0, y, 9.0, "名").put(93.0, y, 9.0, "称:").put(108.0, y - 0.5, 9.0, name);
    p.put(48.0, y + 15.0, 9.0, "纳税人识别号:").put(108.0, y + 15.0, 9.0, id);
    p.put(48.0, y + 30.0, 9.0, "地").put(62.0, y + 30.0, 9.0, "址、电").put(93.0, y + 30.0, 9.0, "话:").put(
        108.0,
        y + 30.0,
        8.0,
        "广州市示例路18号 020-00000018",
    );
    p.put(48.0, y + 43.0, 9.0, "开户行及账号:").put(108.0, y + 43.0, 8.0, "示例银行 4400000018000000018");
}

fn columns(p: &mut Paper) {
    p.put(44.0, 147.0, 9.0, "货物或应税劳务、服务名称")
        .put(180.0, 147.0, 9.0, "规格型号")
        .put(226.0, 147.0, 9.0, "单位");
    p.put(275.0, 148.0, 9.0, "数")
        .put(289.0, 148.0, 9.0, "量")
        .put(344.0, 148.0, 9.0, "单")
        .put(357.0, 148.0, 9.0, "价");
    p.put(423.0, 148.0, 9.0, "金")
        .put(441.0, 148.0, 9.0, "额")
        .put(483.0, 148.0, 9.0, "税率")
        .put(537.0, 148.0, 9.0, "税")
        .put(555.0, 148.0, 9.0, "额");
}

fn row(p: &mut Paper, y: f32, [spec, unit, quantity, price, amount, rate, tax]: [&str; 7]) {
    p.put(178.0, y, 9.0, spec)
        .put(230.0, y, 9.0, unit)
        .put_right(319.0, y, 9.0, quantity)
        .put_right(390.0, y, 9.0, price);
    p.put_right(478.0, y, 9.0, amount).put(486.0, y, 9.0, rate).put_right(590.0, y, 9.0, tax);
}

/// A digital invoice: buyer left, seller right, both above the table; twenty-digit number.
pub(crate) fn digital_layout() -> Paper {
    let mut p = Paper::fapiao();
    p.put(200.0, 20.0, 20.0, "电子发票（普通发票）");
    p.put(440.0, 30.0, 9.0, "发票号码：").put(488.0, 30.0, 9.0, "26442000000000000041");
    p.put(440.0, 46.0, 9.0, "开票日期：").put(488.0, 46.0, 9.0, "2026年03月05日");
    p.put_down(20.0, 80.0, 9.0, 10.0, "购买方信息").put_down(310.0, 80.0, 9.0, 10.0, "销售方信息");
    for (x, name, id) in
        [(34.0, "深圳市海燕示例零售有限公司", BUYER_ID), (324.0, "广州纸鸢示例贸易有限公司", SELLER_ID)]
    {
        p.put(x, 86.0, 9.0, "名称：").put(x + 28.0, 86.0, 9.0, name);
        p.put(x, 112.0, 9.0, "统一社会信用代码/纳税人识别号：").put(x + 145.0, 112.0, 9.0, id);
    }
    p.put(44.0, 147.0, 9.0, "项目名称")
        .put(150.0, 147.0, 9.0, "规格型号")
        .put(226.0, 147.0, 9.0, "单  位")
        .put(275.0, 147.0, 9.0, "数  量");
    p.put(344.0, 147.0, 9.0, "单  价")
        .put(423.0, 147.0, 9.0, "金  额")
        .put(470.0, 147.0, 9.0, "税率/征收率")
        .put(555.0, 147.0, 9.0, "税  额");
    p.put(27.0, 161.0, 9.0, "*信息技术服务*示例技术服务费")
        .put_right(319.0, 161.0, 9.0, "1")
        .put_right(390.0, 161.0, 9.0, "4197.17");
    p.put_right(455.0, 161.0, 9.0, "4197.17")
        .put(480.0, 161.0, 9.0, "6%")
        .put_right(590.0, 161.0, 9.0, "251.83");
    p.put(61.0, 240.0, 9.0, "合")
        .put(101.0, 240.0, 9.0, "计")
        .put_right(455.0, 240.0, 9.0, "¥4197.17")
        .put_right(590.0, 240.0, 9.0, "¥251.83");
    p.put(44.0, 260.0, 9.0, "价税合计（大写）").put(180.0, 260.0, 9.0, "ⓧ").put(
        190.0,
        260.0,
        9.0,
        "肆仟肆佰肆拾玖圆整",
    );
    p.put(430.0, 260.0, 9.0, "（小写）").put(470.0, 260.0, 9.0, "¥4449.00");
    p.put_down(20.0, 290.0, 9.0, 30.0, "备注");
    p.put(40.0, 380.0, 9.0, "开票人：").put(80.0, 380.0, 9.0, "甲");
    p
}

/// An invoice of a Hong Kong supplier.
pub(crate) fn hong_kong() -> Paper {
    let mut p = Paper::a4();
    p.put(40.0, 40.0, 18.0, "Foglamp Demo Paper Limited").put(40.0, 64.0, 14.0, "霧燈示範紙品有限公司");
    p.put(40.0, 84.0, 9.0, "5/F, 18 Demo Street, Kwun Tong, Kowloon  Tel: 2345 6789");
    p.put(430.0, 100.0, 20.0, "INVOICE");
    p.put(40.0, 130.0, 10.0, "Bill To:").put(40.0, 144.0, 10.0, "Petrel Demo Retail Limited").put(
        40.0,
        158.0,
        10.0,
        "55/F, Demo Plaza, Wan Chai",
    );
    for (y, label, value) in [
        (130.0, "Invoice No.:", "FL-2026-0118"),
        (144.0, "Invoice Date:", "05/03/2026"),
        (158.0, "Due Date:", "04/04/2026"),
        (172.0, "P.O. No.:", "PO-7781"),
        (186.0, "Currency:", "HKD"),
    ] {
        p.put(380.0, y, 10.0, label).put(460.0, y, 10.0, value);
    }
    p.put(40.0, 220.0, 10.0, "Description")
        .put(300.0, 220.0, 10.0, "Qty")
        .put(350.0, 220.0, 10.0, "Unit")
        .put(410.0, 220.0, 10.0, "Unit Price")
        .put(500.0, 220.0, 10.0, "Amount");
    for (y, name, qty, unit, price, amount) in [
        (240.0, "Kraft paper box, large", "100", "pcs", "12.50", "1,250.00"),
        (270.0, "Tissue paper 50x70cm", "20", "ream", "35.00", "700.00"),
    ] {
        p.put(40.0, y, 10.0, name)
            .put_right(320.0, y, 10.0, qty)
            .put(352.0, y, 10.0, unit)
            .put_right(460.0, y, 10.0, price)
            .put_right(540.0, y, 10.0, amount);
    }
    p.put(40.0, 253.0, 10.0, "with printed logo");
    for (y, label, value) in [
        (320.0, "Subtotal", "1,950.00"),
        (334.0, "Less: Discount", "(50.00)"),
        (348.0, "Delivery charge", "80.00"),
        (362.0, "TOTAL", "HK$1,980.00"),
    ] {
        p.put(400.0, y, 10.0, label).put_right(540.0, y, 10.0, value);
    }
    p.put(40.0, 420.0, 10.0, "Bank: Demo Bank (012)  A/C No.: 012-345-00001180")
        .put(40.0, 434.0, 10.0, "A/C Name: Foglamp Demo Paper Limited")
        .put(40.0, 448.0, 10.0, "FPS ID: 7035918")
        .put(40.0, 462.0, 10.0, "BR No.: 70000118");
    p
}
