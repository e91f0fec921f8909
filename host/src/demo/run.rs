//! Runs the demo.

