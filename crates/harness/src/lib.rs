//! What the lab and the browser tests share: servers that fail, browsers that are driven, and waiting for both. Beside them what looks at
//! the built page in these browsers: [`page`] and its [`states`], [`axe`], [`mod@bench`], [`mod@walk`] and [`mod@pictures`]; and [`mod@logs`], which
//! writes synthetic records and compares what is counted of them.

pub mod axe;
pub mod bench;
pub mod browsers;
pub mod logs;
pub mod moment;
pub mod page;
pub mod pictures;
pub mod process;
pub mod servers;
pub mod states;
pub mod wait;
pub mod walk;
