//! The one place where exact counts and the floats of statistics meet.
//!
//! Whatever is ordered, packed or counted is an `i64` of base units. Statistics need `f64`; a float comes back as a count
//! only here, rounded on purpose and never out of range.

/// The largest count that an `f64` holds exactly, 2⁵³.
pub const LARGEST: i64 = 1 << 53;

/// A count as a float. Exact up to [`LARGEST`], which no shop reaches.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53; counts of goods stay below")]
pub fn as_float(count: i64) -> f64 {
    count as f64
}

/// A number of things in memory as a float.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53; memory ends before")]
pub fn len_as_float(len: usize) -> f64 {
    len as f64
}

/// The next whole count at or above `value`, kept inside ±[`LARGEST`]; NaN is 0.
pub fn ceil(value: f64) -> i64 {
    whole(value.ceil())
}

/// The next whole count at or below `value`, kept inside ±[`LARGEST`]; NaN is 0.
pub fn floor(value: f64) -> i64 {
    whole(value.floor())
}

/// The nearest whole count, halves away from zero, kept inside ±[`LARGEST`]; NaN is 0.
pub fn nearest(value: f64) -> i64 {
    whole(value.round())
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to ±2^53 and already whole")]
fn whole(value: f64) -> i64 {
    if value.is_nan() { 0 } else { value.clamp(-as_float(LARGEST), as_float(LARGEST)) as i64 }
}

/// A count as an index: negative is 0.
pub fn index(count: i64) -> usize {
    usize::try_from(count.max(0)).unwrap_or(usize::MAX)
}

/// A number of things in memory as a count.
pub fn of(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_come_back_rounded_and_never_out_of_range() {
        assert_eq!(ceil(2.000_1), 3);
        assert_eq!(floor(-2.5), -3);
        assert_eq!(nearest(2.5), 3);
        assert_eq!(ceil(f64::INFINITY), LARGEST);
        assert_eq!(floor(f64::NEG_INFINITY), -LARGEST);
        assert_eq!(nearest(f64::NAN), 0);
        assert_eq!(index(-4), 0);
    }
}
