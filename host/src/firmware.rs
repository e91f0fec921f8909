//! Builds the firmware: finds a Rust toolchain that can, calls its cargo, puts the result where targets look for it.
//!
//! A target's own standard library is preferred (`rustup target add`). Where there is none, as for ARMv5, it is built from
//! its source (component `rust-src`, or Debian's package `rust-web-src`), which stable cargo does if it is told that it may.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A board that there is firmware for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Board {
    /// Name.
    pub name: &'static str,
    /// Its package.
    pub package: &'static str,
    /// Rust's name of its processor.
    pub target: &'static str,
    /// Cargo profile.
    pub profile: &'static str,
    /// What it is.
    pub about: &'static str,
}

/// All boards.
pub const BOARDS: [Board; 3] = [
    Board {
        name: "cortex-m4",
        package: "spinedrift-cortex-m4f",
        target: "thumbv7em-none-eabihf",
        profile: "release",
        about: "Cortex-M4F in QEMU (mps2-an386)",
    },
    Board {
        name: "arm9",
        package: "spinedrift-arm9",
        target: "armv5te-none-eabi",
        profile: "size",
        about: "ARM9E in QEMU (versatilepb), memories of a SpiNNaker 1 core",
    },
    Board {
        name: "stm32f4-discovery",
        package: "spinedrift-stm32f4-discovery",
        target: "thumbv7em-none-eabihf",
        profile: "release",
        about: "STM32F407G-DISC1, link on USART2 (PA2, PA3)",
    },
];

/// Why firmware can't be built.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum FirmwareError {
    /// There is no such board.
    #[error("unknown board `{name}`")]
    #[diagnostic(help("one of {}", BOARDS.map(|board| board.name).join(", ")))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// The sources aren't there.
    #[error("no firmware sources in {}", folder.display())]
    #[diagnostic(help(
        "run it in Spinedrift's repository, or name its folder `firmware` with --source"
    ))]
    NoSource {
        /// Folder.
        folder: PathBuf,
    },
    /// No toolchain can build for this processor.
    #[error("no Rust toolchain here can build for {target}")]
    #[diagnostic(help(
        "`rustup target add {target}`; where rustup has no such target: `rustup component add rust-src`, or Debian's packages \
         rustc-web cargo-web rust-web-src lld"
    ))]
    NoToolchain {
        /// Processor.
        target: String,
    },
    /// Cargo failed.
    #[error("cargo couldn't build {package}")]
    #[diagnostic(help("its messages are above; an overflowing region is a limit of the board"))]
    Build {
        /// Package.
        package: String,
    },
    /// A program or file can't be used.
    #[error("{}: {source}", what.display())]
    Io {
        /// Program or file.
        what: PathBuf,
        /// Reason.
        source: io::Error,
    },
}

/// The board of this name.
///
/// # Errors
/// [`FirmwareError::Unknown`].
pub fn board(name: &str) -> Result<&'static Board, FirmwareError> {
    BOARDS
        .iter()
        .find(|board| board.name == name)
        .ok_or_else(|| FirmwareError::Unknown {
            name: name.to_owned(),
        })
}

/// A toolchain that can build for a processor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
    /// The standard library is built along.
    builds_core: bool,
    /// Linker, if the toolchain has none of its own.
    linker: Option<&'static str>,
}

/// Programs to try: what the shell finds, then what Debian's packages install.
const COMPILERS: [(&str, &str); 2] = [("cargo", "rustc"), ("/usr/bin/cargo", "/usr/bin/rustc")];

/// Finds one.
///
/// # Errors
/// [`FirmwareError::NoToolchain`].
pub fn toolchain(target: &str) -> Result<Toolchain, FirmwareError> {
    let roots: Vec<(Toolchain, PathBuf)> = COMPILERS
        .iter()
        .filter_map(|(cargo, rustc)| {
            let out = Command::new(rustc)
                .args(["--print", "sysroot"])
                .output()
                .ok()?;
            let root = PathBuf::from(String::from_utf8(out.stdout).ok()?.trim());
            let found = Toolchain {
                cargo: cargo.into(),
                rustc: rustc.into(),
                builds_core: false,
                linker: (!has_linker(&root)).then_some("ld.lld"),
            };
            out.status.success().then_some((found, root))
        })
        .collect();
    let library = |(_, root): &&(Toolchain, PathBuf)| {
        root.join("lib/rustlib").join(target).join("lib").is_dir()
    };
    let source = |(_, root): &&(Toolchain, PathBuf)| {
        root.join("lib/rustlib/src/rust/library/Cargo.toml")
            .is_file()
    };
    if let Some((found, _)) = roots.iter().find(library) {
        return Ok(found.clone());
    }
    let found = roots.iter().find(source);
    found
        .map(|(found, _)| Toolchain {
            builds_core: true,
            ..found.clone()
        })
        .ok_or_else(|| FirmwareError::NoToolchain {
            target: target.to_owned(),
        })
}

/// Whether a toolchain brings its linker for bare boards.
fn has_linker(root: &Path) -> bool {
    let hosts = std::fs::read_dir(root.join("lib/rustlib"));
    hosts.is_ok_and(|mut hosts| {
        hosts.any(|host| host.is_ok_and(|host| host.path().join("bin/rust-lld").is_file()))
    })
}

impl Toolchain {
    /// Its cargo, ready for these processors: add a command's own arguments.
    #[must_use]
    pub fn cargo(&self, command: &str, targets: &[&str]) -> Command {
        let mut cargo = Command::new(&self.cargo);
        cargo
            .arg(command)
            .args(targets.iter().flat_map(|target| ["--target", target]))
            .env("RUSTC", &self.rustc)
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        if self.builds_core {
            cargo
                .arg("-Zbuild-std=core")
                .env("RUSTC_BOOTSTRAP", "1")
                // Notes in the file what stack each function takes, for `cargo xtask stack`; the code stays the same.
                .env("RUSTFLAGS", "-Zemit-stack-sizes");
        }
        if let Some(linker) = self.linker {
            for target in targets {
                let target = target.to_uppercase().replace('-', "_");
                cargo.env(format!("CARGO_TARGET_{target}_LINKER"), linker);
            }
        }
        cargo
    }
}

/// Builds a board's firmware from these sources with a profile of its own or another; the file that it made.
///
/// # Errors
/// [`FirmwareError`].
pub fn build(
    board: &Board,
    source: &Path,
    profile: Option<&str>,
) -> Result<PathBuf, FirmwareError> {
    if !source.join("Cargo.toml").is_file() {
        return Err(FirmwareError::NoSource {
            folder: source.to_path_buf(),
        });
    }
    let profile = profile.unwrap_or(board.profile);
    let target_folder = source.join("target");
    let mut cargo = toolchain(board.target)?.cargo("build", &[board.target]);
    cargo.args(["--profile", profile]);
    run(cargo, board.package, source, board.package)?;
    let made = target_folder
        .join(board.target)
        .join(profile)
        .join(board.package);
    if profile != board.profile {
        return Ok(made);
    }
    let folder = target_folder.join("boards");
    let file = folder.join(format!("{}.elf", board.name));
    let io = |source| FirmwareError::Io {
        what: file.clone(),
        source,
    };
    std::fs::create_dir_all(&folder).map_err(io)?;
    std::fs::copy(&made, &file).map_err(io)?;
    Ok(file)
}

/// Processors that the kernel and the runner must at least compile for, though there is no board crate.
pub const CHECKED: [&str; 2] = ["thumbv6m-none-eabi", "riscv32imac-unknown-none-elf"];

/// Checks that kernel and runner compile for some processors: those of one toolchain in one go, which builds what they share once.
///
/// # Errors
/// [`FirmwareError`].
pub fn check(targets: &[&str], source: &Path) -> Result<(), FirmwareError> {
    let mut groups: Vec<(Toolchain, Vec<&str>)> = Vec::new();
    for target in targets {
        let found = toolchain(target)?;
        match groups.iter_mut().find(|(toolchain, _)| *toolchain == found) {
            Some((_, group)) => group.push(target),
            None => groups.push((found, vec![target])),
        }
    }
    for (toolchain, group) in groups {
        let package = "spinedrift-firmware";
        let cargo = toolchain.cargo("check", &group);
        let called = format!("{package} for {}", group.join(", "));
        run(cargo, package, source, &called)?;
    }
    Ok(())
}

/// Runs a cargo on a package of these sources; what to call it if that fails.
fn run(
    mut cargo: Command,
    package: &str,
    source: &Path,
    called: &str,
) -> Result<(), FirmwareError> {
    let status = cargo
        .args(["-p", package, "--manifest-path"])
        .arg(source.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(source.join("target"))
        .status()
        .map_err(|source| FirmwareError::Io {
            what: cargo.get_program().into(),
            source,
        })?;
    if status.success() {
        return Ok(());
    }
    Err(FirmwareError::Build {
        package: called.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{FirmwareError, board, build, toolchain};

    #[test]
    fn an_unknown_board_is_answered_with_those_there_are() {
        let error = board("uno").unwrap_err();
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert!(help.contains("stm32f4-discovery"), "{help}");
    }

    #[test]
    fn a_processor_that_nobody_builds_for_is_refused_with_what_to_install() {
        // Where a toolchain has the source of the standard library, only cargo can say that the target is unknown.
        if let Err(error) = toolchain("pdp11-none") {
            assert!(matches!(error, FirmwareError::NoToolchain { .. }));
        }
    }

    #[test]
    fn sources_that_are_not_there_are_named() {
        let folder = std::path::Path::new("nowhere");
        let error = build(board("arm9").unwrap(), folder, None).unwrap_err();
        assert!(error.to_string().contains("nowhere"), "{error}");
    }
}
