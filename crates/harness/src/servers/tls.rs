//! Certificates, made anew at every run, and the two ends of TLS.

use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result, anyhow};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, ServerConfig, SignatureScheme};

/// What a server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// One that the edge trusts, and that stands for one that everybody trusts.
    Public,
    /// One of an issuer that the edge trusts and browsers do not, as Cloudflare's Origin CA is.
    OriginCa,
    /// One that ended in 2020.
    Expired,
}

/// What a server asks of its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clients {
    /// Anybody may come.
    Anybody,
    /// Only those with a certificate that nobody in the lab has.
    WithCertificate,
}

/// Which protocols one end offers by ALPN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offers {
    /// HTTP/1.1 alone.
    Http1,
    /// HTTP/2, then HTTP/1.1.
    Http2,
}

/// How strictly the edge looks at an origin's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Any certificate will do.
    Full,
    /// It must be valid and of a trusted issuer.
    Strict,
}

impl Offers {
    fn protocols(self) -> Vec<Vec<u8>> {
        match self {
            Self::Http1 => vec![b"http/1.1".to_vec()],
            Self::Http2 => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        }
    }
}

/// A server's end for a host.
///
/// # Errors
/// When no certificate can be made.
pub fn server(host: &str, certificate: Certificate, offers: Offers, clients: Clients) -> Result<Arc<ServerConfig>> {
    let issuers = issuers()?;
    let mut params = CertificateParams::new(vec![host.to_owned(), "127.0.0.1".to_owned()])?;
    params.distinguished_name = named(host);
    if certificate == Certificate::Expired {
        (params.not_before, params.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1));
    }
    let issuer = if certificate == Certificate::OriginCa { &issuers.origin } else { &issuers.public };
    let key = KeyPair::generate()?;
    let chain = vec![params.signed_by(&key, issuer)?.der().clone()];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = match clients {
        Clients::Anybody => ServerConfig::builder().with_no_client_auth(),
        Clients::WithCertificate => {
            let known = WebPkiClientVerifier::builder(Arc::new(roots(&[issuers.clients.der()])?)).build()?;
            ServerConfig::builder().with_client_cert_verifier(known)
        }
    };
    let mut config = config.with_single_cert(chain, key)?;
    config.alpn_protocols = offers.protocols();
    Ok(Arc::new(config))
}

/// The edge's end towards an origin.
///
/// # Errors
/// When no certificate can be made.
pub fn client(offers: Offers, strictness: Strictness) -> Result<Arc<ClientConfig>> {
    let issuers = issuers()?;
    let mut config = match strictness {
        Strictness::Full => ClientConfig::builder()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate(Arc::new(ring::default_provider()))))
            .with_no_client_auth(),
        Strictness::Strict => {
            let known = roots(&[issuers.public.der(), issuers.origin.der()])?;
            ClientConfig::builder().with_root_certificates(known).with_no_client_auth()
        }
    };
    config.alpn_protocols = offers.protocols();
    Ok(Arc::new(config))
}

/// The certificate of the issuer that stands for one that everybody trusts, in PEM.
///
/// # Errors
/// When no certificate can be made.
pub fn public_issuer() -> Result<String> {
    let text = BASE64_STANDARD.encode(issuers()?.public.der());
    let lines: Vec<&str> = (0..text.len()).step_by(64).filter_map(|at| text.get(at..text.len().min(at + 64))).collect();
    Ok(format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n")))
}

/// Who signs the lab's certificates.
struct Issuers {
    public: CertifiedIssuer<'static, KeyPair>,
    origin: CertifiedIssuer<'static, KeyPair>,
    clients: CertifiedIssuer<'static, KeyPair>,
}

fn issuers() -> Result<&'static Issuers> {
    static ISSUERS: OnceLock<Result<Issuers, rcgen::Error>> = OnceLock::new();
    let make = || Ok(Issuers { public: issuer("Lab Public CA")?, origin: issuer("Lab Origin CA")?, clients: issuer("Lab Pull CA")? });
    ISSUERS.get_or_init(make).as_ref().map_err(|error| anyhow!("cannot make certificates: {error}"))
}

fn issuer(name: &str) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

fn roots(certificates: &[&CertificateDer<'static>]) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add((*certificate).clone()).context("an issuer of the lab is no root")?;
    }
    Ok(roots)
}

/// Accepts every certificate, as SSL mode "Full" does; signatures are checked all the same.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
