package io.saddle.artifact.access;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.artifact.s3.S3ArtifactStore;
import io.saddle.artifact.s3.S3Root;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Opens artifact stores by the URI of their root. */
public final class ArtifactStores {

    private ArtifactStores() {}

    /**
     * Opens a store; an {@code s3:} one is first asked for at its first use.
     *
     * @throws IllegalArgumentException if stores of this kind are not supported; the message names those that are
     */
    public static ArtifactStore open(ArtifactSettings settings) throws IOException {
        URI root = settings.root();
        if (settings.s3() != null) {
            return S3ArtifactStore.open(S3Root.of(root), settings.s3());
        }
        if (!"file".equals(root.getScheme()) || root.isOpaque() || root.getAuthority() != null) {
            throw new IllegalArgumentException("artifact store " + root
                    + ": not supported; supported is file:/absolute/folder (in a cluster: a volume that all services mount)"
                    + " and s3://bucket/prefix");
        }
        return new FileArtifactStore(Path.of(root));
    }
}
