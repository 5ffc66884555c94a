/** Serializers of Avro records over the Confluent Schema Registry client, and their JSON form. */
package io.saddle.serde;
