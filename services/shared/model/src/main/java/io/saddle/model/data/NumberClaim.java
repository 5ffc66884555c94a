package io.saddle.model.data;

import io.saddle.artifact.ArtifactStore;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A version's number that nobody else gives away, among all who share an artifact store: a file {@code NAME/claimed-v3-<unique>}
 * that stays for as long as the number is taken. Who finds no other file of the number has it: of several, whoever writes later sees
 * the other's, so that at most one has it, on every store whose lists show what was written before them. Of those who see each other all but
 * the first by name take the next number. (Writing "unless there is one" would be shorter; not every server of S3 can, and one
 * that cannot says nothing.)
 */
final class NumberClaim {

    static final Pattern NAME = Pattern.compile("(.+)/claimed-v([1-9][0-9]{0,8})-[0-9a-f-]+");

    private static final int ATTEMPTS = 100;
    private static final int LOOKS = 20;
    private static final long PAUSE_MILLIS = 50;

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
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int number = numbers.next();
            String prefix = name + "/claimed-v" + number + "-";
            NumberClaim claim = new NumberClaim(store, place, prefix, number);
            store.putFile(place, claim.file, new byte[0]);
            if (claim.isAlone(prefix)) {
                return claim;
            }
            claim.giveBack();
        }
        throw new IOException(
                "data set '" + name + "': others take each number for a version that is tried; try again when"
                        + " fewer imports of that name go on");
    }

    /** Looks again where this is the first of several: the others go, but for one that has the number. */
    private boolean isAlone(String prefix) throws IOException {
        for (int look = 0; look < LOOKS; look++) {
            List<String> claims = store.list(place, prefix);
            if (claims.equals(List.of(file))) {
                return true;
            }
            if (claims.isEmpty() || !claims.get(0).equals(file)) {
                return false;
            }
            pause();
        }
        return false;
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

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
