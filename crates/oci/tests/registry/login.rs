//! Logging in and out, and the file that is shared with the Go implementation.

use std::fs;
use std::path::PathBuf;

use pacto_oci::{
    CredentialFileError, Environment, LoginError, Registries, RegistryName, Secret, log_in, log_out,
};
use pacto_testkit::registry::{Access, Fault, RegistryOptions, TestRegistry};
use pacto_testkit::token::{TokenOptions, TokenServer};
use tempfile::TempDir;

use crate::client::options;

struct Home {
    folder: TempDir,
    environment: Environment,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::from_iter([("HOME", folder.path())]);
        Self {
            folder,
            environment,
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join(".config/pacto/config.json")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn write(&self, text: &str) {
        fs::create_dir_all(self.file().parent().unwrap()).unwrap();
        fs::write(self.file(), text).unwrap();
    }

    async fn store(&self, registry: &str, user: &str, password: &str) -> Result<(), LoginError> {
        log_in(
            &self.environment,
            None,
            &RegistryName::parse(registry).unwrap(),
            user,
            &Secret::new(password),
        )
        .await
    }
}

async fn checked(home: &Home, registry: &TestRegistry, password: &str) -> Result<(), LoginError> {
    log_in(
        &home.environment,
        Some(&Registries::new(options(&[]))),
        &RegistryName::parse(&registry.url()).unwrap(),
        "ada",
        &Secret::new(password),
    )
    .await
}

fn registry(access: Access) -> TestRegistry {
    TestRegistry::start_with(RegistryOptions {
        access,
        ..RegistryOptions::default()
    })
    .unwrap()
}

#[tokio::test]
async fn credentials_are_stored_when_the_registry_takes_them() {
    let tokens = TokenServer::start(TokenOptions::default()).unwrap();
    for access in [Access::basic("ada", "lovelace"), Access::token(&tokens)] {
        let registry = registry(access);
        let home = Home::new();
        let error = checked(&home, &registry, "hunter2").await.unwrap_err();
        let LoginError::Refused(refusal) = &error else {
            panic!("{error}");
        };
        assert_eq!(refusal.code(), "authentication-failed");
        assert!(!home.file().exists(), "nothing is stored");
        checked(&home, &registry, "lovelace").await.unwrap();
        assert!(home.text().contains("YWRhOmxvdmVsYWNl"));
    }
}

#[tokio::test]
async fn a_registry_that_cannot_be_asked_stores_nothing() {
    let registry = registry(Access::Open);
    registry.misbehave(Fault::status("/v2/", 503));
    let home = Home::new();
    let error = checked(&home, &registry, "lovelace").await.unwrap_err();
    assert!(matches!(error, LoginError::Refused(_)), "{error}");
    assert!(!home.file().exists());
}

#[tokio::test]
async fn the_file_has_the_form_of_the_go_implementation() {
    let home = Home::new();
    home.store("registry.example.com:5000", "u", "p")
        .await
        .unwrap();
    assert_eq!(
        home.text(),
        "{\n  \"auths\": {\n    \"registry.example.com:5000\": {\n      \"auth\": \"dTpw\"\n    }\n  \
         }\n}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let home = Home::new();
    home.store("a.example", "u", "p").await.unwrap();
    assert_eq!(mode(home.file()), 0o600);
    assert_eq!(mode(home.file().parent().unwrap().to_path_buf()), 0o700);
    fs::set_permissions(home.file(), fs::Permissions::from_mode(0o644)).unwrap();
    home.store("b.example", "u", "p").await.unwrap();
    assert_eq!(mode(home.file()), 0o600, "a wider mode is tightened");
}

#[tokio::test]
async fn what_is_not_understood_is_kept() {
    let home = Home::new();
    home.write(
        r#"{"z":[1],"auths":{"b.example":{"auth":"x","email":"e","identitytoken":"i"},"a.example":{"auth":"y"}},"credHelpers":{}}"#,
    );
    home.store("b.example", "u", "p").await.unwrap();
    let value: serde_json::Value = serde_json::from_str(&home.text()).unwrap();
    assert_eq!(
        value.to_string(),
        r#"{"auths":{"a.example":{"auth":"y"},"b.example":{"auth":"dTpw","email":"e"}},"credHelpers":{},"z":[1]}"#
    );
}

#[tokio::test]
async fn a_file_that_is_something_else_is_left_alone() {
    for text in ["{\"auths\":", "[]", "{\"auths\":[]}"] {
        let home = Home::new();
        home.write(text);
        let error = home.store("a.example", "u", "p").await.unwrap_err();
        assert!(
            matches!(
                error,
                LoginError::File(CredentialFileError::Malformed { .. })
            ),
            "{error}"
        );
        assert_eq!(home.text(), text);
    }
}

#[tokio::test]
async fn docker_hub_is_filed_under_one_name() {
    let home = Home::new();
    home.write("{\"auths\":{\"docker.io\":{\"auth\":\"b2xkOm9sZA==\"}}}");
    home.store("registry-1.docker.io", "u", "p").await.unwrap();
    let value: serde_json::Value = serde_json::from_str(&home.text()).unwrap();
    assert_eq!(
        value.to_string(),
        r#"{"auths":{"index.docker.io":{"auth":"dTpw"}}}"#
    );
}

#[tokio::test]
async fn logging_out_tells_whether_there_was_anything() {
    let home = Home::new();
    let name = RegistryName::parse("a.example").unwrap();
    assert!(!log_out(&home.environment, &name).unwrap());
    home.store("a.example", "u", "p").await.unwrap();
    home.store("b.example", "u", "p").await.unwrap();
    assert!(log_out(&home.environment, &name).unwrap());
    assert!(!log_out(&home.environment, &name).unwrap());
    assert!(!home.text().contains("a.example"));
    assert!(home.text().contains("b.example"));
}

#[tokio::test]
async fn without_a_home_there_is_no_place() {
    let error = log_in(
        &Environment::default(),
        None,
        &RegistryName::parse("a.example").unwrap(),
        "u",
        &Secret::new("p"),
    )
    .await
    .unwrap_err();
    assert!(error.to_string().contains("XDG_CONFIG_HOME"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_kept_elsewhere_stays_there() {
    let home = Home::new();
    let kept = home.folder.path().join("dotfiles.json");
    fs::write(&kept, "{}").unwrap();
    fs::create_dir_all(home.file().parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&kept, home.file()).unwrap();
    home.store("registry.example.com", "ada", "secret")
        .await
        .unwrap();
    assert!(home.file().is_symlink());
    assert!(
        fs::read_to_string(kept)
            .unwrap()
            .contains("registry.example.com")
    );
}
