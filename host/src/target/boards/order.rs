//! In which order boards run: senders before receivers, and those that send to each other together.

use super::Node;
use spinedrift_core::spike::{AerKey, BLOCK_SLOTS};
use spinedrift_emulator::functional::Fabric;
use std::collections::BTreeSet;

/// Boards that run together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// One that gets nothing of what it sends.
    Alone(usize),
    /// Those that each get something of what the others send, by whatever way round; or one that sends to itself.
    Together(Vec<usize>),
}

/// Groups in the order in which they can run.
pub(super) fn groups(nodes: &[Node], fabric: &Fabric) -> Vec<Group> {
    let edges: Vec<BTreeSet<usize>> = nodes
        .iter()
        .enumerate()
        .map(|(number, node)| targets(number, node, fabric))
        .collect();
    order(&edges)
}

/// Boards that get any packet of this one.
fn targets(number: usize, node: &Node, fabric: &Fabric) -> BTreeSet<usize> {
    let slices = node.core().map_or(&[][..], |core| core.kernel.slices());
    let keys = slices
        .iter()
        .filter(|slice| slice.sends == 1)
        .flat_map(|slice| {
            let slots = u32::from(slice.blocks) * BLOCK_SLOTS;
            (0..slots).map(|slot| AerKey(slice.key.wrapping_add(slot)))
        });
    keys.filter_map(|key| fabric.targets(number, node.place.chip, key))
        .flat_map(|targets| targets.cores.iter().map(|target| target.core as usize))
        .collect()
}

/// Everything that can be reached from a board.
fn reached(edges: &[BTreeSet<usize>], from: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for &next in edges.get(at).into_iter().flatten() {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
    found
}

/// Circles together, senders first. There are few boards, so plain reachability will do.
fn order(edges: &[BTreeSet<usize>]) -> Vec<Group> {
    let reach: Vec<BTreeSet<usize>> = (0..edges.len()).map(|from| reached(edges, from)).collect();
    let reaches = |from: usize, to: usize| reach.get(from).is_some_and(|set| set.contains(&to));
    let mut left: BTreeSet<usize> = (0..edges.len()).collect();
    let mut groups = Vec::new();
    while let Some(&any) = left.first() {
        // Something that nothing left sends to, but what it sends to itself.
        let before = |node: usize| {
            left.iter()
                .copied()
                .find(|&other| reaches(other, node) && !reaches(node, other))
        };
        let mut first = any;
        while let Some(earlier) = before(first) {
            first = earlier;
        }
        let circle: Vec<usize> = left
            .iter()
            .copied()
            .filter(|&other| reaches(other, first) && reaches(first, other))
            .collect();
        if circle.is_empty() {
            left.remove(&first);
            groups.push(Group::Alone(first));
        } else {
            left.retain(|node| !circle.contains(node));
            groups.push(Group::Together(circle));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::{Group, order};
    use std::collections::BTreeSet;

    fn check(edges: &[&[usize]], expected: &[Group]) {
        let edges: Vec<BTreeSet<usize>> = edges
            .iter()
            .map(|targets| targets.iter().copied().collect())
            .collect();
        assert_eq!(order(&edges), expected);
    }

    #[test]
    fn senders_come_before_receivers() {
        use Group::Alone;
        check(&[&[], &[0], &[1, 0]], &[Alone(2), Alone(1), Alone(0)]);
    }

    #[test]
    fn circles_run_together() {
        use Group::{Alone, Together};
        check(
            &[&[1], &[2], &[1, 3], &[], &[4, 1]],
            &[Alone(0), Together(vec![4]), Together(vec![1, 2]), Alone(3)],
        );
    }
}
