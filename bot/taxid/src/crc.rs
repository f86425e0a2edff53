//! The three 16-bit check sums that printed QR codes carry.

/// CRC-16/UMTS: polynomial 0x8005, not reflected, from 0. Fapiao.
pub(crate) fn umts(data: &[u8]) -> u16 {
    forward(data, 0x8005, 0)
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, not reflected, from 0xFFFF. EMV QR codes, so FPS.
pub(crate) fn ccitt_false(data: &[u8]) -> u16 {
    forward(data, 0x1021, 0xFFFF)
}

/// CRC-16/MODBUS: polynomial 0x8005 reflected, from 0xFFFF. Rail tickets.
pub(crate) fn modbus(data: &[u8]) -> u16 {
    data.iter().fold(0xFFFF, |mut crc, byte| {
        crc ^= u16::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 };
        }
        crc
    })
}

fn forward(data: &[u8], polynomial: u16, start: u16) -> u16 {
    data.iter().fold(start, |mut crc, byte| {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ polynomial };
        }
        crc
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_check_values_hold() {
        assert_eq!(umts(b"123456789"), 0xFEE8);
        assert_eq!(ccitt_false(b"123456789"), 0x29B1);
        assert_eq!(modbus(b"123456789"), 0x4B37);
    }
}
