package io.saddle.model.data;

import io.saddle.artifact.ArtifactStore;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A version's number that nobody else gives away, among all who share an artifact store: a file {@code NAME/claimed-v3-<unique>}
 * that stays for as long as the number is taken. Of several who claim a number at once, whoever writes later sees the
 * other's file: at most one keeps it, on every store whose lists show what was written before them. (Writing "unless there is one"
 * would be shorter; not every server of S3 can, and one that cannot says nothing.)
 */
final class NumberClaim {

    static final Pattern NAME = Pattern.compile("(.+)/claimed-v([1-9][0-9]{0,8})-[0-9a-f-]+");

    private static final int TRIES = 20;
    private static final long LONGEST_PAUSE_MILLIS = 200;

    private final ArtifactStore store;
    private final String place;
    private final int number;
    private final String file;

    /** A number that seems free. */
    @FunctionalInterface
    interface Numbers {
        int next() throws IOException;
    }

    private NumberClaim(ArtifactStore store, String place, String prefix, int number) {
        this.store = store;
        this.place = place;
        this.number = number;
        this.file = prefix + UUID.randomUUID();
    }

    /**
     * @param place in the store
     * @param name of the data set
     * @throws IOException if others claim each number that is tried, all the time
     */
    static NumberClaim make(ArtifactStore store, String place, String name, Numbers numbers) throws IOException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int number = numbers.next();
            String prefix = name + "/claimed-v" + number + "-";
            NumberClaim claim = new NumberClaim(store, place, prefix, number);
            store.putFile(place, claim.file, new byte[0]);
            if (store.list(place, prefix).equals(List.of(claim.file))) {
                return claim;
            }
            claim.giveBack();
            pause();
        }
        throw new IOException(
                "data set '" + name + "': others take each number for a version that is tried; try again when"
                        + " fewer imports of that name go on");
    }

    int number() {
        return number;
    }

    /** Nobody has heard of the number yet. */
    void giveBack() throws IOException {
        store.delete(place, file);
    }

    /** The same after a failure, which is what counts. */
    void giveBackAfter(Exception failure) {
        try {
            giveBack();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Two that began together do not begin together again. */
    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
