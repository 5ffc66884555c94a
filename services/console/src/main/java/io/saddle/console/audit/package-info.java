/** Who changed what: entries from the records that make changes, chained by their hashes; and a look at them. */
package io.saddle.console.audit;
