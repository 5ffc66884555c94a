package io.saddle.artifact.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.s3.S3Settings;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtifactSettingsTest {

    private static ArtifactSettings settings(Map<String, String> changed) {
        Map<String, String> all = new HashMap<>(Map.of("root", "s3://bkt/p", "cache.dir", "/cache"));
        all.putAll(changed);
        return ArtifactSettings.of(
                name -> Optional.ofNullable(all.get(name.substring(ArtifactStore.SETTINGS.length()))));
    }

    @Test
    void whatIsNotSetHasItsDefault() {
        assertEquals(
                new S3Settings(
                        Optional.empty(), Optional.empty(), false, Optional.empty(), Path.of("/cache"), 2L << 30),
                settings(Map.of()).s3());
    }

    @Test
    void anEndpointOfOnesOwnHasPathsAndAnyRegion() {
        S3Settings s3 = settings(Map.of("s3.endpoint", "http://minio:9000", "s3.region", " "))
                .s3();

        assertEquals(Optional.of(URI.create("http://minio:9000")), s3.endpoint());
        assertEquals(Optional.of("us-east-1"), s3.region());
        assertEquals(true, s3.pathStyle());
        assertEquals(
                false,
                settings(Map.of("s3.endpoint", "https://s3.example", "s3.path-style", "false"))
                        .s3()
                        .pathStyle());
    }

    @Test
    void credentialsAreNeverShown() {
        ArtifactSettings settings = settings(Map.of("s3.access-key", "AKIA123", "s3.secret-key", "hidden"));

        assertEquals(
                new S3Settings.Credentials("AKIA123", "hidden"),
                settings.s3().credentials().orElseThrow());
        assertFalse(settings.toString().contains("hidden"), settings::toString);
        assertFalse(settings.toString().contains("AKIA123"), settings::toString);
    }

    @Test
    void aFolderNeedsNothingElse() {
        assertNull(settings(Map.of("root", "file:/store", "s3.path-style", "perhaps"))
                .s3());
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "7K, 7168", "500M, 524288000", "2g, 2147483648", "0, 0"})
    void sizesHaveUnits(String size, long bytes) {
        assertEquals(bytes, settings(Map.of("cache.max-size", size)).s3().cacheBytes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "root | '' | saddle.artifacts.root is not set: file:/absolute/folder or s3://bucket/prefix",
                "root | /data/my store | saddle.artifacts.root must be file:/absolute/folder or s3://bucket/prefix, was '/data/my store': Illegal character in path",
                "cache.dir | '' | saddle.artifacts.cache.dir is not set: a local folder",
                "cache.max-size | lots | saddle.artifacts.cache.max-size must be a size such as 500M or 2G, was 'lots'",
                "s3.path-style | yes | saddle.artifacts.s3.path-style must be true or false, was 'yes'",
                "s3.endpoint | minio:9000 | saddle.artifacts.s3.endpoint must be http://host:port or https://host, was 'minio:9000'",
                "s3.endpoint | http://my host | saddle.artifacts.s3.endpoint must be http://host:port or https://host, was 'http://my host'",
                "s3.access-key | AKIA | saddle.artifacts.s3.secret-key is not set, but its counterpart is: set both, or neither for the SDK's default chain",
                "s3.secret-key | x | saddle.artifacts.s3.access-key is not set, but its counterpart is: set both, or neither for the SDK's default chain"
            })
    void whatIsWrongIsNamed(String setting, String value, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> settings(Map.of(setting, value)))
                        .getMessage());
    }
}
