//! What a core needs in memory, itemised. Who knows the layout of an image implements [`Footprint`]; the partitioner
//! only compares sums with the machine.

use super::types::Partition;
use serde::Serialize;

/// A memory of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Memory {
    /// A core's own data memory.
    Dtcm,
    /// What the cores of a chip share.
    Sdram,
}

impl std::fmt::Display for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Dtcm => "DTCM",
            Self::Sdram => "SDRAM",
        })
    }
}

/// One line of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetItem {
    /// What it is.
    pub name: &'static str,
    /// Where it lies.
    pub memory: Memory,
    /// Its size.
    pub bytes: u64,
}

/// What one core needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// Its lines.
    pub items: Vec<BudgetItem>,
}

impl Budget {
    /// All that is needed of a memory, in bytes.
    #[must_use]
    pub fn bytes(&self, memory: Memory) -> u64 {
        self.items
            .iter()
            .filter(|item| item.memory == memory)
            .map(|item| item.bytes)
            .sum()
    }

    /// The largest line in a memory; of equal ones the first.
    #[must_use]
    pub fn largest(&self, memory: Memory) -> Option<&BudgetItem> {
        self.items
            .iter()
            .filter(|item| item.memory == memory)
            .rev()
            .max_by_key(|item| item.bytes)
    }
}

/// Knows what a core needs in memory.
pub trait Footprint {
    /// The budget of a core of this partition, exact to the byte.
    fn budget(&self, partition: &Partition, core: usize) -> Budget;
}

impl<F: Fn(&Partition, usize) -> Budget> Footprint for F {
    fn budget(&self, partition: &Partition, core: usize) -> Budget {
        self(partition, core)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_largest_items_is_named() {
        let item = |name, memory, bytes| BudgetItem {
            name,
            memory,
            bytes,
        };
        let items = vec![
            item("a", Memory::Dtcm, 3),
            item("b", Memory::Dtcm, 5),
            item("c", Memory::Dtcm, 5),
            item("d", Memory::Sdram, 9),
        ];
        let budget = Budget { items };
        assert_eq!(budget.bytes(Memory::Dtcm), 13);
        assert_eq!(
            budget.largest(Memory::Dtcm).map(|item| item.name),
            Some("b")
        );
    }
}
