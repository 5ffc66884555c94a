package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class YamlTreeTest {

    /** 240 KB came to 3.6 GB of JSON, and ended the console. */
    @Test
    void aliasesDoNotMakeGigabytesOfASmallText() {
        String bomb = "x: &a " + "k".repeat(120_000) + "\ny: [*a " + ",*a ".repeat(30_000) + "]\n";
        List<Problem> problems = new ArrayList<>();
        assertNull(YamlTree.read(bomb, problems));
        assertEquals(
                List.of(
                        "is not valid YAML: its values come to more than 4194304 characters, with those that aliases (*name)"
                                + " repeat"),
                problems.stream().map(Problem::toString).toList());
    }

    @Test
    void anAliasOfASingleValueIsThatValue() {
        List<Problem> problems = new ArrayList<>();
        assertEquals(
                "{\"a\":0.5,\"b\":[0.5,0.5]}",
                YamlTree.read("a: &t 0.5\nb: [*t, *t]", problems).toString());
        assertEquals(List.of(), problems);
    }
}
