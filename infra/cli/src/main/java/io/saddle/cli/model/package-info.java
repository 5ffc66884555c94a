/** Commands about models: export, samples, and whether an imported one computes what it did. */
package io.saddle.cli.model;
