#!/bin/sh
# Builds the program into the file that is its argument, with the controller of External Secrets as it is but for its
# providers and generators: those pull in the SDKs of thirty clouds, and store.go stands in for them.
set -eu
cd "$(dirname "$0")"
target=$1
module=github.com/external-secrets/external-secrets

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cp go.mod go.sum "$work"
go mod download -modfile="$work/go.mod" "$module"
cp -R "$(go list -modfile="$work/go.mod" -m -f '{{.Dir}}' "$module")" "$work/controller"
chmod -R u+w "$work/controller"
for registered in provider generator; do
  echo 'package register' >"$work/controller/pkg/$registered/register/register.go"
done

go mod edit -replace "$module=$work/controller" "$work/go.mod"
go build -modfile="$work/go.mod" -p 2 -trimpath -ldflags '-s -w' -o "$target" .
