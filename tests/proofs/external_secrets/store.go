package main

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
)

// contents is what a store holds: values by key and property.
type contents map[string]map[string][]byte

// held is what every store holds now.
var held contents

// store is the provider `fake`. It finds a property by its whole name, dots and all, as the providers for Vault, AWS,
// Azure and Google Cloud do.
type store struct{}

func init() {
	esv1.Register(store{}, &esv1.SecretStoreProvider{Fake: &esv1.FakeProvider{}}, esv1.MaintenanceStatusMaintained)
}

func (store) NewClient(context.Context, esv1.GenericStore, client.Client, string) (esv1.SecretsClient, error) {
	return reader{}, nil
}

func (store) ValidateStore(esv1.GenericStore) (admission.Warnings, error) { return nil, nil }

func (store) Capabilities() esv1.SecretStoreCapabilities { return esv1.SecretStoreReadOnly }

// reader answers what an ExternalSecret asks for under `data`; anything else is a panic.
type reader struct{ esv1.SecretsClient }

func (reader) GetSecret(_ context.Context, ref esv1.ExternalSecretDataRemoteRef) ([]byte, error) {
	if value, ok := held[ref.Key][ref.Property]; ok {
		return value, nil
	}
	return nil, esv1.NoSecretErr
}

func (reader) Close(context.Context) error { return nil }
