//! Takes in what a run produces, cheaply, and brings it to disk while the run goes on.
//!
//! Not here: sorting (stream), file format (rows, parts), reading (read).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::checkpoint::{Checkpoint, CoreMemory};
use super::digest::Digest;
use super::directory::{gained_and_lost, write_info};
use super::parts::{self, join, merged_name, part_files, write_rows};
use super::rows::{Direction, Names, Potential, Provenance, Rewiring, Row, Spike, Table, Theta};
use super::storage::Storage;
use super::stream::Stream;
use super::{ResultsError, RunInfo, RunState, Totals};

/// The open end of a results directory.
///
/// Recording is a push into memory. [`Recorder::seal`] says that a tick is complete; what is sealed is sorted, enters the
/// digest and reaches the disk a part at a time. A recorder that is dropped without [`Recorder::finish`] writes what it
/// has.
#[derive(Debug)]
pub struct Recorder {
    storage: Arc<dyn Storage>,
    info: RunInfo,
    names: Names,
    /// First tick that is not sealed.
    pub(super) sealed: u32,
    pub(super) spikes: Stream<Spike>,
    pub(super) theta: Stream<Theta>,
    pub(super) rewiring: Stream<Rewiring>,
    pub(super) potentials: Stream<Potential>,
    pub(super) digest: Digest,
    spines_gained: u64,
    spines_lost: u64,
    finished: bool,
}

/// What a finished recording amounts to.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// As in `run.toml`.
    pub totals: Totals,
    /// Bytes of the tables.
    pub bytes: u64,
}

impl Recorder {
    pub(super) fn start(storage: Arc<dyn Storage>, info: RunInfo) -> Self {
        Self {
            storage,
            names: Names::of(&info),
            info,
            sealed: 0,
            spikes: Stream::after(0, 0),
            theta: Stream::after(0, 0),
            rewiring: Stream::after(0, 0),
            potentials: Stream::after(0, 0),
            digest: Digest::default(),
            spines_gained: 0,
            spines_lost: 0,
            finished: false,
        }
    }

    /// A spike of `neuron` of the population with this index. Within unsealed ticks the order is free.
    pub fn spike(&mut self, tick: u32, population: u32, neuron: u32) {
        self.spikes.push(Spike {
            tick,
            population,
            neuron,
        });
    }

    /// All spikes of one population in one tick.
    pub fn spikes(&mut self, tick: u32, population: u32, neurons: &[u32]) {
        self.spikes.extend(neurons.iter().map(|&neuron| Spike {
            tick,
            population,
            neuron,
        }));
    }

    /// θ (raw Q3.28) of one synapse in the snapshot of this tick.
    pub fn theta(&mut self, tick: u32, projection: u32, pre: u32, post: u32, raw: i32) {
        self.theta.push(Theta {
            tick,
            projection,
            pre,
            post,
            raw,
        });
    }

    /// θ (raw Q3.28) of a row: synapses from one neuron to those of `posts`, one for one with `raws`.
    pub fn theta_row(
        &mut self,
        tick: u32,
        projection: u32,
        pre: u32,
        posts: impl Iterator<Item = u32>,
        raws: &[i32],
    ) {
        self.theta.extend(posts.zip(raws).map(|(post, &raw)| Theta {
            tick,
            projection,
            pre,
            post,
            raw,
        }));
    }

    /// θ of a synapse crossed 0 in this tick.
    pub fn rewiring(
        &mut self,
        tick: u32,
        projection: u32,
        pre: u32,
        post: u32,
        direction: Direction,
    ) {
        self.rewiring.push(Rewiring {
            tick,
            projection,
            pre,
            post,
            direction,
        });
    }

    /// A membrane potential.
    pub fn potential(&mut self, tick: u32, population: u32, neuron: u32, u: f64) {
        self.potentials.push(Potential {
            tick,
            population,
            neuron,
            u,
        });
    }

    /// Everything that happened before tick `before` has been recorded. Call it as often as is convenient (each tick
    /// or each few thousand): digest and files are the same.
    ///
    /// # Errors
    /// [`ResultsError::Late`] if a spike or θ value came for a tick that was sealed before,
    /// [`ResultsError::UnknownIndex`], [`ResultsError::Write`].
    pub fn seal(&mut self, before: u32) -> Result<(), ResultsError> {
        self.seal_rows(u64::from(before))?;
        self.sealed = self.sealed.max(before);
        let storage = self.storage.as_ref();
        self.spikes.spill(storage, &self.names)?;
        self.theta.spill(storage, &self.names)?;
        self.rewiring.spill(storage, &self.names)?;
        self.potentials.spill(storage, &self.names)
    }

    /// Writes what is sealed to part files, so that it survives the process.
    ///
    /// # Errors
    /// [`ResultsError::Write`].
    pub fn flush(&mut self) -> Result<(), ResultsError> {
        let storage = self.storage.as_ref();
        self.spikes.flush(storage, &self.names)?;
        self.theta.flush(storage, &self.names)?;
        self.rewiring.flush(storage, &self.names)?;
        self.potentials.flush(storage, &self.names)
    }

    /// Writes all that was recorded, then the state from which `--resume` goes on with tick `tick`: the memories of the
    /// cores, and `host`, bytes of the caller's own (may be empty). Whatever was recorded until now belongs to the
    /// checkpoint, a θ snapshot of tick `tick` included.
    ///
    /// # Errors
    /// Those of [`Recorder::seal`]. The previous checkpoint stays valid.
    pub fn checkpoint(
        &mut self,
        tick: u32,
        host: Vec<u8>,
        cores: Vec<CoreMemory>,
    ) -> Result<(), ResultsError> {
        self.seal_rows(u64::MAX)?;
        self.sealed = self.sealed.max(tick);
        self.flush()?;
        let rows = [
            self.spikes.rows_written(),
            self.theta.rows_written(),
            self.rewiring.rows_written(),
            self.potentials.rows_written(),
        ];
        Checkpoint {
            tick,
            rows,
            host,
            cores,
        }
        .store(self.storage.as_ref())
        .map(|_| ())
    }

    /// Ends the recording after `ticks` ticks: joins the parts, writes the provenance and the totals with the caller's
    /// `figures`. `state` is [`RunState::Finished`], or [`RunState::Interrupted`] after Ctrl-C; an interrupted run is
    /// resumed from its last checkpoint, so write one before.
    ///
    /// # Errors
    /// Those of [`Recorder::seal`]. If joining fails, the parts stay.
    pub fn finish(
        mut self,
        state: RunState,
        ticks: u32,
        provenance: &[Provenance],
        figures: BTreeMap<String, f64>,
    ) -> Result<Finished, ResultsError> {
        self.seal_rows(u64::MAX)?;
        self.flush()?;
        self.finished = true;
        let mut bytes = self.merge::<Spike>(true)?
            + self.merge::<Theta>(true)?
            + self.merge::<Rewiring>(true)?;
        bytes += self.merge::<Potential>(false)?;
        let name = merged_name(Table::Provenance);
        bytes += write_rows(self.storage.as_ref(), &name, provenance, &self.names)?;
        let folder = self.storage.root().join(parts::FOLDER);
        // Stays if somebody put a file of his own there.
        let _ = std::fs::remove_dir(folder);
        let totals = Totals {
            ticks,
            spikes: self.spikes.rows_written(),
            theta_values: self.theta.rows_written(),
            spines_gained: self.spines_gained,
            spines_lost: self.spines_lost,
            digest: self.digest.hex(),
            figures,
        };
        let info = RunInfo {
            state,
            totals: Some(totals.clone()),
            ..self.info.clone()
        };
        write_info(self.storage.as_ref(), &info)?;
        Ok(Finished { totals, bytes })
    }

    /// Digest of what is sealed.
    #[must_use]
    pub fn digest(&self) -> String {
        self.digest.hex()
    }

    pub(super) fn count_spines(&mut self, rows: &[Rewiring]) {
        let (gained, lost) = gained_and_lost(rows);
        self.spines_gained += gained;
        self.spines_lost += lost;
    }

    fn seal_rows(&mut self, before: u64) -> Result<(), ResultsError> {
        let (populations, projections) =
            (self.names.populations.len(), self.names.projections.len());
        let digest = &mut self.digest;
        self.spikes
            .seal(self.sealed, before, populations, |rows| digest.spikes(rows))?;
        self.theta
            .seal(self.sealed, before, projections, |rows| digest.theta(rows))?;
        let (mut gained, mut lost) = (0, 0);
        self.rewiring
            .seal(self.sealed, before, projections, |rows| {
                (gained, lost) = gained_and_lost(rows);
            })?;
        self.spines_gained += gained;
        self.spines_lost += lost;
        self.potentials
            .seal(self.sealed, before, populations, |_| ())
    }

    /// Joins the parts of a table into its file; an optional table without rows gets none. Returns the file's bytes.
    fn merge<R: Row>(&self, always: bool) -> Result<u64, ResultsError> {
        let root = self.storage.root();
        let sources = part_files(root, R::TABLE)?;
        if sources.is_empty() && !always {
            return Ok(0);
        }
        let name = merged_name(R::TABLE);
        join::<R>(
            self.storage.as_ref(),
            &sources,
            &name,
            &self.names,
            u64::MAX,
        )?;
        parts::remove(&sources)?;
        let path = root.join(&name);
        std::fs::metadata(&path)
            .map(|file| file.len())
            .map_err(ResultsError::io("read", path))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if !self.finished {
            // The run has failed already, and that is the error to tell; this only saves what can be saved.
            let _ = self.seal_rows(u64::MAX).and_then(|()| self.flush());
        }
    }
}
