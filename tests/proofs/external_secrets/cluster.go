package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/controller"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret"
)

// cluster has stores, an ExternalSecret, the Secret of it, and the controller; nothing else.
type cluster struct {
	client     client.Client
	reconciler *externalsecret.Reconciler
	events     *record.FakeRecorder
}

func newCluster(asked request) (*cluster, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), esv1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	var stores []client.Object
	for number := range asked.SecretStores {
		stores = append(stores, &asked.SecretStores[number])
	}
	for number := range asked.ClusterSecretStores {
		stores = append(stores, &asked.ClusterSecretStores[number])
	}
	objects := fake.NewClientBuilder().WithScheme(scheme).WithStatusSubresource(&esv1.ExternalSecret{}).
		WithObjects(stores...).WithInterceptorFuncs(interceptor.Funcs{Create: create}).Build()
	reconciler := &externalsecret.Reconciler{
		Client: objects, SecretClient: objects, Scheme: scheme, ClusterSecretStoreEnabled: true,
	}
	events := record.NewFakeRecorder(100)
	// All that it takes from a manager is the recorder, which it asks for first: the error that ends this is ours.
	if err := reconciler.SetupWithManager(manager{recorder: events}, controller.Options{}); !errors.Is(err, errNoCache) {
		return nil, fmt.Errorf("set up: %w", err)
	}
	return &cluster{objects, reconciler, events}, nil
}

// create gives an object what the API server gives it, and the controller knows an object by.
func create(ctx context.Context, to client.WithWatch, object client.Object, options ...client.CreateOption) error {
	object.SetUID(uuid.NewUUID())
	object.SetGeneration(1)
	return to.Create(ctx, object, options...)
}

// reconcile applies the ExternalSecret, and lets the controller look once.
func (c *cluster) reconcile(secret *esv1.ExternalSecret, result *answer) error {
	ctx, name := context.Background(), client.ObjectKeyFromObject(secret)
	if err := c.apply(ctx, secret); err != nil {
		return err
	}
	looked, failure := c.reconciler.Reconcile(ctx, ctrl.Request{NamespacedName: name})
	result.Again = looked.RequeueAfter.Round(time.Second).String()
	for len(c.events.Events) > 0 {
		result.Events = append(result.Events, <-c.events.Events)
	}
	left := &esv1.ExternalSecret{}
	if err := c.client.Get(ctx, name, left); err != nil {
		return err
	}
	result.Ready = externalsecret.GetExternalSecretCondition(left.Status, esv1.ExternalSecretReady)
	var made corev1.SecretList
	if err := c.client.List(ctx, &made); err != nil {
		return err
	}
	if len(made.Items) > 0 {
		result.Secret = &made.Items[0]
	}
	return failure
}

// apply creates the ExternalSecret, or changes the one that is there as the API server would.
func (c *cluster) apply(ctx context.Context, secret *esv1.ExternalSecret) error {
	there := &esv1.ExternalSecret{}
	err := c.client.Get(ctx, client.ObjectKeyFromObject(secret), there)
	if apierrors.IsNotFound(err) {
		return c.client.Create(ctx, secret)
	}
	if err != nil {
		return err
	}
	if equality.Semantic.DeepEqual(there.Spec, secret.Spec) {
		return nil
	}
	there.Spec = secret.Spec
	there.Generation++
	return c.client.Update(ctx, there)
}

var errNoCache = errors.New("no cache")

// manager has a recorder of events, and fails at the first thing that is asked of it after that.
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
