/** Commands about the dual side: its settings, and what they would make of given violations. */
package io.saddle.cli.dual;
