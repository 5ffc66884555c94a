package io.saddle.primaltrainer.checkpoint;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactSettings;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.artifact.server.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The same in a bucket of a real server. */
class StepFoldersOnS3Test extends StepFoldersTest {

    @Override
    ArtifactStore store(Path folder) throws IOException {
        Map<String, String> settings =
                S3Server.shared().settings("folders/" + UUID.randomUUID(), folder.resolve("cache"));
        return ArtifactStores.open(ArtifactSettings.of(name -> Optional.ofNullable(settings.get(name))));
    }
}
