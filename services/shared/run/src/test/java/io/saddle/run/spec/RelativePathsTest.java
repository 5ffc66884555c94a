package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RelativePathsTest {

    /** Gives back the folder that is asked for. */
    private final RunSpecParser parser = new RunSpecParser(folder -> {
        ObjectNode unet = JsonNodeFactory.instance.objectNode();
        return new ModelFolders.Imported(folder, "0".repeat(64), unet, null, null);
    });

    @Test
    void pathsAreRelativeToTheFileThatNamesThem() {
        RunSpec spec = parser.parse("run.yaml", """
                name: r
                data: {images: images.gz, labels: ../labels.gz}
                initialModel: models/m
                constraints:
                  - {id: a, threshold: 1, relativeTo: reference, model: {folder: ./ref}, data: {images: /abs, labels: "file:/l"}}
                  - {id: b, threshold: 1, data: {images: dataset:digits@1}, evaluationData: {images: bundled:mnist10k}}
                evaluation: {referenceStatistics: stats.npz}
                """, Path.of("/home/ada/runs"));
        assertEquals("/home/ada/runs/images.gz", spec.data().images());
        assertEquals("/home/ada/labels.gz", spec.data().labels());
        assertEquals("/home/ada/runs/models/m", spec.initialModel().folder());
        RunSpec.Constraint a = spec.constraints().get(0);
        assertEquals("/home/ada/runs/ref", a.model().folder());
        assertEquals("/abs", a.data().images());
        assertEquals("file:/l", a.data().labels());
        RunSpec.Constraint b = spec.constraints().get(1);
        assertEquals("dataset:digits@1", b.data().images());
        assertEquals("bundled:mnist10k", b.evaluationData().images());
        assertEquals(
                "/home/ada/runs/stats.npz",
                spec.evaluation().referenceStatistics().file());

        RunSpec.Constraint added = parser.parseConstraint(
                spec, "c", "{id: c, threshold: 1, data: {images: i, labels: l}}", Path.of("/other"));
        assertEquals("/other/i", added.data().images());
        assertEquals(
                "i",
                parser.parse("run.yaml", "{name: r, data: {images: i, labels: l}}")
                        .data()
                        .images(),
                "where the file is not known they stay");
    }
}
