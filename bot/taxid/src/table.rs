//! The tables that change live in `data/*.csv` with `valid_from` and `valid_to`; this reads them.
//!
//! The files are part of the program: a broken one is a broken build, which the tests of this file find.

use chrono::NaiveDate;

/// One row: the cells before the two dates, and the period in which the row holds.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) cells: Vec<&'static str>,
    pub(crate) from: NaiveDate,
    pub(crate) to: Option<NaiveDate>,
}

impl Row {
    /// Whether the row holds on this day.
    pub(crate) fn holds_on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// The rows of a table, without comments and the header line. Rows that cannot be read are left out.
pub(crate) fn rows(csv: &'static str) -> Vec<Row> {
    csv.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .skip(1)
        .filter_map(row)
        .collect()
}

fn row(line: &'static str) -> Option<Row> {
    let mut cells: Vec<&str> = line.split(',').map(str::trim).collect();
    let to = cells.pop()?;
    let from = cells.pop()?.parse().ok()?;
    let to = if to.is_empty() { None } else { Some(to.parse().ok()?) };
    Some(Row { cells, from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_every_table_can_be_read() {
        let tables = [
            include_str!("../data/cn_regions.csv"),
            include_str!("../data/cn_vat_rates.csv"),
            include_str!("../data/cn_uscc_pairs.csv"),
            include_str!("../data/cn_qr_kinds.csv"),
            include_str!("../data/invoice_titles.csv"),
            include_str!("../data/hk_banks.csv"),
            include_str!("../data/iban.csv"),
            include_str!("../data/countries.csv"),
        ];
        for table in tables {
            let lines = table.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()).count() - 1;
            let read = rows(table);
            assert_eq!(read.len(), lines);
            assert!(read.windows(2).all(|pair| pair[0].cells.len() == pair[1].cells.len()));
            assert!(read.iter().all(|row| row.to.is_none_or(|to| row.from <= to)));
        }
    }
}
