//! What does not add up, in plain words.

use super::{SumFinding, SumRule};

impl SumFinding {
    /// English.
    pub fn en(&self) -> String {
        let (right, printed) = (self.expected, self.found);
        let line = self.line.map(|line| format!("Line {}: ", line + 1)).unwrap_or_default();
        match self.rule {
            SumRule::QuantityPrice => {
                format!("{line}quantity times price is {right}, but the amount printed is {printed}.")
            }
            SumRule::LineTax => {
                format!("{line}the tax on this amount at this rate is {right}, but {printed} is printed.")
            }
            SumRule::AccumulatedTax => format!(
                "The taxes of the lines differ from their rates by {printed} in all; more than 1.27 is not allowed."
            ),
            SumRule::ExemptTax => format!("{line}it is not taxed, but shows a tax of {printed}."),
            SumRule::LinesAmount => {
                format!("The amounts of the lines come to {right}, but the sum printed is {printed}.")
            }
            SumRule::LinesTax => {
                format!("The taxes of the lines come to {right}, but the sum printed is {printed}.")
            }
            SumRule::Total => {
                format!("Net amount and tax come to {right}, but the total printed is {printed}.")
            }
            SumRule::Words => format!("The total is {right} in words, but {printed} in figures."),
            SumRule::MarginTax => {
                format!("By the margin scheme the tax is {right}, but {printed} is printed.")
            }
            SumRule::MaskedRate => {
                format!("The rate is hidden (***), so that the tax of {printed} cannot be checked.")
            }
            SumRule::DiscountRate => {
                format!("{line}the discount of {printed} has another rate than the line above it.")
            }
        }
    }

    /// 繁體中文.
    pub fn zh_hant(&self) -> String {
        let (right, printed) = (self.expected, self.found);
        let line = self.line.map(|line| format!("第 {} 行：", line + 1)).unwrap_or_default();
        match self.rule {
            SumRule::QuantityPrice => format!("{line}數量乘單價為 {right}，但所印金額為 {printed}。"),
            SumRule::LineTax => format!("{line}按此稅率稅額應為 {right}，但所印為 {printed}。"),
            SumRule::AccumulatedTax => {
                format!("各行稅額與稅率的誤差合計 {printed}，超過容許的 1.27。")
            }
            SumRule::ExemptTax => format!("{line}免稅或不徵稅，卻印有稅額 {printed}。"),
            SumRule::LinesAmount => format!("各行金額合計為 {right}，但所印合計為 {printed}。"),
            SumRule::LinesTax => format!("各行稅額合計為 {right}，但所印合計為 {printed}。"),
            SumRule::Total => format!("金額加稅額為 {right}，但所印價稅合計為 {printed}。"),
            SumRule::Words => format!("大寫總額為 {right}，但小寫為 {printed}。"),
            SumRule::MarginTax => format!("按差額徵稅稅額應為 {right}，但所印為 {printed}。"),
            SumRule::MaskedRate => format!("稅率以 *** 隱藏，無法核算稅額 {printed}。"),
            SumRule::DiscountRate => format!("{line}折扣 {printed} 的稅率與上一行不同。"),
        }
    }
}
