//! Which vector instructions cores compute with. Their results are integers, so they are the same with all.

/// A choice of vector instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Vectors {
    /// The widest that are found when the program starts: AVX-512 or AVX2 on x86-64, if the processor has them.
    #[default]
    Widest,
    /// Those that the program was compiled for: SSE2 on x86-64, unless its build says otherwise. To compare with.
    Compiled,
}

impl Vectors {
    pub(super) fn arch(self) -> pulp::Arch {
        match self {
            Self::Widest => pulp::Arch::new(),
            Self::Compiled => pulp::Arch::Scalar,
        }
    }
}
