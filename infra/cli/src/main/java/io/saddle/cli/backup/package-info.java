/** Everything that saddle's topics and artifact store hold, in a folder, and back into an empty cluster. */
package io.saddle.cli.backup;
