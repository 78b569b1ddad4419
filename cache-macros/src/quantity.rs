//! Text such as "1.5 days" or "64MiB": numbers with units, added up.
//!
//! Read here rather than by a crate: none reads decimals of every unit, long names and clock time together.

/// A unit's names and its size in the smallest unit.
type Unit = (&'static [&'static str], u128);

const NANOSECONDS: &[Unit] = &[
    (&["ns", "nsec", "nsecs", "nano", "nanos", "nanosecond", "nanoseconds"], 1),
    (&["us", "µs", "μs", "usec", "usecs", "micro", "micros", "microsecond", "microseconds"], 1_000),
    (&["ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"], 1_000_000),
    (&["s", "sec", "secs", "second", "seconds"], SECOND),
    (&["m", "min", "mins", "minute", "minutes"], 60 * SECOND),
    (&["h", "hr", "hrs", "hour", "hours"], 3_600 * SECOND),
    (&["d", "day", "days"], 86_400 * SECOND),
    (&["w", "week", "weeks"], 604_800 * SECOND),
];

const BYTES: &[Unit] = &[
    (&["B", "byte", "bytes"], 1),
    (&["kB", "KB"], 1_000),
    (&["MB"], 1_000_000),
    (&["GB"], 1_000_000_000),
    (&["TB"], 1_000_000_000_000),
    (&["KiB"], 1 << 10),
    (&["MiB"], 1 << 20),
    (&["GiB"], 1 << 30),
    (&["TiB"], 1 << 40),
];

const SECOND: u128 = 1_000_000_000;

/// The nanoseconds of a lifetime.
pub(crate) fn lifetime(text: &str) -> Result<u64, String> {
    const FORM: &str = "a lifetime looks like \"90s\", \"1h30m\", \"1.5 days\" or \"01:30:00\"; \
                        units are ns, us, ms, s, m, h, d and w";
    let nanoseconds = clock_time(text).unwrap_or_else(|| sum(text, NANOSECONDS));
    let nanoseconds = nanoseconds.map_err(|what| format!("{what}: {FORM}"))?;
    match u64::try_from(nanoseconds) {
        Ok(0) => Err(ZERO_LIFETIME.into()),
        Ok(nanoseconds) => Ok(nanoseconds),
        Err(_) => Err("a lifetime of more than 584 years is none: leave the option out".into()),
    }
}

pub(crate) const ZERO_LIFETIME: &str = "a lifetime of zero would keep nothing: remove the attribute or the option";
pub(crate) const ZERO_BOUND: &str = "a bound of zero would keep nothing: remove the attribute or the option";

/// The bytes of a bound.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    match u64::try_from(size(text)?) {
        Ok(0) => Err(ZERO_BOUND.into()),
        Ok(bytes) => Ok(bytes),
        Err(_) => Err("a bound of more than 16 EiB is none: leave the option out".into()),
    }
}

/// The bytes of any size.
pub(crate) fn size(text: &str) -> Result<u128, String> {
    const FORM: &str = "a size looks like \"64MiB\" or \"1.5 GB\"; units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB";
    sum(text, BYTES).map_err(|what| format!("{what}: {FORM}"))
}

/// `HH:MM:SS`, with decimals at the end; `None` if the text is not of that form.
fn clock_time(text: &str) -> Option<Result<u128, String>> {
    let [hours, minutes, seconds] = text.trim().split(':').collect::<Vec<_>>().try_into().ok()?;
    let part = |number: &str, below: u128, unit: u128| -> Result<u128, String> {
        let (value, rest) = number_of(number, unit).ok_or_else(|| format!("`{number}` is no number"))?;
        match rest {
            "" if value < below.saturating_mul(unit) => Ok(value),
            "" => Err(format!("`{number}` is past {}", below - 1)),
            rest => Err(format!("`{rest}` does not belong into a clock time")),
        }
    };
    let add = || {
        Ok(part(hours, u128::from(u64::MAX), 3_600 * SECOND)?
            + part(minutes, 60, 60 * SECOND)?
            + part(seconds, 60, SECOND)?)
    };
    Some(add())
}

fn sum(text: &str, units: &[Unit]) -> Result<u128, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("the text is empty".into());
    }
    let mut total = 0_u128;
    while !rest.is_empty() {
        // The unit has to be known before the number: its decimals are parts of it.
        let after_number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_')).trim_start();
        let unit_end = after_number.find(|c: char| !c.is_alphabetic()).unwrap_or(after_number.len());
        let (unit_name, after_unit) = after_number.split_at(unit_end);
        if rest.starts_with('-') {
            return Err(format!("`{}` is negative", rest.trim_end()));
        }
        if !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return Err(format!("expected a number before `{rest}`"));
        }
        if unit_name.is_empty() {
            return Err(format!("`{}` has no unit", rest.trim_end()));
        }
        let unit = units.iter().find(|(names, _)| names.contains(&unit_name)).map(|(_, size)| *size);
        let unit = unit.ok_or_else(|| format!("`{unit_name}` is no unit"))?;
        let (value, _) = number_of(rest, unit).ok_or_else(|| format!("`{rest}` does not begin with a number"))?;
        total = total.saturating_add(value);
        rest = after_unit.trim_start().trim_start_matches(',').trim_start();
    }
    Ok(total)
}

/// The number at the beginning of the text, times the unit, and what follows it.
fn number_of(text: &str, unit: u128) -> Option<(u128, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_'))).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let number = number.replace('_', "");
    let (whole, decimals) = number.split_once('.').unwrap_or((&number, ""));
    if whole.is_empty() && decimals.is_empty() {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    // Twelve decimals are a thousandth of a nanosecond in a second; what follows cannot be told apart.
    let decimals: String = decimals.chars().take(12).collect();
    let scale = 10_u128.pow(u32::try_from(decimals.len()).ok()?);
    let parts: u128 = if decimals.is_empty() { 0 } else { decimals.parse().ok()? };
    Some((whole.saturating_mul(unit).saturating_add(parts * unit / scale), rest))
}

/// A literal such as `1.5e3` written out. Farther than to any size that is a lifetime the point does not move.
pub(crate) fn without_exponent(number: &str) -> String {
    const FAR: i32 = 25;
    let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else { return number.into() };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // An exponent that does not fit is far.
    let exponent = exponent.parse().unwrap_or(if exponent.starts_with('-') { -FAR } else { FAR }).clamp(-FAR, FAR);
    let moved = exponent.unsigned_abs() as usize;
    if exponent < 0 {
        let digits = format!("{}{whole}", "0".repeat(moved));
        let (whole, moved) = digits.split_at(digits.len() - moved);
        format!("{whole}.{moved}{decimals}")
    } else {
        let digits = format!("{decimals}{}", "0".repeat(moved));
        let (moved, decimals) = digits.split_at(moved);
        format!("{whole}{moved}.{decimals}")
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes, lifetime, without_exponent};

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn every_form_of_a_lifetime_is_read() {
        for (text, seconds) in [
            ("90s", 90),
            ("1h30m", 5_400),
            ("1.5 days", 129_600),
            ("1 day 2 hours", 93_600),
            ("1 day, 2 hours", 93_600),
            ("1d", 86_400),
            ("1h23s", 3_623),
            ("1 day 23hr 45minutes", 171_900),
            ("2w", 1_209_600),
            ("01:30:00", 5_400),
            ("0:00:05", 5),
            ("36:00:00", 129_600),
            (" 1 minute ", 60),
            ("1_000 secs", 1_000),
            (".5m", 30),
        ] {
            assert_eq!(lifetime(text), Ok(seconds * SECOND), "{text}");
        }
        for (text, nanoseconds) in
            [("1ns", 1), ("2us", 2_000), ("3µs", 3_000), ("4.5ms", 4_500_000), ("0:0:0.25", SECOND / 4)]
        {
            assert_eq!(lifetime(text), Ok(nanoseconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_lifetime_is_refused_by_name() {
        for (text, complaint) in [
            ("", "the text is empty"),
            ("90", "`90` has no unit"),
            ("h", "expected a number before `h`"),
            ("-1s", "`-1s` is negative"),
            ("1 fortnight", "`fortnight` is no unit"),
            ("1h x", "expected a number before `x`"),
            ("1.2.3s", "does not begin with a number"),
            ("1:75:00", "`75` is past 59"),
            ("0s", "lifetime of zero"),
            ("00:00:00", "lifetime of zero"),
            ("9999999999w", "more than 584 years"),
        ] {
            let error = lifetime(text).expect_err(text);
            assert!(error.contains(complaint), "{text}: {error}");
        }
    }

    #[test]
    fn exponents_are_written_out() {
        for (number, seconds) in
            [("1e3", 1_000.0), ("1.5E2", 150.0), ("25e-2", 0.25), ("1.25e+1", 12.5), ("1.5", 1.5), ("100.5e-1", 10.05)]
        {
            let written_out = without_exponent(number);
            assert_eq!(written_out.parse(), Ok(seconds), "{number}: {written_out}");
        }
        let lifetime = |number| lifetime(&format!("{}s", without_exponent(number)));
        assert_eq!(lifetime("1e3"), Ok(1_000 * SECOND));
        assert_eq!(lifetime("1e-9"), Ok(1));
        for (number, complaint) in [("1e99", "584 years"), ("1e99999999999", "584 years"), ("1e-99", "of zero")] {
            let error = lifetime(number).expect_err(number);
            assert!(error.contains(complaint), "{number}: {error}");
        }
    }

    #[test]
    fn sizes_are_read() {
        assert_eq!(bytes("64MiB"), Ok(64 << 20));
        assert_eq!(bytes("500MB"), Ok(500_000_000));
        assert_eq!(bytes("1.5 GB"), Ok(1_500_000_000));
        assert_eq!(bytes("12B"), Ok(12));
        assert!(bytes("0KiB").expect_err("zero").contains("bound of zero"));
        assert!(bytes("64").expect_err("no unit").contains("has no unit"));
        assert!(bytes("64 mib").expect_err("no such unit").contains("`mib` is no unit"));
    }
}
