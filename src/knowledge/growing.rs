//! Grows a ranker: gradient-boosted trees on pairs of a fitting and an unfitting article of the same
//! question, weighted by what swapping them would change (LambdaMART on NDCG). The same rows in
//! the same order give the same trees, bit for bit.

use super::trees::{Node, Trees, value};

/// How trees are grown.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Number of trees of one round.
    pub trees: usize,
    /// Leaves of each.
    pub leaves: usize,
    /// How much of each tree's advice is taken.
    pub rate: f32,
    /// Least sum of second derivatives in a leaf.
    pub least: f32,
    /// Pulls leaves towards zero.
    pub shrink: f32,
    /// Share of the numbers that each tree may look at, in eighths.
    pub features_in_eight: u64,
    /// Share of the questions that each tree learns from, in eighths.
    pub questions_in_eight: u64,
    /// Start of the pseudo-random choices.
    pub seed: u64,
    /// So often everything is grown anew by other chances; what all say together counts.
    pub rounds: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            trees: 150,
            leaves: 15,
            rate: 0.07,
            least: 3.0,
            shrink: 5.0,
            features_in_eight: 5,
            questions_in_eight: 6,
            seed: 7,
            rounds: 3,
        }
    }
}

/// Rows of one question after another.
#[derive(Default)]
pub struct Rows {
    /// Numbers in a row.
    pub width: usize,
    /// All rows, one after another.
    pub values: Vec<f32>,
    /// Whether each row's article fits.
    pub fits: Vec<bool>,
    /// Where each question's rows end.
    pub ends: Vec<usize>,
    /// How much each question counts.
    pub weights: Vec<f32>,
}

/// Steps into which each number is cut.
const STEPS: usize = 64;
/// Pairs are compared against the best so many rows of a question.
const DEPTH: usize = 40;

/// Grows trees; calls `told` after each with its number.
pub fn grow(rows: &Rows, plan: &Plan, mut told: impl FnMut(usize)) -> Trees {
    let cuts: Vec<Vec<f32>> = (0..rows.width).map(|feature| cut(rows, feature)).collect();
    let binned = bin(rows, &cuts);
    let mut trees = Trees::default();
    let mut seed = plan.seed;
    for _ in 0..plan.rounds {
        let mut scores = vec![0.0_f32; rows.fits.len()];
        for _ in 0..plan.trees {
            let slopes = slopes(rows, &scores, |_| next(&mut seed) % 8 < plan.questions_in_eight);
            let allowed: Vec<usize> =
                (0..rows.width).filter(|_| next(&mut seed) % 8 < plan.features_in_eight).collect();
            let tree =
                Grower { binned: &binned, width: rows.width, slopes: &slopes, plan, allowed }
                    .grow(scores.len(), &cuts);
            for (row, score) in scores.iter_mut().enumerate() {
                *score += value(&tree, &rows.values[row * rows.width..(row + 1) * rows.width]);
            }
            trees.0.push(tree);
            told(trees.0.len());
        }
    }
    trees
}

/// A step of a small generator (splitmix64).
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Limits that cut one number into steps of about equally many rows.
fn cut(rows: &Rows, feature: usize) -> Vec<f32> {
    let mut seen: Vec<f32> =
        rows.values.iter().skip(feature).step_by(rows.width).copied().collect();
    seen.sort_by(f32::total_cmp);
    let mut limits: Vec<f32> =
        (1..STEPS).filter_map(|step| seen.get(step * seen.len() / STEPS).copied()).collect();
    // The upper end decides who comes first; cut it finer.
    limits.extend([985, 990, 995, 998].iter().filter_map(|&p| seen.get(p * seen.len() / 1000)));
    limits.sort_by(f32::total_cmp);
    limits.dedup();
    limits.truncate(255);
    limits
}

fn bin(rows: &Rows, cuts: &[Vec<f32>]) -> Vec<u8> {
    rows.values
        .iter()
        .enumerate()
        .map(|(place, value)| cuts[place % rows.width].partition_point(|limit| limit < value) as u8)
        .collect()
}

/// First and second derivative of the loss for every row.
fn slopes(rows: &Rows, scores: &[f32], mut chosen: impl FnMut(usize) -> bool) -> Vec<(f32, f32)> {
    let mut slopes = vec![(0.0, 0.0); scores.len()];
    let mut from = 0;
    for (nth, (&end, &weight)) in rows.ends.iter().zip(&rows.weights).enumerate() {
        if chosen(nth) {
            let (own, fits) = (&scores[from..end], &rows.fits[from..end]);
            push_pairs(own, fits, weight, &mut slopes[from..end]);
        }
        from = end;
    }
    slopes
}

fn push_pairs(scores: &[f32], fits: &[bool], weight: f32, slopes: &mut [(f32, f32)]) {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let wanted = fits.iter().filter(|fits| **fits).count();
    if wanted == 0 {
        return;
    }
    let ideal: f32 = (0..wanted).map(discount).sum();
    for (high, &good) in order.iter().enumerate().filter(|(_, row)| fits[**row]) {
        for (low, &bad) in order.iter().enumerate().filter(|(_, row)| !fits[**row]) {
            if high >= DEPTH && low >= DEPTH {
                continue;
            }
            let change = (discount(high) - discount(low)).abs() / ideal;
            let doubt = 1.0 / (1.0 + (scores[good] - scores[bad]).exp());
            let slope = weight * change * doubt;
            let bend = weight * change * doubt * (1.0 - doubt);
            slopes[good].0 += slope;
            slopes[bad].0 -= slope;
            slopes[good].1 += bend;
            slopes[bad].1 += bend;
        }
    }
}

fn discount(place: usize) -> f32 {
    1.0 / (place as f32 + 2.0).log2()
}

/// Grows one tree.
struct Grower<'a> {
    binned: &'a [u8],
    width: usize,
    slopes: &'a [(f32, f32)],
    plan: &'a Plan,
    allowed: Vec<usize>,
}

/// Sums of both derivatives by feature and step.
type Sums = Vec<(f32, f32)>;

/// A leaf that may still be split.
struct Open {
    node: usize,
    rows: Vec<u32>,
    sums: Sums,
    best: Option<Cut>,
}

/// Where to split a leaf.
#[derive(Clone, Copy)]
struct Cut {
    gain: f32,
    feature: usize,
    step: usize,
}

/// Places kept for one number's steps.
const ROOM: usize = 256;

impl Grower<'_> {
    fn grow(&self, count: usize, cuts: &[Vec<f32>]) -> Vec<Node> {
        let rows: Vec<u32> =
            (0..count as u32).filter(|&row| self.slopes[row as usize].1 > 0.0).collect();
        let sums = self.sums(&rows);
        let mut tree = vec![Node::Leaf(0.0)];
        let best = self.best(&sums, cuts);
        let mut open = vec![Open { node: 0, rows, sums, best }];
        while open.len() < self.plan.leaves {
            let widest = open
                .iter()
                .enumerate()
                .filter_map(|(at, leaf)| leaf.best.map(|cut| (at, cut)))
                .max_by(|a, b| a.1.gain.total_cmp(&b.1.gain));
            let Some((at, cut)) = widest else { break };
            let leaf = open.swap_remove(at);
            let below = tree.len();
            tree[leaf.node] = Node::Split {
                feature: cut.feature as u8,
                limit: cuts[cut.feature][cut.step],
                below: below as u16,
                above: below as u16 + 1,
            };
            tree.extend([Node::Leaf(0.0), Node::Leaf(0.0)]);
            open.extend(self.split(leaf, cut, below, cuts));
        }
        for leaf in &open {
            let (slope, bend) = self.total(&leaf.rows);
            tree[leaf.node] =
                Node::Leaf(self.plan.rate * slope / (bend + self.plan.shrink).max(1e-6));
        }
        tree
    }

    fn split(&self, leaf: Open, cut: Cut, below: usize, cuts: &[Vec<f32>]) -> [Open; 2] {
        let (low, high): (Vec<u32>, Vec<u32>) = leaf.rows.iter().partition(|&&row| {
            usize::from(self.binned[row as usize * self.width + cut.feature]) <= cut.step
        });
        let fewer = self.sums(if low.len() < high.len() { &low } else { &high });
        let others: Sums =
            leaf.sums.iter().zip(&fewer).map(|(all, few)| (all.0 - few.0, all.1 - few.1)).collect();
        let (low_sums, high_sums) =
            if low.len() < high.len() { (fewer, others) } else { (others, fewer) };
        [(below, low, low_sums), (below + 1, high, high_sums)].map(|(node, rows, sums)| {
            let best = self.best(&sums, cuts);
            Open { node, rows, sums, best }
        })
    }

    fn sums(&self, rows: &[u32]) -> Sums {
        let mut sums = vec![(0.0, 0.0); self.width * ROOM];
        for &row in rows {
            let (slope, bend) = self.slopes[row as usize];
            let own = &self.binned[row as usize * self.width..(row as usize + 1) * self.width];
            for &feature in &self.allowed {
                let sum = &mut sums[feature * ROOM + usize::from(own[feature])];
                sum.0 += slope;
                sum.1 += bend;
            }
        }
        sums
    }

    fn total(&self, rows: &[u32]) -> (f32, f32) {
        rows.iter().fold((0.0, 0.0), |sum, &row| {
            let (slope, bend) = self.slopes[row as usize];
            (sum.0 + slope, sum.1 + bend)
        })
    }

    fn best(&self, sums: &Sums, cuts: &[Vec<f32>]) -> Option<Cut> {
        let worth = |slope: f32, bend: f32| slope * slope / (bend + self.plan.shrink);
        let mut best: Option<Cut> = None;
        for &feature in &self.allowed {
            let own = &sums[feature * ROOM..(feature + 1) * ROOM];
            let all = own.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            let mut low = (0.0, 0.0);
            for (step, one) in own.iter().enumerate().take(cuts[feature].len()) {
                low = (low.0 + one.0, low.1 + one.1);
                let high = (all.0 - low.0, all.1 - low.1);
                if low.1 < self.plan.least || high.1 < self.plan.least {
                    continue;
                }
                let gain = worth(low.0, low.1) + worth(high.0, high.1) - worth(all.0, all.1);
                if gain > best.map_or(1e-3, |cut| cut.gain) {
                    best = Some(Cut { gain, feature, step });
                }
            }
        }
        best
    }
}
