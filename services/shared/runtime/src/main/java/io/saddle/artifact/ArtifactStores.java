package io.saddle.artifact;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Opens artifact stores by the URI of their root. */
public final class ArtifactStores {

    private ArtifactStores() {}

    /**
     * @param root a {@code file:} URI with an absolute path; the folder is created if it is missing
     * @throws IllegalArgumentException if stores of this kind are not supported; the message names those that are
     */
    public static ArtifactStore open(URI root) throws IOException {
        if (!"file".equals(root.getScheme()) || root.isOpaque() || root.getAuthority() != null) {
            throw new IllegalArgumentException(
                    "artifact store " + root
                            + ": not supported; supported is file:/absolute/folder (in a cluster: a volume that all services mount)");
        }
        return new FileArtifactStore(Path.of(root));
    }
}
