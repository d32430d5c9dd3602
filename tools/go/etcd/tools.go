//go:build tools

// Package tools names the command that is built, so that go.sum covers what it imports.
package tools

import _ "go.etcd.io/etcd/server/v3"
