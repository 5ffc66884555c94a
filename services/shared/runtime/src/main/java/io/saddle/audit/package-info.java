/** Who made a change: what a record says of it, and the chain that the audit's entries are. */
package io.saddle.audit;
