package io.saddle.cli.terminal;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * The progress of some work, on standard error: a bar with the time left on a terminal, else a plain line every few seconds, and
 * whenever something else goes on than before, without carriage returns or colours. Of work that has rested for more than a minute
 * the rate since its beginning says nothing: how long is left is counted anew.
 */
public abstract class Progress implements AutoCloseable {

    private static final int MOST_COLUMNS = 110;
    private static final int USUAL_COLUMNS = 80;
    private static final Duration LINE_EVERY = Duration.ofSeconds(5);

    /**
     * Begins to show progress in the way that fits standard error.
     *
     * @param task what is done, a few words
     * @param total how much there is to do; 0 or less where not known
     */
    public static Progress start(String task, long total) {
        int columns = columns();
        return columns > 0 ? new Bar(task, total, columns, System.err) : new Lines(task, total, LINE_EVERY, System.err);
    }

    /** Those of standard error, which the launcher tells; 0 where it is no terminal, or none to draw on as CI=true says. */
    private static int columns() {
        if ("true".equals(System.getenv("CI"))) {
            return 0;
        }
        Integer told = Integer.getInteger("saddle.terminal.columns");
        if (told != null) {
            return told;
        }
        return System.console() == null ? 0 : USUAL_COLUMNS;
    }

    /**
     * @param done how much is done
     * @param message what is going on, may be empty; one that differs in numbers alone says that the same goes on
     */
    public abstract void at(long done, String message);

    /** What goes on, whether it rested, and whether some of it was lost. */
    private static final class Pace {

        private static final long REST = Duration.ofMinutes(1).toNanos();

        private long doneBefore = Long.MIN_VALUE;
        private long advancedNanos;
        private String wordsBefore;
        private boolean isElse;
        private boolean isAfterRest;
        private boolean isLost;

        void take(long done, String message, long now) {
            String words = message.replaceAll("\\d+", "");
            isElse = !words.equals(wordsBefore);
            isAfterRest = isElse && now - advancedNanos > REST;
            isLost = done < doneBefore;
            if (done != doneBefore) {
                advancedNanos = now;
            }
            doneBefore = done;
            wordsBefore = words;
        }
    }

    /** Prints a line of its own to {@code out}, clear of what is drawn. */
    public final void note(PrintWriter out, String line) {
        clear();
        out.println(line);
        out.flush();
    }

    /** Makes room for a line; what was drawn is drawn again below it. */
    abstract void clear();

    @Override
    public abstract void close();

    /**
     * The bar itself begins with the first thing that is known to be done, and anew where work was lost and goes on from before: what
     * others did says nothing of the rate.
     */
    static final class Bar extends Progress {

        private static final String CLEAR_LINE = "\r\u001b[K";

        private final ProgressBarBuilder builder;
        private final PrintStream out;
        private ProgressBar bar;
        private final Pace pace = new Pace();
        private final LongSupplier nanoTime;

        Bar(String task, long total, int columns, PrintStream out) {
            this(task, total, columns, out, System::nanoTime);
        }

        Bar(String task, long total, int columns, PrintStream out, LongSupplier nanoTime) {
            this.out = out;
            this.nanoTime = nanoTime;
            this.builder = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(250)
                    // Told how long it may be, it asks no terminal, which would take SIGINT over: Ctrl-C would end the
                    // JVM without its shutdown hooks.
                    .setConsumer(new ConsoleProgressBarConsumer(out, Math.min(columns, MOST_COLUMNS) - 1));
        }

        @Override
        public void at(long done, String message) {
            pace.take(done, message, nanoTime.getAsLong());
            if (bar != null && pace.isLost) {
                bar.close();
                bar = null;
            }
            if (bar == null) {
                bar = builder.startsFrom(done, Duration.ZERO).build();
            }
            bar.stepTo(done);
            if (pace.isAfterRest) {
                // The time left is counted from where it is resumed.
                bar.pause().resume();
            }
            bar.setExtraMessage(message);
        }

        @Override
        void clear() {
            out.print(CLEAR_LINE);
            out.flush();
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    /**
     * Plain lines, none of which comes again while nothing changes; the time left is estimated from the rate since the first that was
     * seen, since work was last lost and went on, or since it last rested. It is told once a hundredth of the work or half a minute
     * was watched: a first step alone, which comes after everything has got ready, says little of the next.
     */
    static final class Lines extends Progress {

        private static final double ENOUGH_SECONDS = 30;

        private final String task;
        private final long total;
        private final Duration every;
        private final PrintStream out;
        private final LongSupplier nanoTime;
        private long began;
        private long firstDone;
        private long lastLine;
        private final Pace pace = new Pace();
        private String pending;
        private String printed;

        Lines(String task, long total, Duration every, PrintStream out) {
            this(task, total, every, out, System::nanoTime);
        }

        Lines(String task, long total, Duration every, PrintStream out, LongSupplier nanoTime) {
            this.task = task;
            this.total = total;
            this.every = every;
            this.out = out;
            this.nanoTime = nanoTime;
        }

        @Override
        public void at(long done, String message) {
            long now = nanoTime.getAsLong();
            boolean isFirst = pace.wordsBefore == null;
            pace.take(done, message, now);
            if (isFirst || pace.isAfterRest || pace.isLost) {
                firstDone = done;
                began = now;
            }
            String state = done + " " + message;
            if (state.equals(printed)) {
                pending = null;
                return;
            }
            pending = line(done, message, now);
            if (pace.isElse || now - lastLine >= every.toNanos()) {
                lastLine = now;
                printed = state;
                print();
            }
        }

        private String line(long done, String message, long now) {
            String counted = total > 0
                    ? String.format(Locale.ROOT, "%d/%d (%d %%)", done, total, 100 * done / total)
                    : Long.toString(done);
            double seconds = (now - began) / 1e9;
            double rate = (done - firstDone) / seconds;
            boolean isTelling = seconds >= ENOUGH_SECONDS || done - firstDone >= total / 100.0;
            String left = total > 0 && rate > 0 && done < total && isTelling
                    ? ", about " + time(Math.round((total - done) / rate)) + " left"
                    : "";
            return task + ": " + counted + left + (message.isBlank() ? "" : ", " + message);
        }

        private static String time(long seconds) {
            if (seconds < 120) {
                return seconds + " s";
            }
            return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
        }

        private void print() {
            out.println(pending);
            pending = null;
        }

        @Override
        void clear() {
            // Plain lines stay as they are.
        }

        @Override
        public void close() {
            if (pending != null) {
                print();
            }
        }
    }
}
