//! The closed vocabulary of advice: the pages of rules are written in it, and the report says it.

use serde::{Deserialize, Serialize};

/// An enum of which each value is one word or a few, the same in pages, in data and on the screen.
macro_rules! words {
    ($(#[$of:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $label:literal,)+ }) => {
        $(#[$of])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $label)] $value,)+
        }

        impl $name {
            /// All there are, in order.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// In words.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$value => $label,)+
                }
            }

            /// The one that these words name.
            pub fn named(label: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.label() == label)
            }
        }
    };
}

pub(crate) use words;

words! {
    /// What steps are for, in the order in which they are taken.
    Group {
        /// First aid.
        Stop = "Stop the damage",
        /// What proves or excludes the cause.
        Prove = "Prove it",
        /// The repair.
        Fix = "Fix it",
        /// Prevention.
        Keep = "Keep it from coming back",
    }
}

words! {
    /// How long a step takes.
    Effort {
        /// Up to half an hour.
        Minutes = "minutes",
        /// An hour or two.
        Hour = "an hour",
        /// A day or more.
        Day = "a day",
    }
}

words! {
    /// What a step can break.
    Risk {
        /// Nothing.
        None = "no risk",
        /// A service restarts.
        Restart = "restart",
        /// Visitors may notice.
        Visible = "visible to visitors",
    }
}

words! {
    /// Who takes a step.
    Who {
        /// The site's owner, who has the Cloudflare dashboard.
        Owner = "owner",
        /// Whoever runs the server.
        Admin = "server admin",
        /// The hosting provider.
        Host = "host",
        /// Whoever writes the application.
        Developer = "developer",
        /// Cloudflare's support.
        Support = "Cloudflare support",
        /// Whoever met the error.
        Visitor = "visitor",
    }
}

words! {
    /// A server, a filter or a service that has steps of its own.
    Server {
        /// nginx, `OpenResty`.
        Nginx = "nginx",
        /// Apache's web server.
        Apache = "Apache",
        /// PHP's process manager.
        PhpFpm = "PHP-FPM",
        /// Node.js and its frameworks.
        Node = "Node.js",
        /// Gunicorn.
        Gunicorn = "Gunicorn",
        /// uWSGI.
        Uwsgi = "uWSGI",
        /// Puma.
        Puma = "Puma",
        /// `LiteSpeed`, `OpenLiteSpeed`.
        LiteSpeed = "LiteSpeed",
        /// Microsoft's IIS, and ASP.NET behind it.
        Iis = "IIS",
        /// Tomcat.
        Tomcat = "Tomcat",
        /// Caddy.
        Caddy = "Caddy",
        /// `HAProxy`.
        HaProxy = "HAProxy",
        /// Varnish.
        Varnish = "Varnish",
        /// Traefik.
        Traefik = "Traefik",
        /// Envoy.
        Envoy = "Envoy",
        /// Amazon's load balancer.
        Alb = "AWS load balancer",
        /// `WordPress`.
        WordPress = "WordPress",
        /// `ModSecurity`.
        ModSecurity = "ModSecurity",
        /// fail2ban.
        Fail2ban = "fail2ban",
        /// ufw.
        Ufw = "ufw",
        /// nftables.
        Nftables = "nftables",
        /// iptables.
        Iptables = "iptables",
        /// CSF.
        Csf = "CSF",
        /// Cloudflare's dashboard: every site that is diagnosed has it.
        Cloudflare = "Cloudflare",
    }
}

words! {
    /// How frequent a cause is among 520s.
    Likelihood {
        /// Most 520s.
        Common = "common",
        /// Now and then.
        Occasional = "occasional",
        /// Hardly ever.
        Rare = "rare",
    }
}

words! {
    /// How hard a fix is.
    Difficulty {
        /// A setting.
        Easy = "easy",
        /// A change of the server or the application.
        Moderate = "moderate",
        /// Work on the code or with several parties.
        Hard = "hard",
    }
}
