//! Just enough arithmetic of fractions in lowest terms.
use std::fmt;
use std::ops::{Add, Div, Mul};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rational {
    over: i64,
    under: i64,
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

impl Rational {
    /// `over / under` in lowest terms; panics if `under` is zero, or if the terms do not fit.
    fn new(over: i64, under: i64) -> Rational {
        let divisor = gcd(over, under) * under.signum();
        Rational { over: over / divisor, under: under / divisor }
    }
}

impl From<i64> for Rational {
    fn from(n: i64) -> Rational {
        Rational { over: n, under: 1 }
    }
}

impl Add for Rational {
    type Output = Rational;
    fn add(self, other: Rational) -> Rational {
        // Over the least common denominator, which keeps the terms small.
        let common = gcd(self.under, other.under);
        let (left, right) = (other.under / common, self.under / common);
        Rational::new(self.over * left + other.over * right, self.under * left)
    }
}

impl Mul for Rational {
    type Output = Rational;
    fn mul(self, other: Rational) -> Rational {
        let (a, b) = (Rational::new(self.over, other.under), Rational::new(other.over, self.under));
        Rational { over: a.over * b.over, under: a.under * b.under }
    }
}

impl Div for Rational {
    type Output = Rational;
    fn div(self, other: Rational) -> Rational {
        Rational::mul(self, Rational::new(other.under, other.over))
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.under {
            1 => write!(f, "{}", self.over),
            _ => write!(f, "{}/{}", self.over, self.under),
        }
    }
}
