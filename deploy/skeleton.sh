#!/bin/sh
# Copies what decides which dependencies are built: manifests, the lock file and, for each target, an empty source. Used by the Dockerfile,
# so that a change of our own code does not build the dependencies anew. Run from the root of the repository: deploy/skeleton.sh FOLDER
set -eu
to=${1:?the folder to write to}

mkdir -p "$to"
cp Cargo.toml Cargo.lock "$to/"
for manifest in crates/*/Cargo.toml services/*/Cargo.toml; do
    from=$(dirname "$manifest")
    mkdir -p "$to/$from"
    cp "$manifest" "$to/$from/"
    for source in "$from"/build.rs "$from"/src/main.rs "$from"/src/bin/*.rs; do
        [ -f "$source" ] || continue
        mkdir -p "$to/$(dirname "$source")"
        echo 'fn main() {}' > "$to/$source"
    done
    if [ -f "$from/src/lib.rs" ]; then
        mkdir -p "$to/$from/src"
        : > "$to/$from/src/lib.rs"
    fi
done
