//! T4: demand, lead times or the business figure drift.

use crate::guard::record::DriftWeek;
use crate::guard::sequence::proves_harm;
use crate::guard::verdict::{Finding, Form, Reach, Trigger, Verdict, percent};

/// PSI above which a distribution has moved.
pub const PSI_LIMIT: f64 = 0.2;
/// Fall of the business figure.
pub const KPI_FALL: f64 = 0.10;
/// Literal: change of mean demand, either way.
pub const MEAN_LIMIT: f64 = 0.20;

/// When and how surely the business figure must be worse.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HarmTest {
    /// Error over all looks together.
    pub alpha: f64,
    /// 1 / SE² expected at the end of the pilot, where the test is sharpest.
    pub best_at: f64,
}

impl Default for HarmTest {
    fn default() -> Self {
        Self { alpha: 0.05, best_at: 1_000.0 }
    }
}

/// T4 for the last of `weeks`.
///
/// Literal: mean demand moved by more than 20 %, or the business figure fell by 10 % against its own past. Default: PSI of
/// demand or lead times above 0.2; or the business figure of AUTO is 10 % or more below that of MANUAL and a test that may be
/// looked at every week says that this is harm.
pub fn t4(form: Form, weeks: &[DriftWeek], test: HarmTest) -> Option<Verdict> {
    let last = weeks.last()?;
    let (moved, limit, fell) = match form {
        Form::Literal => (last.mean_change.abs(), MEAN_LIMIT, last.kpi_change <= -KPI_FALL),
        Form::Default => {
            let harm = proves_harm(last.kpi_effect, last.kpi_error, test.best_at, test.alpha);
            (last.demand_psi.max(last.lead_psi), PSI_LIMIT, last.kpi_effect <= -KPI_FALL && harm)
        }
    };
    let kpi = match form {
        Form::Literal => last.kpi_change,
        Form::Default => last.kpi_effect,
    };
    let (en, zh) = match form {
        Form::Literal => (
            format!(
                "mean demand moved by {} (limit {}), the business figure by {}",
                percent(moved),
                percent(limit),
                percent(kpi)
            ),
            format!(
                "平均需求變動 {}（限度 {}），業務指標變動 {}",
                percent(moved),
                percent(limit),
                percent(kpi)
            ),
        ),
        Form::Default => (
            format!(
                "PSI {moved:.2} (limit {limit}), the business figure {} against the manual arm",
                percent(kpi)
            ),
            format!("PSI 為 {moved:.2}（限度 {limit}），業務指標與人手組相差 {}", percent(kpi)),
        ),
    };
    let finding = Finding {
        trigger: Trigger::T4,
        form,
        week: last.week,
        figure: moved,
        limit,
        subjects: vec![],
        reach: Reach::All,
        en,
        zh,
    };
    Some(finding.fires(moved > limit || fell))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use crate::guard::accuracy::tests::monday;

    fn week() -> DriftWeek {
        DriftWeek {
            week: monday(1),
            demand_psi: 0.05,
            lead_psi: 0.02,
            mean_change: 0.05,
            kpi_change: 0.0,
            kpi_effect: 0.0,
            kpi_error: 0.02,
        }
    }

    fn fires(form: Form, week: DriftWeek) -> bool {
        t4(form, &[week], HarmTest::default()).unwrap().fired
    }

    #[test]
    fn each_sign_fires_its_form() {
        assert!(!fires(Form::Literal, week()) && !fires(Form::Default, week()));
        assert!(fires(Form::Default, DriftWeek { demand_psi: 0.21, ..week() }));
        assert!(fires(Form::Default, DriftWeek { lead_psi: 0.21, ..week() }));
        assert!(fires(Form::Literal, DriftWeek { mean_change: -0.25, ..week() }));
        assert!(fires(Form::Literal, DriftWeek { kpi_change: -0.10, ..week() }));
    }

    #[test]
    fn a_bad_figure_that_may_be_chance_does_not_fire_the_default() {
        assert!(fires(Form::Default, DriftWeek { kpi_effect: -0.12, ..week() }));
        assert!(!fires(Form::Default, DriftWeek { kpi_effect: -0.12, kpi_error: 0.08, ..week() }));
        assert!(!fires(Form::Default, DriftWeek { kpi_effect: -0.08, kpi_error: 0.01, ..week() }));
    }
}
