// Command external-secrets runs the admission code and the controller of External Secrets itself, without a cluster.
//
// It reads one request a line as JSON and answers each with a line: what the validating webhook says against the
// ExternalSecret, and, whatever that says, the Secret that the controller makes with what the store holds.
// The object is one as the API server leaves it, with the defaults of its schema filled in.
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
	ctrl "sigs.k8s.io/controller-runtime"
	kubejson "sigs.k8s.io/json"

	esv1 "github.com/external-secrets/external-secrets/apis/externalsecrets/v1"
	"github.com/external-secrets/external-secrets/pkg/controllers/externalsecret/esmetrics"
	"github.com/external-secrets/external-secrets/pkg/controllers/metrics"
)

// look is what the controller finds when it looks: an ExternalSecret, and what the stores hold.
type look struct {
	ExternalSecret json.RawMessage `json:"externalSecret"`
	Fetched        contents        `json:"fetched"`
}

// request is a look, the one before it if there was one, and the stores of the cluster.
type request struct {
	look
	Before              *look                     `json:"before"`
	SecretStores        []esv1.SecretStore        `json:"secretStores"`
	ClusterSecretStores []esv1.ClusterSecretStore `json:"clusterSecretStores"`
}

// answer is what the webhook says; and of the controller the Secret, nil if there is none, the condition Ready of the
// ExternalSecret, what it wrote into events, and after how long it looks again.
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
	metrics.SetUpLabelNames(false)
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
	space, err := newCluster(asked)
	if err != nil {
		return answer{Error: err.Error()}
	}
	if asked.Before != nil {
		if before := taken(space, *asked.Before); before.Error != "" {
			return answer{Error: "before: " + before.Error}
		}
	}
	return taken(space, asked.look)
}

// taken is the answer to one look.
func taken(space *cluster, at look) (result answer) {
	secret := &esv1.ExternalSecret{}
	unknown, err := kubejson.UnmarshalStrict(at.ExternalSecret, secret)
	if err := errors.Join(append(unknown, err)...); err != nil {
		return answer{Error: err.Error()}
	}
	warnings, err := (&esv1.ExternalSecretValidator{}).ValidateCreate(context.Background(), secret)
	result.Warnings = warnings
	if err != nil {
		result.Refused = err.Error()
	}
	held = at.Fetched
	if err := space.reconcile(secret, &result); err != nil {
		result.Error = err.Error()
	}
	return result
}
