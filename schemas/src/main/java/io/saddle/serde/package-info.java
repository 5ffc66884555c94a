/** Serializers of Avro records over the Confluent Schema Registry client, their JSON form, and the token that the client shows. */
package io.saddle.serde;
