/** The examination of a set-up: what is wrong with it, and what to do. */
package io.saddle.cli.doctor;
