/** Roles of those who ask the console, and the requests that each may make. */
package io.saddle.console.access;
