package io.saddle.stack;

/** What is done where this process is cut off (Ctrl-C, SIGTERM, exit); nothing once it is closed. */
public final class AtCutOff implements AutoCloseable {

    private final Thread hook;

    private AtCutOff(Thread hook) {
        this.hook = hook;
    }

    /**
     * Does something from now on.
     *
     * @param name of the thread that does it
     */
    public static AtCutOff run(String name, Runnable action) {
        AtCutOff cutOff = new AtCutOff(new Thread(action, name));
        Runtime.getRuntime().addShutdownHook(cutOff.hook);
        return cutOff;
    }

    /** Waits until it is done, where it has begun; an interrupt waits as well. */
    public void await() {
        boolean interrupted = false;
        while (hook.isAlive()) {
            try {
                hook.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException cutOffAlready) {
            // It is done.
        }
    }
}
