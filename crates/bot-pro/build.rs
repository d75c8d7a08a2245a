//! Lists the guide's articles, `knowledge/{ru,en}/*.md`, so that they become part of the program.
#![allow(clippy::disallowed_methods, reason = "a build script is told by cargo where it works")]
use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut list = String::from("[\n");
    println!("cargo:rerun-if-changed=knowledge");
    for language in ["ru", "en"] {
        let folder = Path::new(&root).join("knowledge").join(language);
        if !folder.is_dir() {
            continue;
        }
        println!("cargo:rerun-if-changed={}", folder.display());
        let mut files = fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
        files.sort();
        for file in files {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            writeln!(list, "    ({language:?}, {name:?}, include_str!({:?})),", file.display().to_string())?;
        }
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("knowledge.rs"), list)?;
    Ok(())
}
