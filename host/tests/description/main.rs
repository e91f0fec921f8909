//! Descriptions from outside: what is refused and with which words, and what expands to which synapses.

mod check;
mod expand;
