/** Who changed what: list the audit's entries, check their chains. */
package io.saddle.cli.audit;
