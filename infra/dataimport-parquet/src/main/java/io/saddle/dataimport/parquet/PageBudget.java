package io.saddle.dataimport.parquet;

/** Memory for pages, of all columns together. Used by one thread. */
final class PageBudget {

    private final long most;
    private long taken;

    /** @param most bytes */
    PageBudget(long most) {
        this.most = most;
    }

    /** Takes bytes in place of others that are no longer needed; false if there are not so many. */
    boolean exchange(long old, long now) {
        if (now > most - (taken - old)) {
            return false;
        }
        taken += now - old;
        return true;
    }

    /** How many there are, for a person. */
    String inWords() {
        return (most >> 20) + " MiB";
    }
}
