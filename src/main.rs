//! One binary, three roles.
fn main() {}
