/** Who may do what at the console: tokens for programs, projects and their members. */
package io.saddle.cli.access;
