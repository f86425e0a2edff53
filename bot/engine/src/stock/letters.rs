//! What buyers and suppliers read.

use ::stock::order::{Proposal, PurchaseOrder, paper};
use notify::{Language, Letter, Mail};
use serde_json::Value;

use crate::failure::Failure;
use crate::host::stock::buyers;
use crate::house::House;

/// The two papers of an order, by the hashes under which they are kept.
pub(crate) struct Papers {
    pub(crate) supplier: String,
    pub(crate) buyer: String,
}

/// Prints both papers and keeps them.
pub(crate) async fn papers(
    house: &House,
    placed: &PurchaseOrder,
    proposal: &Proposal,
) -> Result<Papers, Failure> {
    let own = house.language.as_str();
    let theirs = placed.supplier.language.clone().unwrap_or_else(|| own.to_owned());
    let print = async |html: String| -> Result<String, Failure> {
        let pdf = house.printer.pdf(&html, placed.day).await.map_err(|why| Failure::application(&why))?;
        Ok(house.store.keep_report("purchase_order", pdf).await?)
    };
    let supplier = print(paper::html(placed, paper::Copy::Supplier, None, &theirs)).await?;
    let buyer = print(paper::html(placed, paper::Copy::Buyer, Some(proposal), own)).await?;
    Ok(Papers { supplier, buyer })
}

/// A letter to the buyers about what a step answered: a plan, a report on readiness, an incident, a stocktake, a file.
pub(crate) fn letter(house: &House, about: &Value) -> Mail {
    let (subject, body) = words(house.language, about);
    let body = format!("{body}\n\n{}/orders", house.base_url);
    Mail::letter(buyers(house), house.language, "stock", &Letter::new(&subject, &body))
}

fn words(language: Language, about: &Value) -> (String, String) {
    let text = |name: &str| about[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| about[name].as_u64().unwrap_or_default();
    let list = |name: &str| {
        let said = about[name].as_array().into_iter().flatten().filter_map(Value::as_str);
        said.flat_map(|line| ["\n\n", line]).collect::<String>()
    };
    let zh = language == Language::ZhHant;
    let day = text("day");
    if about.get("ready").is_some() {
        let failed = list("failed");
        return if zh {
            (
                format!("{day} 的數據未能用於補貨"),
                format!("今晚沒有補貨建議，請按人手訂貨表訂貨。每項問題列於附件。{failed}"),
            )
        } else {
            (
                format!("The data of {day} is not good enough to order by"),
                format!(
                    "There are no proposals tonight; order by the manual sheet. Every defect stands in the workbook.{failed}"
                ),
            )
        };
    }
    if about.get("fired").is_some() {
        let fired = list("fired");
        return if zh {
            (format!("補貨事故 {day}"), format!("觸發條件已生效，詳情及人手訂貨表載於附件。{fired}"))
        } else {
            (
                format!("Replenishment: an incident on {day}"),
                format!(
                    "A trigger has fired. What it means, what stays on its way and the manual sheet stand in the workbook.{fired}"
                ),
            )
        };
    }
    if about.get("missing").is_some() {
        let store = text("store");
        let says = text("says");
        return if zh {
            (format!("{store} 盤點 {day}"), format!("{says}\n\n詳情載於附件。"))
        } else {
            (format!("Stocktake of {store} on {day}"), format!("{says}\n\nThe workbook has every piece."))
        };
    }
    if about.get("kind").is_some() {
        let (rejected, accepted) = (number("rejected"), number("accepted"));
        let why = list("why");
        return if zh {
            (
                format!("庫存檔案：{rejected} 行未能採用"),
                format!("已採用 {accepted} 行，{rejected} 行有誤並已隔離，請在來源更正後重新放入檔案。{why}"),
            )
        } else {
            (
                format!("A file of the shops: {rejected} rows were refused"),
                format!(
                    "{accepted} rows were taken; {rejected} wait in quarantine. Put them right where they come from and drop the file again.{why}"
                ),
            )
        };
    }
    if about.get("orders").is_some() {
        let (orders, ordering, total) = (number("orders"), number("ordering"), text("total"));
        return if zh {
            (
                format!("{day} 補貨：{orders} 張建議待核准"),
                format!("{ordering} 行貨品，合共 {total}。請核准或修改。"),
            )
        } else {
            (
                format!("Replenishment for {day}: {orders} proposals to approve"),
                format!("{ordering} lines, {total} in all. Approve them, or change them first."),
            )
        };
    }
    let lines = number("lines");
    if zh {
        (format!("人手訂貨表 {day}"), format!("附件為 {lines} 行貨品的人手訂貨表。"))
    } else {
        (format!("Manual order sheet for {day}"), format!("{lines} lines, ready to print."))
    }
}

/// The buyers' own letter about an order that was approved.
pub(crate) fn order_letter(house: &House, placed: &PurchaseOrder, by_hand: bool) -> Mail {
    let (number, supplier) = (&placed.number, &placed.supplier.name);
    let (subject, body) = match (house.language, by_hand) {
        (Language::En, false) => (
            format!("{number} to {supplier}"),
            "The order was mailed to the supplier. Your copy shows why each line is ordered.".to_owned(),
        ),
        (Language::En, true) => (
            format!("{number} to {supplier}: send it yourself"),
            "No mail address of this supplier is known, so nothing was sent. Pass on the attached order; your copy shows why each line is ordered.".to_owned(),
        ),
        (Language::ZhHant, false) => {
            (format!("{number} {supplier}"), "訂單已電郵予供應商。附件副本載有每行的訂購原因。".to_owned())
        }
        (Language::ZhHant, true) => (
            format!("{number} {supplier}：請自行發送"),
            "沒有此供應商的電郵地址，訂單尚未發出，請自行轉交附件。副本載有每行的訂購原因。".to_owned(),
        ),
    };
    Mail::letter(buyers(house), house.language, "order", &Letter::new(&subject, &body))
}

/// What the supplier reads.
pub(crate) fn supplier_words(language: Language, placed: &PurchaseOrder) -> (String, String) {
    let (number, buyer, expected, lines) =
        (&placed.number, &placed.buyer, placed.expected, placed.lines.len());
    match language {
        Language::En => (
            format!("Purchase order {number} from {buyer}"),
            format!(
                "Please find attached our purchase order {number} with {lines} lines, for delivery by {expected}.\n\nPlease confirm, or tell us what you cannot deliver."
            ),
        ),
        Language::ZhHant => (
            format!("{buyer} 採購單 {number}"),
            format!(
                "附上採購單 {number}，共 {lines} 行，請於 {expected} 或之前送貨。\n\n請確認，或告知未能供應的貨品。"
            ),
        ),
    }
}
