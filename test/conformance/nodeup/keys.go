package main

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"

	"k8s.io/kops/pkg/pki"
	"k8s.io/kops/upup/pkg/fi"
)

var keysets = []string{
	"kubernetes-ca", "service-account", "apiserver-aggregator-ca", "etcd-clients-ca", "etcd-manager-ca-main",
	"etcd-manager-ca-events", "etcd-peers-ca-main", "etcd-peers-ca-events", "etcd-clients-ca-cilium",
}

var keyset, certificate = newKeyset()

// keystore has one keyset of its own for every name: what a file holds does not matter here.
type keystore struct{}

func (keystore) FindKeyset(context.Context, string) (*fi.Keyset, error) { return keyset, nil }

type secretStore struct{}

func (s secretStore) Secret(id string) (*fi.Secret, error) {
	secret, err := s.FindSecret(id)
	if secret == nil && err == nil {
		err = fmt.Errorf("no secret %q", id)
	}
	return secret, err
}

// FindSecret knows all secrets but those a person adds.
func (secretStore) FindSecret(id string) (*fi.Secret, error) {
	if id == "dockerconfig" {
		return nil, nil
	}
	return &fi.Secret{Data: []byte("{}")}, nil
}

func newKeyset() (*fi.Keyset, string) {
	pki.DefaultPrivateKeySize = 1024
	key := must(pki.GeneratePrivateKey())
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "test"},
		IsCA:         true,
	}
	signed := must(x509.CreateCertificate(nil, template, template, key.Key.Public(), key.Key))
	cert := &pki.Certificate{Certificate: must(x509.ParseCertificate(signed))}
	cert.PublicKey = key.Key.Public()
	text := must(cert.AsString())
	return must(fi.NewKeyset(cert, key)), text
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
