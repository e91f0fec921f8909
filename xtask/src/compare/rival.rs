//! A rival program: how it is built, run and read.

use super::{Isa, Turn};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why a rival doesn't run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RivalError {
    /// The program isn't there.
    #[error("{name}: can't start {program}: {error}")]
    Start {
        /// Rival.
        name: &'static str,
        /// Compiler, interpreter or program.
        program: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// It failed.
    #[error("{name}: {program} failed: {text}")]
    Failed {
        /// Rival.
        name: &'static str,
        /// Compiler, interpreter or program.
        program: String,
        /// Its last line.
        text: String,
    },
    /// It printed something else.
    #[error("{name}: no JSON line with '{field}' in what it printed")]
    Output {
        /// Rival.
        name: &'static str,
        /// Missing field.
        field: &'static str,
    },
}

/// How a rival is run.
#[derive(Clone, Debug)]
pub(super) enum Runs {
    /// One C file, compiled for this machine.
    C {
        /// The file.
        source: PathBuf,
    },
    /// A Python script.
    Python {
        /// Interpreter.
        python: PathBuf,
        /// Script.
        script: PathBuf,
    },
}

/// How its JSON line is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reads {
    /// `ns` times a factor, and `rate_hz`.
    OwnNs {
        /// Ticks in a unit of the comparison.
        scale: f64,
    },
    /// `rtf_cpu_median`: biological over processor time.
    RealTimeFactor,
    /// `ns_cpu_median`.
    SamplerNs,
}

/// A rival.
#[derive(Clone, Debug)]
pub(super) struct Rival {
    pub(super) name: &'static str,
    pub(super) runs: Runs,
    pub(super) arguments: Vec<String>,
    pub(super) threads: u16,
    pub(super) reads: Reads,
}

/// A rival that is ready to run.
#[derive(Debug)]
pub(super) struct Program<'a> {
    rival: &'a Rival,
    command: Vec<String>,
}

impl Rival {
    /// Compiles it where that is needed, with every optimisation that it would use itself.
    pub(super) fn build(&self, isa: Isa) -> Result<Program<'_>, RivalError> {
        let mut command = match &self.runs {
            Runs::Python { python, script } => vec![text(python), text(script)],
            Runs::C { source } => {
                let stem = source.file_stem().unwrap_or_default().to_string_lossy();
                let binary = Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("../target")
                    .join(format!("peer-{stem}-{isa:?}").to_lowercase());
                let flags = ["-O3", "-ffast-math", "-fopenmp"];
                let widest = ["-march=native", "-mprefer-vector-width=512"];
                let mut compile: Vec<String> = vec!["gcc".into()];
                compile.extend(flags.map(String::from));
                if isa == Isa::Widest {
                    compile.extend(widest.map(String::from));
                }
                compile.extend(["-o".into(), text(&binary), text(source), "-lm".into()]);
                self.output(&compile)?;
                vec![text(&binary)]
            }
        };
        command.extend(self.arguments.iter().cloned());
        Ok(Program {
            rival: self,
            command,
        })
    }

    fn output(&self, command: &[String]) -> Result<String, RivalError> {
        let (program, arguments) = command.split_first().unwrap_or((&EMPTY, &[]));
        let (name, program) = (self.name, program.clone());
        let run = Command::new(&program)
            .args(arguments)
            .env("OMP_NUM_THREADS", self.threads.to_string())
            .output();
        let output = match run {
            Ok(output) => output,
            Err(error) => {
                return Err(RivalError::Start {
                    name,
                    program,
                    error,
                });
            }
        };
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let text = errors.lines().last().unwrap_or_default().to_owned();
        Err(RivalError::Failed {
            name,
            program,
            text,
        })
    }
}

static EMPTY: String = String::new();

impl Program<'_> {
    /// Runs it once.
    pub(super) fn turn(&self) -> Result<Turn, RivalError> {
        let output = self.rival.output(&self.command)?;
        read(self.rival, &output)
    }
}

/// Reads the last line that is a JSON object.
fn read(rival: &Rival, output: &str) -> Result<Turn, RivalError> {
    let object = output
        .lines()
        .rev()
        .find_map(|line| serde_json::from_str::<Value>(line).ok())
        .unwrap_or_default();
    let number = |field| object.get(field).and_then(Value::as_f64);
    let needed = |field| {
        let name = rival.name;
        number(field).ok_or(RivalError::Output { name, field })
    };
    let ns = match rival.reads {
        Reads::OwnNs { scale } => needed("ns")? * scale,
        Reads::RealTimeFactor => 1e6 / needed("rtf_cpu_median")?,
        Reads::SamplerNs => needed("ns_cpu_median")?,
    };
    Ok(Turn {
        ns,
        rate_hz: number("rate_hz"),
    })
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Reads, Rival, Runs, read};

    fn rival(reads: Reads) -> Rival {
        Rival {
            name: "x",
            runs: Runs::C {
                source: "x.c".into(),
            },
            arguments: Vec::new(),
            threads: 1,
            reads,
        }
    }

    #[test]
    fn a_real_time_factor_becomes_time_of_a_millisecond() {
        let turn = read(
            &rival(Reads::RealTimeFactor),
            "noise\n{\"rtf_cpu_median\": 1000, \"rate_hz\": 2}\n",
        );
        let turn = turn.unwrap();
        assert!((turn.ns - 1000.0).abs() < 1e-9);
        assert_eq!(turn.rate_hz, Some(2.0));
    }

    #[test]
    fn output_without_its_figure_names_the_figure() {
        let error = read(&rival(Reads::SamplerNs), "{\"ns\": 1}").unwrap_err();
        assert!(error.to_string().contains("ns_cpu_median"));
    }
}
