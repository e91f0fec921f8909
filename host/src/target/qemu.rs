//! QEMU's ARM machines as boards: one process a core, its UART a socket to this program.

use super::boards::{Boards, Keeper, Node};
use super::{Loadable, TargetError};
use crate::link::{Patience, Peer};
use crate::mapping::types::CorePlace;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Environment variable with the folder that holds the firmware, `BOARD.elf`.
pub const FIRMWARE: &str = "SPINEDRIFT_FIRMWARE";

/// Where `spinedrift firmware build` puts it.
pub const FIRMWARE_DEFAULT: &str = "firmware/target/boards";

/// A machine of QEMU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Target name.
    pub target: &'static str,
    /// Board, hence firmware.
    pub board: &'static str,
    /// QEMU's arguments that choose it.
    pub arguments: &'static [&'static str],
}

/// The machines that firmware is built for.
pub const MACHINES: [Machine; 2] = [
    Machine {
        target: "qemu-cortex-m4",
        board: "cortex-m4",
        arguments: &["-M", "mps2-an386"],
    },
    Machine {
        target: "qemu-arm9",
        board: "arm9",
        arguments: &["-M", "versatilepb", "-cpu", "arm926"],
    },
];

/// Times that a request is sent: for a minute. A QEMU that shares its processor with others answers late, and that one has ended is known at once, by its line.
const TIMES: u32 = 120;

/// Firmware of a board: what `spinedrift firmware build` made.
///
/// # Errors
/// [`TargetError::NoFirmware`] if it isn't there, [`TargetError::OtherFirmware`] if the file is another board's.
pub fn firmware(board: &str) -> Result<PathBuf, TargetError> {
    firmware_in(&folder(), board)
}

/// The folder that `SPINEDRIFT_FIRMWARE` names; else the one that the firmware is built to, here or in the folder above.
fn folder() -> PathBuf {
    let built = || {
        let above = Path::new("..").join(FIRMWARE_DEFAULT);
        let here = PathBuf::from(FIRMWARE_DEFAULT);
        if !here.exists() && above.exists() {
            above
        } else {
            here
        }
    };
    std::env::var_os(FIRMWARE).map_or_else(built, PathBuf::from)
}

/// Firmware of a board in this folder.
///
/// # Errors
/// Those of [`firmware`].
pub fn firmware_in(folder: &Path, board: &str) -> Result<PathBuf, TargetError> {
    let file = folder.join(format!("{board}.elf"));
    let bytes = std::fs::read(&file).map_err(|source| TargetError::NoFirmware {
        file: file.clone(),
        board: board.to_owned(),
        source,
    })?;
    match marked_board(&bytes) {
        Some(found) if found == board => Ok(file),
        found => Err(TargetError::OtherFirmware {
            file,
            needed: board.to_owned(),
            found: found.unwrap_or("no board at all").to_owned(),
        }),
    }
}

/// The board that firmware says it is for.
fn marked_board(file: &[u8]) -> Option<&str> {
    const MARK: &[u8] = b"spinedrift board=";
    let at = file.windows(MARK.len()).position(|part| part == MARK)?;
    let name = file.get(at + MARK.len()..)?;
    let end = name
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')?;
    std::str::from_utf8(name.get(..end)?).ok()
}

/// Starts a machine with this firmware, its UART at a character device of the name `link`.
#[must_use]
pub fn command(machine: &Machine, firmware: &Path, device: &str) -> Command {
    let mut command = Command::new("qemu-system-arm");
    command
        .args(machine.arguments)
        .args(["-display", "none", "-monitor", "none", "-nodefaults"])
        .args(["-chardev", device, "-serial", "chardev:link"])
        .arg("-kernel")
        .arg(firmware)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C is for this program, which then ends QEMU itself.
        .process_group(0);
    command
}

/// A running QEMU; it ends with this value, and with this program, however that ends.
#[derive(Debug)]
pub struct Qemu {
    machine: Child,
    watch: Child,
}

/// Waits for the end of its input, which is that of the program that started it, then ends the process of its first argument,
/// if that is still a QEMU.
const WATCH: &str = r#"read -r _
case "$(ps -o args= -p "$1")" in *qemu-system-arm*) kill -9 "$1" ;; esac"#;

impl Keeper for Qemu {
    fn process(&self) -> Option<u32> {
        Some(self.id())
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // The watch first: the number of a process that has been waited for may be another's. Either may have ended by
        // itself, which is as good.
        for process in [&mut self.watch, &mut self.machine] {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

impl Qemu {
    /// Starts a machine with this firmware; the stream is its UART.
    ///
    /// # Errors
    /// [`TargetError::NoQemu`].
    pub fn start(
        machine: &Machine,
        firmware: &Path,
        more: &[&str],
    ) -> Result<(Self, UnixStream), TargetError> {
        let failed = |source| TargetError::NoQemu { source };
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        // QEMU's end of the pair is its standard input.
        let mut child = command(machine, firmware, "socket,id=link,fd=0")
            .args(more)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .spawn()
            .map_err(failed)?;
        match watch(child.id()) {
            Ok(watch) => Ok((
                Self {
                    machine: child,
                    watch,
                },
                ours,
            )),
            Err(source) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(failed(source))
            }
        }
    }

    /// Process number, for a test that ends it from outside.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.machine.id()
    }
}

/// Starts the watch over a process. The other end of its input is this program's and nobody else's, so it is closed when this
/// program ends, even by a signal that it can't catch.
fn watch(process: u32) -> std::io::Result<Child> {
    Command::new("sh")
        .args(["-c", WATCH, "watch", &process.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

/// A number that no session of this machine's boards has had: of this process, counted.
pub(super) fn session() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    std::process::id()
        .wrapping_mul(0x9E37_79B9)
        .wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed))
        | 1
}

/// Starts a QEMU for each core and loads the images.
///
/// # Errors
/// [`TargetError`]: QEMU or firmware isn't there, or a board fails.
pub fn load(machine: &Machine, loadable: &Loadable) -> Result<Boards, TargetError> {
    load_with(machine, loadable, &[])
}

/// As [`load`], with more arguments for QEMU: to count instructions, for instance.
///
/// # Errors
/// Those of [`load`].
pub fn load_with(
    machine: &Machine,
    loadable: &Loadable,
    more: &[&str],
) -> Result<Boards, TargetError> {
    let firmware = firmware(machine.board)?;
    let node = |image: &spinedrift_emulator::functional::CoreImage| {
        let (qemu, stream) = Qemu::start(machine, &firmware, more)?;
        let place = CorePlace {
            chip: image.chip,
            core: image.core,
        };
        let patience = Patience {
            times: TIMES,
            ..Patience::default()
        };
        let peer = Peer::new(Box::new(stream), session(), patience);
        Ok(Node::new(place, machine.board, peer, Box::new(qemu)))
    };
    let nodes = loadable
        .images
        .iter()
        .map(node)
        .collect::<Result<Vec<_>, TargetError>>()?;
    Boards::load(machine.target, loadable, nodes)
}

#[cfg(test)]
mod tests {
    use super::marked_board;

    #[test]
    fn firmware_names_its_board() {
        assert_eq!(
            marked_board(b"\x7fELF..spinedrift board=arm9\0.."),
            Some("arm9")
        );
        assert_eq!(marked_board(b"\x7fELF"), None);
    }
}
