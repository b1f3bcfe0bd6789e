#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fivetwenty_fuzz::logs(data));
