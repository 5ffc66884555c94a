package io.saddle.primaltrainer.ownership;

/** The training of one run, as {@link RunSupervisor} sees it: begun once, ended by itself or on request. */
public interface RunTraining {

    String runId();

    void start();

    boolean isAlive();

    /** Whether the run ended here because another trainer took it. */
    boolean wasFenced();

    /** Whether training ended here by an unexpected failure: worth another try, not at once. */
    boolean hasFailed();

    /** Asks for a checkpoint and the end of training here; another trainer goes on. */
    void requestHandover();

    /** Waits for the end, at most so long. */
    void join(long millis) throws InterruptedException;
}
