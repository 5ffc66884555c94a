package io.saddle.cli.doctor;

import io.saddle.cli.connection.Causes;

/** One thing that a set-up needs, looked at and not changed. */
@FunctionalInterface
interface Check {

    /**
     * Looks at it; takes seconds at most.
     *
     * @throws Exception what the check did not expect: it failed
     */
    Finding look() throws Exception;

    /** The finding, also where the check itself fails. */
    static Finding of(String name, Check check) {
        try {
            return check.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Finding.skipped(name, "interrupted");
        } catch (Exception | LinkageError e) {
            return Finding.failed(name, Causes.innermost(e), "");
        }
    }
}
