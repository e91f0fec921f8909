//! How much does it matter that an EPSP keeps the weight it had on arrival?
//!
//! One neuron with 64 synapses whose θ diffuses under the paper's prior; inputs at 45 Hz. Its potential is computed twice, with
//! weights held since each arrival and with weights that go on moving. Prints the relative RMS difference.

#![expect(clippy::print_stdout, reason = "an example shows its figures")]

use spinedrift::description::random::{Purpose, Stream};

const SYNAPSES: usize = 64;
const TICKS: u32 = 200_000;
const TICK_S: f64 = 1e-3;

fn difference(speed_per_s: f64) -> f64 {
    let mut draw = Stream::new(1, Purpose::Theta, 0, 0);
    let mut theta: Vec<f64> = (0..SYNAPSES).map(|_| 3.5 + 0.3 * draw.normal()).collect();
    // (held fast, held slow, moving fast, moving slow) sums of each synapse.
    let mut sums = vec![[0.0_f64; 4]; SYNAPSES];
    let decay = [(-1.0_f64 / 20.0).exp(), (-1.0_f64 / 2.0).exp()];
    let (mut squares, mut total) = (0.0, 0.0);
    for _ in 0..TICKS {
        let (mut held, mut moving) = (0.0, 0.0);
        for (theta, sum) in theta.iter_mut().zip(&mut sums) {
            *theta += speed_per_s * (0.5 - *theta) * TICK_S
                + (2.0 * speed_per_s * TICK_S).sqrt() * draw.normal();
            let weight = (*theta - 3.0).exp();
            let spike = f64::from(u8::from(draw.unit() < 45.0 * TICK_S));
            for (value, factor) in sum.iter_mut().zip([decay[0], decay[1], decay[0], decay[1]]) {
                *value *= factor;
            }
            sum[0] += spike * weight;
            sum[1] += spike * weight;
            sum[2] += spike;
            sum[3] += spike;
            held += sum[0] - sum[1];
            moving += weight * (sum[2] - sum[3]);
        }
        squares += (held - moving).powi(2);
        total += moving.powi(2);
    }
    (squares / total).sqrt()
}

fn main() {
    for (name, speed) in [
        ("paper, b = 1e-4 /s", 1e-4),
        ("demo, b = 2e-4 /s", 2e-4),
        ("fast, b = 1e-2 /s", 1e-2),
    ] {
        println!(
            "{name}: relative RMS difference of u = {:.2e}",
            difference(speed)
        );
    }
}
