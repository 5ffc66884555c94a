package io.saddle.artifact.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import java.io.IOException;
import java.util.Optional;

/** The manifests in a bucket, and what is said of artifacts that they tell are not sound. */
record S3Manifests(S3Objects objects) {

    /**
     * Empty if there is no such artifact.
     *
     * @throws ArtifactException with {@link Reason#DAMAGED} if it is none that this build reads
     */
    Optional<S3Manifest> read(S3Location location) throws IOException {
        try {
            return parsed(location);
        } catch (JsonProcessingException mayBeItsWay) {
            // A sound object may have met with a fault on its way.
        }
        try {
            return parsed(location);
        } catch (JsonProcessingException e) {
            throw damaged(location, "its manifest " + location.manifestKey() + " cannot be read: " + e.getMessage());
        }
    }

    private Optional<S3Manifest> parsed(S3Location location) throws IOException {
        Optional<byte[]> json = objects.small(location.manifestKey());
        return json.isPresent() ? Optional.of(S3Manifest.parse(json.get())) : Optional.empty();
    }

    ArtifactException damaged(S3Location location, String how) {
        return new ArtifactException(
                Reason.DAMAGED,
                "artifact " + location.uri() + " is damaged: " + how
                        + "; take another one and check who else writes to bucket " + objects.bucket());
    }
}
