//! Multinomial logistic regression by L-BFGS: convex, deterministic, no learning rate to tune.

use super::numbers::{ln, softmax};

/// One training example.
#[derive(Clone, Debug)]
pub struct Row {
    /// Features by index, each index once.
    pub features: Vec<(u32, f32)>,
    /// The share of each class; adds up to one.
    pub target: Vec<f32>,
    /// How much it counts.
    pub weight: f32,
    /// What each class scores before anything is learned; empty for nothing.
    pub before: Vec<f32>,
}

/// What is to be learned.
pub struct Task<'a> {
    /// The examples.
    pub rows: &'a [Row],
    /// How many classes.
    pub classes: usize,
    /// The penalty of each feature's squared weights; as long as there are features.
    pub penalties: &'a [f64],
    /// The most steps taken.
    pub steps: usize,
}

/// Pairs of steps and gradient changes remembered.
const MEMORY: usize = 7;
/// Learning ends when a step lowers the loss by less than this share.
const SETTLED: f64 = 1e-6;

/// Weights by feature, then class; `progress` hears the number of each step.
pub fn fit(task: &Task<'_>, mut progress: impl FnMut(usize)) -> Vec<f64> {
    let size = task.penalties.len() * task.classes;
    let mut weights = vec![0.0; size];
    let (mut loss, mut gradient) = loss_and_gradient(task, &weights);
    let mut past: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    for step in 0..task.steps {
        progress(step);
        let direction = direction(&gradient, &past);
        let slope = dot(&direction, &gradient);
        let mut length = if past.is_empty() { 1.0 / norm(&gradient).max(1.0) } else { 1.0 };
        let mut accepted = None;
        for _ in 0..20 {
            let tried: Vec<f64> =
                weights.iter().zip(&direction).map(|(w, d)| w + length * d).collect();
            let (new_loss, new_gradient) = loss_and_gradient(task, &tried);
            if new_loss <= loss + 1e-4 * length * slope {
                accepted = Some((tried, new_loss, new_gradient));
                break;
            }
            length *= 0.5;
        }
        let Some((moved, new_loss, new_gradient)) = accepted else { break };
        let step_made: Vec<f64> = moved.iter().zip(&weights).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = new_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = dot(&step_made, &change);
        if curvature > 1e-12 {
            if past.len() == MEMORY {
                past.remove(0);
            }
            past.push((step_made, change, curvature));
        }
        let settled = loss - new_loss < SETTLED * loss.abs();
        (weights, loss, gradient) = (moved, new_loss, new_gradient);
        if settled {
            break;
        }
    }
    weights
}

fn direction(gradient: &[f64], past: &[(Vec<f64>, Vec<f64>, f64)]) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(past.len());
    for (step, change, curvature) in past.iter().rev() {
        let share = dot(step, &direction) / curvature;
        add(&mut direction, change, -share);
        shares.push(share);
    }
    if let Some((_, change, curvature)) = past.last() {
        let scale = curvature / dot(change, change);
        direction.iter_mut().for_each(|value| *value *= scale);
    }
    for ((step, change, curvature), share) in past.iter().zip(shares.iter().rev()) {
        let other = dot(change, &direction) / curvature;
        add(&mut direction, step, share - other);
    }
    direction
}

fn loss_and_gradient(task: &Task<'_>, weights: &[f64]) -> (f64, Vec<f64>) {
    let classes = task.classes;
    let mut gradient = vec![0.0; weights.len()];
    let mut loss = 0.0;
    for (feature, &penalty) in task.penalties.iter().enumerate() {
        for place in feature * classes..(feature + 1) * classes {
            loss += 0.5 * penalty * weights[place] * weights[place];
            gradient[place] = penalty * weights[place];
        }
    }
    let mut shares = vec![0.0; classes];
    for row in task.rows {
        predict(weights, classes, row, &mut shares);
        let weight = f64::from(row.weight);
        for (share, &target) in shares.iter_mut().zip(&row.target) {
            let target = f64::from(target);
            if target > 0.0 {
                loss -= weight * target * ln(share.max(1e-300));
            }
            *share = weight * (*share - target);
        }
        for &(feature, value) in &row.features {
            let at = feature as usize * classes;
            for (slope, share) in gradient[at..at + classes].iter_mut().zip(&shares) {
                *slope += f64::from(value) * share;
            }
        }
    }
    (loss, gradient)
}

/// The share of every class for one example.
pub fn predict(weights: &[f64], classes: usize, row: &Row, shares: &mut [f64]) {
    shares.fill(0.0);
    for (share, &before) in shares.iter_mut().zip(&row.before) {
        *share = f64::from(before);
    }
    for &(feature, value) in &row.features {
        let at = feature as usize * classes;
        for (share, weight) in shares.iter_mut().zip(&weights[at..at + classes]) {
            *share += f64::from(value) * weight;
        }
    }
    softmax(shares);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Task, fit, predict};

    fn row(class: u32, target: Vec<f32>) -> Row {
        Row { features: vec![(class, 1.0), (3, 1.0)], target, weight: 1.0, before: Vec::new() }
    }

    #[test]
    fn what_can_be_told_apart_is_learned_the_same_way_twice() {
        let rows: Vec<Row> = (0..60)
            .map(|number| {
                let class = number % 3;
                let mut target = vec![0.0; 3];
                target[class] = 1.0;
                row(class as u32, target)
            })
            .collect();
        let task = Task { rows: &rows, classes: 3, penalties: &[0.1; 4], steps: 50 };
        let weights = fit(&task, |_| {});
        let mut shares = vec![0.0; 3];
        for class in 0..3_u32 {
            predict(&weights, 3, &row(class, Vec::new()), &mut shares);
            assert!(shares[class as usize] > 0.8, "{shares:?}");
        }
        let bits = |weights: &[f64]| weights.iter().map(|w| w.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&weights), bits(&fit(&task, |_| {})));
    }
}
