//! Lanes, neighbouring keys and neighbouring ticks don't follow one another. The measure has teeth: a stream that is
//! shared on purpose fails it.

use spinedrift_core::random::{LaneKey, RowWords, Stream, gaussian};

const DRAWS: usize = 1 << 14;
/// Standard deviations: with some 10³ comparisons a false alarm once in 10³.
const LIMIT: f64 = 5.0;

/// The larger of: correlation of the variates, and worst agreement of one bit; in standard deviations.
fn dependence(a: &[u32], b: &[u32]) -> f64 {
    let n = (a.len() as f64).sqrt();
    let unit = |word: u32| f64::from(gaussian(word)) / 28_f64.exp2();
    let product: f64 = a.iter().zip(b).map(|(&x, &y)| unit(x) * unit(y)).sum();
    let bit = |shift: u32| {
        let same = a.iter().zip(b).filter(|(x, y)| (*x ^ *y) >> shift & 1 == 0);
        (2.0 * same.count() as f64 - a.len() as f64).abs() / n
    };
    (0..32).map(bit).fold((product / n).abs(), f64::max)
}

fn words(mut stream: Stream) -> Vec<u32> {
    (0..DRAWS).map(|_| stream.next_u32()).collect()
}

/// First words of the streams of consecutive ticks, as the kernel draws.
fn first_words(key: impl Fn(u32) -> Stream) -> Vec<u32> {
    (0..DRAWS as u32).map(|t| key(t).next_u32()).collect()
}

#[test]
fn a_shared_stream_is_caught() {
    let shared = words(Stream::new(1, 2, 3, 4, 5));
    assert!(dependence(&shared, &shared) > 20.0 * LIMIT);
    let mut late = Stream::new(1, 2, 3, 4, 5);
    let _ = late.next_u32();
    let late = words(late);
    assert!(dependence(&shared[1..], &late[..DRAWS - 1]) > 20.0 * LIMIT);
}

#[test]
fn one_shared_bit_is_caught() {
    let a = words(Stream::new(1, 2, 3, 4, 5));
    let mut b = words(Stream::new(1, 2, 3, 4, 6));
    for (x, y) in a.iter().zip(&mut b) {
        *y = *y & !1 | x & 1;
    }
    assert!(dependence(&a, &b) > 20.0 * LIMIT);
}

#[test]
fn lanes_are_independent() {
    let mut stream = Stream::new(5, 5, 5, 5, 5);
    let rows: Vec<_> = (0..DRAWS).map(|_| stream.lanes()).collect();
    let lane = |k: usize| rows.iter().map(|row| row[k]).collect::<Vec<u32>>();
    let lanes: Vec<_> = (0..16).map(lane).collect();
    for i in 0..16 {
        for j in 0..i {
            let found = dependence(&lanes[i], &lanes[j]);
            assert!(found < LIMIT, "{i} {j}: {found}");
        }
        let later = dependence(&lanes[i][1..], &lanes[i][..DRAWS - 1]);
        assert!(later < LIMIT, "{i} and its next: {later}");
    }
}

#[test]
fn streams_of_neighbouring_keys_are_independent() {
    let base = words(Stream::new(1, 0, 0, 0, 0));
    for bit in 0..32 {
        let d = 1_u32 << bit;
        let neighbours = [
            Stream::new(1 ^ u64::from(d), 0, 0, 0, 0),
            Stream::new(1 ^ u64::from(d) << 32, 0, 0, 0, 0),
            Stream::new(1, d, 0, 0, 0),
            Stream::new(1, 0, d, 0, 0),
            Stream::new(1, 0, 0, d, 0),
            Stream::new(1, 0, 0, 0, d),
        ];
        for (which, stream) in neighbours.into_iter().enumerate() {
            let found = dependence(&base, &words(stream));
            assert!(found < LIMIT, "{which} bit {bit}: {found}");
        }
    }
}

#[test]
fn first_words_of_neighbouring_keys_are_independent() {
    let base = first_words(|t| Stream::new(1, 2, 3, 4, t));
    let others = [
        first_words(|t| Stream::new(1, 2, 3, 4, t + 1)),
        first_words(|t| Stream::new(1, 2, 3, 5, t)),
        first_words(|t| Stream::new(1, 2, 4, 4, t)),
        first_words(|t| Stream::new(1, 3, 3, 4, t)),
        first_words(|t| Stream::new(2, 2, 3, 4, t)),
        first_words(|t| Stream::new(1, 2, t, 4, 3)),
        first_words(|t| Stream::new(1, 2, 3, t, 4)),
    ];
    for (which, other) in others.iter().enumerate() {
        let found = dependence(&base, other);
        assert!(found < LIMIT, "{which}: {found}");
    }
}

/// The words of a row at consecutive ticks, at one counter.
fn of_ticks(pre: u32, counter: u32) -> Vec<u32> {
    let key = LaneKey::new(&mut Stream::new(6, 1, pre, 3, 0));
    let word = |tick| key.at(tick).word(counter);
    (0..DRAWS as u32).map(word).collect()
}

#[test]
fn a_rows_words_are_independent_from_tick_to_tick() {
    // All eight words of some lanes, and rows beside each other.
    for counter in [0, 1, 15, 16, 32, 48, 64, 80, 96, 112, 127] {
        let base = of_ticks(40, counter);
        for later in [1, 2, 7, 16, 256, 1024] {
            let found = dependence(&base[later..], &base[..DRAWS - later]);
            assert!(found < LIMIT, "{counter}, {later} ticks later: {found}");
        }
        for (pre, other) in [(40, 5), (40, 21), (40, 126), (41, counter), (56, counter)] {
            let found = dependence(&base, &of_ticks(pre, other));
            assert!(found < LIMIT, "{counter} and {other} of {pre}: {found}");
        }
    }
}

#[test]
fn a_dither_tells_nothing_of_its_word() {
    let key = LaneKey::new(&mut Stream::new(6, 1, 2, 3, 0));
    let dithers = |lane, every| {
        let keys = (0..DRAWS as u32).map(move |tick| key.at(tick * every));
        keys.map(move |key| key.dither(lane)).collect::<Vec<_>>()
    };
    for lane in 0..16 {
        let found = dependence(&of_ticks(2, lane), &dithers(lane, 1));
        assert!(found < LIMIT, "lane {lane}: {found}");
        // From visit to visit they are spread evenly: their mean is nearer to the middle than chance would have it.
        for every in [1, 7, 256, 1000] {
            let sum: f64 = dithers(lane, every).into_iter().map(f64::from).sum();
            let off = sum / DRAWS as f64 / 32_f64.exp2() - 0.5;
            assert!(off.abs() < 1e-3, "lane {lane}, every {every} ticks: {off}");
        }
    }
    // The teeth: of two lanes the one's follows from the other's, and that is seen.
    assert!(dependence(&dithers(0, 1), &dithers(1, 1)) > LIMIT);
}

/// What a step draws: lane `lane` of the row of each presynaptic slot, at one tick.
fn of_rows(tick: u32, block: u32, lane: u32) -> Vec<u32> {
    let key = LaneKey::new(&mut Stream::new(9, 1, 0, block, tick));
    (0..DRAWS as u32)
        .map(|pre| lane_word(key.word(pre), lane))
        .collect()
}

/// The word of a lane of a row with this word.
fn lane_word(word: u32, lane: u32) -> u32 {
    RowWords::new(word, lane).next_pair()[0]
}

#[test]
fn rows_of_a_tick_are_independent_of_each_other_and_of_the_next() {
    let base = of_rows(100, 3, 0);
    for lane in 1..16 {
        let found = dependence(&base, &of_rows(100, 3, lane));
        assert!(found < LIMIT, "lane {lane}: {found}");
    }
    for distance in 1..64 {
        let found = dependence(&base[distance..], &base[..DRAWS - distance]);
        assert!(found < LIMIT, "row {distance}: {found}");
    }
    for (tick, block) in [(101, 3), (99, 3), (100, 4), (100 + 4096, 3), (101, 4)] {
        let found = dependence(&base, &of_rows(tick, block, 0));
        assert!(found < LIMIT, "tick {tick}, block {block}: {found}");
    }
    // One synapse from tick to tick.
    let ticks: Vec<u32> = (0..DRAWS as u32)
        .map(|tick| lane_word(LaneKey::new(&mut Stream::new(9, 1, 0, 3, tick)).word(77), 5))
        .collect();
    assert!(dependence(&ticks[1..], &ticks[..DRAWS - 1]) < LIMIT);
    // The teeth: rows whose words are one sequence would share lanes with their neighbours.
    let shared = |pre: u32, lane: u32| lane_word(5, pre + lane);
    let [a, b] = [1, 0].map(|lane| {
        (0..DRAWS as u32)
            .map(|pre| shared(pre + 1 - lane, lane))
            .collect::<Vec<_>>()
    });
    assert!(dependence(&a, &b) > 20.0 * LIMIT);
}
