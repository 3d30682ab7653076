//! Benchmarks against the budgets: whole processes, wall time and peak memory.
//!
//! Each row is the median of several runs after one warm-up, on this machine, in this run. Peers
//! are measured beside ours when they are asked for with `--peers`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::checkout::{built, root};
use crate::fleet;

mod measure;
mod registry;

use measure::{Figure, Measured, Run};

/// One line of the table.
pub(crate) struct Row {
    what: String,
    ours: String,
    peer: String,
    budget: &'static str,
}

type Benchmark = fn(&Bench) -> Result<Vec<Row>>;

const BENCHMARKS: &[(&str, Benchmark)] = &[
    ("validate", validate_one),
    ("recursive", validate_recursive),
    ("graph", graph),
    ("transfer", transfer),
    ("diff", diff),
    ("diff-protobuf", diff_protobuf),
    ("diff-recursive", diff_recursive),
    ("impact", impact),
];

/// Runs the named benchmarks, or all of them, and prints a Markdown table.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let has_peers = arguments.contains(&"--peers");
    let names: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|name| *name != "--peers")
        .collect();
    if let Some(unknown) = names
        .iter()
        .find(|name| !BENCHMARKS.iter().any(|(known, _)| known == *name))
    {
        let known: Vec<&str> = BENCHMARKS.iter().map(|(name, _)| *name).collect();
        bail!("no benchmark `{unknown}`; one of {}", known.join(", "));
    }
    let scratch = tempfile::tempdir()?;
    let bench = Bench {
        pacto: built("pacto-cli", "pacto", "release")?,
        scratch: scratch.path().to_owned(),
        has_peers,
    };
    let mut rows = Vec::new();
    for (name, benchmark) in BENCHMARKS {
        if names.is_empty() || names.contains(name) {
            println!("==> {name}");
            rows.extend(benchmark(&bench)?);
        }
    }
    println!("\n{}", machine());
    println!("\n| what | ours | peer | budget |\n| --- | --- | --- | --- |");
    for Row {
        what,
        ours,
        peer,
        budget,
    } in rows
    {
        println!("| {what} | {ours} | {peer} | {budget} |");
    }
    Ok(())
}

/// What every benchmark needs.
pub(crate) struct Bench {
    pacto: PathBuf,
    scratch: PathBuf,
    has_peers: bool,
}

impl Bench {
    fn pacto(&self, arguments: &[&str]) -> Run {
        Run::new(&self.pacto, arguments, &self.scratch)
    }

    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.scratch.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text
                .lines()
                .find(|line| line.starts_with("model name"))?
                .to_owned();
            Some(line.split(':').nth(1)?.trim().to_owned())
        })
        .unwrap_or_else(|| "unknown processor".to_owned());
    format!("{cores} cores, {model}; release build; median of the runs, peak memory of the process")
}

fn row(what: &str, measured: &Measured, budget: &'static str) -> Row {
    Row {
        what: what.to_owned(),
        ours: measured.to_string(),
        peer: "–".to_owned(),
        budget,
    }
}

fn validate_one(bench: &Bench) -> Result<Vec<Row>> {
    let contract = root().join("examples/redis");
    let contract = contract.display().to_string();
    let measured = bench.pacto(&["validate", &contract]).measure(40)?;
    let version = bench.pacto(&["version"]).measure(40)?;
    Ok(vec![
        row("`pacto validate` of a small contract", &measured, "≤ 3 ms"),
        row("start (`pacto version`)", &version, "≤ 3 ms"),
    ])
}

fn validate_recursive(bench: &Bench) -> Result<Vec<Row>> {
    const COUNT: usize = 10_000;
    let folder = bench.folder("fleet")?;
    fleet::write(&folder, &fleet::services(COUNT, 1), "registry.example")?;
    let measured = bench
        .pacto(&[
            "validate",
            "--recursive",
            &folder.display().to_string(),
            "--output-format",
            "json",
        ])
        .measure(5)?;
    let per_second = COUNT as f64 / measured.wall.median.as_secs_f64();
    let mut row = row(
        "`pacto validate --recursive`, 10,000 bundles",
        &measured,
        "≥ 5,000 bundles/s",
    );
    row.ours = format!("{per_second:.0} bundles/s; {measured}");
    Ok(vec![row])
}

fn graph(bench: &Bench) -> Result<Vec<Row>> {
    const COUNT: usize = 1_000;
    let mut server = registry::Server::start()?;
    let folder = bench.folder("estate")?;
    let services = fleet::services(COUNT, 2);
    fleet::write(&folder, &services, server.host())?;
    for service in &services {
        let bundle = folder.join(&service.name);
        let target = format!("oci://{}/fleet/{}", server.host(), service.name);
        bench
            .pacto(&["push", &target, "--path", &bundle.display().to_string()])
            .once()?;
    }
    let root_reference = format!("oci://{}/fleet/service-00000", server.host());
    let arguments = ["graph", root_reference.as_str(), "--output-format", "json"];
    let cache = bench.folder("cold")?;
    let cold = bench
        .pacto(&arguments)
        .cache(&cache)
        .before(move || empty(&cache))
        .measure(5)?;
    let warm_cache = bench.folder("warm")?;
    let warm = bench.pacto(&arguments).cache(&warm_cache).measure(10)?;
    let before = server.requests()?;
    bench.pacto(&arguments).cache(&warm_cache).once()?;
    let per_warm_run = server.requests()? - before;
    let mut warm_row = row(
        "graph of 1,000 services, warm",
        &warm,
        "≤ 60 ms, ≤ 1 request per tagless repository",
    );
    warm_row.ours = format!("{}; {per_warm_run} requests", warm_row.ours);
    println!(
        "    {} requests in all cold and warm runs",
        server.requests()? - before
    );
    Ok(vec![
        row("graph of 1,000 services, cold", &cold, "≤ 1 s"),
        warm_row,
    ])
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    Ok(())
}

fn transfer(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let server = registry::Server::start()?;
    for megabytes in [1_usize, 50] {
        let bundle = bench.folder(&format!("payload-{megabytes}"))?;
        let name = format!("payload-{megabytes}");
        std::fs::write(
            bundle.join("pacto.yaml"),
            format!("pactoVersion: \"1.0\"\nservice:\n  name: {name}\n  version: 1.0.0\n"),
        )?;
        // Half random, half repetitive, as documentation with pictures is.
        let mut random = fleet::Random::new(3);
        let content: Vec<u8> = (0..megabytes << 20)
            .map(|index| {
                if index % 64 < 32 {
                    random.below(256) as u8
                } else {
                    b'a'
                }
            })
            .collect();
        std::fs::create_dir_all(bundle.join("docs"))?;
        std::fs::write(bundle.join("docs/payload.bin"), content)?;
        let path = bundle.display().to_string();
        let archive = bench
            .scratch
            .join(format!("{name}.tar.gz"))
            .display()
            .to_string();
        let runs = 5;
        let pack = bench
            .pacto(&["pack", &path, "--output", &archive])
            .measure(runs)?;
        let target = format!("oci://{}/bench/{name}", server.host());
        // Into a repository of its own each time, so that no blob is there already.
        let push = bench
            .pacto(&["push", &target, "--path", &path])
            .numbered(&format!("{target}-"))
            .measure(runs)?;
        bench.pacto(&["push", &target, "--path", &path]).once()?;
        let again = bench
            .pacto(&["push", &target, "--path", &path])
            .measure(runs)?;
        let output = bench.scratch.join(format!("{name}-out"));
        let pull = bench
            .pacto(&[
                "pull",
                &target,
                "--no-cache",
                "--output",
                &output.display().to_string(),
            ])
            .measure(runs)?;
        rows.push(row(&format!("pack {megabytes} MB"), &pack, "–"));
        rows.push(row(&format!("push {megabytes} MB, new"), &push, "–"));
        rows.push(row(
            &format!("push {megabytes} MB, unchanged"),
            &again,
            "1 HEAD, 0 uploads",
        ));
        rows.push(row(&format!("pull {megabytes} MB"), &pull, "–"));
    }
    Ok(rows)
}

/// Two releases of the description of the GitHub REST API, compared completely and not.
fn diff(bench: &Bench) -> Result<Vec<Row>> {
    let bundles = crate::peers::github(&bench.scratch)?;
    let [(old, old_document), (new, new_document)] = bundles.as_slice() else {
        bail!("two versions make a pair");
    };
    let ours = |engine: &str| {
        bench
            .pacto(&[
                "diff",
                old,
                new,
                "--engine",
                engine,
                "--fail-on",
                "none",
                "--output-format",
                "json",
            ])
            .measure(11)
    };
    let base = row(
        "base diff of two 12 MB OpenAPI documents",
        &ours("base")?,
        "below 0.35 s and 250 MiB",
    );
    let mut full = row(
        "full diff of the same documents, all rules",
        &ours("full")?,
        "≤ 0.35 s, ≤ 250 MiB",
    );
    if bench.has_peers {
        let peer = Run::new(
            &crate::peers::oasdiff()?,
            &["changelog", old_document, new_document, "--format", "json"],
            &bench.scratch,
        )
        .measure(3)?;
        full.peer = format!("oasdiff {peer}");
    }
    Ok(vec![base, full])
}

/// A fleet against its previous version: every service has a new version, every tenth breaks.
fn diff_protobuf(bench: &Bench) -> Result<Vec<Row>> {
    let [old, new] = crate::peers::googleapis(&bench.scratch)?;
    let [old, new] = [old, new].map(|path| path.display().to_string());
    let measured = bench
        .pacto(&[
            "diff",
            &old,
            &new,
            "--fail-on",
            "none",
            "--output-format",
            "json",
        ])
        .measure(11)?;
    let mut full = row(
        "full diff of 13 folders of the protobuf files of Google",
        &measured,
        "–",
    );
    if bench.has_peers {
        let peer = Run::new(
            &crate::peers::buf()?,
            &[
                "breaking",
                &new,
                "--against",
                &old,
                "--error-format",
                "json",
            ],
            &bench.scratch,
        )
        .exits_with(100)
        .measure(3)?;
        full.peer = format!("buf {peer}");
    }
    Ok(vec![full])
}

fn diff_recursive(bench: &Bench) -> Result<Vec<Row>> {
    const COUNT: usize = 5_000;
    let (old, new) = (bench.folder("fleet-old")?, bench.folder("fleet-new")?);
    let services = fleet::services(COUNT, 1);
    for folder in [&old, &new] {
        fleet::write(folder, &services, "registry.example")?;
    }
    for (index, service) in services.iter().enumerate() {
        let bundle = new.join(&service.name);
        replace(
            &bundle.join("pacto.yaml"),
            "version: 1.2.0",
            "version: 1.3.0",
        )?;
        if index % 10 == 0 {
            replace(
                &bundle.join("interfaces/openapi.yaml"),
                "/items/{id}",
                "/things/{id}",
            )?;
        }
    }
    let measured = bench
        .pacto(&[
            "diff",
            "--recursive",
            &old.display().to_string(),
            &new.display().to_string(),
            "--fail-on",
            "none",
            "--output-format",
            "json",
        ])
        .measure(5)?;
    let per_second = COUNT as f64 / measured.wall.median.as_secs_f64();
    let mut row = row(
        "`pacto diff --recursive`, 5,000 bundles against their previous version",
        &measured,
        "≥ 1,000 pairs/s",
    );
    row.ours = format!("{per_second:.0} pairs/s; {measured}");
    Ok(vec![row])
}

/// Who is hit when a service at the bottom of a large fleet goes; reading the contracts included.
fn impact(bench: &Bench) -> Result<Vec<Row>> {
    const COUNT: usize = 10_000;
    let folder = bench.folder("impact-fleet")?;
    let services = fleet::services(COUNT, 1);
    fleet::write(&folder, &services, "registry.example")?;
    let mut dependents = vec![0_usize; COUNT];
    for target in services.iter().flat_map(|service| &service.dependencies) {
        dependents[*target] += 1;
    }
    let most = (0..COUNT)
        .max_by_key(|index| dependents[*index])
        .unwrap_or(0);
    let estate = folder.display().to_string();
    let run = bench.pacto(&[
        "impact",
        "--remove",
        &services[most].name,
        "--estate",
        &estate,
        "--fail-on",
        "none",
        "--output-format",
        "json",
        "--verbose",
    ]);
    let measured = run.measure(5)?;
    let answers = (0..5).map(|_| run.between("estate read", "estate answered"));
    let mut answer = row("the answer alone", &measured, "≤ 0.3 s");
    answer.ours = milliseconds(&Figure::of(answers.collect::<Result<_>>()?));
    let whole = "`pacto impact --remove`, 10,000 services, reading them included";
    Ok(vec![row(whole, &measured, "–"), answer])
}

fn replace(file: &Path, old: &str, new: &str) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    if !text.contains(old) {
        bail!("`{old}` does not stand in {}", file.display());
    }
    std::fs::write(file, text.replace(old, new))?;
    Ok(())
}

/// Median with the range, in milliseconds.
fn milliseconds(figure: &Figure) -> String {
    format!(
        "{:.1} ms ({:.1}–{:.1})",
        figure.median.as_secs_f64() * 1e3,
        figure.minimum.as_secs_f64() * 1e3,
        figure.maximum.as_secs_f64() * 1e3
    )
}
