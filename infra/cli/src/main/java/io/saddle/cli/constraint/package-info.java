/** Commands about constraints and who measures them. */
package io.saddle.cli.constraint;
