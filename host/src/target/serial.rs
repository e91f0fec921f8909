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
    let (path, baud) = port.rsplit_once('@').map_or((port, BAUD), |(path, baud)| {
        (path, baud.parse().unwrap_or(BAUD))
    });
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
