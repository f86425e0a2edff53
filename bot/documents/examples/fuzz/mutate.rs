//! Spoils good files: bits, blocks, lengths, numbers, words of the format, and parts of other files.

use proptest::prelude::RngExt;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::dictionary;
use crate::inside;
use crate::target::Target;

/// No case is larger: what hurts by its mere size is refused at the door.
const LARGEST: usize = 4 << 20;

/// Dice that fall the same way for the same target, seed and number.
pub(crate) struct Dice(TestRng);

impl Dice {
    pub(crate) fn new(target: Target, seed: u64, number: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&number.to_le_bytes());
        let name = target.name().as_bytes();
        bytes[16..16 + name.len()].copy_from_slice(name);
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    /// Below a number; 0 below 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.0.random_range(0..end) }
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.0.random()
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// A piece of something this long: short ones mostly.
    fn piece(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length);
        let most = if self.one_in(4) { length - start } else { (length - start).min(32) };
        start..(start + 1 + self.below(most)).min(length)
    }
}

/// The case of a number: a good file, spoilt one to five times.
pub(crate) fn case(target: Target, seed: u64, number: u64, good: &[Vec<u8>]) -> Vec<u8> {
    let mut dice = Dice::new(target, seed, number);
    let mut file = dice.pick(good).cloned().unwrap_or_default();
    for _ in 0..=dice.below(5) {
        // Half of the time inside what is packed: else a reader never gets past the container.
        let inner = if dice.one_in(2) { inside::spoil(&mut dice, target, &file) } else { None };
        file = inner.unwrap_or_else(|| {
            let other = dice.pick(good).cloned().unwrap_or_default();
            bytes(&mut dice, dictionary::of(target), file, &other)
        });
    }
    file.truncate(LARGEST);
    file
}

/// Spoils bytes once.
pub(crate) fn bytes(dice: &mut Dice, words: &[&[u8]], mut file: Vec<u8>, other: &[u8]) -> Vec<u8> {
    if file.is_empty() {
        return dice.pick(words).map(|word| word.to_vec()).unwrap_or_default();
    }
    let at = dice.below(file.len());
    match dice.below(13) {
        0 => file[at] ^= 1 << dice.below(8),
        1 => file[at] = dice.byte(),
        2 => file.truncate(at),
        3 => {
            let piece = dice.piece(file.len());
            file.drain(piece);
        }
        4 => repeat(dice, &mut file),
        5 => number_in_bytes(dice, &mut file, at),
        6 | 7 => number_in_digits(dice, &mut file, at),
        8 | 9 => {
            let word = dice.pick(words).map(|word| word.to_vec()).unwrap_or_default();
            let over = if dice.one_in(2) { word.len().min(file.len() - at) } else { 0 };
            file.splice(at..at + over, word);
        }
        10 => {
            let piece = dice.piece(other.len()).clone();
            file.splice(at..at, other.get(piece).unwrap_or_default().to_vec());
        }
        11 => {
            // Heads of one, tail of the other.
            file.truncate(at);
            file.extend(&other[dice.below(other.len()).min(other.len())..]);
        }
        _ => {
            let piece = dice.piece(file.len());
            let copy = file[piece].to_vec();
            let end = (at + copy.len()).min(file.len());
            file.splice(at..end, copy);
        }
    }
    file
}

/// A block again and again: nesting, long lists.
fn repeat(dice: &mut Dice, file: &mut Vec<u8>) {
    let piece = dice.piece(file.len());
    let most = (LARGEST.saturating_sub(file.len()) / piece.len().max(1)).max(1);
    let times = match dice.below(4) {
        0 => most.min(100_000),
        1 => most.min(2_000),
        _ => most.min(20),
    };
    let block = file[piece.clone()].repeat(1 + dice.below(times));
    file.splice(piece.end..piece.end, block);
}

/// Lengths and counts as formats store them: nothing, one, the largest, just over a border.
fn number_in_bytes(dice: &mut Dice, file: &mut [u8], at: usize) {
    const NUMBERS: [u64; 14] = [
        0,
        1,
        2,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x00FF_FFFF,
        0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFFF,
        u64::MAX,
    ];
    let number = dice.pick(&NUMBERS).copied().unwrap_or_default();
    let width = [1, 2, 4, 8][dice.below(4)].min(file.len() - at);
    let digits = if dice.one_in(2) { number.to_le_bytes() } else { number.to_be_bytes() };
    let from = if digits[0] == 0 { 8 - width } else { 0 };
    file[at..at + width].copy_from_slice(&digits[from..from + width]);
}

/// The next number in digits becomes another.
fn number_in_digits(dice: &mut Dice, file: &mut Vec<u8>, at: usize) {
    const NUMBERS: [&str; 20] = [
        "0",
        "1",
        "-1",
        "2",
        "7",
        "65535",
        "65536",
        "99999",
        "2147483647",
        "-2147483648",
        "4294967295",
        "9223372036854775807",
        "99999999999999999999999999",
        "1e308",
        "-1e308",
        "0.0000001",
        "NaN",
        "1e9",
        "100000",
        "1000000",
    ];
    let Some(start) = file[at..].iter().position(u8::is_ascii_digit).map(|n| at + n) else { return };
    let length = file[start..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let number = dice.pick(&NUMBERS).copied().unwrap_or_default();
    file.splice(start..start + length, number.bytes());
}
