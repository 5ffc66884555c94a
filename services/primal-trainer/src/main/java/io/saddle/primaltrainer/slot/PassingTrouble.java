package io.saddle.primaltrainer.slot;

import io.saddle.artifact.DurableFiles;
import io.saddle.schema.AlertKind;
import java.io.IOException;

/**
 * What is to be said of a failure that is nobody's fault, such as a store that is away or a full disk. Pure.
 *
 * @param what is the same of the same trouble, whichever file it was met at
 * @param remedy for people
 */
record PassingTrouble(String what, AlertKind kind, String remedy) {

    static PassingTrouble of(Exception failure) {
        boolean isFull = failure instanceof IOException io && DurableFiles.hasNoRoom(io);
        return new PassingTrouble(
                failure.getClass().getSimpleName(),
                isFull ? AlertKind.DISK_FULL : AlertKind.SLOT_FAILED,
                (isFull ? "make room there" : "see to what is named")
                        + "; it is tried again and again, and goes on by itself");
    }
}
