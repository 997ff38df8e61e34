package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	clientset "k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kserve/kserve/pkg/apis/serving/v1alpha1"
	"github.com/kserve/kserve/pkg/apis/serving/v1beta1"
	"github.com/kserve/kserve/pkg/constants"
	"github.com/kserve/kserve/pkg/credentials"
	"github.com/kserve/kserve/pkg/webhook/admission/pod"
)

// Reading is the one request that is no manifest: a model, and the objects that are in the cluster when its pod is made.
const Reading = "Reading"

type reading struct {
	Objects     []json.RawMessage         `json:"objects"`
	Config      map[string]string         `json:"config"`
	StorageURI  string                    `json:"storageUri"`
	Storage     *v1beta1.ModelStorageSpec `json:"storage"`
	Account     string                    `json:"serviceAccountName"`
	Namespace   string                    `json:"namespace"`
	Annotations map[string]string         `json:"annotations"`
}

// read answers with the pod as KServe's pod webhook leaves it.
func read(request []byte) (any, error) {
	var asked reading
	if err := json.Unmarshal(request, &asked); err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, v1alpha1.AddToScheme, v1beta1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	core, other, err := stored(asked, scheme)
	if err != nil {
		return nil, err
	}
	webhook := &pod.Mutator{
		Client:    fake.NewClientBuilder().WithScheme(scheme).WithObjects(other...).Build(),
		Clientset: clientset.NewSimpleClientset(core...),
		Decoder:   admission.NewDecoder(scheme),
	}
	return mutated(webhook, podOf(asked, core), asked.Namespace)
}

// stored are the objects as the API server keeps them: Kubernetes' own, and those of KServe.
func stored(asked reading, scheme *runtime.Scheme) ([]runtime.Object, []client.Object, error) {
	core := []runtime.Object{&corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: constants.InferenceServiceConfigMapName, Namespace: constants.KServeNamespace},
		Data:       asked.Config,
	}}
	var other []client.Object
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	for _, manifest := range asked.Objects {
		object, kind, err := decoder.Decode(manifest, nil, nil)
		if err != nil {
			return nil, nil, err
		}
		switch object := object.(type) {
		case *corev1.Secret:
			keepStringData(object)
			core = append(core, object)
		case *corev1.ServiceAccount, *corev1.ConfigMap:
			core = append(core, object)
		case *v1alpha1.ClusterStorageContainer:
			other = append(other, object)
		default:
			return nil, nil, fmt.Errorf("the webhook never looks at a %s", kind.Kind)
		}
	}
	return core, other, nil
}

// keepStringData is what the API server does with that field.
func keepStringData(secret *corev1.Secret) {
	if secret.Data == nil {
		secret.Data = map[string][]byte{}
	}
	for key, value := range secret.StringData {
		secret.Data[key] = []byte(value)
	}
	secret.StringData = nil
}

// podOf is the predictor's pod before the webhook: the annotations are what KServe's controller writes on it.
func podOf(asked reading, core []runtime.Object) *corev1.Pod {
	annotations := map[string]string{}
	for key, value := range asked.Annotations {
		annotations[key] = value
	}
	if asked.StorageURI != "" {
		annotations[constants.StorageInitializerSourceUriInternalAnnotationKey] = asked.StorageURI
	}
	if asked.Storage != nil {
		annotateStorage(asked.Storage, annotations)
	}
	return &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        "model-predictor",
			Annotations: annotations,
			Labels:      map[string]string{constants.InferenceServicePodLabelKey: "model"},
		},
		Spec: corev1.PodSpec{
			ServiceAccountName: asked.Account,
			ImagePullSecrets:   pullSecrets(asked, core),
			Containers:         []corev1.Container{{Name: constants.InferenceServiceContainerName, Image: "server"}},
		},
	}
}

func annotateStorage(storage *v1beta1.ModelStorageSpec, annotations map[string]string) {
	annotations[constants.StorageSpecAnnotationKey] = "true"
	if storage.Parameters != nil {
		parameters, err := json.Marshal(storage.Parameters)
		if err != nil {
			panic(err)
		}
		annotations[constants.StorageSpecParamAnnotationKey] = string(parameters)
	}
	if storage.StorageKey != nil {
		annotations[constants.StorageSpecKeyAnnotationKey] = *storage.StorageKey
	}
	if storage.Path != nil {
		annotations[constants.StorageInitializerSourceUriInternalAnnotationKey] =
			credentials.UriSchemePlaceholder + "://" + strings.TrimPrefix(*storage.Path, "/")
	}
}

// pullSecrets are those of the ServiceAccount: the API server gives them to a pod that has none of its own.
func pullSecrets(asked reading, core []runtime.Object) []corev1.LocalObjectReference {
	name := asked.Account
	if name == "" {
		name = "default"
	}
	for _, object := range core {
		account, ok := object.(*corev1.ServiceAccount)
		if ok && account.Name == name && account.Namespace == asked.Namespace {
			return account.ImagePullSecrets
		}
	}
	return nil
}

func mutated(webhook *pod.Mutator, given *corev1.Pod, namespace string) (any, error) {
	raw, err := json.Marshal(given)
	if err != nil {
		return nil, err
	}
	response := webhook.Handle(context.Background(), admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Namespace: namespace, Object: runtime.RawExtension{Raw: raw},
	}})
	if !response.Allowed {
		return nil, errors.New(response.Result.Message)
	}
	operations, err := json.Marshal(response.Patches)
	if err != nil {
		return nil, err
	}
	patch, err := jsonpatch.DecodePatch(operations)
	if err != nil {
		return nil, err
	}
	left, err := patch.Apply(raw)
	return json.RawMessage(left), err
}
