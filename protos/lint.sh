#!/bin/sh
# Lints the protos with buf, without the network: the google/api protos they import come from the NuGet package that
# the build restores anyway. Usage: protos/lint.sh [path of the buf program]. With BREAKING_AGAINST set to a folder that
# holds an older copy of protos/, also checks that nothing in it was broken.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
buf=${1:-${BUF:-buf}}
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
version=$(sed -n 's/.*"Google.Api.CommonProtos" Version="\([^"]*\)".*/\1/p' "$here/../Directory.Packages.props")
google=$packages/google.api.commonprotos/$version/content/protos/google

if ! command -v "$buf" >/dev/null 2>&1; then
    echo "lint.sh: no '$buf' program; install buf (npm install @bufbuild/buf) and pass its path." >&2
    exit 2
fi
if [ ! -d "$google" ]; then
    echo "lint.sh: $google is missing; run 'dotnet restore src/MartechGrains.Protos' first." >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A workspace of two modules: ours, linted as buf.yaml says, and Google's, only there to be imported.
lay_out() {
    mkdir -p "$1/google"
    cp -R "$2" "$1/protos"
    cp -R "$google" "$1/google/google"
    sed 's|- path: \.|- path: protos\n  - path: google|' "$2/buf.yaml" > "$1/buf.yaml"
    rm "$1/protos/buf.yaml"
}

lay_out "$work/now" "$here"
cd "$work/now"
"$buf" lint protos
if [ -n "${BREAKING_AGAINST:-}" ]; then
    lay_out "$work/before" "$BREAKING_AGAINST"
    "$buf" breaking protos --against "$work/before/protos"
fi
echo "lint.sh: clean"
