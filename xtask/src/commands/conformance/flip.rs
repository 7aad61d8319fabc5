//! The negative control: labels that are turned round on purpose must show as failures.

use super::group::{Group, number};

/// Turns a part of the labels round, always the same ones, and at least one; returns how many.
pub(super) fn flip(groups: &mut [Group], percent: f64) -> usize {
    let mut cases: Vec<(u64, &mut bool)> = Vec::new();
    for group in groups {
        for (index, case) in group.cases.iter_mut().enumerate() {
            cases.push((number(&format!("{} {index}", group.id)), &mut case.valid));
        }
    }
    cases.sort_by_key(|(number, _)| *number);
    let flipped = count(cases.len(), percent);
    cases.into_iter().take(flipped).for_each(|(_, valid)| *valid = !*valid);
    flipped
}

/// A share of a number of labels, rounded up.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn count(all: usize, percent: f64) -> usize {
    ((all as f64 * percent / 100.0).ceil() as usize).min(all)
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn at_least_one_label_is_flipped() {
        assert_eq!((count(3, 1.0), count(1000, 1.0), count(10, 500.0), count(0, 1.0)), (1, 10, 10, 0));
    }
}
