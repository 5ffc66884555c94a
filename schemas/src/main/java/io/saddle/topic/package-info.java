/** The contract: topics with their records and keys, the partitioner, access rules, headers of dead letters. */
package io.saddle.topic;
