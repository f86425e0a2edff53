//! Draws that depend on a seed and a place, not on an order: two policies see the same luck on the same day.

/// A mixed number for a seed and a place; equal input, equal number (the finaliser of `SplitMix64`, Steele et al. 2014).
pub(crate) fn draw(seed: u64, place: &[u64]) -> u64 {
    place.iter().fold(mix(seed), |state, &part| mix(state ^ mix(part.wrapping_add(0x9e37_79b9_7f4a_7c15))))
}

/// A place in a text: FNV-1a, stable across machines and versions.
pub(crate) fn place(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
