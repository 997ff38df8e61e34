package main

import (
	"context"
	"errors"

	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
)

// contents is what a store holds: values by key and property.
type contents map[string]map[string][]byte

// held is what every store holds, of the request at hand.
var held contents

// store is the provider `fake`: it finds a property by its whole name, as the providers for Vault and for AWS do first.
type store struct{}

func init() {
	esv1.Register(store{}, &esv1.SecretStoreProvider{Fake: &esv1.FakeProvider{}}, esv1.MaintenanceStatusMaintained)
}

func (store) NewClient(context.Context, esv1.GenericStore, client.Client, string) (esv1.SecretsClient, error) {
	return reader{}, nil
}

func (store) ValidateStore(esv1.GenericStore) (admission.Warnings, error) { return nil, nil }

func (store) Capabilities() esv1.SecretStoreCapabilities { return esv1.SecretStoreReadOnly }

// reader does what an ExternalSecret with `data` asks for; anything else is a panic.
type reader struct{ esv1.SecretsClient }

func (reader) GetSecret(_ context.Context, ref esv1.ExternalSecretDataRemoteRef) ([]byte, error) {
	if value, ok := held[ref.Key][ref.Property]; ok {
		return value, nil
	}
	return nil, esv1.NoSecretErr
}

func (reader) Close(context.Context) error { return nil }

var errNoCache = errors.New("no cache")

// manager has a recorder of events and nothing else.
type manager struct {
	ctrl.Manager
	client.FieldIndexer
	recorder record.EventRecorder
}

func (m manager) GetEventRecorderFor(string) record.EventRecorder { return m.recorder }

func (m manager) GetFieldIndexer() client.FieldIndexer { return m }

func (manager) IndexField(context.Context, client.Object, string, client.IndexerFunc) error {
	return errNoCache
}
