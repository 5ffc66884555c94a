package io.saddle.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.schema.Artifact;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No kind of store is led out of its root, whatever a record says. */
abstract class ArtifactConfinementContract extends ArtifactStoreFixture {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../x",
                "a/../b",
                "a//b",
                "a/",
                "/a",
                "a/.b",
                "1/2/3/4/5/6",
                "a\\b",
                "/etc",
                ".hidden",
                "a b",
                "a\u0000",
                "-a",
                "ä"
            })
    void aNameThatCouldLeadAstrayIsRefused(String name) {
        byte[] bytes = {};
        assertThrows(IllegalArgumentException.class, () -> store.putFile(name, "x", bytes));
        assertThrows(IllegalArgumentException.class, () -> store.putFile("run", name, bytes));
        assertThrows(IllegalArgumentException.class, () -> store.putFolder("run", name, f -> {}, "x"));
        assertThrows(IllegalArgumentException.class, () -> store.find("run", name, "x"));
        assertThrows(IllegalArgumentException.class, () -> store.list(name, ""));
        assertThrows(IllegalArgumentException.class, () -> store.list("run", name + "/"));
        assertThrows(IllegalArgumentException.class, () -> store.delete("run", name));
        assertThrows(IllegalArgumentException.class, () -> store.delete(name, "model"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ROOT",
                "ROOT/",
                "ROOT/run",
                "ROOT/run/1/2/3/4/5/6",
                "ROOT/run/group/.tmp.x.model",
                "ROOT/run/..",
                "ROOT/run/../../other/model",
                "ROOT/%2e%2e/outside",
                "ROOT/..%2foutside%2frun%2fmodel",
                "ROOT/run/.tmp.x.model",
                "ROOT/run/a%20b",
                "ROOT-other/run/model",
                "file:///etc/passwd",
                "file://host/run/model",
                "s3://bucket/run/model",
                "/run/model",
                "file:///%zz",
                ""
            })
    void aUriThatIsNotAnArtifactOfTheRootIsRefused(String template) {
        Artifact artifact = new Artifact(template.replace("ROOT", root()), "0", 3L);

        ArtifactException e = assertThrows(ArtifactException.class, () -> store.verified(artifact));
        assertEquals(Reason.REFUSED, e.reason(), e::getMessage);
        assertTrue(e.getMessage().contains(root()), e::getMessage);
        assertThrows(ArtifactException.class, () -> store.open(artifact));
    }
}
