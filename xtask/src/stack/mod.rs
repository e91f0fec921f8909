//! `cargo xtask stack`: the deepest that a board's program can go, by its call graph, and what its stack then has left.
//!
//! The compiler notes what each function takes (section `.stack_sizes`); who calls whom is read off the branches in the code
//! that would be flashed. A cycle, or a call through a pointer, would make the depth unknown: each is an error.

mod calls;
mod firmware;

use calls::Calls;
use clap::Args;
use firmware::{Function, Program};
use spinedrift::firmware::{BOARDS, Board};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

/// Options.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder of the firmware's sources.
    #[arg(long, default_value = "firmware")]
    source: PathBuf,
    /// Bytes that must be left on every board's stack at its deepest.
    #[arg(long, default_value_t = 512)]
    margin: u32,
}

/// Where a program begins: its start-up code is in assembly and takes no stack of its own.
const ENTRIES: [&str; 2] = ["start", "main"];

/// Where all panics lead, by a part of its symbol.
const PANIC: &str = "panic_fmt";

/// What an exception pushes on a Cortex-M4F before its handler runs: registers and those of the FPU, aligned (ARMv7-M
/// Architecture Reference Manual, B1.5.7). Handlers of the ARM9 have a stack of their own.
const EXCEPTION_BYTES: u32 = 104 + 4;

/// Measures every board. `false`: a stack is too small.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let mut good = true;
    for board in BOARDS {
        let file = spinedrift::firmware::build(&board, &arguments.source, None)?;
        let program = Program::read(&std::fs::read(&file)?)?;
        good &= report(&mut out, &board, &program, arguments.margin)?;
    }
    Ok(good)
}

fn report(
    out: &mut impl Write,
    board: &Board,
    program: &Program,
    margin: u32,
) -> Result<bool, Box<dyn Error>> {
    let mut depths = Depths::new(program)?;
    let entry = ENTRIES.iter().find_map(|name| program.named(name));
    let entry = entry.ok_or("the program has no entry that is known")?;
    let deepest = depths.of(entry.address)?.bytes;
    let exception = match program.containing("cortex_m_rt_HardFault") {
        Some(handler) => EXCEPTION_BYTES + depths.of(handler.address)?.bytes,
        None => 0,
    };
    let tick = program.containing("Opened3run").map(|run| run.address);
    let tick = tick.map_or(Ok(0), |run| depths.of(run).map(|depth| depth.bytes))?;
    let needed = deepest + exception;
    let stack = program.stack_bytes;
    writeln!(out, "{}\n\n| bytes | function |\n|---|---|", board.name)?;
    for function in depths.path(entry.address)? {
        writeln!(out, "| {} | `{}` |", function.stack, function.path())?;
    }
    let left = stack.saturating_sub(needed);
    writeln!(
        out,
        "\ndeepest {deepest} bytes, of which a tick {tick}, + an exception {exception} = {needed} of {stack} bytes of stack: \
         {left} left; {} bytes of DTCM for an image\n",
        program.image_bytes
    )?;
    if left < margin {
        writeln!(out, "fewer than the {margin} bytes that must be left")?;
    }
    Ok(left >= margin)
}

/// The deepest that a function's calls go.
#[derive(Clone, Debug, Default)]
struct Depth {
    bytes: u32,
    /// The deepest path, itself first.
    path: Vec<u32>,
}

/// Depths of functions, each computed once.
struct Depths<'p> {
    program: &'p Program,
    known: BTreeMap<u32, Depth>,
    /// Functions that are being computed.
    under_way: Vec<u32>,
}

impl<'p> Depths<'p> {
    /// The depth of a panic is worked out first: what reports it could panic in turn, and would then begin anew. That round is
    /// counted once.
    fn new(program: &'p Program) -> Result<Self, Box<dyn Error>> {
        let empty = || Self {
            program,
            known: BTreeMap::new(),
            under_way: Vec::new(),
        };
        let mut depths = empty();
        if let Some(panic) = program.containing(PANIC) {
            let depth = empty().of(panic.address)?;
            depths.known.insert(panic.address, depth);
        }
        Ok(depths)
    }

    fn function(&self, address: u32) -> Result<&'p Function, Box<dyn Error>> {
        let found = self.program.functions.get(&address);
        found.ok_or_else(|| {
            format!("a branch leads to {address:#x}, where no function begins").into()
        })
    }

    fn of(&mut self, address: u32) -> Result<Depth, Box<dyn Error>> {
        if let Some(depth) = self.known.get(&address) {
            return Ok(depth.clone());
        }
        let function = self.function(address)?;
        if self.under_way.contains(&address) && function.name.contains(PANIC) {
            return Ok(Depth::default());
        }
        if self.under_way.contains(&address) {
            return Err(format!("`{}` calls itself", function.path()).into());
        }
        self.under_way.push(address);
        let calls = Calls::of(function);
        if let Some(at) = calls.through_pointer {
            let name = function.path();
            return Err(format!("`{name}` calls through a pointer at {at:#x}").into());
        }
        let mut deepest = Depth::default();
        for callee in calls.targets {
            let depth = self.of(callee)?;
            if depth.bytes > deepest.bytes || deepest.path.is_empty() {
                deepest = depth;
            }
        }
        self.under_way.pop();
        deepest.bytes += function.stack;
        deepest.path.insert(0, address);
        self.known.insert(address, deepest.clone());
        Ok(deepest)
    }

    /// The functions on the deepest path.
    fn path(&mut self, from: u32) -> Result<Vec<&'p Function>, Box<dyn Error>> {
        let path = self.of(from)?.path;
        path.iter().map(|address| self.function(*address)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::firmware::{Function, Program};
    use super::{Depths, report};
    use spinedrift::firmware::board;
    use std::collections::BTreeMap;

    /// `bl` from one ARM instruction to another.
    fn call(from: u32, to: u32) -> u32 {
        0xEB00_0000 | ((to.wrapping_sub(from + 8) >> 2) & 0x00FF_FFFF)
    }

    /// A program of ARM functions: name, address, stack, code.
    fn program(functions: &[(&str, u32, u32, &[u32])]) -> Program {
        let functions = functions.iter().map(|&(name, address, stack, code)| {
            let function = Function {
                name: name.to_owned(),
                address,
                thumb: false,
                stack,
                code: code.iter().flat_map(|word| word.to_le_bytes()).collect(),
                data: Vec::new(),
            };
            (address, function)
        });
        Program {
            functions: functions.collect::<BTreeMap<_, _>>(),
            stack_bytes: 1000,
            image_bytes: 0,
        }
    }

    #[test]
    fn the_deepest_path_counts_not_the_sum() {
        let program = program(&[
            ("start", 0, 100, &[call(0, 0x100), call(4, 0x200)]),
            ("shallow", 0x100, 300, &[]),
            ("deep", 0x200, 200, &[call(0x200, 0x300)]),
            ("leaf", 0x300, 150, &[]),
        ]);
        let mut depths = Depths::new(&program).unwrap();
        assert_eq!(depths.of(0).unwrap().bytes, 450);
        let names: Vec<&str> = depths
            .path(0)
            .unwrap()
            .iter()
            .map(|f| f.name.as_str())
            .collect();
        assert_eq!(names, ["start", "deep", "leaf"]);
        let mut out = Vec::new();
        let arm9 = board("arm9").unwrap();
        assert!(report(&mut out, arm9, &program, 550).unwrap());
        assert!(!report(&mut out, arm9, &program, 551).unwrap());
    }

    #[test]
    fn a_panic_that_panics_ends() {
        let program = program(&[
            ("start", 0, 8, &[call(0, 0x100)]),
            ("panic_fmt", 0x100, 16, &[call(0x100, 0x200)]),
            ("handler", 0x200, 100, &[call(0x200, 0x100)]),
        ]);
        let mut depths = Depths::new(&program).unwrap();
        assert_eq!(depths.of(0).unwrap().bytes, 8 + 16 + 100);
        let sum: u32 = depths.path(0).unwrap().iter().map(|f| f.stack).sum();
        assert_eq!(sum, 124);
        // By another way into it: the handler, then the panic with its own round.
        assert_eq!(depths.of(0x200).unwrap().bytes, 100 + 16 + 100);
    }

    #[test]
    fn what_would_make_the_depth_unknown_is_refused() {
        let round = program(&[
            ("start", 0, 8, &[call(0, 0x100)]),
            ("f", 0x100, 8, &[call(0x100, 0)]),
        ]);
        let error = Depths::new(&round).unwrap().of(0).unwrap_err().to_string();
        assert!(error.contains("calls itself"), "{error}");
        let pointer = program(&[("start", 0, 8, &[0xE12F_FF33])]);
        let error = Depths::new(&pointer)
            .unwrap()
            .of(0)
            .unwrap_err()
            .to_string();
        assert!(error.contains("through a pointer"), "{error}");
        let nowhere = program(&[("start", 0, 8, &[call(0, 0x100)])]);
        let error = Depths::new(&nowhere)
            .unwrap()
            .of(0)
            .unwrap_err()
            .to_string();
        assert!(error.contains("no function begins"), "{error}");
    }
}
