//! Writes the forecast file: one line an item, store and period.

use std::io::Write;

use crate::forecast::{Forecast, LEVELS};
use crate::series::Panel;

/// The columns of the forecast file, in order.
pub const COLUMNS: [&str; 11] =
    ["item_id", "store_id", "date", "mean", "q05", "q10", "q25", "q50", "q75", "q90", "q95"];

/// Writes the head.
///
/// # Errors
/// When the writer fails.
pub fn write_header(out: &mut csv::Writer<impl Write>) -> Result<(), csv::Error> {
    out.write_record(COLUMNS)
}

/// Writes the lines of one forecast: means to four decimals, quantiles to four when they are no whole numbers.
///
/// # Errors
/// When the writer fails.
pub fn write_rows(
    out: &mut csv::Writer<impl Write>,
    panel: &Panel,
    forecast: &Forecast,
) -> Result<(), csv::Error> {
    let series = &panel.series[forecast.series];
    let (item, store) = (panel.item(series), panel.store(series));
    for (ahead, mean) in forecast.mean.iter().enumerate() {
        let date = panel.every.after(panel.next(), ahead).format("%Y-%m-%d").to_string();
        out.write_field(item)?;
        out.write_field(store)?;
        out.write_field(&date)?;
        out.write_field(figure(*mean))?;
        for level in 0..LEVELS.len() {
            out.write_field(figure(forecast.quantiles[ahead][level]))?;
        }
        out.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

/// A figure without zeros at its end.
fn figure(value: f64) -> String {
    let text = format!("{value:.4}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short.is_empty() || short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forecast_file_has_a_line_for_every_period() {
        use crate::calendar::Calendar;
        use crate::forecast::{Forecaster, Options};

        let rows: Vec<String> =
            (1..=30).map(|day| format!("TEA,\"Mong Kok, 1\",2026-04-{day:02},2")).collect();
        let file = format!("item_id,store_id,date,value\n{}\n", rows.join("\n"));
        let panel = crate::sales::read(file.as_bytes(), None).expect("a good file");
        let forecaster = Forecaster::learn(&panel, &Calendar::default(), &Options::new(2));
        let mut out = csv::Writer::from_writer(vec![]);
        write_header(&mut out).expect("memory takes it");
        forecaster.each(|forecast| write_rows(&mut out, &panel, &forecast)).expect("memory takes it");
        let text = String::from_utf8(out.into_inner().expect("it is flushed")).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "item_id,store_id,date,mean,q05,q10,q25,q50,q75,q90,q95");
        assert!(
            lines[1].starts_with("TEA,\"Mong Kok, 1\",2026-05-01,2") && lines[2].contains(",2026-05-02,")
        );
        assert_eq!((lines.len(), lines[1].matches(',').count()), (3, 11));
    }

    #[test]
    fn figures_carry_no_zeros_at_their_end() {
        assert_eq!([0.0, -0.0, 2.5, 12.0, 0.33333].map(figure), ["0", "0", "2.5", "12", "0.3333"]);
    }
}
