/** Serialisers and deserialisers of the records in the Confluent wire format. */
package io.saddle.serde;
