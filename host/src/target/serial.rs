//! A real board at a serial port: one board, one core.

use super::boards::{Boards, Node};
use super::qemu::session;
use super::{Loadable, TargetError};
use crate::link::{Patience, Peer};
use crate::mapping::types::CorePlace;
use std::time::Duration;

/// Baud, if the target's name doesn't say.
const BAUD: u32 = 921_600;

/// Loads the one image of a network onto the board at `port`, or `port@baud`.
///
/// # Errors
/// [`TargetError`]: the port can't be opened, the network needs more than one core, or the board fails.
pub fn load(port: &str, loadable: &Loadable) -> Result<Boards, TargetError> {
    let [image] = loadable.images.as_slice() else {
        return Err(TargetError::OneBoard {
            cores: loadable.images.len(),
        });
    };
    let (path, baud) = path_and_baud(port)?;
    let line = serialport::new(path, baud)
        .timeout(Duration::from_millis(100))
        .open()
        .map_err(|source| TargetError::NoPort {
            port: path.to_owned(),
            source,
        })?;
    let place = CorePlace {
        chip: image.chip,
        core: image.core,
    };
    let peer = Peer::new(Box::new(line), session(), Patience::default());
    // Any board will do that speaks the protocol and holds the image.
    let node = Node::new(place, "", peer, Box::new(()));
    Boards::load(&format!("serial:{port}"), loadable, vec![node])
}

/// The two parts of a port's name.
fn path_and_baud(port: &str) -> Result<(&str, u32), TargetError> {
    let Some((path, baud)) = port.rsplit_once('@') else {
        return Ok((port, BAUD));
    };
    match baud.parse() {
        Ok(baud) if baud > 0 => Ok((path, baud)),
        _ => Err(TargetError::Baud {
            baud: baud.to_owned(),
            port: path.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{BAUD, path_and_baud};

    #[test]
    fn a_port_may_say_its_baud() {
        assert_eq!(path_and_baud("/dev/tty").unwrap(), ("/dev/tty", BAUD));
        assert_eq!(path_and_baud("COM3@9600").unwrap(), ("COM3", 9600));
        for wrong in ["COM3@fast", "COM3@", "COM3@0", "COM3@-1"] {
            let error = path_and_baud(wrong).unwrap_err().to_string();
            assert!(error.contains("COM3"), "{error}");
        }
    }
}
