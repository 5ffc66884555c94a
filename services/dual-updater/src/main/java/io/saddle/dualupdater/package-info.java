/** The dual ascent, in Kafka Streams: loss estimates in, multiplier updates out, exactly once. */
package io.saddle.dualupdater;
