package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.run.spec.YamlTree;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class HeldOutDataTest {

    private static ObjectNode yaml(String text) {
        return (ObjectNode) YamlTree.read(text, new ArrayList<>());
    }

    @Test
    void otherFilesAreTakenWithAllOfTheSameClasses() {
        assertEquals(
                yaml(
                        "{data: {images: t, labels: l, classes: {4: {}}}, constraints: [{id: a, data: {classes: {4: {}}, images: t,"
                                + " labels: l}}, {id: b}]}"),
                HeldOutData.specification(
                        yaml(
                                "{data: {images: a, labels: b, classes: {4: {fraction: 0.02}}}, constraints: [{id: a, data: {classes:"
                                        + " {4: {count: 7}}}}, {id: b}]}"),
                        yaml("{images: t, labels: l}")));
    }

    @Test
    void aConditionIsAddedToTheOnesThatThereAre() {
        assertEquals(
                yaml(
                        "{data: {dataset: p, where: {split: val}}, constraints: [{data: {where: {class: lemon, split: val}}}]}"),
                HeldOutData.specification(
                        yaml(
                                "{data: {dataset: p, where: {split: train}, groups: {class: {lemon: {fraction: 0.1}}}}, constraints:"
                                        + " [{data: {where: {class: lemon}, groups: {class: {lemon: {}}}}}]}"),
                        yaml("{where: {split: val}}")));
    }
}
