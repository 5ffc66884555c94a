/** The proof of a run: steps of it done again, and compared with what it has kept. */
package io.saddle.cli.verify;
