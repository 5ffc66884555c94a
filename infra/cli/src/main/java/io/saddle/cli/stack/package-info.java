/** Commands that start, stop, set up and secure the stack. */
package io.saddle.cli.stack;
