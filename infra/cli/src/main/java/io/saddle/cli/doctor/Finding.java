package io.saddle.cli.doctor;

/**
 * What one check found.
 *
 * @param check its name
 * @param message in a line
 * @param remedy what to do; empty where there is nothing to do
 */
record Finding(String check, Status status, String message, String remedy) {

    /** From good to bad; SKIPPED says nothing about the set-up. */
    enum Status {
        OK,
        SKIPPED,
        WARNING,
        FAILED
    }

    static Finding ok(String check, String message) {
        return new Finding(check, Status.OK, message, "");
    }

    /** @param reason why nothing was looked at */
    static Finding skipped(String check, String reason) {
        return new Finding(check, Status.SKIPPED, reason, "");
    }

    static Finding warning(String check, String message, String remedy) {
        return new Finding(check, Status.WARNING, message, remedy);
    }

    static Finding failed(String check, String message, String remedy) {
        return new Finding(check, Status.FAILED, message, remedy);
    }
}
