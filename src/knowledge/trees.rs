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

impl Trees {
    /// What the trees numbered `part` say about many rows; the sum over all trees is the score, and
    /// higher fits better.
    ///
    /// All rows walk down a tree together, level by level, so that the processor need not guess
    /// where a walk ends: three times as fast as one row after another.
    pub fn scores(&self, rows: &[&[f32]], part: Range<usize>) -> Vec<f32> {
        let mut scores = vec![0.0; rows.len()];
        let mut places = vec![0_u16; rows.len()];
        for tree in self.0.get(part).unwrap_or_default() {
            let steps = steps(tree);
            places.fill(0);
            for _ in 0..depth(tree) {
                for (place, row) in places.iter_mut().zip(rows) {
                    let step = &steps[usize::from(*place)];
                    let goes_below = row[usize::from(step.feature)] <= step.limit;
                    *place = if goes_below { step.below } else { step.above };
                }
            }
            for (score, place) in scores.iter_mut().zip(&places) {
                if let Node::Leaf(value) = tree[usize::from(*place)] {
                    *score += value;
                }
            }
        }
        scores
    }
}

/// A node as a step of a walk; a leaf steps onto itself.
struct Step {
    feature: u8,
    limit: f32,
    below: u16,
    above: u16,
}

fn steps(tree: &[Node]) -> Vec<Step> {
    let step = |(at, node): (u16, &Node)| match *node {
        Node::Leaf(_) => Step { feature: 0, limit: 0.0, below: at, above: at },
        Node::Split { feature, limit, below, above } => Step { feature, limit, below, above },
    };
    (0..).zip(tree).map(step).collect()
}

/// Splits on the longest way down; children stand after their parent.
fn depth(tree: &[Node]) -> usize {
    let mut depths = vec![0; tree.len()];
    for (at, node) in tree.iter().enumerate() {
        if let Node::Split { below, above, .. } = node {
            for child in [below, above] {
                depths[usize::from(*child)] = depths[at] + 1;
            }
        }
    }
    depths.into_iter().max().unwrap_or(0)
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
    if nodes.is_empty() { Err("a tree is empty".to_owned()) } else { Ok(nodes) }
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
    use super::{Node, Trees};

    fn two() -> Trees {
        let split = Node::Split { feature: 1, limit: 0.5, below: 1, above: 2 };
        Trees(vec![vec![split, Node::Leaf(-1.0), Node::Leaf(2.0)], vec![Node::Leaf(0.25)]])
    }

    #[test]
    fn the_limit_itself_goes_below_and_trees_add_up() {
        let rows: [&[f32]; 2] = [&[9.0, 0.5], &[0.0, 0.51]];
        assert_eq!(two().scores(&rows, 0..2), [-0.75, 2.25]);
        assert_eq!(two().scores(&rows, 1..2), [0.25, 0.25]);
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
