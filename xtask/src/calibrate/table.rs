//! The results: a cost table for the machine, and a table to read.

use super::fit::Fit;
use super::mix::{Mix, cycles_per_instruction};
use spinedrift::target::qemu::Machine;
use spinedrift_emulator::machine::costs::SECTIONS;
use std::fmt::Write as _;

/// What was measured on one machine.
pub(super) struct Table {
    pub(super) machine: Machine,
    pub(super) calls: usize,
    /// Over all calls.
    pub(super) fitted: Fit,
    /// Over ticks alone: a plastic synapse is a transition.
    pub(super) ticks: Fit,
    /// Over packets alone: a plastic synapse is a transition and what it transmits.
    pub(super) packets: Fit,
    pub(super) mix: Mix,
}

impl Table {
    /// For people.
    pub(super) fn markdown(&self) -> String {
        let per_instruction = cycles_per_instruction(&self.mix);
        let mut text = format!(
            "{}: {} calls of the kernel, {per_instruction:.2} cycles an instruction; the fit's error is {:.0} % of a call (rms; ticks \
             {:.0} %, packets {:.0} %)\n\n\
             | section, a unit | instructions | in ticks | in packets | cycles |\n|---|---|---|---|---|\n",
            self.machine.target,
            self.calls,
            1e2 * self.fitted.error,
            1e2 * self.ticks.error,
            1e2 * self.packets.error,
        );
        let parts = self.ticks.each.iter().zip(self.packets.each);
        for (((_, name), each), (tick, packet)) in SECTIONS.iter().zip(self.fitted.each).zip(parts)
        {
            let cycles = each * per_instruction;
            let _ = writeln!(
                text,
                "| {name} | {each:.1} | {tick:.1} | {packet:.1} | {cycles:.1} |"
            );
        }
        text.push_str("\n| class | share of instructions | cycles each |\n|---|---|---|\n");
        let all: u64 = self.mix.values().map(|class| class.count).sum();
        for (name, class) in &self.mix {
            let share = 1e2 * class.count as f64 / all.max(1) as f64;
            let each = class.cycles as f64 / class.count.max(1) as f64;
            let _ = writeln!(text, "| {name} | {share:.1} % | {each:.2} |");
        }
        text
    }

    /// For the machine.
    pub(super) fn toml(&self) -> String {
        let per_instruction = cycles_per_instruction(&self.mix);
        let mut text = format!(
            "# Processor time of the kernel's sections on {}, in cycles. Made by `cargo xtask calibrate`: instructions counted\n\
             # in QEMU, times {per_instruction:.3} cycles an instruction, the mean over the classes of a trace.\n\n[costs]\n",
            self.machine.board
        );
        let fitted = self.fitted.each.iter().zip(self.fitted.calls);
        for ((_, name), (each, calls)) in SECTIONS.iter().zip(fitted) {
            let cycles = (each * per_instruction).max(0.0);
            let _ = writeln!(
                text,
                "{name} = {{ value = {cycles:.1}, mark = \"measured\", source = \"{each:.1} instructions, least squares over {calls} calls of the firmware for {}\" }}",
                self.machine.board
            );
        }
        text
    }
}
