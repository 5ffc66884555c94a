package io.saddle.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.saddle.model.DiffusersModels;
import io.saddle.model.SubmissionCheck;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataRootsTest {

    @TempDir
    Path temporary;

    private Path inside;
    private Path secret;
    private DataRoots roots;

    @BeforeEach
    void layOut() throws IOException {
        inside = Files.createDirectories(temporary.resolve("inside/deep")).getParent();
        secret = Files.writeString(temporary.resolve("secret"), "root:x");
        roots = new DataRoots(
                List.of(inside.toString(), " ", temporary.resolve("not-there").toString()));
    }

    private String refusal(String address) {
        return assertThrows(IOException.class, () -> roots.path(address)).getMessage();
    }

    @Test
    void whatLiesInsideIsAllowedWhetherItIsThereOrNot() throws IOException {
        assertEquals(inside.resolve("a.gz"), roots.path(inside + "/deep/../a.gz"));
        assertEquals(
                inside.resolve("a.gz"),
                roots.path(inside.resolve("a.gz").toUri().toString()));
        assertEquals(inside, roots.path(inside.toString()));
        assertEquals(temporary.resolve("not-there/later"), roots.path(temporary + "/not-there/later"));
    }

    @Test
    void nothingIsToldOfWhatLiesOutside() throws IOException {
        Files.createSymbolicLink(inside.resolve("link"), secret);
        Files.createSymbolicLink(inside.resolve("dangling"), temporary.resolve("nothing"));
        for (String address : List.of(
                secret.toString(),
                temporary + "/nothing",
                inside + "/../secret",
                inside + "/../nothing",
                temporary + "/inside-too",
                inside + "/link",
                inside + "/link/under",
                secret.toUri().toString())) {
            assertEquals(
                    address + " is outside the folders that may be read here (saddle.data.roots)", refusal(address));
        }
        assertThrows(IOException.class, () -> roots.path("a\0b"));
    }

    /** An evaluator took it for a broken disk, and tried it without end while all other runs waited. */
    @Test
    void whatMayNotBeReadIsTheFaultOfWhoeverNamesIt() throws IOException {
        Path closed = inside.resolve("deep");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r--r--r--"));
        try {
            assumeFalse(
                    Files.isExecutable(closed),
                    "root may read everything: a refusal of what may not be read was not tried");
            for (Path path : List.of(closed, closed.resolve("a.gz"))) {
                String refusal = refusal(path.toString());
                assertTrue(refusal.startsWith(path + " may not be read by this process, which runs as '"), refusal);
            }
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** Data, models and statistics alike; the first bytes of a file were in the answer before. */
    @Test
    void aSpecificationLearnsNothingOfFilesOutside() throws IOException {
        ImageSets sets = new ImageSets(null, roots);
        DiffusersModels models = new DiffusersModels(null, roots);
        String outside = " is outside the folders that may be read here (saddle.data.roots)";
        for (Path file : List.of(secret, temporary.resolve("nothing"))) {
            RunSpecParser parser = new RunSpecParser(models, sets);
            String yaml = "{name: r, data: {images: FILE, labels: FILE}, evaluation: {referenceStatistics: FILE}}";
            List<String> problems = new SubmissionCheck(sets, roots, models)
                    .check(parser.parse("r", yaml.replace("FILE", file.toString()))).stream()
                            .map(Object::toString)
                            .toList();
            assertEquals(
                    List.of(
                            "data: " + file + outside,
                            "evaluation.reference: " + file + outside,
                            "evaluation.referenceStatistics: " + file + outside),
                    problems);
            assertEquals(
                    List.of("initialModel: " + file + outside),
                    assertThrows(
                                    InvalidRunSpecException.class,
                                    () -> parser.parse("r", "{name: r, initialModel: " + file + "}"))
                            .problems()
                            .stream()
                            .map(Object::toString)
                            .toList());
        }
    }
}
