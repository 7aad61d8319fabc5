#!/bin/sh
# Installs the generators that `framelock conformance --with typify,quicktype` compares with, into
# target/competitors. It needs cargo, and npm for quicktype.
set -eu

quicktype=26.0.0

tools=$(cd "$(dirname "$0")" && pwd)
folder=$tools/../../target/competitors
mkdir -p "$folder/bin"
folder=$(cd "$folder" && pwd)

# The version is written last: it says that all before it went well.
rm -f "$folder/typify.version" "$folder/quicktype.version"

# A copy, so that no lock file appears beside the source.
rm -rf "$folder/typify"
cp -R "$tools/typify" "$folder/typify"
cargo build --quiet --release --manifest-path "$folder/typify/Cargo.toml" --target-dir "$folder/build"
cp "$folder/build/release/framelock-typify" "$folder/bin/"
sed -n 's/^typify = "=\(.*\)"$/\1/p' "$folder/typify/Cargo.toml" > "$folder/typify.version"

npm install --silent --no-audit --no-fund --prefix "$folder" "quicktype@$quicktype"
echo "$quicktype" > "$folder/quicktype.version"
