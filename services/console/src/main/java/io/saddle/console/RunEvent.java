package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One record of a run, as it goes to a browser.
 *
 * @param kind status, summary, multipliers, fid, alert, estimate, snapshot, run or constraint
 */
record RunEvent(String runId, String kind, JsonNode data) {}
