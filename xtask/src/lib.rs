//! Everything around the page: set-up, serving, the distribution, the tests and the lab.
//!
//! In reading order: [`tools`] (every version that is pinned), [`run`] (commands and the steps they make up), [`dist`] with
//! [`seal`], [`headers`] and [`server`] (the page under its real headers), [`browser`] and [`firefox`], [`mod@test`], [`lab`] (captures
//! of real faults), [`accuracy`] (how often they are recognised), [`samples`] (what people paste), and [`mod@bench`] (how fast, and in
//! how much memory, in any of the browsers, [`webkit`] among them). Of what others made: [`deny`] (which dependencies may be),
//! [`notices`] (their licences) and [`data`] (tables of Cloudflare's).

pub mod accuracy;
pub mod bench;
pub mod browser;
pub mod data;
pub mod deny;
pub mod dist;
pub mod firefox;
pub mod fuzz;
pub mod headers;
pub mod lab;
pub mod notices;
pub mod run;
pub mod samples;
pub mod seal;
pub mod serve;
pub mod server;
pub mod test;
pub mod tools;
pub mod webkit;
