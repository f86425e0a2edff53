//! The models by name, and which of them compete for which length of period.

use serde::{Deserialize, Serialize};

use super::demand::{Demand, Paths};
use super::{aggregate, ets, intermittent, seasonal, smoothing, theta};
use crate::sentence::Sentence;
use crate::series::Every;

/// A forecasting method. Half-lives and windows are in periods.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A level that fades with this half-life, times the factors of the period.
    Fading(f64),
    /// Simple exponential smoothing, its constant optimised.
    Ses,
    /// Teunter, Syntetos & Babai.
    Tsb,
    /// Croston as corrected by Syntetos & Boylan.
    Sba,
    /// Aggregate, smooth, disaggregate.
    Adida,
    /// The mean of ADIDA over several buckets.
    Imapa,
    /// The mean of this many periods, times the factors.
    Window(usize),
    /// The Theta method.
    Theta,
    /// Additive exponential smoothing in state-space form.
    Ets,
    /// The value of one season ago.
    SeasonalNaive,
    /// The same time last year at this year's level: neighbours smoothed over, periods that show the growth.
    LastYear(usize, usize),
    /// The same with the weeks around a festival of the moon taken from around the same festival.
    LastLunarYear(usize, usize),
    /// A fading level, turned as the group turned last year.
    YearTurn(f64),
    /// The median of ETS, Theta, the window and SBA.
    Median,
}

/// The members of the median ensemble.
const MEDIAN_OF: [Method; 4] = [Method::Ets, Method::Theta, Method::Window(28), Method::Sba];

impl Method {
    /// The methods that compete for periods of this length; those of the moon only when a festival of the moon is known.
    pub(crate) fn competing(every: Every, moon: bool) -> Vec<Self> {
        use Method::{
            Adida, Ets, Fading, Imapa, LastLunarYear, LastYear, Median, Sba, SeasonalNaive, Ses, Theta, Tsb,
            Window, YearTurn,
        };
        let mut methods = match every {
            Every::Day => vec![
                Fading(4.0),
                Fading(8.0),
                Fading(16.0),
                Fading(32.0),
                Fading(64.0),
                Fading(128.0),
                Ses,
                Tsb,
                Imapa,
                YearTurn(8.0),
                YearTurn(16.0),
                YearTurn(32.0),
                Ets,
                Theta,
                Window(28),
                Sba,
                Median,
            ],
            Every::Week => vec![
                Fading(2.0),
                Fading(4.0),
                Fading(8.0),
                Fading(16.0),
                Fading(32.0),
                Ses,
                Tsb,
                Imapa,
                Theta,
                Ets,
                Sba,
                SeasonalNaive,
                LastYear(0, 4),
                LastYear(0, 8),
                LastYear(1, 4),
                LastYear(1, 8),
                LastYear(1, 13),
                YearTurn(8.0),
            ],
            Every::Month => vec![
                Fading(1.5),
                Fading(3.0),
                Fading(6.0),
                Fading(12.0),
                Ses,
                Tsb,
                Adida,
                Imapa,
                Theta,
                Ets,
                Sba,
                SeasonalNaive,
                LastYear(0, 3),
                LastYear(0, 6),
                YearTurn(6.0),
            ],
        };
        if moon {
            methods.extend([LastLunarYear(0, 8), LastLunarYear(1, 8), LastLunarYear(1, 13)]);
        }
        methods
    }

    /// The methods whose forecasts this one is made of.
    pub(crate) fn members(self) -> &'static [Self] {
        if self == Self::Median { &MEDIAN_OF } else { &[] }
    }

    /// Whether the method needs a year of history and what it compares.
    pub(crate) fn looks_back_a_year(self, every: Every) -> bool {
        match self {
            Self::LastYear(..) | Self::LastLunarYear(..) | Self::YearTurn(_) => true,
            Self::SeasonalNaive => every != Every::Day,
            _ => false,
        }
    }

    /// Forecasts of one series from several origins. A row of NaN says that the method cannot do it.
    pub(crate) fn forecast(self, demand: &Demand<'_>, paths: &mut Paths<'_>) {
        match self {
            Self::Fading(half_life) => smoothing::fading(demand, half_life, paths),
            Self::Ses => smoothing::optimised(demand, paths),
            Self::Tsb => intermittent::tsb(demand, paths),
            Self::Sba => intermittent::sba(demand, 0.1, paths),
            Self::Adida => aggregate::aggregated(demand, false, paths),
            Self::Imapa => aggregate::aggregated(demand, true, paths),
            Self::Window(periods) => smoothing::window_average(demand, periods, paths),
            Self::Theta => theta::theta(demand, paths),
            Self::Ets => ets::ets(demand, paths),
            Self::SeasonalNaive => seasonal::naive(demand, paths),
            Self::LastYear(reach, window) => seasonal::last_year(demand, reach, window, false, paths),
            Self::LastLunarYear(reach, window) => seasonal::last_year(demand, reach, window, true, paths),
            Self::YearTurn(half_life) => seasonal::turn_of_the_year(demand, half_life, paths),
            // Made of its members by `evidence`.
            Self::Median => paths.rows.fill(f64::NAN),
        }
    }

    /// What the method is called, for people.
    pub fn name(self) -> Sentence {
        match self {
            Self::Fading(periods) => Sentence::new(
                format!("smoothed level (half-life {periods})"),
                format!("平滑水平（半衰期 {periods}）"),
            ),
            Self::Ses => Sentence::new("simple exponential smoothing", "簡單指數平滑"),
            Self::Tsb => Sentence::new("TSB", "TSB 間歇需求法"),
            Self::Sba => Sentence::new("Croston SBA", "Croston SBA 間歇需求法"),
            Self::Adida => Sentence::new("ADIDA", "ADIDA 聚合法"),
            Self::Imapa => Sentence::new("IMAPA", "IMAPA 聚合法"),
            Self::Window(periods) => {
                Sentence::new(format!("average of {periods} periods"), format!("最近 {periods} 期平均"))
            }
            Self::Theta => Sentence::new("Theta", "Theta 法"),
            Self::Ets => Sentence::new("ETS", "ETS 指數平滑"),
            Self::SeasonalNaive => Sentence::new("one season ago", "上一季同期"),
            Self::LastYear(..) => Sentence::new("last year at this year's level", "去年同期（按今年水平）"),
            Self::LastLunarYear(..) => {
                Sentence::new("last lunar year at this year's level", "去年農曆同期（按今年水平）")
            }
            Self::YearTurn(_) => Sentence::new("level with the turn of the year", "水平配合年度走勢"),
            Self::Median => Sentence::new("median ensemble", "中位數組合"),
        }
    }
}
