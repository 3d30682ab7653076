//! The token endpoint of a registry, as described by the distribution project's token
//! authentication pages: the GET form, and the form POST for identity tokens.
//!
//! Tokens are signed JSON web tokens with the certificate chain in `x5c`, which real registry
//! programs accept when they are given [`TokenServer::certificate_pem`].

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::json;

use crate::server::Server;

/// What a token server knows and does.
#[derive(Debug, Clone)]
pub struct TokenOptions {
    /// Address to listen on.
    pub ip: IpAddr,
    /// Name of the service the tokens are for.
    pub service: String,
    /// Passwords by user.
    pub users: BTreeMap<String, String>,
    /// Identity tokens that the form POST exchanges.
    pub identity_tokens: BTreeSet<String>,
    /// What somebody without a password may do: `pull`, `push`, or nothing.
    pub anonymous_actions: BTreeSet<String>,
    /// How long a token is good, in the answer and at the registry.
    pub lifetime: Duration,
    /// False: the form POST answers 404, as older servers do.
    pub has_form_flow: bool,
}

impl Default for TokenOptions {
    fn default() -> Self {
        Self {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            service: "test-registry".to_owned(),
            users: BTreeMap::from([("ada".to_owned(), "lovelace".to_owned())]),
            identity_tokens: BTreeSet::new(),
            anonymous_actions: BTreeSet::new(),
            lifetime: Duration::from_mins(5),
            has_form_flow: true,
        }
    }
}

/// One request that the token server saw.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// Parameters of the query or the form, in their order.
    pub parameters: Vec<(String, String)>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// What was answered.
    pub status: u16,
}

impl TokenRequest {
    /// Values of a parameter.
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.parameters
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

/// A running token server.
#[derive(Debug)]
pub struct TokenServer {
    server: Server,
    issuer: Arc<TokenIssuer>,
}

/// What the registry asks about tokens.
pub(crate) struct TokenIssuer {
    options: TokenOptions,
    key: EcdsaKeyPair,
    certificate_pem: String,
    certificate_base64: String,
    random: SystemRandom,
    state: Mutex<IssuerState>,
}

#[derive(Debug, Default)]
struct IssuerState {
    issued: BTreeMap<String, Grant>,
    requests: Vec<TokenRequest>,
    serial: u64,
}

#[derive(Debug, Clone)]
struct Grant {
    /// `repository:NAME:ACTION`.
    scopes: BTreeSet<String>,
    until: Instant,
}

impl std::fmt::Debug for TokenIssuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenIssuer")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl TokenServer {
    /// Starts a token server on a free port.
    pub fn start(options: TokenOptions) -> anyhow::Result<Self> {
        let issuer = Arc::new(TokenIssuer::new(options)?);
        let server = Server::start(issuer.options.ip, 0, None, |_| {
            Router::new()
                .fallback(answer)
                .with_state(Arc::clone(&issuer))
        })?;
        Ok(Self { server, issuer })
    }

    /// The URL that a challenge names.
    pub fn realm(&self) -> String {
        format!("http://{}/token", self.server.address())
    }

    /// Name of the service.
    pub fn service(&self) -> &str {
        &self.issuer.options.service
    }

    /// Name of the issuer inside the tokens.
    pub fn issuer_name(&self) -> &'static str {
        ISSUER
    }

    /// The certificate that verifies the tokens.
    pub fn certificate_pem(&self) -> &str {
        &self.issuer.certificate_pem
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<TokenRequest> {
        self.issuer.state().requests.clone()
    }

    /// Makes the in-process registry refuse every token issued so far.
    pub fn expire_all(&self) {
        self.issuer.state().issued.clear();
    }

    pub(crate) fn issuer(&self) -> Arc<TokenIssuer> {
        Arc::clone(&self.issuer)
    }
}

const ISSUER: &str = "pacto-test-tokens";

impl TokenIssuer {
    fn new(options: TokenOptions) -> anyhow::Result<Self> {
        let pair = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, ISSUER);
        let certificate = params.self_signed(&pair)?;
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &pair.serialize_der(),
            &random,
        )
        .map_err(|error| anyhow::anyhow!("the key just made is unusable: {error}"))?;
        Ok(Self {
            options,
            key,
            certificate_pem: certificate.pem(),
            certificate_base64: STANDARD.encode(certificate.der()),
            random,
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, IssuerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn service(&self) -> &str {
        &self.options.service
    }

    /// True when `token` was issued, still holds and allows `scope`
    /// (`repository:NAME:ACTION`; empty: any token does).
    pub(crate) fn allows(&self, token: &str, scope: &str) -> bool {
        self.state().issued.get(token).is_some_and(|grant| {
            grant.until > Instant::now() && (scope.is_empty() || grant.scopes.contains(scope))
        })
    }

    fn issue(&self, subject: Option<&str>, scopes: &[&str]) -> String {
        let mut granted = BTreeSet::new();
        let mut access = Vec::new();
        for scope in scopes {
            let mut parts = scope.rsplitn(2, ':');
            let (Some(actions), Some(name)) = (parts.next(), parts.next()) else {
                continue;
            };
            let actions: Vec<&str> = actions
                .split(',')
                .filter(|action| {
                    subject.is_some() || self.options.anonymous_actions.contains(*action)
                })
                .collect();
            granted.extend(actions.iter().map(|action| format!("{name}:{action}")));
            let (kind, name) = name.split_once(':').unwrap_or(("repository", name));
            access.push(json!({ "type": kind, "name": name, "actions": actions }));
        }
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let mut state = self.state();
        state.serial += 1;
        let head = json!({ "typ": "JWT", "alg": "ES256", "x5c": [self.certificate_base64] });
        let claims = json!({
            "iss": ISSUER,
            "sub": subject.unwrap_or_default(),
            "aud": self.options.service,
            "exp": now + self.options.lifetime.as_secs().max(1),
            "nbf": now.saturating_sub(5),
            "iat": now,
            "jti": state.serial.to_string(),
            "access": access,
        });
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(head.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature = self
            .key
            .sign(&self.random, signed.as_bytes())
            .expect("signing with a P-256 key does not fail");
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        state.issued.insert(
            token.clone(),
            Grant {
                scopes: granted,
                until: Instant::now() + self.options.lifetime,
            },
        );
        token
    }

    /// The user of a Basic header; `Err` when the password is wrong.
    fn basic_user(&self, headers: &HeaderMap) -> Result<Option<String>, ()> {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Ok(None);
        };
        let (user, password) = parse_basic(value.to_str().unwrap_or_default()).ok_or(())?;
        match self.options.users.get(&user) {
            Some(expected) if *expected == password => Ok(Some(user)),
            _ => Err(()),
        }
    }
}

/// User and password of a Basic header value.
pub(crate) fn parse_basic(value: &str) -> Option<(String, String)> {
    let encoded = value.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

async fn answer(State(issuer): State<Arc<TokenIssuer>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let text = if parts.method == Method::POST {
        let bytes = axum::body::to_bytes(body, 1 << 20)
            .await
            .unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        parts.uri.query().unwrap_or_default().to_owned()
    };
    let parameters: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect();
    let mut record = TokenRequest {
        method: parts.method.to_string(),
        parameters,
        authorization: parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
        status: 200,
    };
    let response = grant(&issuer, &parts.method, &parts.headers, &record);
    record.status = response.status().as_u16();
    issuer.state().requests.push(record);
    response
}

fn grant(
    issuer: &TokenIssuer,
    method: &Method,
    headers: &HeaderMap,
    request: &TokenRequest,
) -> Response {
    // Servers take one scope per parameter, and several separated by blanks in a form.
    let scopes: Vec<&str> = request
        .values("scope")
        .into_iter()
        .flat_map(str::split_whitespace)
        .collect();
    if *method == Method::POST {
        if !issuer.options.has_form_flow {
            return (StatusCode::NOT_FOUND, "404 page not found").into_response();
        }
        let presented = request.values("refresh_token").first().copied();
        let is_known = presented
            .is_some_and(|token| issuer.options.identity_tokens.contains(token))
            && request.values("grant_type") == ["refresh_token"];
        if !is_known {
            return refusal("invalid refresh token");
        }
        let token = issuer.issue(Some("identity"), &scopes);
        return token_answer(&json!({
            "access_token": token,
            "expires_in": issuer.options.lifetime.as_secs(),
        }));
    }
    let Ok(user) = issuer.basic_user(headers) else {
        return refusal("wrong user name or password");
    };
    let token = issuer.issue(user.as_deref(), &scopes);
    token_answer(&json!({
        "token": token,
        "expires_in": issuer.options.lifetime.as_secs(),
    }))
}

fn token_answer(value: &serde_json::Value) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        Body::from(value.to_string()),
    )
        .into_response()
}

fn refusal(message: &str) -> Response {
    let body = json!({ "errors": [{ "code": "UNAUTHORIZED", "message": message }] });
    (
        StatusCode::UNAUTHORIZED,
        [(header::CONTENT_TYPE, "application/json")],
        Body::from(body.to_string()),
    )
        .into_response()
}
