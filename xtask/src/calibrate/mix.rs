//! Cycles an instruction: QEMU traces every instruction of a short run; each is put into a class by its mnemonic, and the
//! classes have the cycles of the processor's manual.
//!
//! ARM968E-S: its core is an ARM9E-S, whose Technical Reference Manual has the cycles and interlocks in chapter 8 (DDI 0165B: a
//! load whose result the next instruction uses waits one cycle); multiplications and shifts by a register as in GCC's
//! description of the same pipeline, after the ARM926EJ-S manual (`gcc/config/arm/arm926ejs.md`): MUL and MLA 2 cycles, long
//! ones 3, a shift by a register 2; a taken branch 3, several loads one a register.
//! Cortex-M4: Technical Reference Manual (100166_0001_00), section 3.3.1, table 3-1: multiplications of both lengths 1, LDR 2
//! or 1 behind another, LDM and STM 1 + N, a branch 1 + P with P from 1 to 3 (2 is taken here), division 2 to 12 (7 is taken).
//! Tightly coupled memory answers in one cycle, so memory adds nothing.

use super::workload;
use spinedrift::target::Target as _;
use spinedrift::target::qemu::{self, Machine};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::process::Command;

/// Ticks that are traced.
const TICKS: u32 = 12;

/// Instructions of a class, and their cycles.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Class {
    /// Instructions.
    pub(super) count: u64,
    /// Cycles.
    pub(super) cycles: u64,
}

/// What a run was made of, by class.
pub(super) type Mix = BTreeMap<&'static str, Class>;

/// Mean cycles an instruction.
pub(super) fn cycles_per_instruction(mix: &Mix) -> f64 {
    let count: u64 = mix.values().map(|class| class.count).sum();
    let cycles: u64 = mix.values().map(|class| class.cycles).sum();
    cycles as f64 / count.max(1) as f64
}

/// An instruction as disassembled.
struct Instruction {
    mnemonic: String,
    operands: String,
    bytes: u64,
}

/// Traces a circuit with plastic rows and a LIF population, and counts.
pub(super) fn measure(machine: &Machine) -> Result<Mix, Box<dyn Error>> {
    let code = disassemble(machine)?;
    let folder = std::env::temp_dir().join(format!("spinedrift-trace-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("trace");
    let name = file.display().to_string();
    let mut mix = Mix::new();
    for workload in workload::traced() {
        let loadable = workload.prepare()?.loadable()?;
        // The listener alone matters, and is the last core; each QEMU would write to the same file, so each has its own.
        let arguments = ["-singlestep", "-d", "exec,nochain", "-D"];
        let more: Vec<&str> = arguments.into_iter().chain([name.as_str()]).collect();
        let single = spinedrift::target::Loadable {
            images: loadable.images.iter().take(1).cloned().collect(),
            ..loadable.clone()
        };
        {
            let mut boards = qemu::load_with(machine, &single, &more)?;
            boards.run(TICKS)?;
        }
        count(&file, machine, &code, &mut mix)?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(mix)
}

/// Adds the traced instructions that belong to the kernel.
fn count(
    file: &std::path::Path,
    machine: &Machine,
    code: &BTreeMap<u64, Instruction>,
    mix: &mut Mix,
) -> Result<(), Box<dyn Error>> {
    let arm9 = machine.board == "arm9";
    let mut last: Option<(u64, &Instruction)> = None;
    for line in BufReader::new(std::fs::File::open(file)?).lines() {
        // "Trace 0: 0x7f… [00000000/00001234/00000110/ff000201] name"
        let line = line?;
        let address = line.split('/').nth(1);
        let Some(address) = address.and_then(|text| u64::from_str_radix(text, 16).ok()) else {
            continue;
        };
        let here = code.get(&(address & !1));
        if let Some((at, instruction)) = last {
            let next = here.map(|next| (address & !1, next));
            let (class, cycles) = classify(arm9, at, instruction, next);
            let entry = mix.entry(class).or_default();
            entry.count += 1;
            entry.cycles += cycles;
        }
        last = here.map(|here| (address & !1, here));
    }
    Ok(())
}

/// Class and cycles of an instruction, given the next that was carried out.
fn classify(
    arm9: bool,
    at: u64,
    instruction: &Instruction,
    next: Option<(u64, &Instruction)>,
) -> (&'static str, u64) {
    let name = instruction.mnemonic.as_str();
    let taken = next.is_none_or(|(next, _)| next != at + instruction.bytes);
    let registers = registers(&instruction.operands);
    let starts = |names: &[&str]| names.iter().any(|start| name.starts_with(start));
    if starts(&["ldm", "stm", "push", "pop"]) {
        let extra = u64::from(!arm9) + if taken { 2 } else { 0 };
        return ("several loads or stores", registers + extra);
    }
    if starts(&["smull", "umull", "smlal", "umlal"]) {
        return ("long multiply", if arm9 { 3 } else { 1 });
    }
    if starts(&["mul", "mla", "mls", "smul", "smmul", "smla"]) {
        return ("multiply", if arm9 { 2 } else { 1 });
    }
    if starts(&["udiv", "sdiv"]) {
        return ("divide", 7);
    }
    if starts(&["ldr", "ldrd"]) {
        let double = u64::from(name.starts_with("ldrd"));
        let used = next.is_some_and(|(_, next)| uses(next, &instruction.operands));
        // ARM9: one cycle, one more if the next instruction needs what was loaded. M4: two, one less in a row of loads.
        let row = next.is_some_and(|(_, next)| next.mnemonic.starts_with("ldr"));
        let cycles = if arm9 {
            1 + u64::from(used)
        } else {
            2 - u64::from(row && !used)
        };
        return ("load", cycles + double);
    }
    if starts(&["str"]) {
        return ("store", 1 + u64::from(name.starts_with("strd")));
    }
    if taken {
        return ("taken branch", 3);
    }
    if arm9 && shifts_by_register(name, &instruction.operands) {
        return ("shift by a register", 2);
    }
    ("other", 1)
}

/// Whether an operand is shifted by what a register holds: a decoding cycle more on ARM9.
fn shifts_by_register(name: &str, operands: &str) -> bool {
    let by_register = |last: &str| last.trim_start().starts_with('r') || last.trim() == "lr";
    let (before, last) = operands.rsplit_once([',', ' ']).unwrap_or(("", operands));
    let shifts = ["lsl", "lsr", "asr", "ror"];
    let is_shift = shifts.iter().any(|shift| name.starts_with(shift));
    let has_shift = shifts
        .iter()
        .any(|shift| before.trim_end().ends_with(shift));
    by_register(last) && (is_shift || has_shift)
}

/// Whether an instruction reads the first register of these operands.
fn uses(next: &Instruction, loaded: &str) -> bool {
    let register = loaded.split(',').next().unwrap_or_default().trim();
    let sources = if next.mnemonic.starts_with("str") || next.mnemonic.starts_with("cmp") {
        next.operands.as_str()
    } else {
        next.operands.split_once(',').map_or("", |(_, rest)| rest)
    };
    sources
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word == register)
}

/// Registers in braces.
fn registers(operands: &str) -> u64 {
    let inside = operands
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'))
        .map_or("", |(inside, _)| inside);
    inside
        .split(',')
        .filter(|name| !name.trim().is_empty())
        .count() as u64
}

/// The kernel's instructions by address: all but what only loads, links and reports.
fn disassemble(machine: &Machine) -> Result<BTreeMap<u64, Instruction>, Box<dyn Error>> {
    let firmware = qemu::firmware(machine.board)?;
    let out = Command::new("llvm-objdump")
        // LLVM knows no multiplication of ARMv5 when it disassembles; those of ARMv6 have the same codes.
        .args(["-d", "--no-show-raw-insn", "--mattr=+v6"])
        .arg(firmware)
        .output()
        .map_err(|error| format!("llvm-objdump: {error}; it is in Debian's package llvm"))?;
    let text = String::from_utf8_lossy(&out.stdout);
    let mut code = BTreeMap::new();
    let mut kernel = false;
    let mut last: Option<u64> = None;
    for line in text.lines() {
        if let Some(name) = line.strip_suffix(">:") {
            kernel = [
                "spinedrift_core",
                "6Opened3run",
                "compiler_builtins",
                "aeabi",
            ]
            .iter()
            .any(|part| name.contains(part));
            last = None;
            continue;
        }
        let Some((address, rest)) = line.trim().split_once(':') else {
            continue;
        };
        let Ok(address) = u64::from_str_radix(address, 16) else {
            continue;
        };
        if let Some(Instruction { bytes, .. }) = last.and_then(|last| code.get_mut(&last)) {
            *bytes = address.saturating_sub(last.unwrap_or(address));
        }
        let (mnemonic, operands) = rest
            .trim()
            .split_once(char::is_whitespace)
            .unwrap_or((rest.trim(), ""));
        if kernel && mnemonic == "<unknown>" {
            return Err(
                format!("llvm-objdump doesn't know the instruction at {address:#x}").into(),
            );
        }
        if kernel {
            let instruction = Instruction {
                mnemonic: mnemonic.to_owned(),
                operands: operands.trim().to_owned(),
                bytes: 4,
            };
            code.insert(address, instruction);
            last = Some(address);
        }
    }
    if code.is_empty() {
        return Err("llvm-objdump shows no code of the kernel".into());
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::{Instruction, classify};

    fn instruction(mnemonic: &str, operands: &str) -> Instruction {
        Instruction {
            mnemonic: mnemonic.to_owned(),
            operands: operands.to_owned(),
            bytes: 4,
        }
    }

    #[test]
    fn instructions_have_the_cycles_of_the_manuals() {
        let add = instruction("add", "r0, r1, r2");
        let check = |arm9, this: &Instruction, next: (u64, &Instruction), expected| {
            assert_eq!(
                classify(arm9, 100, this, Some(next)).1,
                expected,
                "{}",
                this.mnemonic
            );
        };
        let load = instruction("ldr", "r1, [r5]");
        check(true, &load, (104, &add), 2);
        check(true, &instruction("ldr", "r7, [r5]"), (104, &add), 1);
        check(true, &instruction("lsl", "r0, r1, r2"), (104, &add), 2);
        check(true, &instruction("lsl", "r0, r1, #2"), (104, &add), 1);
        check(
            true,
            &instruction("add", "r0, r1, r2, asr r3"),
            (104, &add),
            2,
        );
        check(
            true,
            &instruction("add", "r0, r1, r2, asr #3"),
            (104, &add),
            1,
        );
        check(false, &instruction("lsl", "r0, r1, r2"), (104, &add), 1);
        check(false, &load, (104, &add), 2);
        check(
            true,
            &instruction("smull", "r0, r1, r2, r3"),
            (104, &add),
            3,
        );
        check(
            false,
            &instruction("smull", "r0, r1, r2, r3"),
            (104, &add),
            1,
        );
        check(true, &instruction("bne", "0x40"), (64, &add), 3);
        check(true, &instruction("bne", "0x40"), (104, &add), 1);
        check(
            true,
            &instruction("ldm", "r0, {r1, r2, r3}"),
            (104, &add),
            3,
        );
    }
}
