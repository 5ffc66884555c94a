package io.saddle.broker;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another main class and halts the JVM as soon as the process that started it is gone, however it went: a test that is
 * killed leaves no broker behind.
 *
 * <p>Usage: {@code Leash PARENT_PID MAIN_CLASS ARGUMENT...}
 */
public final class Leash {

    private static final long CHECK_MILLIS = 300;
    private static final int PARENT_GONE = 75;

    private Leash() {}

    public static void main(String[] args) throws Throwable {
        watch(Long.parseLong(args[0]));
        try {
            Class.forName(args[1]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 2, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void watch(long parent) {
        Thread watch = new Thread(() -> haltWithout(parent), "leash");
        watch.setDaemon(true);
        watch.start();
    }

    /** An orphan is handed to another parent at once, even while the dead one is still a zombie. */
    private static void haltWithout(long parent) {
        try {
            while (ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(-1L) == parent) {
                Thread.sleep(CHECK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(PARENT_GONE);
    }
}
