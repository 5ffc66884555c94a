package io.saddle.tool;

import java.io.IOException;
import java.util.Optional;

/** Whether an image's layout can be started here by {@code infra/images/dry-run}: with a root file system that is not writable. */
public final class ReadOnlyRoot {

    private ReadOnlyRoot() {}

    /** Why not; empty if it can. */
    public static Optional<String> missing() throws InterruptedException {
        try {
            Process mounts = new ProcessBuilder("unshare", "--mount", "true")
                    .redirectErrorStream(true)
                    .start();
            return mounts.waitFor() == 0
                    ? Optional.empty()
                    : Optional.of(
                            "images were not started: only root may mount a root file system that cannot be written");
        } catch (IOException e) {
            return Optional.of("images were not started: there is no unshare (Debian's package util-linux)");
        }
    }
}
