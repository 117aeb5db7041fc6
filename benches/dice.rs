//! Chance with a seed: a generator of numbers, and the two uneven ways a newsroom draws them.
//!
//! Invariant: the same seed gives the same draws on every machine; only integer arithmetic and
//! correctly rounded floating point (no `ln`, no `cos`) decide. It is no source of secrets.

/// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, so any number is a good seed.
pub struct Dice(u64);

impl Dice {
    /// Dice of their own for item `index` of a run with `seed`, so that any item can be drawn
    /// again without drawing those before it.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut dice = Self(seed ^ index.wrapping_mul(0xd134_2543_de82_ef95));
        Self(dice.roll())
    }

    /// The next 64 bits.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which must not be 0. The bias of the multiplication is below
    /// 2⁻³² for the small ranges drawn here.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.roll()) * u128::from(end)) >> 64) as u64
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    /// Whether something that happens `percent` times in a hundred happens.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, which must not be empty.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len() as u64) as usize]
    }

    /// A number below 1.
    fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A log-normal draw. Its normal part is the sum of twelve even draws (Irwin–Hall), its
    /// exponential is (1 + x/1024)¹⁰²⁴: both closer than anybody can tell from a thousand
    /// stories, and neither is left to the system's `libm`, which differs between machines.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let normal = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        let root = 1.0 + sigma * normal / 1024.0;
        median * (0..10).fold(root, |power, _| power * power)
    }
}

/// Ranks drawn by Zipf's law: rank k comes up in proportion to 1/(k + 1).
pub struct Zipf(Vec<u16>);

/// How finely the law is cut: one draw is one look into a table of this many slots.
const SLOTS: usize = 1 << 16;

impl Zipf {
    /// The law over `ranks` ranks, at least one and at most 5,000, so that the last rank still
    /// gets a slot.
    pub fn new(ranks: usize) -> Self {
        let total: f64 = (1..=ranks).map(|k| 1.0 / k as f64).sum();
        let mut table = Vec::with_capacity(SLOTS + ranks);
        let mut upto = 0.0;
        for rank in 0..ranks {
            upto += SLOTS as f64 / (total * (rank + 1) as f64);
            table.resize((upto as usize).max(table.len() + 1), rank as u16);
        }
        Self(table)
    }

    /// A rank, from 0.
    pub fn draw(&self, dice: &mut Dice) -> usize {
        usize::from(self.0[dice.below(self.0.len() as u64) as usize])
    }
}
