/** Runs followed on the topics, and what is told of them: curves, HTML, JSON. Shared by the demo and the experiments. */
package io.saddle.lab.report;
