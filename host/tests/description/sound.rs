//! The cochlea-like filter bank: tones, silence, words, and files that are none.

use spinedrift::description::sound::{
    Cochlea, Cochleagram, Sound, SoundError, SoundPresentation, erb_spaced, read_recordings,
    read_wav, sound_schedule, synthetic_words,
};
use std::path::Path;

const RATE: u32 = 8_000;

fn sound(samples: impl Iterator<Item = f64>) -> Sound {
    Sound {
        name: "test".into(),
        sample_hz: RATE,
        samples: samples.map(|sample| sample as f32).collect(),
        label: 1,
    }
}

fn tone(hz: f64, amplitude: f64, seconds: f64) -> Sound {
    let count = (seconds * f64::from(RATE)) as u32;
    let angle = std::f64::consts::TAU * hz / f64::from(RATE);
    sound((0..count).map(|t| amplitude * (angle * f64::from(t)).sin()))
}

fn loudest(heard: &Cochleagram) -> usize {
    let sum = |channel: usize| heard.frames.iter().map(|frame| frame[channel]).sum::<f64>();
    (0..heard.centres_hz.len())
        .max_by(|a, b| sum(*a).total_cmp(&sum(*b)))
        .unwrap()
}

#[test]
fn a_tone_excites_the_channel_of_its_frequency() {
    let cochlea = Cochlea::default();
    let centres = erb_spaced(cochlea.channels, cochlea.low_hz, cochlea.high_hz);
    for (channel, hz) in centres.iter().enumerate() {
        for amplitude in [0.9, 0.01] {
            let heard = cochlea.hear(&tone(*hz, amplitude, 0.3)).unwrap();
            assert_eq!(loudest(&heard), channel, "{hz} Hz at {amplitude}");
        }
    }
}

#[test]
fn levels_are_compressed() {
    // Without lateral inhibition a tone and one 20 dB softer, both in one sound: amplitude falls by 10, level by 10^0.3.
    let cochlea = Cochlea {
        contrast: 0.0,
        ..Cochlea::default()
    };
    let mut both = tone(1_000.0, 0.5, 0.5);
    both.samples.extend(tone(1_000.0, 0.05, 0.5).samples);
    let heard = cochlea.hear(&both).unwrap();
    let channel = loudest(&heard);
    let ratio = heard.frames[25][channel] / heard.frames[75][channel];
    assert!((ratio - 10.0_f64.powf(0.3)).abs() < 0.05, "{ratio}");
}

#[test]
fn silence_and_faint_noise_excite_nothing() {
    for samples in [vec![0.0; 4_000], vec![1e-6; 4_000]] {
        let heard = Cochlea::default()
            .hear(&sound(samples.into_iter()))
            .unwrap();
        assert!(heard.frames.iter().flatten().all(|level| *level == 0.0));
        let presentation = SoundPresentation {
            low_hz: 0.0,
            high_hz: 90.0,
            show_ticks: 200,
            frames: 20,
        };
        let schedule = sound_schedule(&[heard], &[Some(0)], &presentation).unwrap();
        assert!(schedule.patterns.iter().flatten().all(|level| *level == 0));
    }
}

#[test]
fn soft_ends_are_cut_off_and_the_peak_is_one() {
    let mut padded = sound(std::iter::repeat_n(0.0, 4_000));
    padded.samples.extend(tone(500.0, 0.4, 0.2).samples);
    padded.samples.extend([0.0; 4_000]);
    let heard = Cochlea::default().hear(&padded).unwrap();
    // 20 frames of tone; the low-pass of 20 Hz lets it ring for some more.
    assert!(
        (20..=45).contains(&heard.frames.len()),
        "{}",
        heard.frames.len()
    );
    let peak = heard.frames.iter().flatten().copied().fold(0.0, f64::max);
    assert!((peak - 1.0).abs() < 1e-12);
    assert_eq!(heard.stretched(7).frames.len(), 7);
}

/// A word is told from another by its nearest class mean: the filter bank keeps what matters, and labels shuffled don't.
#[test]
fn synthetic_words_can_be_told_apart() {
    let words = synthetic_words(80, 3);
    let cochlea = Cochlea::default();
    let heard: Vec<(u8, Vec<f64>)> = words
        .sounds
        .iter()
        .map(|word| {
            let picture = cochlea.hear(word).unwrap().stretched(10);
            (word.label, picture.frames.concat())
        })
        .collect();
    let (train, test) = heard.split_at(40);
    let mean = |label: u8| {
        let of: Vec<_> = train.iter().filter(|word| word.0 == label).collect();
        let sum = |i: usize| of.iter().map(|word| word.1[i]).sum::<f64>();
        (0..320)
            .map(|i| sum(i) / of.len() as f64)
            .collect::<Vec<_>>()
    };
    let (one, two) = (mean(1), mean(2));
    let far = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    let named = |word: &Vec<f64>| {
        if far(word, &one) < far(word, &two) {
            1
        } else {
            2
        }
    };
    let right = test.iter().filter(|word| named(&word.1) == word.0).count();
    assert!(right >= 38, "{right} of 40");
    assert_ne!(words, synthetic_words(80, 4));
    assert_eq!(words, synthetic_words(80, 3));
}

#[test]
fn a_schedule_plays_each_frame_for_its_time() {
    let heard = Cochlea::default().hear(&tone(700.0, 0.5, 0.3)).unwrap();
    let presentation = SoundPresentation {
        low_hz: 1.0,
        high_hz: 64.0,
        show_ticks: 200,
        frames: 10,
    };
    let schedule = sound_schedule(&[heard], &[None, Some(0), Some(0)], &presentation).unwrap();
    assert_eq!(schedule.patterns.len(), 11);
    assert_eq!((schedule.levels_hz[0], schedule.levels_hz[63]), (1.0, 64.0));
    assert_eq!(&schedule.changes[..3], [(0, 0), (200, 1), (220, 2)]);
    assert_eq!(schedule.changes.last(), Some(&(600, 0)));
    let odd = SoundPresentation {
        show_ticks: 201,
        ..presentation
    };
    assert!(matches!(
        sound_schedule(&[], &[None], &odd),
        Err(SoundError::NoTime { .. })
    ));
    assert!(matches!(
        sound_schedule(&[], &[Some(0)], &presentation),
        Err(SoundError::NoSuchSound {
            index: 0,
            available: 0
        })
    ));
}

#[test]
fn an_impossible_cochlea_is_refused() {
    let deep = Cochlea {
        high_hz: 4_000.0,
        ..Cochlea::default()
    };
    let error = deep.hear(&tone(500.0, 0.5, 0.1)).unwrap_err();
    assert!(
        error.to_string().contains("8000 samples a second"),
        "{error}"
    );
    assert!(
        Cochlea {
            channels: 0,
            ..Cochlea::default()
        }
        .hear(&tone(500.0, 0.5, 0.1))
        .is_err()
    );
}

/// A WAV file of 16-bit mono PCM.
fn wav(samples: &[i16]) -> Vec<u8> {
    let bytes = samples.len() as u32 * 2;
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    for half in [1_u16, 1] {
        file.extend(half.to_le_bytes());
    }
    for word in [RATE, 2 * RATE] {
        file.extend(word.to_le_bytes());
    }
    for half in [2_u16, 16] {
        file.extend(half.to_le_bytes());
    }
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

fn written(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

#[test]
fn recordings_are_read_in_the_order_of_their_names() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), "2_b_0.wav", &wav(&[16_384, -16_384]));
    written(folder.path(), "1_a_0.wav", &wav(&[-32_768]));
    written(folder.path(), "7_a_0.wav", b"not asked for");
    written(folder.path(), "README", b"no sound");
    let set = read_recordings(folder.path(), &[1, 2]).unwrap();
    let found: Vec<_> = set
        .sounds
        .iter()
        .map(|s| (s.label, s.samples.clone()))
        .collect();
    assert_eq!(found, [(1, vec![-1.0]), (2, vec![0.5, -0.5])]);
}

#[test]
fn a_bad_file_is_named_with_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str, bytes: &[u8]| {
        written(folder.path(), name, bytes);
        let error = read_wav(&folder.path().join(name)).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
        error
    };
    assert!(told("text.wav", b"hello").contains("is no WAV file"));
    let whole = wav(&[1, 2, 3]);
    assert!(told("short.wav", &whole[..20]).contains("is no WAV file"));
    assert!(told("empty.wav", &wav(&[])).contains("holds no sound"));
    // Every beginning of a file gives an answer or an error, never a panic.
    for length in 0..whole.len() {
        written(folder.path(), "part.wav", &whole[..length]);
        let _ = read_wav(&folder.path().join("part.wav"));
    }
    assert!(matches!(
        read_wav(Path::new("nowhere.wav")),
        Err(SoundError::Read { .. })
    ));
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(
        read_recordings(empty.path(), &[1]),
        Err(SoundError::NoRecordings { .. })
    ));
    written(empty.path(), "one.wav", &whole);
    assert!(matches!(
        read_recordings(empty.path(), &[1]),
        Err(SoundError::NoLabel { .. })
    ));
}
