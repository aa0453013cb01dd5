//! Exponential and logarithm from additions and multiplications only, so that learning gives the
//! same bits on every machine; the standard library's depend on the system.

const LN_2: f64 = std::f64::consts::LN_2;

/// e to the power of `x`, to about 14 digits; 0 far below and a huge number far above.
pub fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let halvings = (x / LN_2).round();
    let rest = x - halvings * LN_2;
    let mut term = 1.0;
    let mut sum = 1.0;
    for place in 1..16 {
        term *= rest / f64::from(place);
        sum += term;
    }
    // Between -1010 and 1010, so that the exponent's bits never overflow.
    sum * f64::from_bits(((halvings as i64 + 1023) as u64) << 52)
}

/// The natural logarithm of a positive, ordinary number, to about 14 digits.
pub fn ln(x: f64) -> f64 {
    let bits = x.max(f64::MIN_POSITIVE).to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | (1023_u64 << 52));
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let mut power = ratio;
    let mut sum = 0.0;
    for place in 0..24 {
        sum += power / f64::from(2 * place + 1);
        power *= square;
    }
    2.0 * sum + exponent as f64 * LN_2
}

/// Turns scores into shares that add up to one.
pub fn softmax(scores: &mut [f64]) {
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for score in scores.iter_mut() {
        *score = exp(*score - highest);
        total += *score;
    }
    for score in scores.iter_mut() {
        *score /= total;
    }
}

#[cfg(test)]
mod tests {
    use super::{exp, ln, softmax};

    #[test]
    fn exponential_and_logarithm_agree_with_the_systems() {
        for x in [-30.0, -3.3, -0.5, 0.0, 0.1, 1.0, 7.7, 42.0] {
            assert!((exp(x) / f64::exp(x) - 1.0).abs() < 1e-12, "{x}");
        }
        for x in [1e-12, 0.02, 0.5, 1.0, 1.5, 3.0, 1e9] {
            assert!((ln(x) - f64::ln(x)).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn shares_add_up_to_one() {
        let mut scores = [1000.0, 999.0, -1000.0];
        softmax(&mut scores);
        assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-12 && scores[0] > scores[1]);
    }
}
