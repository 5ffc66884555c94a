package io.saddle.primaltrainer.ownership;

/** The training of one run, as {@link RunSupervisor} sees it: begun once, ended by itself or on request. */
public interface RunTraining {

    /** The ways to end. */
    enum End {
        /** By itself or on request. */
        ORDERLY,
        /** Another trainer took the run. */
        FENCED,
        /** A failure that another machine or time may mend: worth another try, not at once, and ever more seldom. */
        FAILED,
        /** Kafka could not be reached, so nothing could be said: worth another try, not at once. */
        UNREACHABLE
    }

    String runId();

    void start();

    boolean isAlive();

    /** The way that training ended here; without meaning before. */
    End end();

    /** Asks for a checkpoint and the end of training here; another trainer goes on. */
    void requestHandover();

    /** Waits for the end, at most so long. */
    void join(long millis) throws InterruptedException;
}
