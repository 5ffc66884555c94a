/** Commands about data sets. */
package io.saddle.cli.data;
