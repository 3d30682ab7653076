//! Where credentials come from, seen from a registry that asks for them.

use std::fs;
use std::path::Path;

use pacto_bundle::{Store as _, StoreError};
use pacto_oci::{CredentialFile, Environment, Registries, RegistryName, Secret};
use pacto_testkit::registry::{Access, RegistryOptions, TestRegistry};
use tempfile::TempDir;

use crate::client::{ADA, options, reference, repository, seed};

const PATH: &str = "acme/orders";

fn registry() -> TestRegistry {
    let registry = TestRegistry::start_with(RegistryOptions {
        access: Access::basic("ada", "lovelace"),
        ..RegistryOptions::default()
    })
    .unwrap();
    seed(&registry, PATH, "1.2.0");
    registry
}

async fn asked(host: &str, variables: &[(&str, &Path)]) -> Result<bool, StoreError> {
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, path)| (*name, path.to_str().unwrap()))
        .collect();
    let found = repository(host, PATH, &variables).find_tag("1.2.0").await?;
    Ok(found.is_some())
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// `ada:lovelace`
fn auths(key: &str) -> String {
    format!("{{\"auths\":{{\"{key}\":{{\"auth\":\"YWRhOmxvdmVsYWNl\"}}}}}}")
}

/// A helper program that answers for one key and writes down what it was asked.
#[cfg(unix)]
fn helper(folder: &TempDir, name: &str, key: &str, answer: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let program = format!(
        "#!/bin/sh\nread -r key\nprintf '%s\\n' \"$1 $key\" >> '{log}'\nif [ \"$key\" = '{key}' ]; \
         then printf '%s' '{answer}'; else echo 'credentials not found' >&2; exit 1; fi\n",
        log = folder.path().join("asked").display()
    );
    let file = format!("docker-credential-{name}");
    write(folder, &file, &program);
    let path = folder.path().join(file);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn dockers_file_is_read_at_each_of_its_places() {
    let registry = registry();
    let host = registry.host();
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "home/.docker/config.json", &auths(&host));
    write(
        &folder,
        "docker/config.json",
        &auths(&format!("http://{host}/v2/")),
    );
    write(&folder, "auth.json", &auths(&format!("{host}/{PATH}")));
    write(&folder, "run/containers/auth.json", &auths(&host));
    for (variable, place) in [
        ("HOME", "home"),
        ("DOCKER_CONFIG", "docker"),
        ("REGISTRY_AUTH_FILE", "auth.json"),
        ("XDG_RUNTIME_DIR", "run"),
    ] {
        let place = folder.path().join(place);
        assert!(
            asked(&host, &[(variable, &place)]).await.unwrap(),
            "{variable}"
        );
    }
}

#[tokio::test]
async fn podmans_file_is_not_read_beside_dockers() {
    let registry = registry();
    let host = registry.host();
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "home/.docker/config.json", "{}");
    write(&folder, "auth.json", &auths(&host));
    let home = folder.path().join("home");
    let file = folder.path().join("auth.json");
    let error = asked(&host, &[("HOME", &home), ("REGISTRY_AUTH_FILE", &file)])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "authentication-failed");
}

#[cfg(unix)]
#[tokio::test]
async fn helpers_are_asked_with_the_key_they_are_configured_for() {
    let registry = registry();
    let host = registry.host();
    let answer = "{\"ServerURL\":\"x\",\"Username\":\"ada\",\"Secret\":\"lovelace\"}";
    for (config, key) in [
        (
            format!("{{\"credHelpers\":{{\"{host}\":\"test\"}}}}"),
            host.clone(),
        ),
        ("{\"credsStore\":\"test\"}".to_owned(), host.clone()),
        (
            "{\"credsStore\":\"test\"}".to_owned(),
            format!("{host}/{PATH}"),
        ),
        (
            format!("{{\"credsStore\":\"other\",\"credHelpers\":{{\"{host}\":\"test\"}}}}"),
            host.clone(),
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(&folder, "config.json", &config);
        helper(&folder, "test", &key, answer);
        let path = std::env::join_paths([folder.path(), Path::new("/bin"), Path::new("/usr/bin")])
            .unwrap();
        let found = asked(
            &host,
            &[("DOCKER_CONFIG", folder.path()), ("PATH", Path::new(&path))],
        )
        .await
        .unwrap();
        assert!(found, "{config}");
        let log = fs::read_to_string(folder.path().join("asked")).unwrap();
        assert!(log.ends_with(&format!("get {key}\n")), "{log}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_helper_that_knows_nothing_leaves_the_entry_of_the_file() {
    let registry = registry();
    let host = registry.host();
    let folder = tempfile::tempdir().unwrap();
    let config = auths(&host).replacen('{', "{\"credsStore\":\"test\",", 1);
    write(&folder, "config.json", &config);
    helper(&folder, "test", "nobody", "{}");
    let path = format!("{}:/bin:/usr/bin", folder.path().display());
    assert!(
        asked(
            &host,
            &[("DOCKER_CONFIG", folder.path()), ("PATH", Path::new(&path))]
        )
        .await
        .unwrap()
    );
}

#[tokio::test]
async fn a_docker_file_that_does_not_parse_ends_the_search_without_showing_it() {
    let registry = registry();
    for text in ["{\"auths\": \"hunter2\"}", "{\"auths\""] {
        let folder = tempfile::tempdir().unwrap();
        write(&folder, "config.json", text);
        let error = asked(&registry.host(), &[("DOCKER_CONFIG", folder.path())])
            .await
            .unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("config.json"), "{text}");
        assert!(text.contains("line 1"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn pactos_own_file_comes_before_dockers() {
    let registry = registry();
    let host = registry.host();
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "docker/config.json", "{\"auths\"");
    write(&folder, "config/pacto/config.json", &auths(&host));
    let docker = folder.path().join("docker");
    let config = folder.path().join("config");
    let variables = [
        ("DOCKER_CONFIG", docker.as_path()),
        ("XDG_CONFIG_HOME", config.as_path()),
    ];
    assert!(asked(&host, &variables).await.unwrap());
}

#[tokio::test]
async fn a_broken_file_of_pacto_is_passed_over() {
    let registry = registry();
    let host = registry.host();
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "docker/config.json", &auths(&host));
    write(&folder, "config/pacto/config.json", "{\"auths\"");
    let docker = folder.path().join("docker");
    let config = folder.path().join("config");
    let variables = [
        ("DOCKER_CONFIG", docker.as_path()),
        ("XDG_CONFIG_HOME", config.as_path()),
    ];
    assert!(asked(&host, &variables).await.unwrap());
}

#[tokio::test]
async fn the_environment_is_not_shown_to_a_registry_that_nobody_named() {
    let registry = registry();
    let registries = Registries::new(options(&ADA));
    let repository = registries
        .repository(&reference(&registry.host(), PATH))
        .unwrap();
    let error = repository.find_tag("1.2.0").await.unwrap_err();
    assert_eq!(error.code(), "authentication-failed");
    assert!(
        registry
            .requests()
            .iter()
            .all(|request| request.authorization.is_none())
    );
}

#[tokio::test]
async fn what_was_stored_is_used() {
    let registry = registry();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let environment = Environment::from_iter([("HOME", home)]);
    CredentialFile::of(&environment)
        .unwrap()
        .store(
            &RegistryName::of_endpoint(&registry.host()),
            "ada",
            &Secret::new("lovelace"),
        )
        .unwrap();
    assert!(
        asked(&registry.host(), &[("HOME", folder.path())])
            .await
            .unwrap()
    );
}
