//! Everything around the page: set-up, building, serving, the tests, and what the page weighs.
//!
//! Knows nothing of how a browser is driven, of faults, or of how fast the page is: the commands for those start the programs of
//! `fivetwenty-harness` and `fivetwenty-lab`, so that serving the page compiles none of it.
//!
//! In reading order: [`tools`] (every version that is pinned), [`run`] (commands and the steps they make up), [`dist`] with
//! [`seal`], [`names`], [`openers`] and [`compress`], [`headers`] and [`server`] (the page under its real headers). The other editions:
//! [`publish`] (what each host needs), [`mod@container`], [`single`] (one file) and [`npm`]. Then [`serve`], [`browsers`], [`hosts`],
//! [`node`] and [`axe`] (set-up only), [`mod@test`], [`accuracy`] (how often recorded faults are recognised), and [`fuzz`]. Of what others
//! made: [`deny`] (which dependencies may be), [`notices`] (their licences) and [`data`] (tables of Cloudflare's).

pub mod accuracy;
pub mod axe;
pub mod browsers;
pub mod compress;
pub mod container;
pub mod data;
pub mod deny;
pub mod dist;
pub mod fuzz;
pub mod headers;
pub mod hosts;
pub mod names;
pub mod node;
pub mod notices;
pub mod npm;
pub mod openers;
pub mod publish;
pub mod run;
pub mod seal;
pub mod serve;
pub mod server;
pub mod single;
pub mod test;
pub mod tools;
