use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::table;
use crate::text;

macro_rules! kinds {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// The kinds of tax invoice, by title, QR or code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        #[expect(missing_docs, reason = "the names are the documentation; the glossary has both languages")]
        pub enum FapiaoKind {
            $($variant),+
        }

        impl FapiaoKind {
            /// The name in data files and vectors, such as `digital_special`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The kind of this name.
            pub fn of_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

kinds! {
    DigitalSpecial = "digital_special",
    DigitalGeneral = "digital_general",
    SpecialElectronic = "special_electronic",
    SpecialPaper = "special_paper",
    GeneralElectronic = "general_electronic",
    GeneralPaper = "general_paper",
    GeneralRoll = "general_roll",
    TollElectronic = "toll_electronic",
    MotorVehicle = "motor_vehicle",
    UsedCar = "used_car",
    FreightSpecial = "freight_special",
    RailEticket = "rail_eticket",
    AirItinerary = "air_itinerary",
    Fixed = "fixed",
    Generic = "generic",
    Taxi = "taxi",
    TwEinvoiceProof = "tw_einvoice_proof",
    TwTriplicate = "tw_triplicate",
    TwDuplicate = "tw_duplicate",
    TwCashRegister = "tw_cash_register",
    Unknown = "unknown",
}

impl FapiaoKind {
    /// Whether such invoices carry a 20-digit number and no code.
    pub fn is_digital(self) -> bool {
        matches!(self, Self::DigitalSpecial | Self::DigitalGeneral | Self::RailEticket | Self::AirItinerary)
    }

    /// Whether the tax on such an invoice can be deducted by a mainland buyer.
    pub fn is_special(self) -> bool {
        matches!(
            self,
            Self::DigitalSpecial | Self::SpecialElectronic | Self::SpecialPaper | Self::FreightSpecial
        )
    }
}

impl fmt::Display for FapiaoKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Papers about invoices that are not invoices.
const NOT_INVOICES: [&str; 7] = ["信息表", "确认单", "申请", "领取", "查验", "导出", "样张"];

static TITLES: LazyLock<Vec<(Vec<&'static str>, FapiaoKind)>> = LazyLock::new(|| {
    let mut titles: Vec<_> = table::rows(include_str!("../../data/invoice_titles.csv"))
        .iter()
        .filter_map(|row| {
            Some((row.cells[0].split('+').collect::<Vec<_>>(), FapiaoKind::of_name(row.cells[1])?))
        })
        .collect();
    // The longer title first: 电子发票(普通发票) is no 普通发票.
    titles.sort_by_key(|(parts, _)| {
        std::cmp::Reverse(parts.iter().map(|part| part.chars().count()).sum::<usize>())
    });
    titles
});

/// The kind of invoice that a title names. Blanks, traditional forms and the usual misreadings of 票 are allowed for.
/// Statements, quotations, delivery notes and "claim your invoice" pages have none.
pub fn kind_of_title(title: &str) -> Option<FapiaoKind> {
    let title = fold_title(title);
    if NOT_INVOICES.iter().any(|word| title.contains(word)) {
        return None;
    }
    TITLES.iter().find(|(parts, _)| parts.iter().all(|part| title.contains(part))).map(|(_, kind)| *kind)
}

/// Solid, simplified, with what OCR does to the words of titles undone.
fn fold_title(title: &str) -> String {
    text::solid(title)
        .chars()
        .map(|c| match c {
            '電' => '电',
            '發' | '発' => '发',
            '栗' | '粟' | '漂' => '票',
            '稅' => '税',
            '増' => '增',
            '値' => '值',
            '專' => '专',
            '聯' => '联',
            '統' => '统',
            '動' => '动',
            '車' => '车',
            '銷' => '销',
            '鐵' => '铁',
            '運' => '运',
            '輸' => '输',
            '單' => '单',
            '費' => '费',
            '額' => '额',
            '機' => '机',
            '捲' => '卷',
            '證' => '证',
            '銀' => '银',
            '業' => '业',
            '貨' => '货',
            '務' => '务',
            '確' => '确',
            '認' => '认',
            '請' => '请',
            '領' => '领',
            '驗' => '验',
            '【' | '[' | '〔' => '(',
            '】' | ']' | '〕' => ')',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("电子发票（增值税专用发票）", FapiaoKind::DigitalSpecial)]
    #[case("電子發票（普通發票）", FapiaoKind::DigitalGeneral)]
    #[case("广东增值税专用发票", FapiaoKind::SpecialPaper)]
    #[case("增 值 税 普 通 发 票（卷票）", FapiaoKind::GeneralRoll)]
    #[case("增值税普通发栗", FapiaoKind::GeneralPaper)]
    #[case("机动车销售统一发票", FapiaoKind::MotorVehicle)]
    #[case("統一發票（三聯式）", FapiaoKind::TwTriplicate)]
    #[case("电子发票（航空运输电子客票行程单）", FapiaoKind::AirItinerary)]
    fn a_title_names_its_kind(#[case] title: &str, #[case] kind: FapiaoKind) {
        assert_eq!(kind_of_title(title), Some(kind));
    }

    #[rstest]
    #[case("送货单")]
    #[case("扫一扫，领取发票")]
    #[case("QUOTATION")]
    #[case("开具红字增值税专用发票信息表")]
    #[case("")]
    fn a_paper_that_is_no_invoice_has_no_kind(#[case] title: &str) {
        assert_eq!(kind_of_title(title), None);
    }

    #[test]
    fn every_title_of_the_table_names_a_kind() {
        assert_eq!(TITLES.len(), table::rows(include_str!("../../data/invoice_titles.csv")).len());
    }
}
