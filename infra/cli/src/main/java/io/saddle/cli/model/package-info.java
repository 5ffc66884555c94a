/** Commands on models: sample from a run's, export it, verify an imported one. */
package io.saddle.cli.model;
