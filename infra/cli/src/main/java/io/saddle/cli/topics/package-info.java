/** Commands about topics: their records, sizes, description, Kubernetes resources. */
package io.saddle.cli.topics;
