package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangesTest {

    private final List<Problem> problems = new ArrayList<>();

    private static ObjectNode yaml(String text) {
        return (ObjectNode) YamlTree.read(text, new ArrayList<>());
    }

    private ObjectNode changed(String specification, String changes) {
        return Changes.apply(yaml(specification), yaml(changes), "variants[0].set", problems);
    }

    @Test
    void nestedMapsAreMergedAndAllElseReplaced() {
        assertEquals(
                yaml("{training: {steps: 10, batchSize: 64}, features: [b], data: {classes: {4: {count: 9}}}}"),
                changed(
                        "{training: {steps: 100, batchSize: 64}, features: [a, c], data: {classes: {4: {count: 5}}}}",
                        "{training: {steps: 10}, features: [b], data: {classes: {4: {count: 9}}}}"));
    }

    @Test
    void nullTakesAKeyAway() {
        assertEquals(
                yaml("{data: {dataset: faces}}"),
                changed("{data: {dataset: faces, groups: {Male: {1: {}}}}}", "{data: {groups: null}}"));
    }

    @Test
    void entriesWithAnIdAreChangedByItOrAllByAStar() {
        String constraints = "{constraints: [{id: a, threshold: 0}, {id: b, threshold: 0}]}";

        assertEquals(
                yaml("{constraints: [{id: a, threshold: 10}, {id: b, threshold: 10, initialMultiplier: 1}]}"),
                changed(constraints, "{constraints: {'*': {threshold: 10}, b: {initialMultiplier: 1}}}"));
        assertEquals(yaml("{constraints: []}"), changed(constraints, "{constraints: []}"));
        assertTrue(problems.isEmpty(), problems.toString());
    }

    @Test
    void anIdThatIsNotThereIsAProblemWithItsPlace() {
        changed("{constraints: [{id: a}]}", "{constraints: {digit: {threshold: 1}}}");

        assertEquals(
                List.of(new Problem("variants[0].set.constraints.digit", "no entry has this id; there are [a]")),
                problems);
    }

    @Test
    void whatIsChangedStaysAsItWas() {
        ObjectNode base = yaml("{training: {steps: 100}}");

        Changes.apply(base, yaml("{training: {steps: 1}}"), "", problems);

        assertEquals(yaml("{training: {steps: 100}}"), base);
    }
}
