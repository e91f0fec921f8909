//! Tests of `random`. Each statistical test names its sample and its false-alarm rate; every seed is fixed, so a test that
//! passes once passes always, and the rate only says how much a pass is worth.

mod chi_square;
mod gaussian;
mod independence;
mod nibble_gaussian;
mod normal;
mod rounding;
mod stream;
mod waiting;
