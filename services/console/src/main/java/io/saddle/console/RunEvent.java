package io.saddle.console;

import io.saddle.serde.RecordJson;
import org.apache.avro.specific.SpecificRecord;

/**
 * One record of a run, as it goes to a browser: written once, whoever watches.
 *
 * @param kind status, summary, multipliers, fid, alert, estimate, snapshot, run or constraint
 * @param json as text: watchers that fall behind keep a thousand, and trees of objects take ten times as much
 */
record RunEvent(String runId, String kind, String json) {

    static RunEvent of(String runId, String kind, SpecificRecord record) {
        return new RunEvent(runId, kind, RecordJson.of(record).toString());
    }
}
