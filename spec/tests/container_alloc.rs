//! A small file cannot make the reader allocate much.

mod container_util;

use container_util::{corpus, mend, small};
use eie_spec::container::{decode, decode_file, encode, encode_with, inspect, Codec, ContainerError};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The system's allocator, which remembers the most bytes that were in use at once.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to `System` unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        MOST.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: the caller keeps this function's contract, which is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above; `ptr` came from `System`.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn most_bytes(f: impl FnOnce()) -> usize {
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    f();
    MOST.load(Relaxed) - before
}

/// One test, so that no other thread's allocations are counted.
#[test]
fn allocations_are_bounded() {
    // Sizes that no file has are refused before anything is allocated for them.
    let file = encode(&small()).unwrap();
    let offset = inspect(&file).unwrap().layers[0].offset;
    // Behind the kind, the name and the operation.
    let inputs = offset + 7 + usize::from(file[offset + 5]);
    for value in [u32::MAX, 1 << 31, (1 << 20) + 1] {
        let mut huge = file.clone();
        huge[inputs..inputs + 4].copy_from_slice(&value.to_le_bytes());
        mend(&mut huge);
        let bytes = most_bytes(|| {
            let ContainerError::Field { offset, found, .. } = decode(&huge).unwrap_err() else { panic!() };
            assert_eq!((offset, found), (inputs, value.to_string()));
        });
        assert!(bytes < 4096, "{bytes} bytes for {value} inputs");
    }

    // A number of weights that the streams cannot hold, likewise.
    let facts = inspect(&file).unwrap().layers.remove(0);
    let streams = facts.table_bytes + 8 + facts.run_bytes + facts.code_bytes + 4;
    let kept = facts.offset + facts.file_bytes - streams - 6;
    assert_eq!(file[kept..kept + 4], (facts.kept as u32).to_le_bytes());
    let mut huge = file.clone();
    huge[kept..kept + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    mend(&mut huge);
    let bytes = most_bytes(|| assert!(decode(&huge).unwrap_err().to_string().contains("number of weights")));
    assert!(bytes < 16384, "{bytes} bytes for a number of weights of {}", u32::MAX);

    // Likewise by the adaptive codec, for weights and for positions.
    let file_a = encode_with(&small(), Codec::Adaptive).unwrap();
    let facts = inspect(&file_a).unwrap().layers.remove(0);
    let kept = facts.offset + facts.file_bytes - (2 + 8 + facts.run_bytes + facts.code_bytes + 4) - 4;
    assert_eq!(file_a[kept..kept + 4], (facts.kept as u32).to_le_bytes());
    for (place, value, what) in [(kept, u32::MAX, "number of weights"), (inputs, 1 << 20, "number of positions")] {
        let mut huge = file_a.clone();
        huge[place..place + 4].copy_from_slice(&value.to_le_bytes());
        mend(&mut huge);
        let bytes = most_bytes(|| assert!(decode(&huge).unwrap_err().to_string().contains(what)));
        assert!(bytes < 16384, "{bytes} bytes for a {what} of {value}");
    }

    // The largest legal sizes without weights: one word an input, and two a row while it is proved.
    let mut wide = file.clone();
    wide[inputs..inputs + 4].copy_from_slice(&(1u32 << 20).to_le_bytes());
    mend(&mut wide);
    let bytes = most_bytes(|| assert!(decode(&wide).is_ok()));
    assert!(bytes < 6 << 20, "{bytes} bytes for a layer of 2^20 inputs");

    // Decoding a sound file, and whatever mutations ask for.
    let files = corpus();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut worst = 0;
    for _ in 0..50_000 {
        let mut file = files[rng.random_range(0..files.len())].clone();
        for _ in 0..rng.random_range(0..3) {
            let place = rng.random_range(8..file.len());
            file[place] = rng.random();
        }
        mend(&mut file);
        worst = worst.max(most_bytes(|| drop(decode_file(&file))));
    }
    // Sizes are within 2^20 a side, decoding tables within 64 kB.
    assert!(worst < 32 << 20, "{worst} bytes");
}
