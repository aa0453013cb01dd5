//! The ranker's weights: a sum of small decision trees.

use std::ops::Range;

/// One node: a question about one number, or a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    /// Goes to `below` when the number at `feature` is at most `limit`, otherwise to `above`.
    Split {
        /// Place of the number in the row.
        feature: u8,
        /// Largest number that goes below.
        limit: f32,
        /// Node for small numbers.
        below: u16,
        /// Node for large numbers.
        above: u16,
    },
    /// Adds this to the score.
    Leaf(f32),
}

/// A sum of trees; each tree's first node is its root.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trees(pub Vec<Vec<Node>>);

/// Most leaves of a tree: one bit for each.
const MOST_LEAVES: usize = 32;

/// Trees laid out for scoring many rows: higher sums fit better.
///
/// A tree is asked about all rows at once. Every split crosses out, for rows above its limit, the
/// leaves below it; the first leaf left is where a walk would have ended (QuickScorer, Lucchese et
/// al. 2015). No row waits for another, so that the machine compares several in one step.
pub struct Forest(Vec<Flat>);

struct Flat {
    /// Feature, limit, and the leaves that stay for a row above the limit.
    splits: Vec<(usize, f32, u32)>,
    leaves: Vec<f32>,
}

impl Forest {
    /// Lays the trees out. Trees of a ranker that was read have at most [`MOST_LEAVES`] leaves.
    pub fn new(trees: &Trees) -> Self {
        Self(trees.0.iter().map(|tree| Flat::new(tree)).collect())
    }

    /// Number of trees.
    pub fn trees(&self) -> usize {
        self.0.len()
    }

    /// What the trees numbered `part` say about every row, added up.
    pub fn scores(&self, rows: &[&[f32]], part: Range<usize>) -> Vec<f32> {
        let width = rows.first().map_or(0, |row| row.len());
        let columns: Vec<Vec<f32>> =
            (0..width).map(|feature| rows.iter().map(|row| row[feature]).collect()).collect();
        let mut scores = vec![0.0; rows.len()];
        let mut left = vec![0_u32; rows.len()];
        for tree in self.0.get(part).unwrap_or_default() {
            left.fill(u32::MAX);
            for &(feature, limit, kept) in &tree.splits {
                for (left, &number) in left.iter_mut().zip(&columns[feature]) {
                    *left &= if number <= limit { u32::MAX } else { kept };
                }
            }
            for (score, left) in scores.iter_mut().zip(&left) {
                *score += tree.leaves[left.trailing_zeros() as usize];
            }
        }
        scores
    }
}

impl Flat {
    fn new(tree: &[Node]) -> Self {
        let mut flat = Self { splits: Vec::new(), leaves: Vec::new() };
        flat.lay(tree, 0);
        flat
    }

    /// Lays out the part of a tree under one node, leaves from below to above.
    fn lay(&mut self, tree: &[Node], at: usize) {
        match tree[at] {
            Node::Leaf(value) => self.leaves.push(value),
            Node::Split { feature, limit, below, above } => {
                let first = self.leaves.len();
                self.lay(tree, usize::from(below));
                let crossed = bits(self.leaves.len()) & !bits(first);
                self.splits.push((usize::from(feature), limit, !crossed));
                self.lay(tree, usize::from(above));
            }
        }
    }
}

/// A word with its lowest `count` bits set.
fn bits(count: usize) -> u32 {
    u32::MAX.checked_shr(u32::BITS - count.min(MOST_LEAVES) as u32).unwrap_or(0)
}

/// First bytes of a ranker's file; the last is the version of its form.
const MAGIC: &[u8; 8] = b"pufakr\0\x01";

impl Trees {
    /// The ranker as a file. `width` is how many numbers a row has.
    pub fn to_bytes(&self, width: usize) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend((width as u32).to_le_bytes());
        bytes.extend((self.0.len() as u32).to_le_bytes());
        for tree in &self.0 {
            bytes.extend((tree.len() as u32).to_le_bytes());
            for node in tree {
                let (feature, number, below, above) = match *node {
                    Node::Leaf(value) => (u8::MAX, value, 0, 0),
                    Node::Split { feature, limit, below, above } => (feature, limit, below, above),
                };
                bytes.push(feature);
                bytes.extend(number.to_le_bytes());
                bytes.extend(below.to_le_bytes());
                bytes.extend(above.to_le_bytes());
            }
        }
        bytes
    }

    /// Reads a ranker for rows of `width` numbers.
    ///
    /// # Errors
    /// In English: what is wrong with the file. A ranker that is read can score every row.
    pub fn from_bytes(bytes: &[u8], width: usize) -> Result<Self, String> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or("it is no ranker of this version")?;
        let found = u32::from_le_bytes(take(&mut rest)?) as usize;
        if found != width {
            return Err(format!(
                "it looks at {found} numbers, this program makes {width}; run knowledge train"
            ));
        }
        let count = u32::from_le_bytes(take(&mut rest)?);
        let trees = (0..count).map(|_| tree(&mut rest, width)).collect::<Result<_, _>>()?;
        if rest.is_empty() { Ok(Self(trees)) } else { Err("it is longer than it says".to_owned()) }
    }
}

fn tree(rest: &mut &[u8], width: usize) -> Result<Vec<Node>, String> {
    let count = u32::from_le_bytes(take(rest)?) as usize;
    let mut nodes = Vec::new();
    for at in 0..count {
        let [feature] = take(rest)?;
        let number = f32::from_le_bytes(take(rest)?);
        let (below, above) = (u16::from_le_bytes(take(rest)?), u16::from_le_bytes(take(rest)?));
        if feature == u8::MAX {
            nodes.push(Node::Leaf(number));
            continue;
        }
        // Only forward, so that every walk ends.
        let onward = |to: u16| usize::from(to) > at && usize::from(to) < count;
        if usize::from(feature) >= width || !onward(below) || !onward(above) {
            return Err("a node leads nowhere".to_owned());
        }
        nodes.push(Node::Split { feature, limit: number, below, above });
    }
    match nodes.len() {
        0 => Err("a tree is empty".to_owned()),
        // A tree has one leaf more than splits.
        count if count > 2 * MOST_LEAVES - 1 => Err("a tree is too large".to_owned()),
        _ => Ok(nodes),
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], String> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or("it ends too early")?;
    *rest = tail;
    Ok(*head)
}

/// What one tree says about a row.
pub fn value(tree: &[Node], row: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        match tree[at] {
            Node::Leaf(value) => return value,
            Node::Split { feature, limit, below, above } => {
                at = usize::from(if row[usize::from(feature)] <= limit { below } else { above });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Forest, Node, Trees, value};

    fn two() -> Trees {
        let split = Node::Split { feature: 1, limit: 0.5, below: 1, above: 2 };
        Trees(vec![vec![split, Node::Leaf(-1.0), Node::Leaf(2.0)], vec![Node::Leaf(0.25)]])
    }

    #[test]
    fn the_limit_itself_goes_below_and_trees_add_up() {
        let rows: [&[f32]; 2] = [&[9.0, 0.5], &[0.0, 0.51]];
        let forest = Forest::new(&two());
        assert_eq!(forest.scores(&rows, 0..2), [-0.75, 2.25]);
        assert_eq!(forest.scores(&rows, 1..2), [0.25, 0.25]);
    }

    #[test]
    fn every_row_ends_at_the_leaf_where_a_walk_ends() {
        let split = |feature, limit, below| Node::Split { feature, limit, below, above: below + 1 };
        let tree = vec![
            split(0, 5.0, 1),
            split(1, 2.0, 3),
            split(1, 7.0, 5),
            Node::Leaf(1.0),
            split(0, 3.0, 7),
            Node::Leaf(2.0),
            Node::Leaf(3.0),
            Node::Leaf(4.0),
            Node::Leaf(5.0),
        ];
        let forest = Forest::new(&Trees(vec![tree.clone()]));
        let numbers: Vec<[f32; 2]> = (0..100).map(|n| [(n / 10) as f32, (n % 10) as f32]).collect();
        let rows: Vec<&[f32]> = numbers.iter().map(|row| row.as_slice()).collect();
        let walked: Vec<f32> = rows.iter().map(|row| value(&tree, row)).collect();
        assert_eq!(forest.scores(&rows, 0..1), walked);
    }

    #[test]
    fn a_ranker_comes_back_from_its_file_and_a_broken_one_is_refused() {
        let bytes = two().to_bytes(2);
        assert_eq!(Trees::from_bytes(&bytes, 2), Ok(two()));
        assert!(Trees::from_bytes(&bytes, 3).is_err());
        assert!(Trees::from_bytes(&bytes, 1).is_err());
        for end in 0..bytes.len() {
            assert!(Trees::from_bytes(&bytes[..end], 2).is_err(), "cut at {end}");
        }
        let mut looping = bytes.clone();
        looping[8 + 4 + 4 + 4 + 1 + 4] = 0;
        assert!(Trees::from_bytes(&looping, 2).is_err());
    }
}
