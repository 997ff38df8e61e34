module external-secrets

go 1.25.1

require github.com/external-secrets/external-secrets v0.20.4

// As in the go.mod of External Secrets: a dependency's own replacements do not count.
replace github.com/Masterminds/sprig/v3 => github.com/external-secrets/sprig/v3 v3.3.0
