/** Who may do what at the console. */
package io.saddle.console.access;
