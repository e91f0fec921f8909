//! Hands the memory map to the linker.

fn main() {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo:rustc-link-arg-bins=-T{here}/arm9.ld");
    println!("cargo:rerun-if-changed=arm9.ld");
    println!("cargo:rerun-if-changed=src/start.s");
}
