#!/bin/sh
# Checks the protos with buf as somebody has them who has this folder and nothing else, without the network: lints them,
# builds them, generates the clients of buf.gen.yaml and loads each. Usage: protos/check.sh FOLDER, the node_modules with
# @bufbuild/buf, @bufbuild/protoc-gen-es and @bufbuild/protobuf. With BREAKING_AGAINST set to a folder that holds an
# older copy of protos/, also checks that nothing in it was broken.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
modules=$(cd "${1:?the node_modules folder}" && pwd)
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
version=$(sed -n 's/.*"Google.Api.CommonProtos" Version="\([^"]*\)".*/\1/p' "$here/../Directory.Packages.props")
google=$packages/google.api.commonprotos/$version/content/protos/google
PATH=$modules/.bin:$PATH

for program in buf protoc-gen-es node; do
    command -v "$program" >/dev/null 2>&1 || { echo "check.sh: no '$program' program." >&2; exit 2; }
done
if [ ! -d "$google" ]; then
    echo "check.sh: $google is missing; run 'dotnet restore src/MartechGrains.Protos' first." >&2
    exit 2
fi

# Google's are those of the package that the C# types come from.
(cd "$here/google" && find . -name '*.proto') | while read -r file; do
    cmp "$here/google/$file" "$google/$file"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$here" "$work/protos"
ln -s "$modules" "$work/node_modules"
cd "$work/protos"
buf lint
buf build
buf generate
cat >"$work/load.mjs" <<'END'
import { readdir } from 'node:fs/promises'
let services = 0
for (const name of await readdir('gen', { recursive: true })) {
  if (!name.endsWith('.js')) continue
  const types = Object.values(await import(`${process.cwd()}/gen/${name}`))
  services += types.filter(type => type.kind === 'service' && Object.keys(type.method).length > 0).length
}
console.log(`${services} services are generated`)
process.exit(services > 0 ? 0 : 1)
END
node "$work/load.mjs"
if [ -n "${BREAKING_AGAINST:-}" ]; then
    cp -R "$BREAKING_AGAINST" "$work/before"
    # Copies of before they came along have none.
    [ -d "$work/before/google" ] || cp -R google "$work/before/google"
    buf breaking --against "$work/before"
fi
echo "check.sh: clean"
