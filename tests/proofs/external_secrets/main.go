// Command external-secrets runs the admission code and the controller of External Secrets itself, without a cluster.
//
// It reads one request a line as JSON and answers each with a line: what the validating webhook says against the
// ExternalSecret, and, whatever that says, the Secret that its controller makes with what the store holds.
// The object comes as the API server leaves it, with the defaults of its schema filled in.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/record"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	kubejson "sigs.k8s.io/json"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret/esmetrics"
	ctrlmetrics "github.com/external-secrets/external-secrets/pkg/controllers/metrics"
)

// request is an ExternalSecret, the stores of the cluster, and what each of them holds: values by key and property.
type request struct {
	ExternalSecret      json.RawMessage           `json:"externalSecret"`
	SecretStores        []esv1.SecretStore        `json:"secretStores"`
	ClusterSecretStores []esv1.ClusterSecretStore `json:"clusterSecretStores"`
	Fetched             contents                  `json:"fetched"`
}

// answer is refused and warnings of the webhook; and of the controller the Secret, if it made one, the condition Ready
// of the ExternalSecret, what it wrote into events, and when it looks again.
type answer struct {
	Refused  string                              `json:"refused"`
	Warnings []string                            `json:"warnings"`
	Secret   *corev1.Secret                      `json:"secret"`
	Ready    *esv1.ExternalSecretStatusCondition `json:"ready"`
	Events   []string                            `json:"events"`
	Again    string                              `json:"again"`
	Error    string                              `json:"error"`
}

func main() {
	ctrl.SetLogger(logr.Discard())
	ctrlmetrics.SetUpLabelNames(false)
	esmetrics.SetUpMetrics()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := answers.Encode(answered(lines.Bytes())); err != nil {
			panic(err)
		}
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}

func answered(line []byte) (result answer) {
	defer func() {
		if fault := recover(); fault != nil {
			result = answer{Error: fmt.Sprintf("panic: %v", fault)}
		}
	}()
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: err.Error()}
	}
	secret := &esv1.ExternalSecret{}
	unknown, err := kubejson.UnmarshalStrict(asked.ExternalSecret, secret)
	if err := errors.Join(append(unknown, err)...); err != nil {
		return answer{Error: err.Error()}
	}
	warnings, err := (&esv1.ExternalSecretValidator{}).ValidateCreate(context.Background(), secret)
	result.Warnings = warnings
	if err != nil {
		result.Refused = err.Error()
	}
	if err := reconcile(secret, asked, &result); err != nil {
		result.Error = err.Error()
	}
	return result
}

// reconcile lets the controller look once at a cluster with nothing in it but the ExternalSecret and the stores.
func reconcile(secret *esv1.ExternalSecret, asked request, result *answer) error {
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), esv1.AddToScheme(scheme)); err != nil {
		return err
	}
	objects := []client.Object{secret}
	for number := range asked.SecretStores {
		objects = append(objects, &asked.SecretStores[number])
	}
	for number := range asked.ClusterSecretStores {
		objects = append(objects, &asked.ClusterSecretStores[number])
	}
	cluster := fake.NewClientBuilder().WithScheme(scheme).WithStatusSubresource(secret).WithObjects(objects...).Build()
	held = asked.Fetched
	reconciler := &externalsecret.Reconciler{
		Client: cluster, SecretClient: cluster, Scheme: scheme, ClusterSecretStoreEnabled: true,
	}
	events := record.NewFakeRecorder(100)
	// All that it takes from a manager is the recorder, which it asks for first: the error that ends this is ours.
	if err := reconciler.SetupWithManager(manager{recorder: events}, controller.Options{}); !errors.Is(err, errNoCache) {
		return fmt.Errorf("set up: %w", err)
	}
	ctx, name := context.Background(), client.ObjectKeyFromObject(secret)
	looked, failure := reconciler.Reconcile(ctx, ctrl.Request{NamespacedName: name})
	result.Again = looked.RequeueAfter.String()
	for len(events.Events) > 0 {
		result.Events = append(result.Events, <-events.Events)
	}
	left := &esv1.ExternalSecret{}
	if err := cluster.Get(ctx, name, left); err != nil {
		return err
	}
	result.Ready = externalsecret.GetExternalSecretCondition(left.Status, esv1.ExternalSecretReady)
	var made corev1.SecretList
	if err := cluster.List(ctx, &made); err != nil {
		return err
	}
	if len(made.Items) > 0 {
		result.Secret = &made.Items[0]
	}
	return failure
}
