package io.saddle.artifact.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3RootTest {

    private static final S3Root ROOT = S3Root.of(URI.create("s3://bkt/team/saddle"));

    @ParameterizedTest
    @CsvSource({"s3://bkt, ''", "s3://bkt/, ''", "s3://bkt/p, p/", "s3://bkt/p/, p/", "s3://my_bucket.x/p/q, p/q/"})
    void aRootIsABucketAndAPrefix(String uri, String prefix) {
        assertEquals(prefix, S3Root.of(URI.create(uri)).prefix());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3:bkt/p",
                "s3:///p",
                "s3://bkt/../p",
                "s3://bkt/.hidden",
                "s3://bkt//p",
                "s3://bkt/p?x=1",
                "s3://bkt/p#f",
                "s3://bkt/a%20b",
                "s3://user@b/p",
                "s3://bkt:9000/p",
                "https://b/p"
            })
    void anythingElseIsRefused(String uri) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> S3Root.of(URI.create(uri)));
        assertTrue(e.getMessage().startsWith("artifact store " + uri + ": must be s3://bucket/prefix"), e::getMessage);
    }

    @Test
    void anArtifactHasAUriAManifestAndFilesOfEachAttempt() throws ArtifactException {
        S3Location location = S3Location.of(ROOT, "s3://bkt/team/saddle/run/g/model");

        assertEquals(new S3Location(ROOT, "run", "g/model"), location);
        assertEquals("s3://bkt/team/saddle/run/g/model", location.uri());
        assertEquals("team/saddle/run/g/model.manifest", location.manifestKey());
        assertEquals("team/saddle/_data/run/g/model/_0a/unet/w", new S3Attempt(location, "0a").key("unet/w"));
        assertEquals("model", location.lastName());
    }

    @Test
    void keysAreReadBack() {
        S3Location location = new S3Location(ROOT, "run", "g/model");

        assertEquals(Optional.of(location), S3Location.ofManifest(ROOT, location.manifestKey()));
        assertEquals(
                Optional.of(new S3Attempt(location, "0a")),
                S3Attempt.of(ROOT, new S3Attempt(location, "0a").key("_looks/_like/_attempts")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "team/saddle/run.manifest",
                "team/saddle/run/model",
                "team/saddle/_data/run/model/_0a",
                "team/saddle/_data/run/_0a/file",
                "team/saddle/_data/run/.x/_0a/file",
                "team/saddle/_data/run/model.manifest",
                "other/run/model.manifest",
                "other/_data/run/model/_0a/file"
            })
    void foreignKeysAreNobodys(String key) {
        assertEquals(Optional.empty(), S3Location.ofManifest(ROOT, key));
        assertEquals(Optional.empty(), S3Attempt.of(ROOT, key));
    }
}
